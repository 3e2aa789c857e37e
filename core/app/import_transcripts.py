"""Takes transcripts over from files into the history."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from core.domain import CacheKey, Requester, SourceReference, TranscriptId, TranslatableText
from core.domain.errors import ImportFailed
from core.domain.file_location import location_of
from core.imports import ImportedFile, ImportedTranscripts, read_transcript
from core.store import History

_CHANNEL = "desktop"


async def import_transcripts(
    history: History, files: Sequence[Path], clock: Callable[[], float]
) -> ImportedTranscripts:
    """Read these files and keep their transcripts as the owner's. The same file again is the same entry.

    Raises `StoreError`.
    """
    imported: list[TranscriptId] = []
    failures: list[TranslatableText] = []
    for file in files:
        try:
            found = await asyncio.to_thread(read_transcript, file)
        except ImportFailed as error:
            failures.append(error.message)
            continue
        imported.append(await _keep(history, file, found, clock()))
    return ImportedTranscripts(tuple(imported), tuple(failures))


async def _keep(history: History, file: Path, found: ImportedFile, now: float) -> TranscriptId:
    location = location_of(await asyncio.to_thread(file.absolute))
    return await history.save(
        SourceReference("file", location, found.name),
        CacheKey(f"imported:{found.content}"),
        found.content,
        found.transcript,
        now,
        requester=Requester(_CHANNEL),
    )
