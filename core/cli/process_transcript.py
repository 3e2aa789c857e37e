"""`notula translate` and `notula summarize`: what is made of a transcript that there is."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.terminal import Terminal
from core.domain import StoredTranscript, TranscriptId
from core.export import format_of_file, write

if TYPE_CHECKING:
    from core.app.notula import Notula

    Making = Callable[[Notula, Callable[[float], None]], Awaitable[StoredTranscript | None]]


@dataclass(frozen=True, slots=True)
class Destination:
    """How the text is written, and to which file; None is standard output."""

    format_name: str = "txt"
    file: Path | None = None


def format_of(file: Path | None) -> str:
    """The format that a file's ending stands for; plain text where it stands for none."""
    found = format_of_file(file) if file else None
    return found.name if found else "txt"


async def translate_transcript(terminal: Terminal, number: int, language: str, destination: Destination) -> int:
    """Deliver a transcript in another language, named by its code or in English."""

    async def making(notula: "Notula", on_progress: Callable[[float], None]) -> StoredTranscript | None:
        return await notula.transcripts.translate(TranscriptId(number), language, on_progress)

    return await _deliver(terminal, number, making, destination)


async def summarize_transcript(terminal: Terminal, number: int, language: str, destination: Destination) -> int:
    """Deliver what a recording is about, in its own language where none is named."""

    async def making(notula: "Notula", on_progress: Callable[[float], None]) -> StoredTranscript | None:
        return await notula.transcripts.summarize(TranscriptId(number), language, on_progress)

    return await _deliver(terminal, number, making, destination)


async def _deliver(terminal: Terminal, number: int, making: "Making", destination: Destination) -> int:
    async with terminal.notula() as notula:
        with _progress_bar() as on_progress:
            stored = await making(notula, on_progress)
    if stored is None:
        terminal.note(terminal.tr("There is no transcript {number}. 'notula history' lists them.", number=number))
        return 1
    if destination.file is None:
        terminal.print_transcript(stored, destination.format_name)
    else:
        await asyncio.to_thread(
            write, stored, destination.format_name, destination.file, terminal.settings.subtitle_rules
        )
        terminal.note(str(destination.file))
    terminal.tell_notices(stored, destination.format_name)
    return 0


@contextmanager
def _progress_bar() -> Iterator[Callable[[float], None]]:
    """A bar on standard error where that is a terminal. Gives what is to be told the share that is done, 0 to 1."""
    if not sys.stderr.isatty():
        yield lambda fraction: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task("", total=1.0)
        yield lambda fraction: bars.update(bar, completed=fraction)
