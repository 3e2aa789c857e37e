from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.domain import CacheKey
from core.store.sqlite import Database, SqliteCachedTranscripts, SqliteHistory
from tests.unit.samples import HASH, THE_OWNER, make_source, make_transcript

KEY = CacheKey("key")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "notula.db")
    yield opened
    await opened.close()


@pytest.fixture
def history(database: Database) -> SqliteHistory:
    return SqliteHistory(database)


async def test_a_repeat_moves_its_entry_to_the_top_and_is_found_once(history: SqliteHistory) -> None:
    first = await history.save(make_source("a.wav"), KEY, HASH, make_transcript(), 1.0, requester=THE_OWNER)
    await history.save(make_source("b.wav"), KEY, HASH, make_transcript(), 2.0, requester=THE_OWNER)
    assert await history.save(make_source("a.wav"), KEY, HASH, make_transcript(), 3.0, requester=THE_OWNER) == first

    assert [entry.name for entry in (await history.page("", 10, 0)).entries] == ["a.wav", "b.wav"]
    assert (await history.page("best of times", 10, 0)).total == 2


async def test_a_repeat_of_what_was_deleted_is_a_new_entry(history: SqliteHistory) -> None:
    first = await history.save(make_source(), KEY, HASH, make_transcript(), 1.0, requester=THE_OWNER)
    await history.delete([first])
    again = await history.save(make_source(), KEY, HASH, make_transcript(), 2.0, requester=THE_OWNER)

    stored = await history.get(again)
    assert stored is not None
    assert stored.transcript == make_transcript()


async def test_what_was_saved_is_there_for_another_process(database: Database, tmp_path: Path) -> None:
    saved = await SqliteHistory(database).save(make_source(), KEY, HASH, make_transcript(), 1.0, requester=THE_OWNER)
    second = await Database.open(tmp_path / "notula.db")

    stored = await SqliteHistory(second).get(saved)

    await second.close()
    assert stored is not None


async def test_a_repeat_leaves_the_search_index_alone(database: Database, history: SqliteHistory) -> None:
    async def index() -> list[tuple[int, bytes]]:
        query = "SELECT id, block FROM transcripts_fts_data"
        return await database.read(lambda connection: [tuple(row) for row in connection.execute(query)])

    await history.save(make_source(), KEY, HASH, make_transcript(), 1.0, requester=THE_OWNER)
    before = await index()
    await history.save(make_source(), KEY, HASH, make_transcript(), 2.0, requester=THE_OWNER)

    assert await index() == before


async def test_a_changed_text_is_found_and_the_old_one_is_not(database: Database, history: SqliteHistory) -> None:
    await history.save(make_source(), KEY, HASH, make_transcript("Black tea."), 1.0, requester=THE_OWNER)
    await database.write(lambda db: db.execute("UPDATE transcripts SET text = 'Green coffee.'"))

    assert (await history.page("coffee", 10, 0)).total == 1
    assert (await history.page("tea", 10, 0)).total == 0


async def test_what_the_cache_has_packed_is_taken_from_there(database: Database, history: SqliteHistory) -> None:
    cached = SqliteCachedTranscripts(database)
    await cached.put(KEY, HASH, make_transcript(), 1.0)
    saved = await history.save(make_source(), KEY, HASH, make_transcript(), 1.0, requester=THE_OWNER)
    await cached.clear()

    stored = await history.get(saved)
    assert stored is not None
    assert stored.transcript == make_transcript()
    assert (await history.page("best of times", 10, 0)).total == 1


async def test_a_named_entry_is_found_by_its_name_and_by_the_next_transcript_of_its_recording(
    history: SqliteHistory,
) -> None:
    first = await history.save(make_source("a.wav"), KEY, HASH, make_transcript(), 1.0, requester=THE_OWNER)
    assert await history.rename(first, "Wawancara 日本") == "Wawancara 日本"
    assert await history.rename(first, "Interview 東京") == "Interview 東京"
    assert await history.save(make_source("a.wav"), KEY, HASH, make_transcript(), 2.0, requester=THE_OWNER) == first

    for search, found in (("interview", 1), ("東京", 1), ("日本", 0), ("wawancara", 0)):
        assert (await history.page(search, 10, 0)).total == found, search
    stored = await history.get(first)
    assert stored is not None
    assert stored.entry.name == "Interview 東京"

    # A recording that bears this name is another one.
    other = await history.save(make_source("Interview 東京"), KEY, HASH, make_transcript(), 3.0, requester=THE_OWNER)
    assert other != first


async def test_an_empty_name_is_that_of_the_recording_again(history: SqliteHistory) -> None:
    first = await history.save(make_source("会議.wav"), KEY, HASH, make_transcript(), 1.0, requester=THE_OWNER)
    assert await history.rename(first, "") == "会議.wav"
    await history.rename(first, "Meeting")
    assert await history.rename(first, "") == "会議.wav"
    assert (await history.page("会議", 10, 0)).total == 1
    await history.delete([first])
    assert await history.rename(first, "Gone") is None
