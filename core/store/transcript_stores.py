"""What is kept of transcripts: the history, the cache behind memory, and identities known before the bytes."""

from collections.abc import Callable, Sequence
from typing import Protocol

from core.domain import (
    CacheKey,
    ContentHash,
    HistoryEntry,
    HistoryFilter,
    HistoryPage,
    HistorySummary,
    IdentityAlias,
    JobId,
    Requester,
    SourceReference,
    StoredTranscript,
    Transcript,
    TranscriptId,
)
from core.domain.cache_entry import CacheEntry
from core.domain.history import EVERYTHING
from core.domain.translation import Translation


class History(Protocol):
    """Transcripts by number, by date and by what was said in them. All methods raise `StoreError`.

    Each entry is one person's: no edit or deletion of one is another's.
    """

    revision: int
    """How often entries were saved, edited or deleted through this object: for who shows them, to read them again."""
    on_change: Callable[[], None]
    """Called in the event loop whenever `revision` has grown."""

    async def save(
        self,
        source: SourceReference,
        key: CacheKey,
        content: ContentHash,
        transcript: Transcript,
        created_at: float,
        *,
        requester: Requester,
        made_of: JobId | None = None,
    ) -> TranscriptId:
        """Keep a transcript for this person. The same recording with the same options and name keeps its one entry.

        It takes the place of the finished parts of the job that it is `made_of`, provided that the cache has it too,
        where that job would find it again.

        An entry that was edited stays as it was edited. It survives a crash, and a power cut as soon as anything
        durable is written after it, as the job's end is.
        """

    async def update(
        self,
        transcript_id: TranscriptId,
        revised: Transcript,
        edited_at: float,
        *,
        made_of: HistoryEntry | None = None,
    ) -> bool:
        """Have this be what the entry says from now on, durably. False where it was deleted.

        Its search index follows. Other people's entries, and what the cache answers, stay as they are. `edited_at` is
        in seconds since the epoch. Raises `TextChanged` where the entry was edited since it was `made_of`, in this
        process or another one.
        """

    async def rename(self, transcript_id: TranscriptId, name: str) -> str | None:
        """Have the entry bear this name, or its recording's where it is empty. Returns the name, None where it is gone.

        Searches find the new name. The same recording's next transcript still finds this entry.
        """

    async def move(self, entry: HistoryEntry, content: ContentHash, location: str) -> bool:
        """Have the entry, whose recording has this content, say where that is now. False where it was deleted.

        So do the same person's other entries of this recording that were at the place before.
        """

    async def entry(self, transcript_id: TranscriptId) -> HistoryEntry | None:
        """The entry of a transcript without its text, None where it was deleted or can't be read."""

    async def get(self, transcript_id: TranscriptId, *, with_notes: bool = False) -> StoredTranscript | None:
        """One transcript with all its segments, and where that is asked for with the owner's notes."""

    async def has_content(self, content: ContentHash) -> bool:
        """Whether anybody has a transcript of this recording."""

    async def original(self, transcript_id: TranscriptId) -> Transcript | None:
        """What was transcribed, before anything of it was edited; None where it was deleted or can't be read."""

    async def page(self, search: str, limit: int, offset: int, chosen: HistoryFilter = EVERYTHING) -> HistoryPage:
        """The chosen entries, or those of them that hold every word of the search (the last may be a beginning).

        What the owner has noted counts, too.
        """

    async def summary(self) -> HistorySummary:
        """What there is to choose from, and the room that is used."""

    async def delete(self, transcript_ids: Sequence[TranscriptId]) -> tuple[ContentHash, ...]:
        """Delete entries for good, and return the hashes of recordings of which something cached was deleted.

        Memory copies of those are to be dropped. Nothing that was sent or asked for names the entries any more. What
        was cached of their recordings goes too, translations included, but for the transcripts that other entries
        have. `Maintenance.erase` then removes the text from the files.
        """


class TranscriptNoteStore(Protocol):
    """What a person has noted about transcripts. It goes with them. All methods raise `StoreError`."""

    async def get(self, transcript_id: TranscriptId) -> str:
        """The notes, empty where there are none."""

    async def keep(self, transcript_id: TranscriptId, notes: str, edited_at: float) -> bool:
        """Keep these notes in place of those before, durably; False where the transcript was deleted.

        Without any text nothing is kept. `edited_at` is in seconds since the epoch.
        """


class TranslationStore(Protocol):
    """Translations that stay with their transcripts, and go with them. All methods raise `StoreError`."""

    async def get(self, transcript_id: TranscriptId, language: str) -> Translation | None:
        """The translation into this language that was made last, None where there is none or it can't be read."""

    async def keep(self, transcript_id: TranscriptId, translation: Translation, made_at: float) -> bool:
        """Keep a translation in place of the one before; False where the transcript was deleted.

        `made_at` is in seconds since the epoch.
        """


class CachedTranscripts(Protocol):
    """Transcripts by cache key that outlive the process.

    `most_bytes` bounds the sum of their packed sizes and may be changed at any time.
    """

    most_bytes: int

    async def get(self, key: CacheKey) -> CacheEntry | None:
        """The entry under this key. One that can't be read counts as none, and is deleted. Raises `StoreError`."""

    async def put(
        self,
        key: CacheKey,
        content: ContentHash,
        transcript: Transcript,
        created_at: float,
        *,
        is_derived: bool = False,
    ) -> int:
        """Keep a transcript and return its packed size in bytes. Raises `StoreError`.

        Where all together are over the bound then, some of the least recently used go; one that is too large by
        itself is not kept, nor one that `is_derived` from a recording that the history has no transcript of any more.
        """

    async def touch(self, key: CacheKey, used_at: float) -> None:
        """The entry was used. Several are written together, so a crash may forget a few. Raises `StoreError`."""

    async def purge(self, made_until: float) -> int:
        """Delete what was made at this time or before, then the least recently used of what is over the bound.

        Returns how many went. Raises `StoreError`.
        """

    async def clear(self) -> None:
        """Delete all that is there now. Raises `StoreError`."""


class IdentityAliases(Protocol):
    """Which content a name that is known before the bytes stands for. All methods raise `StoreError`.

    `lifetime_s` may be changed at any time and counts for old names too.
    """

    lifetime_s: float

    async def content_of(self, alias: IdentityAlias) -> ContentHash | None:
        """The content that was found under this name, None for a name that is new or was found too long ago."""

    async def remember(self, alias: IdentityAlias, content: ContentHash) -> None:
        """This name stands for this content."""

    async def purge_expired(self) -> int:
        """Delete names that were found too long ago, and return how many went."""

    async def clear(self) -> None:
        """Delete every name."""
