"""`notula sample`, and `notula open` where there is no display: what can be shown without a window."""

from collections.abc import Sequence
from pathlib import Path

from core.cli.terminal import Terminal
from core.cli.transcribe import Request, transcribe

SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "samples" / "two_cities.wav"


async def transcribe_sample(terminal: Terminal, files: Sequence[Path] = ()) -> int:
    """Print what is said in the files, or in the recording that comes with Notula."""
    return await transcribe(terminal, Request(tuple(files or [SAMPLE]), ("txt",)))
