"""Transcripts of recordings that were seen before: the last hundred in memory, all of them in a slower store."""

from collections import OrderedDict
from typing import Protocol

from core.domain import CacheKey, ContentHash, Transcript

MEMORY_ENTRIES = 100


class SlowTier(Protocol):
    """What stands behind the memory."""

    async def get(self, key: CacheKey) -> Transcript | None:
        """The transcript under this key, None where there is none."""

    async def put(self, key: CacheKey, content: ContentHash, transcript: Transcript, created_at: float) -> None:
        """Keep a transcript."""


class TranscriptCache:
    """Two tiers behind one face, with a count of hits and misses."""

    def __init__(self, slow_tier: SlowTier, memory_entries: int = MEMORY_ENTRIES) -> None:
        self._slow_tier = slow_tier
        self._memory_entries = memory_entries
        self._memory: OrderedDict[CacheKey, tuple[ContentHash, Transcript]] = OrderedDict()
        self.hits = 0
        self.misses = 0

    async def get(self, key: CacheKey, content: ContentHash) -> Transcript | None:
        """The transcript under this key, None where it has to be made."""
        remembered = self._memory.get(key)
        transcript = remembered[1] if remembered else await self._slow_tier.get(key)
        if transcript is None:
            self.misses += 1
            return None
        self.hits += 1
        self._remember(key, content, transcript)
        return transcript

    async def put(self, key: CacheKey, content: ContentHash, transcript: Transcript, created_at: float) -> None:
        """Keep a transcript in both tiers."""
        await self._slow_tier.put(key, content, transcript, created_at)
        self._remember(key, content, transcript)

    def forget(self, content: ContentHash) -> None:
        """Drop from memory whatever was made of this recording; the slow tier's owner deletes its own part."""
        for key in [key for key, (kept, _) in self._memory.items() if kept == content]:
            del self._memory[key]

    def _remember(self, key: CacheKey, content: ContentHash, transcript: Transcript) -> None:
        self._memory[key] = (content, transcript)
        self._memory.move_to_end(key)
        if len(self._memory) > self._memory_entries:
            self._memory.popitem(last=False)
