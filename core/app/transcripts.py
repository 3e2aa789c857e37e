"""The history as people use it: find, read, make other versions of, export and delete transcripts."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from core.cache import TranscriptCache
from core.domain import HistoryPage, StoredTranscript, Transcript, TranscriptId
from core.export import export_failure, probe_folder, write, write_to_folder
from core.processing import TranscriptProcessor, ignore_progress
from core.queue import Queue
from core.store import History, Maintenance


class Transcripts:
    """What was transcribed. `ready` is awaited before each request to a language model."""

    def __init__(
        self,
        maintenance: Maintenance,
        history: History,
        cache: TranscriptCache,
        queue: Queue,
        processing: TranscriptProcessor,
        ready: Callable[[], Awaitable[None]],
    ) -> None:
        self._maintenance = maintenance
        self._history = history
        self._cache = cache
        self._queue = queue
        self._processing = processing
        self._ready = ready

    async def get(self, transcript_id: TranscriptId) -> StoredTranscript | None:
        """A transcript of the history, None where it was deleted."""
        return await self._history.get(transcript_id)

    async def page(self, search: str = "", *, limit: int = 100, offset: int = 0) -> HistoryPage:
        """The history, newest first, or what matches the search, best first."""
        return await self._history.page(search, limit, offset)

    async def delete(self, transcript_ids: Sequence[TranscriptId]) -> None:
        """Delete transcripts for good: from the history, its search index, the cache and the database's file."""
        self._processing.forget()
        for content in await self._history.delete(transcript_ids):
            self._cache.forget(content)
        self._processing.forget()
        self._queue.forget_transcripts(transcript_ids)
        await self._maintenance.erase()

    async def translate(
        self,
        transcript_id: TranscriptId,
        language: str,
        on_progress: Callable[[float], None] = ignore_progress,
        *,
        only_free: bool = False,
    ) -> StoredTranscript | None:
        """A transcript in another language, named by its code or in English; None where it was deleted.

        `on_progress` gets the share that is done, 0 to 1; with `only_free` no model that costs money is used. Raises
        `ProviderError` and its children.
        """
        return await self._processed(
            transcript_id, lambda stored: self._processing.translate(stored, language, on_progress, only_free=only_free)
        )

    async def summarize(
        self,
        transcript_id: TranscriptId,
        language: str = "",
        on_progress: Callable[[float], None] = ignore_progress,
        *,
        only_free: bool = False,
    ) -> StoredTranscript | None:
        """What a recording is about, in its own language or another one; None where it was deleted.

        Progress and errors as with `translate`.
        """
        return await self._processed(
            transcript_id, lambda stored: self._processing.summarize(stored, language, on_progress, only_free=only_free)
        )

    async def export(self, stored: StoredTranscript, format_name: str, file: Path) -> None:
        """Write a transcript, or another version of it, to a file. Raises `ExportFailed`."""
        await asyncio.to_thread(write, stored, format_name, file)

    async def export_to_folder(self, transcript_id: TranscriptId, formats: Sequence[str], folder: Path) -> None:
        """Write a transcript in each format, once however often it is requested; `~` in `folder` is the user's.

        Raises `ExportFailed`.
        """
        stored = await self._history.get(transcript_id)
        if stored is None:
            return

        def write_all() -> None:
            try:
                target = folder.expanduser()
            except RuntimeError as error:  # `~name` of an account that does not exist.
                raise export_failure(error, stored.entry.name, folder) from error
            for format_name in formats:
                write_to_folder(stored, format_name, target)

        await asyncio.to_thread(write_all)

    async def probe_folder(self, folder: Path) -> None:
        """Whether exports can be written there; `~` is the user's. Raises `ExportFailed` and its children."""
        await asyncio.to_thread(probe_folder, folder)

    async def _processed(
        self, transcript_id: TranscriptId, process: Callable[[StoredTranscript], Awaitable[Transcript]]
    ) -> StoredTranscript | None:
        await self._ready()
        stored = await self._history.get(transcript_id)
        if stored is None:
            return None
        return replace(stored, transcript=await process(stored))
