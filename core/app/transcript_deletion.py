"""Deleting transcripts for good, with the sound of those that were recorded here."""

from collections.abc import Sequence

from core.app.sound_deletion import SoundDeletion
from core.cache import TranscriptCache
from core.domain import TranscriptId
from core.queue import Queue
from core.store import History, Maintenance


class TranscriptDeletion:
    """Removes what is kept of transcripts, wherever it is."""

    def __init__(
        self, history: History, cache: TranscriptCache, queue: Queue, maintenance: Maintenance, sounds: SoundDeletion
    ) -> None:
        self._history = history
        self._cache = cache
        self._queue = queue
        self._maintenance = maintenance
        self._sounds = sounds

    async def delete(self, transcript_ids: Sequence[TranscriptId]) -> None:
        """Delete transcripts from the history, its search index, the cache and the database's file.

        A recording that was made here goes with the last transcript of it. Raises `StoreError`, and `SoundNotDeleted`
        where only its file stays.
        """
        sounds = [sound for one in transcript_ids if (sound := await self._sounds.sound_of(one)) is not None]
        for content in await self._history.delete(transcript_ids):
            self._cache.forget(content)
        self._queue.forget_transcripts(transcript_ids)
        await self._maintenance.erase()
        for sound in dict.fromkeys(sounds):
            await self._sounds.delete(sound)
