import hashlib
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from core.cache import TranscriptCache
from core.domain import CacheKey, ContentHash, Transcript, TranscriptionOptions
from core.domain.cache_entry import CacheEntry
from core.domain.errors import StoreError
from tests.unit.samples import HASH, OTHER_HASH, make_transcript

KEY = CacheKey("a")
HOUR_S = 3600.0


class Shelf:
    """A slow tier that counts how often it is asked, and may refuse to answer."""

    def __init__(self, size_bytes: int = 100) -> None:
        self.most_bytes = 1_000_000
        self.kept: dict[CacheKey, CacheEntry] = {}
        self.touched: list[tuple[CacheKey, float]] = []
        self.asked = 0
        self.is_broken = False
        self.while_reading: Callable[[], None] = lambda: None
        self._size_bytes = size_bytes

    async def get(self, key: CacheKey) -> CacheEntry | None:
        self._break()
        self.asked += 1
        entry = self.kept.get(key)
        self.while_reading()
        return entry

    async def put(
        self,
        key: CacheKey,
        content: ContentHash,
        transcript: Transcript,
        created_at: float,
        *,
        is_derived: bool = False,
    ) -> int:
        self._break()
        self.kept[key] = CacheEntry(transcript, created_at, created_at, self._size_bytes)
        return self._size_bytes

    async def touch(self, key: CacheKey, used_at: float) -> None:
        self._break()
        self.touched.append((key, used_at))

    async def purge(self, made_until: float) -> int:
        expired = [key for key, entry in self.kept.items() if entry.created_at <= made_until]
        for key in expired:
            del self.kept[key]
        return len(expired)

    async def clear(self) -> None:
        self.kept.clear()

    def _break(self) -> None:
        if self.is_broken:
            raise StoreError


class Clock:
    """Seconds since the epoch, as a test wants them."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def test_hits_are_counted_by_tier_and_misses_too(shelf: Shelf, clock: Clock) -> None:
    cache, transcript = TranscriptCache(shelf, clock=clock), make_transcript()

    assert await cache.get(KEY, HASH) is None
    await cache.put(KEY, HASH, transcript)
    assert await cache.get(KEY, HASH) == transcript
    restarted = TranscriptCache(shelf, clock=clock)
    for _ in range(3):
        assert await restarted.get(KEY, HASH) == transcript

    assert (cache.memory_hits, cache.disk_hits, cache.misses) == (1, 0, 1)
    assert (restarted.memory_hits, restarted.disk_hits, restarted.misses) == (2, 1, 0)
    assert restarted.hits == 3


async def test_memory_holds_only_the_last_used(shelf: Shelf) -> None:
    cache = TranscriptCache(shelf, memory_entries=2)
    for name in "abc":
        await cache.put(CacheKey(name), HASH, make_transcript())
    await cache.get(CacheKey("b"), HASH)
    await cache.get(CacheKey("c"), HASH)
    assert shelf.asked == 0
    await cache.get(CacheKey("a"), HASH)
    assert shelf.asked == 1
    await cache.get(CacheKey("c"), HASH)
    await cache.get(CacheKey("b"), HASH)
    assert shelf.asked == 2


async def test_memory_is_bounded_by_bytes(shelf: Shelf) -> None:
    cache = TranscriptCache(shelf, memory_bytes=250)
    for name in "abcc":
        await cache.put(CacheKey(name), HASH, make_transcript())

    for name in "bc":
        await cache.get(CacheKey(name), HASH)
    assert shelf.asked == 0
    await cache.get(CacheKey("a"), HASH)
    assert shelf.asked == 1


async def test_what_is_larger_than_the_memory_is_still_found() -> None:
    cache = TranscriptCache(Shelf(size_bytes=300), memory_bytes=250)
    await cache.put(KEY, HASH, make_transcript())

    assert await cache.get(KEY, HASH) == make_transcript()
    assert (cache.memory_hits, cache.disk_hits) == (0, 1)


async def test_an_old_transcript_is_a_miss_in_both_tiers(shelf: Shelf, clock: Clock) -> None:
    cache = TranscriptCache(shelf, clock=clock, lifetime_s=10)
    await cache.put(KEY, HASH, make_transcript())
    clock.now += 9.9
    assert await cache.get(KEY, HASH) is not None
    clock.now += 0.1
    assert await cache.get(KEY, HASH) is None
    assert await TranscriptCache(shelf, clock=clock, lifetime_s=10).get(KEY, HASH) is None


async def test_a_longer_lifetime_counts_at_once_and_for_old_entries(shelf: Shelf, clock: Clock) -> None:
    cache = TranscriptCache(shelf, clock=clock, lifetime_s=10)
    await cache.put(KEY, HASH, make_transcript())
    clock.now += 10
    cache.lifetime_s = 20
    assert await cache.get(KEY, HASH) is not None
    cache.lifetime_s = 5
    assert await cache.get(KEY, HASH) is None


async def test_a_clock_that_is_set_back_makes_nothing_invalid(shelf: Shelf, clock: Clock) -> None:
    cache = TranscriptCache(shelf, clock=clock)
    await cache.put(KEY, HASH, make_transcript())
    clock.now -= 365 * 24 * HOUR_S

    assert await cache.get(KEY, HASH) is not None
    assert await TranscriptCache(shelf, clock=clock).get(KEY, HASH) is not None


async def test_use_is_noted_at_most_once_an_hour(shelf: Shelf, clock: Clock) -> None:
    cache = TranscriptCache(shelf, clock=clock)
    await cache.put(KEY, HASH, make_transcript())
    begun = clock.now
    for _ in range(150):
        clock.now += 60
        await cache.get(KEY, HASH)

    assert shelf.touched == [(KEY, begun + HOUR_S), (KEY, begun + 2 * HOUR_S)]


async def test_use_of_what_comes_from_disk_is_noted_too(shelf: Shelf, clock: Clock) -> None:
    await TranscriptCache(shelf, clock=clock).put(KEY, HASH, make_transcript())
    clock.now += HOUR_S
    cache = TranscriptCache(shelf, clock=clock)
    for _ in range(2):
        await cache.get(KEY, HASH)

    assert shelf.touched == [(KEY, clock.now)]


async def test_a_store_that_fails_is_a_miss_and_fails_no_job(shelf: Shelf, clock: Clock) -> None:
    cache = TranscriptCache(shelf, clock=clock)
    await cache.put(KEY, HASH, make_transcript())
    shelf.is_broken = True
    clock.now += HOUR_S

    assert await cache.get(KEY, HASH) == make_transcript()
    await cache.put(CacheKey("b"), HASH, make_transcript())
    assert await cache.get(CacheKey("b"), HASH) is None


async def test_what_was_deleted_is_forgotten(shelf: Shelf) -> None:
    cache = TranscriptCache(shelf)
    await cache.put(CacheKey("a"), HASH, make_transcript())
    await cache.put(CacheKey("b"), OTHER_HASH, make_transcript())
    shelf.kept.clear()

    cache.forget(HASH)

    assert await cache.get(CacheKey("a"), HASH) is None
    assert await cache.get(CacheKey("b"), OTHER_HASH) is not None


async def test_what_is_deleted_while_it_is_read_does_not_stay_in_memory(shelf: Shelf, clock: Clock) -> None:
    await TranscriptCache(shelf, clock=clock).put(KEY, HASH, make_transcript())
    cache = TranscriptCache(shelf, clock=clock)

    def delete() -> None:
        shelf.kept.clear()
        cache.forget(HASH)

    shelf.while_reading = delete
    await cache.get(KEY, HASH)

    assert await cache.get(KEY, HASH) is None


async def test_purging_takes_what_is_too_old_and_leaves_the_rest(shelf: Shelf, clock: Clock) -> None:
    cache = TranscriptCache(shelf, clock=clock, lifetime_s=10)
    await cache.put(CacheKey("old"), HASH, make_transcript())
    clock.now += 10
    await cache.put(CacheKey("new"), HASH, make_transcript())

    assert await cache.purge_expired() == 1

    assert set(shelf.kept) == {"new"}


async def test_a_cleared_cache_knows_nothing(shelf: Shelf) -> None:
    cache = TranscriptCache(shelf)
    await cache.put(KEY, HASH, make_transcript())

    await cache.clear()

    assert await cache.get(KEY, HASH) is None
    assert shelf.kept == {}


async def test_the_bound_can_be_set_while_running(shelf: Shelf) -> None:
    TranscriptCache(shelf).set_bound(5)
    assert shelf.most_bytes == 5


def test_the_key_tells_apart_whatever_changes_the_text() -> None:
    variants = [
        TranscriptionOptions(),
        TranscriptionOptions(model="base"),
        TranscriptionOptions(language="en"),
        TranscriptionOptions(provider="groq"),
        TranscriptionOptions(beam_size=1),
        TranscriptionOptions(word_timestamps=False),
    ]
    keys = {options.cache_key(content) for options in variants for content in (HASH, OTHER_HASH)}
    assert len(keys) == 2 * len(variants)
    assert TranscriptionOptions().cache_key(HASH) == TranscriptionOptions().cache_key(HASH)


def test_an_option_that_is_new_leaves_the_keys_of_older_versions_as_they_were() -> None:
    before = {
        "model": "base",
        "language": None,
        "provider": "on-device",
        "beam_size": 5,
        "word_timestamps": False,
        "vocabulary": [],
        "speakers": True,
        "to_english": False,
        "temperature": 0.0,
    }
    key = hashlib.sha256(json.dumps([HASH, before], sort_keys=True).encode()).hexdigest()

    options = TranscriptionOptions(model="base", word_timestamps=False, speakers=True)

    assert options.cache_key(HASH) == key
    assert replace(options, people=3).cache_key(HASH) != key
