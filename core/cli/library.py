"""`notula history`, `show` and `delete`: the transcripts that there are."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.cli.terminal import Terminal
from core.domain import StoredTranscript, TranscriptId
from core.domain.visible import one_line

if TYPE_CHECKING:
    from core.app.library import Library
    from core.app.transcripts import Transcripts

HISTORY_LINES = 1_000


async def list_history(terminal: Terminal, search: str) -> int:
    """One line a transcript, newest first, or best match first."""
    async with terminal.library() as library:
        page = await library.page(search, limit=HISTORY_LINES)
    in_notes = terminal.tr("in your notes:")
    for entry in page.entries:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.created_at))
        minutes, seconds = divmod(round(entry.duration_s), 60)
        excerpt = one_line("".join(piece for piece, _ in entry.excerpt))
        line = f"{entry.id:>5}  {when}  {minutes:>4}:{seconds:02}  {one_line(entry.name)}"
        if entry.requester is not None:
            line += f"  {terminal.tr('from Telegram user {user}', user=one_line(entry.requester.user))}"
        if entry.is_in_notes:
            line = f"{line}  {in_notes}"
        terminal.say(f"{line}  {excerpt}" if excerpt else line)
    if not page.entries:
        terminal.note(terminal.tr("Nothing was found."))
    elif page.total > len(page.entries):
        terminal.note(terminal.tr("And {count} more; search for what you need.", count=page.total - len(page.entries)))
    return 0


async def show_transcript(terminal: Terminal, number: int, format_name: str, *, with_notes: bool) -> int:
    """Print one transcript, if asked for with its notes."""
    async with terminal.library() as library:
        stored = await _find(terminal, library, number, with_notes=with_notes)
    if stored is None:
        return 1
    terminal.print_transcript(stored, format_name)
    terminal.tell_notices(stored, format_name)
    return 0


async def delete_transcripts(terminal: Terminal, numbers: Sequence[int]) -> int:
    """Delete those that there are, and name the others."""
    async with terminal.notula() as notula:
        found = [stored for number in numbers if (stored := await _find(terminal, notula.transcripts, number))]
        await notula.transcripts.delete([stored.entry.id for stored in found])
    terminal.note(terminal.tr("Deleted: {count}.", count=len(found)))
    return 0 if len(found) == len(numbers) else 1


async def _find(
    terminal: Terminal, transcripts: "Transcripts | Library", number: int, *, with_notes: bool = False
) -> StoredTranscript | None:
    stored = await transcripts.get(TranscriptId(number), with_notes=with_notes)
    if stored is None:
        terminal.note(terminal.tr("There is no transcript {number}. 'notula history' lists them.", number=number))
    return stored
