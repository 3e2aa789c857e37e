from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.domain import CacheKey
from core.domain.errors import StoreError
from core.store.sqlite import Database, SqliteCachedTranscripts
from core.store.sqlite.body import pack
from tests.unit.samples import HASH, OTHER_HASH, make_transcript

TRANSCRIPT = make_transcript()
SIZE_BYTES = len(pack(TRANSCRIPT))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "notula.db")
    yield opened
    await opened.close()


async def put(cached: SqliteCachedTranscripts, *names: str, created_at: float = 1.0) -> None:
    """Put the same transcript under several keys, a second after each other."""
    for number, name in enumerate(names):
        await cached.put(CacheKey(name), HASH, TRANSCRIPT, created_at + number)


async def keys(database: Database) -> str:
    """All keys, in alphabetical order."""
    query = "SELECT key FROM cached_transcripts ORDER BY key"
    return "".join(await database.read(lambda connection: [row[0] for row in connection.execute(query)]))


async def test_an_entry_comes_back_with_its_times_and_its_size(database: Database) -> None:
    cached = SqliteCachedTranscripts(database)
    assert await cached.put(CacheKey("a"), HASH, TRANSCRIPT, 12.5) == SIZE_BYTES

    entry = await cached.get(CacheKey("a"))

    assert entry is not None
    assert entry.transcript == TRANSCRIPT
    assert (entry.created_at, entry.used_at, entry.size_bytes) == (12.5, 12.5, SIZE_BYTES)


async def test_the_least_recently_used_goes_first(database: Database) -> None:
    cached = SqliteCachedTranscripts(database, most_bytes=3 * SIZE_BYTES)
    await put(cached, "a", "b", "c")
    await cached.touch(CacheKey("a"), 10.0)
    await put(cached, "d", created_at=11.0)

    assert await keys(database) == "acd"


async def test_nothing_goes_while_all_fit(database: Database) -> None:
    cached = SqliteCachedTranscripts(database, most_bytes=3 * SIZE_BYTES)
    for _ in range(5):
        await put(cached, "a", "b", "c")

    assert await keys(database) == "abc"


async def test_what_an_earlier_session_kept_counts(database: Database) -> None:
    await put(SqliteCachedTranscripts(database), "a", "b", "c")
    await put(SqliteCachedTranscripts(database, most_bytes=3 * SIZE_BYTES), "d", created_at=10.0)

    assert await keys(database) == "bcd"


async def test_what_others_deleted_counts_no_more_after_a_while(database: Database) -> None:
    cached = SqliteCachedTranscripts(database, most_bytes=3 * SIZE_BYTES)
    await put(cached, "a", "b", "c")
    await database.write(lambda db: db.execute("DELETE FROM cached_transcripts WHERE key IN ('a', 'b')"))
    await cached.purge(0.0)
    await put(cached, "d", "e", created_at=10.0)

    assert await keys(database) == "cde"


async def test_a_lower_bound_is_reached_with_the_next_puts_each_deleting_some(database: Database) -> None:
    cached = SqliteCachedTranscripts(database)
    await put(cached, *(f"{number:04}" for number in range(120)))
    cached.most_bytes = 3 * SIZE_BYTES

    counts = []
    for name in "abc":
        await put(cached, name, created_at=1_000.0)
        counts.append(
            await database.read(lambda db: db.execute("SELECT count(*) FROM cached_transcripts").fetchone()[0])
        )

    assert counts == [71, 22, 3]
    assert await keys(database) == "abc"


async def test_purging_deletes_what_is_over_a_lower_bound_at_once(database: Database) -> None:
    cached = SqliteCachedTranscripts(database)
    await put(cached, *(f"{number:04}" for number in range(120)))
    cached.most_bytes = 2 * SIZE_BYTES

    assert await cached.purge(0.0) == 118

    assert await keys(database) == "01180119"


async def test_purging_deletes_all_that_is_too_old(database: Database) -> None:
    cached = SqliteCachedTranscripts(database)
    await put(cached, *(f"{number:04}" for number in range(120)))
    await cached.touch(CacheKey("0000"), 1_000.0)

    assert await cached.purge(117.0) == 117

    assert await keys(database) == "011701180119"


async def test_what_is_too_large_by_itself_is_not_kept_and_drives_nothing_out(database: Database) -> None:
    cached = SqliteCachedTranscripts(database, most_bytes=2 * SIZE_BYTES)
    await put(cached, "a", "b")
    large = make_transcript(" ".join(f"Sentence number {number} is about {number**7}." for number in range(100)))
    assert await cached.put(CacheKey("large"), OTHER_HASH, large, 5.0) > 2 * SIZE_BYTES

    assert await keys(database) == "ab"


async def test_touches_are_written_together(database: Database) -> None:
    cached = SqliteCachedTranscripts(database)
    await put(cached, "a")
    for number in range(19):
        await cached.touch(CacheKey("a" if number == 0 else str(number)), 50.0)
    entry = await cached.get(CacheKey("a"))
    assert entry is not None
    assert entry.used_at == 1.0

    await cached.touch(CacheKey("one more"), 50.0)

    entry = await cached.get(CacheKey("a"))
    assert entry is not None
    assert entry.used_at == 50.0


@pytest.mark.parametrize("body", ["x'00ff'", "'text'", "x'789c030000000001'", "zeroblob(500)", "x''"])
async def test_a_damaged_entry_is_a_miss_and_is_deleted(database: Database, body: str) -> None:
    cached = SqliteCachedTranscripts(database)
    await put(cached, "a", "b")
    await database.write(lambda db: db.execute(f"UPDATE cached_transcripts SET body = {body} WHERE key = 'a'"))

    assert await cached.get(CacheKey("a")) is None
    assert await keys(database) == "b"


async def test_clearing_deletes_every_entry(database: Database) -> None:
    cached = SqliteCachedTranscripts(database, most_bytes=121 * SIZE_BYTES)
    await put(cached, *(f"{number:04}" for number in range(120)))

    await cached.clear()

    assert await keys(database) == ""
    await put(cached, "a", "b")
    assert await keys(database) == "ab"


async def test_a_put_that_fails_is_not_counted(database: Database) -> None:
    cached = SqliteCachedTranscripts(database, most_bytes=3 * SIZE_BYTES)
    await put(cached, "a", "b")
    refuse = "CREATE TRIGGER refuse BEFORE INSERT ON cached_transcripts BEGIN SELECT RAISE(ABORT, 'no'); END"
    await database.write(lambda db: db.execute(refuse))
    for _ in range(5):
        with pytest.raises(StoreError):
            await put(cached, "b")
    await database.write(lambda db: db.execute("DROP TRIGGER refuse"))
    await put(cached, "c", created_at=5.0)

    assert await keys(database) == "abc"
