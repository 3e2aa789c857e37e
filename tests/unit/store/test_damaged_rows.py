"""A row that is damaged, or of a newer version, costs itself alone; what is beside it is there."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.domain import CacheKey, ContentHash, JobState, TranscriptId
from core.domain.bot import Access, BotPerson, ChatPreferences, Delivery, DeliveryId, DeliveryKind
from core.domain.errors import StoreDamaged
from core.domain.usage import Usage, UsageKey
from core.store.sqlite import (
    Database,
    Instance,
    SqliteAuditLog,
    SqliteBotPeople,
    SqliteCachedTranscripts,
    SqliteChatPreferences,
    SqliteHistory,
    SqliteJobJournal,
    SqliteUsageLedger,
)
from core.store.sqlite.deliveries import SqliteDeliveries
from core.store.sqlite.personal_records import SqlitePersonalRecords
from tests.unit.samples import HASH, THE_OWNER, make_job, make_source, make_transcript

BOT = 99


def clock() -> float:
    return 5.0


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "notula.db")
    yield opened
    await opened.close()


async def two_deliveries(database: Database) -> None:
    journal = SqliteDeliveries(database, BOT, clock)
    for number in (1, 2):
        owed = Delivery(
            DeliveryId(f"d{number}"), DeliveryKind.TRANSCRIPT, 7, 7, 1, "en", float(number), name=str(number)
        )
        await journal.open(owed)
        await journal.set_transcript(owed.id, TranscriptId(number))


async def two_transcripts(database: Database) -> None:
    for number in (1, 2):
        key, content = CacheKey(f"key {number}"), ContentHash(f"hash {number}")
        await SqliteHistory(database).save(
            make_source(str(number)), key, content, make_transcript("said"), float(number), requester=THE_OWNER
        )


async def two_of_somebodys(database: Database) -> None:
    await two_transcripts(database)
    await two_deliveries(database)


async def two_people(database: Database) -> None:
    for number in (1, 2):
        await SqliteBotPeople(database, clock).seen(BotPerson(number, str(number), f"u{number}", "en"))
        await SqliteBotPeople(database, clock).set_access(number, Access.ALLOWED)


async def two_sums(database: Database) -> None:
    sums = {UsageKey("2026-11-01", name, "m", "c", "u"): Usage(1, 1.0, 1.0) for name in "12"}
    await SqliteUsageLedger(database).add(sums, "2026-11")


async def two_audits(database: Database) -> None:
    for number in (1, 2):
        await SqliteAuditLog(database, clock).record(str(number), "allow")


async def names_of_deliveries(database: Database) -> list[str]:
    return [one.delivery.name for one in await SqliteDeliveries(database, BOT, clock).unfinished()]


async def names_of_history(database: Database) -> list[str]:
    history = SqliteHistory(database)
    found, newest = await history.page("said", 9, 0), await history.page("", 9, 0)
    assert len(found.entries) == len(newest.entries)
    return [entry.name for entry in newest.entries]


async def names_of_somebodys(database: Database) -> list[str]:
    page = await SqlitePersonalRecords(database, BOT).page(7, limit=9)
    return [found.entry.name for found in page.entries]


async def names_of_people(database: Database) -> list[str]:
    return [person.name for person in await SqliteBotPeople(database, clock).newest(9)]


async def names_of_sums(database: Database) -> list[str]:
    return [row.key.provider for row in await SqliteUsageLedger(database).rows("2026-11")]


async def names_of_audits(database: Database) -> list[str]:
    return [entry.actor for entry in await SqliteAuditLog(database, clock).newest(9)]


DELIVERIES = (two_deliveries, names_of_deliveries)
HISTORY = (two_transcripts, names_of_history)


@pytest.mark.parametrize(
    ("fill", "names", "damage"),
    [
        (*DELIVERIES, "UPDATE deliveries SET body = '{' WHERE id = 'd1'"),
        (*DELIVERIES, "UPDATE deliveries SET body = '[]' WHERE id = 'd1'"),
        (*DELIVERIES, "UPDATE deliveries SET body = json_set(body, '$.kind', 'video') WHERE id = 'd1'"),
        (*DELIVERIES, "UPDATE deliveries SET messages = '5' WHERE id = 'd1'"),
        (*DELIVERIES, "UPDATE deliveries SET messages = '[null]' WHERE id = 'd1'"),
        (*HISTORY, "UPDATE transcripts SET created_at = 'x' WHERE id = 1"),
        (*HISTORY, "UPDATE transcripts SET duration_s = NULL WHERE id = 1"),
        (two_of_somebodys, names_of_somebodys, "UPDATE transcripts SET duration_s = x'00' WHERE id = 1"),
        (two_people, names_of_people, "UPDATE bot_people SET name = x'00' WHERE user_id = 1"),
        (two_sums, names_of_sums, "UPDATE usage SET seconds = 'many' WHERE provider = '1'"),
        (two_audits, names_of_audits, "UPDATE audit_log SET at = 'once' WHERE actor = '1'"),
    ],
)
async def test_the_rest_is_shown_and_it_is_said_once(
    database: Database,
    caplog: pytest.LogCaptureFixture,
    fill: Callable[[Database], Awaitable[None]],
    names: Callable[[Database], Awaitable[list[str]]],
    damage: str,
) -> None:
    await fill(database)
    assert sorted(await names(database)) == ["1", "2"]
    assert database.notices == ()
    await database.write(lambda db: db.execute(damage))
    for _ in range(3):
        assert await names(database) == ["2"]
    assert len(database.notices) == 1
    assert StoreDamaged.sentence not in map(str, database.notices)
    assert len([record for record in caplog.records if "left out" in record.message]) == 1


async def test_a_transcript_whose_segments_are_damaged_keeps_its_text(database: Database) -> None:
    await two_transcripts(database)
    for body in ("x'00ff'", "zeroblob(9)", "'text'"):
        await database.write(lambda db, body=body: db.execute(f"UPDATE transcripts SET body = {body} WHERE id = 1"))  # type: ignore[misc]
        stored = await SqliteHistory(database).get(TranscriptId(1))
        assert stored is not None
        assert stored.transcript.text == make_transcript("said").text
    assert len(database.notices) == 1


async def test_whose_access_can_not_be_read_is_kept_out(database: Database) -> None:
    await two_people(database)
    await database.write(lambda db: db.execute("UPDATE bot_people SET access = 'moderator' WHERE user_id = 1"))
    people = SqliteBotPeople(database, clock)
    await people.load()
    assert (people.access(1), people.access(2)) == (Access.BLOCKED, Access.ALLOWED)


@pytest.mark.parametrize("body", ["{", "[]", "5", '{"language": 5}', '{"formats": 5}', '{"automatic": "no"}'])
async def test_choices_that_can_not_be_read_are_as_if_nothing_was_chosen(database: Database, body: str) -> None:
    await SqliteChatPreferences(database).set(7, ChatPreferences(language="id", formats=("srt",)))
    assert await SqliteChatPreferences(database).get(7) == ChatPreferences(language="id", formats=("srt",))
    await database.write(lambda db: db.execute("UPDATE chat_preferences SET body = ?", [body]))
    assert await SqliteChatPreferences(database).get(7) == ChatPreferences()


@pytest.mark.parametrize("damage", ["body = x'00ff'", "created_at = 'x'", "size_bytes = 'x'"])
async def test_a_damaged_cache_entry_is_a_miss_and_deleted(database: Database, damage: str) -> None:
    cached, key = SqliteCachedTranscripts(database), CacheKey("key")
    await cached.put(key, HASH, make_transcript(), 1.0)
    await database.write(lambda db: db.execute(f"UPDATE cached_transcripts SET {damage}"))
    assert await cached.get(key) is None
    rows = await database.read(lambda db: db.execute("SELECT count(*) FROM cached_transcripts").fetchone()[0])
    assert rows == 0


@pytest.mark.parametrize(
    ("column", "value"), [("state", "dreaming"), ("priority", 17), ("options", '{"whisper": true}')]
)
async def test_a_job_of_a_newer_version_is_left_out_and_the_file_not_called_damaged(
    database: Database, tmp_path: Path, column: str, value: Any
) -> None:
    instance = Instance(tmp_path / "instances", lambda: "this")
    instance.announce()
    journal = SqliteJobJournal(database, instance)
    jobs = [replace(make_job(name), state=JobState.DONE) for name in ("new.wav", "known.wav")]
    await journal.record(jobs)
    await database.write(lambda db: db.execute(f"UPDATE jobs SET {column} = ? WHERE source_name = 'new.wav'", [value]))
    assert [job.source.name for job in await journal.finished(9)] == ["known.wav"]
    assert StoreDamaged.sentence not in map(str, database.notices)
    assert len(database.notices) == 1
    instance.leave()
