"""What a person notes about a transcript. It is in an export only where that is asked for, and no service gets it."""

from collections.abc import Callable

from core.domain import TranscriptId
from core.domain.file_location import encodable
from core.store import TranscriptNoteStore


class TranscriptNotes:
    """`clock` gives seconds since the epoch. All methods raise `StoreError`."""

    def __init__(self, store: TranscriptNoteStore, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock

    async def get(self, transcript_id: TranscriptId) -> str:
        """The notes, empty where there are none."""
        return await self._store.get(transcript_id)

    async def save(self, transcript_id: TranscriptId, notes: str) -> bool:
        """Keep these notes in place of those before; False where the transcript was deleted."""
        return await self._store.keep(transcript_id, encodable(notes), self._clock())
