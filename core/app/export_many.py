"""Many transcripts written at once, one after the other."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TypeVar

from core.domain import StoredTranscript, TranscriptId, TranslatableText, mark
from core.domain.errors import ExportFailed
from core.export import ExportedMany, ExportPlace, ExportPlan, SubtitleRules, WrittenTranscript, transcript_writer

T = TypeVar("T")

_SKIPPED = mark("Files that were there already were left alone: {count}.")
_SPEECHLESS = mark("Recordings in which nobody speaks: {count}.")
_HOMELESS = mark("Recordings from the web or a chat have no folder on this computer; left out: {count}.")
_FAST = mark(
    "Transcripts spoken too fast for the rules of subtitles: {count}; export one by itself to see how late it is."
)
_GONE = mark("Deleted meanwhile: {count}.")
_FAILED = mark("Could not be written: {count}. {reason}")


async def export_many(
    get: Callable[[TranscriptId], Awaitable[StoredTranscript | None]],
    transcript_ids: Sequence[TranscriptId],
    plan: ExportPlan,
    rules: SubtitleRules,
    on_progress: Callable[[int], None],
) -> ExportedMany:
    """Write these transcripts; `on_progress` gets how many are done. One that can't be written doesn't stop the others.

    Cancelled, it leaves whole files, and no ZIP file. Raises `ExportFailed` where a ZIP file can't be written, and
    `StoreError`.
    """
    told: Counter[str] = Counter()
    rule_notices: tuple[TranslatableText, ...] = ()
    failures: list[ExportFailed] = []
    transcripts = files = 0
    folder: Path | None = None
    with ExitStack() as stack:
        writer = await _off_the_loop(lambda: stack.enter_context(transcript_writer(plan)))
        for done, transcript_id in enumerate(transcript_ids, 1):
            stored = await get(transcript_id)
            if stored is None:
                told[_GONE] += 1
            else:
                try:
                    written = await _off_the_loop(partial(writer.add, stored, rules))
                except ExportFailed as error:
                    if plan.place is ExportPlace.ARCHIVE:
                        raise
                    failures.append(error)
                else:
                    transcripts += written.written > 0
                    files += written.written
                    folder = folder or (written.folder if written.written else None)
                    told.update(_remarks(written))
                    rule_notices += written.rule_notices
            on_progress(done)
        await _off_the_loop(stack.pop_all().close)
    if len(transcript_ids) == 1:  # Of a single one it is said which rules, and by how much.
        del told[_FAST]
    else:
        rule_notices = ()
    notices = [TranslatableText(template, {"count": count}) for template, count in told.items() if count]
    notices += rule_notices
    if failures:
        notices.append(TranslatableText(_FAILED, {"count": len(failures), "reason": failures[0].message}))
    return ExportedMany(transcripts, files, folder, tuple(notices))


def _remarks(written: WrittenTranscript) -> dict[str, int]:
    return {
        _SKIPPED: written.skipped,
        _SPEECHLESS: written.is_speechless,
        _HOMELESS: written.is_homeless,
        _FAST: bool(written.rule_notices),
    }


async def _off_the_loop(work: Callable[[], T]) -> T:
    """Run it in a thread. Cancelled, it waits for the thread: nobody may close a file that is being written to."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()
        raise
