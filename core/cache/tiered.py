"""Transcripts of recordings that were seen before: the last used in memory, all of them in a slower store."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from core.cache.memory import MEMORY_BYTES, MEMORY_ENTRIES, RecentTranscripts
from core.domain import CacheKey, ContentHash, Transcript
from core.domain.cache_entry import CacheEntry
from core.domain.errors import StoreError
from core.domain.metrics import Metric
from core.observability.metrics import Metrics

logger = logging.getLogger(__name__)

LIFETIME_S = 7 * 24 * 3600.0
"""How old a transcript may be and still answer for its recording."""

_TOUCH_INTERVAL_S = 3600.0
"""How exactly the slow tier knows when an entry was used: telling it at every hit would cost a write each."""

_MEMORY, _DISK, _MISS = "memory", "disk", "miss"
"""Labels of `Metric.CACHE_LOOKUPS`."""


class SlowTier(Protocol):
    """What stands behind the memory. It keeps what it is given; how long that is valid is decided before it.

    `most_bytes` is the sum of packed sizes above which the least recently used go. Every call raises `StoreError`
    where the store doesn't answer.
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
        """Delete what was made at this time or before, and what is over the bound. Returns how many went."""

    async def clear(self) -> None:
        """Delete everything."""


class TranscriptCache:
    """Two tiers behind one face, with a count of hits and misses. A tier that fails is a miss, never a failed job.

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
        self._forgettings = 0
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
        return self._metrics.events(Metric.CACHE_LOOKUPS, _MISS)

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
        self._metrics.count(Metric.CACHE_LOOKUPS, _MISS)
        return None

    async def _look_up(self, key: CacheKey, content: ContentHash) -> Transcript | None:
        entry = self._memory.get(key)
        if entry is not None and self._is_valid(entry):
            self._metrics.count(Metric.CACHE_LOOKUPS, _MEMORY)
            await self._used(key, content, entry)
            return entry.transcript
        forgettings = self._forgettings
        entry = await self._ask_slow_tier(key)
        if entry is None or not self._is_valid(entry):
            self._memory.drop(key)
            return None
        self._metrics.count(Metric.CACHE_LOOKUPS, _DISK)
        if forgettings == self._forgettings:  # What a person deletes meanwhile must not come back into memory.
            self._memory.put(key, content, entry)
            await self._used(key, content, entry)
        return entry.transcript

    async def put(
        self, key: CacheKey, content: ContentHash, transcript: Transcript, *, is_derived: bool = False
    ) -> None:
        """Keep a transcript, made now, in both tiers.

        One that `is_derived` was made of the recording's transcript in the history: it isn't kept once that is deleted.
        """
        now, forgettings = self._clock(), self._forgettings
        try:
            size_bytes = await self._slow_tier.put(key, content, transcript, now, is_derived=is_derived)
        except StoreError:  # The transcript itself is what matters, and it is here.
            logger.warning("A transcript couldn't be kept in the cache")
            return
        if forgettings == self._forgettings:  # What a person deletes meanwhile must not come back into memory.
            self._memory.put(key, content, CacheEntry(transcript, now, now, size_bytes))

    def set_bound(self, most_bytes: int) -> None:
        """How many bytes the slow tier may keep from now on; what is too much goes with the next ones put."""
        self._slow_tier.most_bytes = most_bytes

    async def purge_expired(self) -> int:
        """Delete what is too old, and what is over the bound. Returns how many entries went. Raises `StoreError`."""
        made_until = self._clock() - self.lifetime_s
        self._memory.drop_made_before(made_until)
        return await self._slow_tier.purge(made_until)

    async def clear(self) -> None:
        """Delete every entry in both tiers. Raises `StoreError`."""
        self._forgettings += 1
        self._memory.clear()
        await self._slow_tier.clear()

    def forget(self, content: ContentHash) -> None:
        """Drop from memory whatever was made of this recording; the slow tier's owner deletes its own part."""
        self._forgettings += 1
        self._memory.drop_content(content)

    def _is_valid(self, entry: CacheEntry) -> bool:
        """Whether it is young enough. One from the future is: the clock has been wrong, the transcript hasn't."""
        return self._clock() - entry.created_at < self.lifetime_s

    async def _ask_slow_tier(self, key: CacheKey) -> CacheEntry | None:
        try:
            return await self._slow_tier.get(key)
        except StoreError:
            logger.warning("The cache doesn't answer; the transcript is made anew")
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
            logger.warning("The cache can't note which of its entries are in use")
