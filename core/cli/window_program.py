"""`notula open`: the window in place of this process. Reads no settings, which the window does itself."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from core.system.display import has_display
from core.system.extras import Extra, is_installed
from core.system.folders import Folders

WINDOW_PROGRAM = "notula-gui"


def become_window(arguments: Sequence[str]) -> None:
    """Open the window with these files, or hand them to the one that is open, and end.

    Returns where there is no display. On Windows, where no process can become another one, the window is a child. Ends
    with a sentence and status 1 where the window isn't installed.
    """
    if not is_installed(Extra.DESKTOP):
        from core.domain.errors import WindowNotInstalled
        from core.i18n import Translator, system_language

        sys.stderr.write(Translator(system_language()).message(WindowNotInstalled().message) + "\n")
        sys.exit(1)
    if not has_display():
        return
    files = [Path(argument).absolute() for argument in arguments if argument]
    if sys.platform == "win32":
        sys.exit(subprocess.run(window_command(files), check=False).returncode)  # noqa: S603
    from core.system.instance_socket import ANOTHER_WINDOW, HandOver, hand_over

    outcome = hand_over(Folders.of_this_user().data, files)
    if outcome is HandOver.DONE:
        sys.exit(0)
    command = window_command(files)
    if outcome is HandOver.NO_ANSWER:
        command.append(ANOTHER_WINDOW)
    os.execv(command[0], command)  # noqa: S606


def window_command(files: Sequence[Path]) -> list[str]:
    """The command line that opens the window with these files, absolute paths.

    A frozen program has no `-m`; its window is a program of its own, in the same folder.
    """
    arguments = [str(file) for file in files]
    if getattr(sys, "frozen", False):
        ending = ".exe" if sys.platform == "win32" else ""
        return [str(Path(sys.executable).with_name(WINDOW_PROGRAM + ending)), *arguments]
    return [sys.executable, "-m", "gui.main", *arguments]
