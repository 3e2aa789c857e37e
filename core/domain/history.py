"""Entries of the history, as lists and pages show them."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.identity import ContentHash, TranscriptId
from core.domain.job import Requester
from core.domain.transcript import Transcript

LONGEST_NAME = 200
"""Characters of a name that a person gives, about as long as most systems let a file's name be."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One person's transcript in a list. `created_at` and `edited_at` are in seconds since the epoch.

    `excerpt` is the text's beginning, or, in a search, the place that was found as (piece, is_match) pairs.
    `edited_at` is None where the text is still what was transcribed. `requester` is the person whose entry it is, None
    for the owner's. With `is_in_notes` the excerpt is of what the owner has noted about it: it is found by that alone.
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
    is_in_notes: bool = False


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some entries, in the order that was asked for, and how many there are in all."""

    entries: tuple[HistoryEntry, ...]
    total: int


class HistoryOrder(StrEnum):
    """Which entries come first."""

    AUTOMATIC = "automatic"
    """In a search the best ones, else the newest."""
    NEWEST = "newest"
    OLDEST = "oldest"
    LONGEST = "longest"
    SHORTEST = "shortest"


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which entries are wanted, and in which order; None of a field stands for all.

    `made_from` and `made_before` are in seconds since the epoch, `least_s` and `below_s` bound the recording's length.
    Of `requester` the entries are those of that person, whichever way the owner has asked.
    """

    made_from: float | None = None
    made_before: float | None = None
    requester: Requester | None = None
    language: str | None = None
    provider: str | None = None
    is_edited: bool | None = None
    least_s: float | None = None
    below_s: float | None = None
    order: HistoryOrder = HistoryOrder.AUTOMATIC


EVERYTHING = HistoryFilter()


@dataclass(frozen=True, slots=True)
class HistorySummary:
    """What there is to filter by, each in order of its name, and the room that is used.

    `requesters` are those other than the owner. `used_bytes` is what the store takes, without the `cached_bytes`.
    """

    total: int = 0
    languages: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    requesters: tuple[Requester, ...] = ()
    used_bytes: int = 0
    cached_bytes: int = 0


@dataclass(frozen=True, slots=True)
class StoredTranscript:
    """A whole transcript with its entry. `notes` are what the owner has noted about it, where they were asked for."""

    entry: HistoryEntry
    content_hash: ContentHash
    transcript: Transcript
    notes: str = ""
