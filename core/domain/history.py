"""Entries of the history, as lists and pages show them."""

from dataclasses import dataclass

from core.domain.identity import ContentHash, TranscriptId
from core.domain.job import Requester
from core.domain.transcript import Transcript


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One person's transcript in a list. `created_at` and `edited_at` are in seconds since the epoch.

    `excerpt` is the text's beginning, or, in a search, the place that was found as (piece, is_match) pairs.
    `edited_at` is None where the text is still what was transcribed. `requester` is the person whose entry it is, None
    for the owner's.
    """

    id: TranscriptId
    name: str
    location: str
    created_at: float
    duration_s: float
    language: str
    provider: str
    model: str
    excerpt: tuple[tuple[str, bool], ...] = ()
    edited_at: float | None = None
    requester: Requester | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some entries, newest first (in a search: best first), and how many there are in all."""

    entries: tuple[HistoryEntry, ...]
    total: int


@dataclass(frozen=True, slots=True)
class StoredTranscript:
    """A whole transcript with its entry."""

    entry: HistoryEntry
    content_hash: ContentHash
    transcript: Transcript
