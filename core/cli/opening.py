"""`notula open` and `notula sample`: the window, or what can be shown without one."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from core.cli.terminal import Terminal
from core.cli.transcribe import Request, transcribe

SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "samples" / "two_cities.wav"
WINDOW_PROGRAM = "notula-gui"


async def transcribe_sample(terminal: Terminal, files: Sequence[Path] = ()) -> int:
    """Print what is said in the files, or in the recording that comes with Notula."""
    return await transcribe(terminal, Request(tuple(files or [SAMPLE]), ("txt",)))


def open_window(files: Sequence[Path]) -> int:
    """Show the window until it is closed. In a process of its own, as Qt brings its own loop."""
    status = subprocess.run(window_command(files), check=False).returncode  # noqa: S603
    return 128 - status if status < 0 else status


def window_command(files: Sequence[Path]) -> list[str]:
    """The command line that opens the window with these files.

    A frozen program has no `-m`; its window is a program of its own, in the same folder.
    """
    arguments = [str(file.absolute()) for file in files]
    if getattr(sys, "frozen", False):
        ending = ".exe" if sys.platform == "win32" else ""
        return [str(Path(sys.executable).with_name(WINDOW_PROGRAM + ending)), *arguments]
    return [sys.executable, "-m", "gui.main", *arguments]
