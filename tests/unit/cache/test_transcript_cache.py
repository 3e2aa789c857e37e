from core.cache import TranscriptCache
from core.domain import CacheKey, ContentHash, Transcript, TranscriptionOptions
from tests.unit.samples import HASH, OTHER_HASH, make_transcript


class Shelf:
    """A slow tier that counts how often it is asked."""

    def __init__(self) -> None:
        self.kept: dict[CacheKey, Transcript] = {}
        self.asked = 0

    async def get(self, key: CacheKey) -> Transcript | None:
        self.asked += 1
        return self.kept.get(key)

    async def put(self, key: CacheKey, content: ContentHash, transcript: Transcript, created_at: float) -> None:
        self.kept[key] = transcript


async def test_hits_and_misses_are_counted() -> None:
    cache = TranscriptCache(Shelf())
    key, transcript = CacheKey("a"), make_transcript()

    assert await cache.get(key, HASH) is None
    await cache.put(key, HASH, transcript, 1.0)
    assert await cache.get(key, HASH) == transcript
    assert (cache.hits, cache.misses) == (1, 1)


async def test_memory_holds_only_the_last_used() -> None:
    shelf = Shelf()
    cache = TranscriptCache(shelf, memory_entries=2)
    for name in "abc":
        await cache.put(CacheKey(name), HASH, make_transcript(), 1.0)
    await cache.get(CacheKey("b"), HASH)
    await cache.get(CacheKey("c"), HASH)
    assert shelf.asked == 0
    await cache.get(CacheKey("a"), HASH)
    assert shelf.asked == 1
    await cache.get(CacheKey("c"), HASH)
    await cache.get(CacheKey("b"), HASH)
    assert shelf.asked == 2


async def test_what_was_deleted_is_forgotten() -> None:
    shelf = Shelf()
    cache = TranscriptCache(shelf)
    await cache.put(CacheKey("a"), HASH, make_transcript(), 1.0)
    await cache.put(CacheKey("b"), OTHER_HASH, make_transcript(), 1.0)
    shelf.kept.clear()

    cache.forget(HASH)

    assert await cache.get(CacheKey("a"), HASH) is None
    assert await cache.get(CacheKey("b"), OTHER_HASH) is not None


def test_the_key_tells_apart_whatever_changes_the_text() -> None:
    variants = [
        TranscriptionOptions(),
        TranscriptionOptions(model="base"),
        TranscriptionOptions(language="en"),
        TranscriptionOptions(provider="groq"),
        TranscriptionOptions(beam_size=1),
        TranscriptionOptions(word_timestamps=True),
    ]
    keys = {options.cache_key(content) for options in variants for content in (HASH, OTHER_HASH)}
    assert len(keys) == 2 * len(variants)
    assert TranscriptionOptions().cache_key(HASH) == TranscriptionOptions().cache_key(HASH)
