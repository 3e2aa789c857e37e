"""What the bot owes survives a restart, and is known by its id."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.domain import JobId, TranscriptId
from core.domain.bot import Delivery, DeliveryId, DeliveryKind, ReceivedUpdate, delivery_id
from core.domain.bot_records import JournaledDelivery
from core.store.sqlite import Database
from core.store.sqlite.deliveries import SqliteDeliveries
from core.store.sqlite.updates import SqliteUpdates

FIRST = Delivery(
    delivery_id(1, 10),
    DeliveryKind.TRANSCRIPT,
    chat_id=-100,
    user_id=7,
    reply_to=55,
    interface_language="id",
    created_at=1_000.0,
    name="pidato.ogg",
    thread_id=3,
    job_id=JobId("job"),
    formats=("txt", "srt"),
    target_language="en",
)
SECOND = replace(FIRST, id=delivery_id(1, 11), created_at=1_001.0, reply_to=56)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "notula.db")
    yield database
    await database.close()


@pytest.fixture
def journal(database: Database) -> SqliteDeliveries:
    return SqliteDeliveries(database, 1, lambda: 2_000.0)


async def test_what_is_owed_comes_back_as_it_was(journal: SqliteDeliveries) -> None:
    assert await journal.open(FIRST)
    assert await journal.get(FIRST.id) == JournaledDelivery(FIRST)
    assert await journal.get(DeliveryId("0" * 16)) is None


async def test_what_is_opened_again_stays_as_it_is(journal: SqliteDeliveries) -> None:
    await journal.open(FIRST)
    await journal.set_messages(FIRST.id, FIRST.chat_id, [60])
    await journal.finish(FIRST.id)
    assert not await journal.open(replace(FIRST, name="another"))
    assert await journal.get(FIRST.id) == JournaledDelivery(FIRST, (60,), is_finished=True)
    assert await journal.unfinished() == ()


async def test_unfinished_deliveries_come_in_the_order_of_asking(journal: SqliteDeliveries, database: Database) -> None:
    for delivery in (SECOND, FIRST):
        await journal.open(delivery)
    await journal.set_messages(SECOND.id, SECOND.chat_id, [60, 61])
    assert await journal.unfinished() == (JournaledDelivery(FIRST), JournaledDelivery(SECOND, (60, 61)))
    assert await SqliteDeliveries(database, 2, lambda: 0.0).unfinished() == ()  # Of another bot.


async def test_a_delivery_moves_with_its_group_and_learns_its_transcript(journal: SqliteDeliveries) -> None:
    await journal.open(FIRST)
    await journal.set_messages(FIRST.id, -200, [4])
    await journal.set_transcript(FIRST.id, TranscriptId(9))
    moved = replace(FIRST, chat_id=-200, transcript_id=TranscriptId(9))
    assert await journal.about(TranscriptId(9)) == (JournaledDelivery(moved, (4,)),)


async def test_a_delivery_is_found_by_its_messages_and_by_the_recording(journal: SqliteDeliveries) -> None:
    for delivery, message_id in ((FIRST, 60), (SECOND, 61)):
        await journal.open(delivery)
        await journal.set_messages(delivery.id, delivery.chat_id, [message_id])
    for message_id, delivery in ((60, FIRST), (55, FIRST), (61, SECOND), (56, SECOND)):
        found = await journal.at_message(-100, message_id)
        assert found is not None
        assert found.delivery == delivery
    assert await journal.at_message(-100, 1) is None
    assert await journal.at_message(-101, 60) is None


async def test_chats_to_which_something_may_just_have_been_sent_are_known(database: Database) -> None:
    now = [1000.0]
    journal = SqliteDeliveries(database, 4711, lambda: now[0])
    await journal.open(replace(FIRST, id=DeliveryId("a" * 16), chat_id=1, created_at=900.0))
    await journal.open(replace(FIRST, id=DeliveryId("b" * 16), chat_id=2, created_at=980.0))
    now[0] = 990.0
    for name in ("a", "b"):
        await journal.finish(DeliveryId(name * 16))
    await journal.open(replace(FIRST, id=DeliveryId("c" * 16), chat_id=3, created_at=100.0))
    await SqliteUpdates(database, 4711, lambda: 970.0).record([ReceivedUpdate(7, 4, "{}")])
    now[0] = 1000.0
    assert await journal.silences(40.0) == {1: 10.0, 2: 10.0, 3: 10.0, 4: 30.0}
    now[0] = 980.0  # Somebody has set the clock back.
    assert min((await journal.silences(40.0)).values()) == 0.0
    now[0] = 2000.0
    assert await journal.silences(40.0) == {}
    assert await SqliteDeliveries(database, 815, lambda: 1000.0).silences(40.0) == {}
