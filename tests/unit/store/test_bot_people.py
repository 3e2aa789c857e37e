"""Who talks to the bot, what they chose, what the owner did: all of it survives a restart."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.domain import Requester
from core.domain.bot import Access, BotPerson, ChatPreferences
from core.domain.person import Person
from core.store.sqlite import Database, SqliteAuditLog, SqliteBotPeople, SqliteChatPreferences
from core.store.sqlite.person_deletion import KeepsPersonalData

ADA = BotPerson(7, "Ada L.", "ada", "id")
BEN = BotPerson(8, "Ben", "", "en")


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "notula.db")
    yield database
    await database.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def people(database: Database, clock: Clock) -> SqliteBotPeople:
    people = SqliteBotPeople(database, clock)
    await people.load()
    return people


async def test_people_are_listed_by_when_they_wrote(people: SqliteBotPeople, clock: Clock) -> None:
    await people.seen(ADA)
    clock.now += 10
    await people.seen(BEN)
    assert await people.newest(10) == (BEN, ADA)
    assert await people.newest(1) == (BEN,)
    assert await people.find("ADA") == ADA
    assert await people.find("nobody") is None
    assert await people.count() == 2


async def test_a_new_name_is_kept_at_once_and_the_time_now_and_then(people: SqliteBotPeople, clock: Clock) -> None:
    await people.seen(ADA)
    await people.seen(BEN)
    clock.now += 60
    await people.seen(BotPerson(7, "Countess of L.", "ada", "id"))
    assert (await people.newest(1))[0].name == "Countess of L."
    await people.seen(BEN)
    assert (await people.newest(1))[0].user_id == 7  # A minute later is not worth a write.
    clock.now += 7200
    await people.seen(BEN)
    assert (await people.newest(1))[0] == BEN


async def test_access_is_what_the_owner_said_last(people: SqliteBotPeople, database: Database, clock: Clock) -> None:
    await people.seen(ADA)
    assert people.access(7) is Access.UNKNOWN
    await people.set_access(7, Access.ALLOWED)
    await people.set_access(9, Access.BLOCKED)  # Has never written.
    again = SqliteBotPeople(database, clock)
    await again.load()
    assert [again.access(number) for number in (7, 8, 9)] == [Access.ALLOWED, Access.UNKNOWN, Access.BLOCKED]
    await again.set_access(7, Access.UNKNOWN)
    await again.load()
    assert again.access(7) is Access.UNKNOWN


async def test_a_message_reaches_who_wants_it(people: SqliteBotPeople, clock: Clock) -> None:
    for person in (ADA, BEN, BotPerson(9, "Eve")):
        await people.seen(person)
    await people.set_access(9, Access.BLOCKED)
    await people.set_unreachable(8)
    assert await people.reachable() == (ADA,)
    await people.seen(BEN)
    assert {person.user_id for person in await people.reachable()} == {7, 8}


async def forget(database: Database, store: KeepsPersonalData, user_id: int) -> None:
    person = Person(user_id, frozenset({Requester("telegram", str(user_id))}))
    await database.write(lambda db: store.forget_person(db, person))
    store.drop_person(person)


async def test_who_is_forgotten_stays_blocked(people: SqliteBotPeople, database: Database, clock: Clock) -> None:
    for person in (ADA, BEN):
        await people.seen(person)
    await people.set_access(8, Access.BLOCKED)
    for user_id in (7, 8):
        await forget(database, people, user_id)
    assert await people.newest(10) == ()
    assert await people.count() == 1
    again = SqliteBotPeople(database, clock)
    await again.load()
    assert again.access(8) is Access.BLOCKED


async def test_choices_of_a_chat_are_kept_moved_and_forgotten(database: Database) -> None:
    store = SqliteChatPreferences(database)
    assert await store.get(-5) == ChatPreferences()
    chosen = ChatPreferences(provider="groq", formats=("srt",), automatic=True)
    await store.set(-5, chosen)
    assert await SqliteChatPreferences(database).get(-5) == chosen
    await store.move(-5, -1005)
    again = SqliteChatPreferences(database)
    assert (await again.get(-1005), await again.get(-5)) == (chosen, ChatPreferences())
    await forget(database, again, -1005)
    assert await again.get(-1005) == ChatPreferences()


@pytest.mark.parametrize("body", ['{"provider": "groq", "of_a_newer_version": 1}', "{", '{"formats": 3}', "[]"])
async def test_choices_that_can_not_be_read_count_for_nothing(database: Database, body: str) -> None:
    await database.write(
        lambda database: database.execute("INSERT INTO chat_preferences (chat_id, body) VALUES (1, ?)", [body])
    )
    expected = ChatPreferences(provider="groq") if "groq" in body else ChatPreferences()
    assert await SqliteChatPreferences(database).get(1) == expected


async def test_the_audit_log_keeps_a_bounded_past(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.store.sqlite.audit_log._MOST_KEPT", 3)
    log = SqliteAuditLog(database, clock)
    await log.record("7", "block", "8")
    for number in range(4):
        await log.record("203.0.113.9", "refused", str(number))
    entries = await log.newest(10)
    assert [entry.detail for entry in entries] == ["3", "2", "1"]
    clock.now += 91 * 24 * 3600
    await log.record("7", "allow", "8")
    assert [(entry.actor, entry.action, entry.at) for entry in await log.newest(10)] == [("7", "allow", clock.now)]


async def test_who_is_blocked_while_the_bot_begins_stays_blocked(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read just before the owner has decided must not count more than that."""
    beginning = SqliteBotPeople(database, clock)
    read = database.read

    async def read_then_block(operation: object) -> object:
        found = await read(operation)
        await beginning.set_access(ADA.user_id, Access.BLOCKED)
        return found

    monkeypatch.setattr(database, "read", read_then_block)
    await beginning.load()
    assert beginning.access(ADA.user_id) is Access.BLOCKED
