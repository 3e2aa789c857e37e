"""The cache's first tier: the most recently used transcripts, in memory."""

from collections import OrderedDict

from core.domain import CacheKey, ContentHash
from core.domain.cache_entry import CacheEntry

MEMORY_ENTRIES = 100
MEMORY_BYTES = 2_000_000
"""Of packed transcripts; unpacked they take some 6 times as much, with the time of every word 15 times."""


class RecentTranscripts:
    """Entries by key, bounded by their number and the sum of their packed sizes; the least recently used go first."""

    def __init__(self, most_entries: int, most_bytes: int) -> None:
        self._most_entries = most_entries
        self._most_bytes = most_bytes
        self._kept: OrderedDict[CacheKey, tuple[ContentHash, CacheEntry]] = OrderedDict()
        self._size_bytes = 0

    def get(self, key: CacheKey) -> CacheEntry | None:
        """The entry under this key, None where it isn't in memory."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        self._kept.move_to_end(key)
        return kept[1]

    def put(self, key: CacheKey, content: ContentHash, entry: CacheEntry) -> None:
        """Keep an entry; one that alone is too large is not kept."""
        self.drop(key)
        self._kept[key] = (content, entry)
        self._size_bytes += entry.size_bytes
        while self._size_bytes > self._most_bytes or len(self._kept) > self._most_entries:
            self.drop(next(iter(self._kept)))

    def drop(self, key: CacheKey) -> None:
        """Forget one entry, where there is one."""
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._size_bytes -= kept[1].size_bytes

    def drop_content(self, content: ContentHash) -> None:
        """Forget all entries of this recording."""
        for key in [key for key, (kept, _) in self._kept.items() if kept == content]:
            self.drop(key)

    def drop_made_before(self, created_at: float) -> None:
        """Forget entries created at this time (seconds since the epoch) or before."""
        for key in [key for key, (_, entry) in self._kept.items() if entry.created_at <= created_at]:
            self.drop(key)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._size_bytes = 0
