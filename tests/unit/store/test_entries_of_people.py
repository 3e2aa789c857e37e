"""One person's entry of the history is nobody else's, and may be edited."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.cache import TranscriptCache
from core.domain import CacheKey, IdentityAlias, Requester, Segment, TranscriptId
from core.domain.part import FinishedPart
from core.store.sqlite import (
    Database,
    Instance,
    SqliteCachedTranscripts,
    SqliteHistory,
    SqliteIdentityAliases,
    SqliteJobJournal,
    SqliteJobParts,
)
from tests.unit.samples import HASH, OTHER_HASH, make_job, make_source, make_transcript

ADA, BEN = Requester("telegram", "7"), Requester("telegram", "8")
AT_HOME, AT_THE_COMMAND_LINE, IN_THE_BOT = Requester("desktop"), Requester("cli"), Requester("telegram")
KEY, OTHER_OPTIONS, TRANSLATION = CacheKey("key"), CacheKey("other options"), CacheKey("in Indonesian")
SAID, REVISED = make_transcript("Black tea. No milk."), make_transcript("Green tea. No milk.")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "notula.db")
    yield opened
    await opened.close()


@pytest.fixture
def history(database: Database) -> SqliteHistory:
    return SqliteHistory(database)


async def save(history: SqliteHistory, requester: Requester, at: float = 1.0) -> TranscriptId:
    return await history.save(make_source(), KEY, HASH, SAID, at, requester=requester)


async def text_of(history: SqliteHistory, transcript_id: TranscriptId) -> str:
    stored = await history.get(transcript_id)
    assert stored is not None
    return stored.transcript.text


async def test_each_person_has_an_entry_and_the_owner_one_for_all_ways_in(history: SqliteHistory) -> None:
    numbers = [await save(history, person) for person in (ADA, BEN, AT_HOME, AT_THE_COMMAND_LINE, IN_THE_BOT, ADA)]
    assert len(set(numbers)) == 3
    assert numbers[2] == numbers[3] == numbers[4]
    assert numbers[0] == numbers[5]
    assert (await history.page("tea", 10, 0)).total == 3


@pytest.mark.parametrize(("person", "told"), [(ADA, ADA), (IN_THE_BOT, None), (AT_HOME, None)])
@pytest.mark.parametrize("search", ["", "tea"])
async def test_an_entry_tells_whose_it_is_unless_it_is_the_owners(
    history: SqliteHistory, person: Requester, told: Requester | None, search: str
) -> None:
    saved = await save(history, person)
    stored = await history.get(saved)
    assert stored is not None
    assert [entry.requester for entry in (stored.entry, *(await history.page(search, 9, 0)).entries)] == [told, told]


async def test_an_edit_is_read_and_found_and_the_old_text_is_not(history: SqliteHistory) -> None:
    saved = await save(history, ADA)
    assert (await history.page("", 1, 0)).entries[0].edited_at is None
    assert await history.update(saved, REVISED, 5.0)

    stored = await history.get(saved)
    assert stored is not None
    assert stored.transcript == REVISED
    assert (stored.entry.edited_at, stored.entry.created_at) == (5.0, 1.0)
    assert [entry.id for entry in (await history.page("green", 10, 0)).entries] == [saved]
    assert (await history.page("black", 10, 0)).total == 0
    assert (await history.page("", 1, 0)).entries[0].excerpt == ((REVISED.text, False),)


async def test_what_was_transcribed_stays_beside_an_edit(history: SqliteHistory) -> None:
    saved = await save(history, ADA)
    assert await history.original(saved) == SAID
    await history.update(saved, REVISED, 5.0)
    assert await history.original(saved) == SAID
    await history.delete([saved])
    assert await history.original(saved) is None


async def test_an_edit_is_nobody_elses(database: Database, history: SqliteHistory) -> None:
    cached = SqliteCachedTranscripts(database)
    await cached.put(KEY, HASH, SAID, 1.0)
    hers, his = await save(history, ADA), await save(history, BEN)
    await history.update(hers, REVISED, 5.0)

    assert (await text_of(history, hers), await text_of(history, his)) == (REVISED.text, SAID.text)
    answer = await cached.get(KEY)
    assert answer is not None
    assert answer.transcript == SAID
    another = await save(history, AT_HOME, 6.0)
    assert await text_of(history, another) == SAID.text


async def test_an_edit_stays_when_the_recording_comes_again(history: SqliteHistory) -> None:
    saved = await save(history, ADA)
    await history.update(saved, REVISED, 5.0)
    assert await save(history, ADA, 9.0) == saved

    entry = (await history.page("", 1, 0)).entries[0]
    assert (entry.created_at, entry.edited_at) == (9.0, 5.0)
    assert await text_of(history, saved) == REVISED.text


async def test_what_was_deleted_cannot_be_edited(history: SqliteHistory) -> None:
    saved = await save(history, ADA)
    await history.delete([saved])
    assert not await history.update(saved, REVISED, 5.0)
    assert (await history.page("", 1, 0)).total == 0


async def test_the_last_ones_deletion_takes_what_is_cached_with_it(database: Database, history: SqliteHistory) -> None:
    cached = SqliteCachedTranscripts(database)
    await cached.put(KEY, HASH, SAID, 1.0)
    hers, his = await save(history, ADA), await save(history, BEN)

    assert await history.delete([hers]) == ()
    assert await cached.get(KEY) is not None
    assert await text_of(history, his) == SAID.text
    assert await history.delete([his]) == (HASH,)
    assert await cached.get(KEY) is None


async def test_answers_that_were_not_shared_go_with_their_own_entry(database: Database, history: SqliteHistory) -> None:
    """Where people don't share the cache, each has a key of their own for the same recording."""
    cached = SqliteCachedTranscripts(database)
    hers = await history.save(make_source(), CacheKey("hers"), HASH, SAID, 1.0, requester=ADA)
    await history.save(make_source(), CacheKey("his"), HASH, SAID, 1.0, requester=BEN)
    await cached.put(CacheKey("hers"), HASH, SAID, 1.0)
    assert await history.delete([hers]) == (HASH,)
    assert await cached.get(CacheKey("hers")) is None


async def test_deleting_an_edited_entry_leaves_the_answer_that_somebody_else_has(
    database: Database, history: SqliteHistory
) -> None:
    cached = SqliteCachedTranscripts(database)
    await cached.put(KEY, HASH, SAID, 1.0)
    hers = await save(history, ADA)
    await save(history, BEN)
    await history.update(hers, REVISED, 5.0)
    await cached.put(TRANSLATION, HASH, REVISED, 5.0, is_derived=True)

    assert await history.delete([hers]) == (HASH,)
    assert await cached.get(KEY) is not None
    assert await cached.get(TRANSLATION) is None  # It may be of the edited text.


@pytest.mark.parametrize("person", [ADA, BEN])
async def test_deleting_an_entry_leaves_the_answers_to_other_options(
    database: Database, history: SqliteHistory, person: Requester
) -> None:
    cached = SqliteCachedTranscripts(database)
    await cached.put(KEY, HASH, SAID, 1.0)
    await cached.put(OTHER_OPTIONS, HASH, SAID, 1.0)
    await history.save(make_source(), KEY, HASH, SAID, 1.0, requester=person)
    hers = await history.save(make_source(), OTHER_OPTIONS, HASH, SAID, 1.0, requester=ADA)
    await cached.put(TRANSLATION, HASH, SAID, 2.0, is_derived=True)

    assert await history.delete([hers]) == (HASH,)
    assert await cached.get(OTHER_OPTIONS) is None
    assert await cached.get(TRANSLATION) is None  # It may be of the deleted text.
    assert await cached.get(KEY) is not None


async def test_names_of_a_recording_go_with_the_last_entry_of_anybody(
    database: Database, history: SqliteHistory
) -> None:
    aliases, alias = SqliteIdentityAliases(database, lambda: 1.0), IdentityAlias("talk.ogg on a server")
    await aliases.remember(alias, HASH)
    hers = await history.save(make_source(), OTHER_OPTIONS, HASH, SAID, 1.0, requester=ADA)
    his = await save(history, BEN)

    await history.delete([hers])
    assert await aliases.content_of(alias) == HASH
    await history.delete([his])
    assert await aliases.content_of(alias) is None


async def test_what_memory_forgets_with_a_deletion_is_still_answered_for_others(
    database: Database, history: SqliteHistory
) -> None:
    cache = TranscriptCache(SqliteCachedTranscripts(database))
    for key in (KEY, OTHER_OPTIONS):
        await cache.put(key, HASH, SAID)
    await save(history, BEN)
    hers = await history.save(make_source(), OTHER_OPTIONS, HASH, SAID, 1.0, requester=ADA)
    for content in await history.delete([hers]):
        cache.forget(content)

    assert await cache.get(OTHER_OPTIONS, HASH) is None
    assert await cache.get(KEY, HASH) == SAID
    assert (cache.memory_hits, cache.disk_hits) == (0, 1)


async def test_finished_parts_of_somebody_elses_job_stay_while_anybody_has_the_recording(
    database: Database, history: SqliteHistory, tmp_path: Path
) -> None:
    instance, parts = Instance(tmp_path / "instances", lambda: "this"), SqliteJobParts(database)
    instance.announce()
    run, segments = CacheKey(f"{HASH}:run"), (Segment(0.0, 1.0, "Black tea."),)
    for person in (ADA, BEN):
        job = replace(make_job(), requester=person)
        await SqliteJobJournal(database, instance).record([job])
        part = FinishedPart(person.user, "groq", "m", "{}", (0.0,), None, "en", segments)
        await parts.keep(job.id, run, [part], {}, "2026-11")
    hers = await history.save(make_source(), OTHER_OPTIONS, HASH, SAID, 1.0, requester=ADA)
    his = await save(history, BEN)

    await history.delete([hers])
    assert [part.key for part in await parts.of_run(run)] == [BEN.user]
    await history.delete([his])
    assert await parts.of_run(run) == ()
    instance.leave()


async def test_no_number_is_given_again_to_anybody(history: SqliteHistory) -> None:
    hers, his = await save(history, ADA), await save(history, BEN)
    await history.delete([hers, his])
    assert await history.save(make_source(), CacheKey("new"), OTHER_HASH, SAID, 2.0, requester=BEN) > max(hers, his)


async def test_a_revision_that_is_damaged_leaves_its_text(database: Database, history: SqliteHistory) -> None:
    saved = await save(history, ADA)
    await history.update(saved, REVISED, 5.0)
    await database.write(lambda db: db.execute("UPDATE transcripts SET edited_body = x'00'"))
    assert await text_of(history, saved) == REVISED.text
    assert database.notices
