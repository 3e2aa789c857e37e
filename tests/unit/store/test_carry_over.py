"""A damaged database costs what is damaged in it: what people have chosen and are owed goes on in the new one."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from core.domain import CacheKey, Requester, TranscriptId
from core.domain.bot import Access, BotPerson, ChatPreferences, Delivery, DeliveryKind, ReceivedUpdate, delivery_id
from core.domain.usage import Usage, UsageKey
from core.store.sqlite import (
    Database,
    SqliteAuditLog,
    SqliteBotPeople,
    SqliteChatPreferences,
    SqliteHistory,
    SqliteUsageLedger,
)
from core.store.sqlite.deliveries import SqliteDeliveries
from core.store.sqlite.health import damage_mark
from core.store.sqlite.personal_records import SqlitePersonalRecords
from core.store.sqlite.updates import SqliteUpdates
from tests.unit.samples import HASH, THE_OWNER, make_source, make_transcript

BOT, ADA = 99, 7


def clock() -> float:
    return 5.0


async def fill(database: Database) -> TranscriptId:
    """A person with a transcript, an answer that is owed, choices and costs; returns the number of a deleted one."""
    history = SqliteHistory(database)
    saved = await history.save(make_source(), CacheKey("key"), HASH, make_transcript(), 1.0, requester=THE_OWNER)
    deleted = await history.save(
        make_source("gone.wav"), CacheKey("gone"), HASH, make_transcript("Gone."), 1.0, requester=THE_OWNER
    )
    await history.delete([deleted])
    deliveries = SqliteDeliveries(database, BOT, clock)
    for number, transcript in ((1, saved), (2, TranscriptId(77))):
        owed = Delivery(delivery_id(BOT, number), DeliveryKind.TRANSCRIPT, ADA, ADA, 1, "en", 1.0, name=str(number))
        await deliveries.open(owed)
        await deliveries.set_transcript(owed.id, transcript)
    await SqliteBotPeople(database, clock).seen(BotPerson(ADA, "Ada", "ada", "en"))
    await SqliteBotPeople(database, clock).set_access(ADA, Access.BLOCKED)
    await SqliteChatPreferences(database).set(ADA, ChatPreferences(language="id"))
    await SqliteUpdates(database, BOT, clock).record([ReceivedUpdate(3, ADA, "{}")])
    sums = {UsageKey("2026-11-01", "groq", "turbo", "telegram", "7"): Usage(1, 60.0, 0.5)}
    await SqliteUsageLedger(database).add(sums, "2026-11")
    await SqliteAuditLog(database, clock).record("7", "allow", "8")
    return deleted


@pytest.mark.parametrize("damaged", [None, "usage"])
async def test_what_is_sound_goes_on_in_the_new_database(tmp_path: Path, damaged: str | None) -> None:
    file = tmp_path / "notula.db"
    first = await Database.open(file)
    deleted = await fill(first)
    await first.close()
    if damaged is not None:
        with contextlib.closing(sqlite3.connect(file)) as connection:
            root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", [damaged]).fetchone()[0]
        with file.open("r+b") as opened:
            opened.seek((root - 1) * 4096)
            opened.write(b"\xff" * 4096)
    damage_mark(file).touch()

    database = await Database.open(file)
    people = SqliteBotPeople(database, clock)
    await people.load()
    assert len(database.notices) == 1
    assert people.access(ADA) is Access.BLOCKED
    assert await people.find("ada") is not None
    assert (await SqliteChatPreferences(database).get(ADA)).language == "id"
    found = await SqliteDeliveries(database, BOT, clock).unfinished()
    assert [(one.delivery.name, one.delivery.transcript_id is not None) for one in found] == [("1", True), ("2", False)]
    assert (await SqlitePersonalRecords(database, BOT).page(ADA, limit=9)).total == 1
    left = await SqliteUpdates(database, BOT, clock).unhandled(9, of_chat=9)
    assert [update.update_id for update in left] == [3]
    assert await SqliteUsageLedger(database).cost_usd("2026-11") == (0.5 if damaged is None else 0.0)
    assert [entry.action for entry in await SqliteAuditLog(database, clock).newest(9)] == ["allow"]
    assert (await SqlitePersonalRecords(database, BOT).own_transcripts(ADA, Requester("telegram", "7"))) == (
        TranscriptId(1),
    )
    saved = await SqliteHistory(database).save(
        make_source("new.wav"), CacheKey("new"), HASH, make_transcript("New."), 1.0, requester=THE_OWNER
    )
    assert saved > deleted
    await database.close()
