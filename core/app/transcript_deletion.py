"""Deleting transcripts for good, with the sound of those that were recorded here."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.cache import TranscriptCache
from core.domain import ContentHash, TranscriptId
from core.domain.errors import SoundNotDeleted
from core.domain.file_location import path_of
from core.queue import Queue
from core.store import History, Maintenance

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Sound:
    """The file of a recording that was made here."""

    path: Path
    content: ContentHash


class TranscriptDeletion:
    """Files in the folder `recordings` are Notula's; all others are a person's own, and stay."""

    def __init__(
        self, history: History, cache: TranscriptCache, queue: Queue, maintenance: Maintenance, recordings: Path
    ) -> None:
        self._history = history
        self._cache = cache
        self._queue = queue
        self._maintenance = maintenance
        self._recordings = recordings

    async def delete(self, transcript_ids: Sequence[TranscriptId]) -> None:
        """Delete transcripts from the history, its search index, the cache and the database's file.

        A recording that was made here goes with the last transcript of it. Raises `StoreError`, and `SoundNotDeleted`
        where only its file stays.
        """
        sounds = [sound for one in transcript_ids if (sound := await self._sound_of(one)) is not None]
        for content in await self._history.delete(transcript_ids):
            self._cache.forget(content)
        self._queue.forget_transcripts(transcript_ids)
        await self._maintenance.erase()
        for sound in dict.fromkeys(sounds):
            if not await self._history.has_content(sound.content):
                await self._delete_sound(sound.path)

    async def _sound_of(self, transcript_id: TranscriptId) -> _Sound | None:
        entry = await self._history.entry(transcript_id)
        if entry is None or path_of(entry.location).parent != self._recordings:
            return None
        stored = await self._history.get(transcript_id)
        return _Sound(path_of(entry.location), stored.content_hash) if stored is not None else None

    async def _delete_sound(self, path: Path) -> None:
        try:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        except OSError as error:
            logger.warning("a recording can't be deleted: %r", error)
            raise SoundNotDeleted(name=path.name, folder=str(path.parent)) from error
