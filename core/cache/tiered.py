"""The transcript cache: the most recently used entries in memory, all of them in a slower store."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from core.cache.memory import MEMORY_BYTES, MEMORY_ENTRIES, RecentTranscripts
from core.domain import CacheKey, ContentHash, Transcript
from core.domain.cache_entry import CacheEntry
from core.domain.errors import StoreError
from core.domain.metrics import CACHE_MISS, Metric
from core.observability.metrics import Metrics

logger = logging.getLogger(__name__)

LIFETIME_S = 7 * 24 * 3600.0
"""How old a transcript may be and still answer for its recording."""

_TOUCH_INTERVAL_S = 3600.0
"""The time of use in the slow tier is this exact: writing it at every hit would cost a write each."""

_MEMORY, _DISK = "memory", "disk"
"""Labels of `Metric.CACHE_LOOKUPS` that are hits."""


class SlowTier(Protocol):
    """The store behind the memory. Entries expire by the rules of `TranscriptCache`, not by its own.

    `most_bytes` is the sum of packed sizes above which the least recently used entries are deleted. Every call raises
    `StoreError` where the store doesn't answer.
    """

    most_bytes: int

    async def get(self, key: CacheKey) -> CacheEntry | None:
        """The entry under this key, None where there is none or it can't be read."""

    async def put(
        self,
        key: CacheKey,
        content: ContentHash,
        transcript: Transcript,
        created_at: float,
        *,
        is_derived: bool = False,
    ) -> int:
        """Keep a transcript and return its packed size in bytes; of a derived one only while its original is there."""

    async def touch(self, key: CacheKey, used_at: float) -> None:
        """The entry was used. The time may be written later, with others."""

    async def purge(self, made_until: float) -> int:
        """Delete entries created at this time or before, and those over the bound. Returns how many were deleted."""

    async def clear(self) -> None:
        """Delete everything."""


class TranscriptCache:
    """Looks up both tiers, and counts hits and misses. A tier that fails counts as a miss and never fails a job.

    `clock` gives seconds since the epoch. `lifetime_s` may be changed at any time and counts for old entries too.
    """

    def __init__(
        self,
        slow_tier: SlowTier,
        memory_entries: int = MEMORY_ENTRIES,
        *,
        memory_bytes: int = MEMORY_BYTES,
        lifetime_s: float = LIFETIME_S,
        clock: Callable[[], float] = time.time,
        metrics: Metrics | None = None,
    ) -> None:
        self._slow_tier = slow_tier
        self._memory = RecentTranscripts(memory_entries, memory_bytes)
        self._clock = clock
        self._deletions = 0
        self.lifetime_s = lifetime_s
        self._metrics = metrics or Metrics()

    @property
    def hits(self) -> int:
        """Hits of both tiers."""
        return self.memory_hits + self.disk_hits

    @property
    def memory_hits(self) -> int:
        """Lookups that memory has answered."""
        return self._metrics.events(Metric.CACHE_LOOKUPS, _MEMORY)

    @property
    def disk_hits(self) -> int:
        """Lookups that the slow tier has answered."""
        return self._metrics.events(Metric.CACHE_LOOKUPS, _DISK)

    @property
    def misses(self) -> int:
        """Lookups without an answer."""
        return self._metrics.events(Metric.CACHE_LOOKUPS, CACHE_MISS)

    async def get(self, key: CacheKey, content: ContentHash) -> Transcript | None:
        """The transcript under this key, None where it has to be made."""
        found = await self.find([key], content)
        return found[1] if found else None

    async def find(self, keys: Iterable[CacheKey], content: ContentHash) -> tuple[CacheKey, Transcript] | None:
        """The first of these keys that there is a transcript under, and the transcript. Counts as one lookup."""
        for key in keys:
            transcript = await self._look_up(key, content)
            if transcript is not None:
                return key, transcript
        self._metrics.count(Metric.CACHE_LOOKUPS, CACHE_MISS)
        return None

    async def _look_up(self, key: CacheKey, content: ContentHash) -> Transcript | None:
        entry = self._memory.get(key)
        if entry is not None and self._is_valid(entry):
            self._metrics.count(Metric.CACHE_LOOKUPS, _MEMORY)
            await self._used(key, content, entry)
            return entry.transcript
        deletions = self._deletions
        entry = await self._ask_slow_tier(key)
        if entry is None or not self._is_valid(entry):
            self._memory.drop(key)
            return None
        self._metrics.count(Metric.CACHE_LOOKUPS, _DISK)
        if deletions == self._deletions:  # An entry that was deleted meanwhile must not return to memory.
            self._memory.put(key, content, entry)
            await self._used(key, content, entry)
        return entry.transcript

    async def put(
        self, key: CacheKey, content: ContentHash, transcript: Transcript, *, is_derived: bool = False
    ) -> None:
        """Keep a transcript, made now, in both tiers.

        One that `is_derived` was made of the recording's transcript in the history: it isn't kept once that is deleted.
        """
        now, deletions = self._clock(), self._deletions
        try:
            size_bytes = await self._slow_tier.put(key, content, transcript, now, is_derived=is_derived)
        except StoreError:  # The job has its transcript all the same.
            logger.warning("A transcript could not be written to the cache")
            return
        if deletions == self._deletions:  # An entry that was deleted meanwhile must not return to memory.
            self._memory.put(key, content, CacheEntry(transcript, now, now, size_bytes))

    def set_bound(self, most_bytes: int) -> None:
        """How many bytes the slow tier may keep from now on; entries over that are deleted with the next `put`."""
        self._slow_tier.most_bytes = most_bytes

    async def purge_expired(self) -> int:
        """Delete entries that are too old or over the bound. Returns how many were deleted. Raises `StoreError`."""
        made_until = self._clock() - self.lifetime_s
        self._memory.drop_made_before(made_until)
        return await self._slow_tier.purge(made_until)

    async def clear(self) -> None:
        """Delete every entry in both tiers. Raises `StoreError`."""
        self._deletions += 1
        self._memory.clear()
        await self._slow_tier.clear()

    def forget(self, content: ContentHash) -> None:
        """Drop all entries of this recording from memory; the slow tier's are deleted by the history."""
        self._deletions += 1
        self._memory.drop_content(content)

    def _is_valid(self, entry: CacheEntry) -> bool:
        """Whether it is young enough. One dated in the future is: the clock was wrong, the transcript isn't."""
        return self._clock() - entry.created_at < self.lifetime_s

    async def _ask_slow_tier(self, key: CacheKey) -> CacheEntry | None:
        try:
            return await self._slow_tier.get(key)
        except StoreError:
            logger.warning("The cache can't be read; the recording is transcribed again")
            return None

    async def _used(self, key: CacheKey, content: ContentHash, entry: CacheEntry) -> None:
        """Tell the slow tier that the entry was used, so that it stays; not more than once an hour."""
        now = self._clock()
        if abs(now - entry.used_at) < _TOUCH_INTERVAL_S:
            return
        self._memory.put(key, content, replace(entry, used_at=now))
        try:
            await self._slow_tier.touch(key, now)
        except StoreError:
            logger.warning("The time of use of a cache entry could not be written")
