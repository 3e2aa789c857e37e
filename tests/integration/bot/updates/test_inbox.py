"""No update is lost, none has a second effect, and each chat's are handled in their order."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from core.bot.updates import inbox as module
from core.bot.updates.inbox import Inbox, received_update
from core.concurrency.supervision import Supervisor
from core.domain.bot import ReceivedUpdate
from core.domain.errors import StoreError
from core.store.sqlite import Database
from core.store.sqlite.ended_records import SqliteEndedRecords
from core.store.sqlite.updates import SqliteUpdates
from tests.patience import PATIENCE_S

BOT = 4711


def update(number: int, chat: int = 1) -> ReceivedUpdate:
    return received_update({"update_id": number, "message": {"message_id": 1, "chat": {"id": chat}, "text": "hello"}})


class Handler:
    """Notes what it is given, and holds or fails what a test tells it to."""

    def __init__(self) -> None:
        self.handled: list[int] = []
        self.gates: dict[int, asyncio.Event] = {}
        self.failures: dict[int, list[Exception]] = {}
        self.begun: list[int] = []
        self._changed = asyncio.Event()

    async def __call__(self, update: ReceivedUpdate) -> None:
        self.begun.append(update.update_id)
        self._tell()
        if update.update_id in self.gates:
            await self.gates[update.update_id].wait()
        if self.failures.get(update.update_id):
            raise self.failures[update.update_id].pop(0)
        assert "hello" in update.body
        self.handled.append(update.update_id)
        self._tell()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                await self._changed.wait()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


@pytest.fixture
def journal(database: Database) -> SqliteUpdates:
    return SqliteUpdates(database, BOT, lambda: 1_000_000.0)


@pytest.mark.parametrize(
    ("raw", "chat"),
    [
        ({"message": {"chat": {"id": -100}, "from": {"id": 7}}}, -100),
        ({"callback_query": {"from": {"id": 7}, "message": {"chat": {"id": -100}}}}, -100),
        ({"my_chat_member": {"chat": {"id": 7}, "from": {"id": 8}}}, 7),
        ({"inline_query": {"from": {"id": 7}}}, 7),
        ({"poll": {"id": "1"}}, 0),
        ({"of_a_newer_api": ["?"]}, 0),
        ({"message": {"chat": "?"}}, 0),
    ],
)
def test_an_update_is_of_the_chat_where_it_happened(raw: dict[str, object], chat: int) -> None:
    assert received_update({"update_id": 3, **raw}).chat_id == chat


@pytest.mark.parametrize("raw", [{}, {"update_id": "3"}, {"update_id": True}, {"update_id": -1}, {"update_id": 2**60}])
def test_what_has_no_id_is_no_update(raw: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="without an id"):
        received_update(raw)


async def test_a_chats_updates_are_handled_in_order_and_chats_side_by_side(journal: SqliteUpdates) -> None:
    handler = Handler()
    handler.gates[1] = asyncio.Event()
    inbox = Inbox(journal, handler)
    await inbox.start()
    await inbox.record([update(1), update(2), update(3, chat=9), update(4, chat=9)])
    await handler.until(lambda: handler.handled == [3, 4])
    assert handler.begun.count(2) == 0
    handler.gates[1].set()
    await handler.until(lambda: handler.handled == [3, 4, 1, 2])
    await inbox.close()
    assert await journal.unhandled(10, of_chat=10) == ()


async def test_a_repeated_update_has_no_second_effect(journal: SqliteUpdates) -> None:
    handler = Handler()
    inbox = Inbox(journal, handler)
    await inbox.start()
    await inbox.record([update(1), update(1)])
    await handler.until(lambda: handler.handled == [1])
    await inbox.record([update(1), update(2)])
    await handler.until(lambda: handler.handled == [1, 2])
    await inbox.close()
    again = Inbox(journal, handler)
    await again.start()
    await again.record([update(2), update(3)])
    await handler.until(lambda: handler.handled == [1, 2, 3])
    await again.close()


async def test_what_was_not_finished_is_handled_at_the_next_start(journal: SqliteUpdates) -> None:
    handler = Handler()
    handler.gates = {number: asyncio.Event() for number in (1, 2)}
    inbox = Inbox(journal, handler)
    await inbox.start()
    await inbox.record([update(1), update(2, chat=2), update(3), update(4, chat=2)])
    await handler.until(lambda: set(handler.begun) == {1, 2})
    handler.gates[1].set()
    await handler.until(lambda: 3 in handler.handled)
    await inbox.close(grace_s=0)
    handler.gates.clear()
    again = Inbox(journal, handler)
    await again.start()
    await handler.until(lambda: 4 in handler.handled)
    await again.close()
    # The last of a chat may come again: its mark is written after it.
    assert [number for number in handler.handled if number != 3] == [1, 2, 4]


async def test_closing_lets_each_chat_finish_what_it_is_at(journal: SqliteUpdates) -> None:
    handler = Handler()
    handler.gates[1] = asyncio.Event()
    inbox = Inbox(journal, handler)
    await inbox.start()
    await inbox.record([update(1), update(2)])
    await handler.until(lambda: handler.begun == [1])
    closing = asyncio.create_task(inbox.close())
    await asyncio.sleep(0)
    handler.gates[1].set()
    await closing
    assert handler.handled == [1]
    assert [left.update_id for left in await journal.unhandled(10, of_chat=10)] == [2]


async def test_one_that_can_not_be_handled_holds_up_nobody(
    journal: SqliteUpdates, caplog: pytest.LogCaptureFixture
) -> None:
    handler = Handler()
    handler.failures[1] = [RuntimeError("a bug")]
    inbox = Inbox(journal, handler)
    await inbox.start()
    await inbox.record([update(1), update(2)])
    await handler.until(lambda: handler.handled == [2])
    await inbox.close()
    assert "Update 1 could not be handled" in caplog.text
    assert "hello" not in caplog.text
    assert await journal.unhandled(10, of_chat=10) == ()


async def test_while_the_database_fails_it_is_tried_again(journal: SqliteUpdates) -> None:
    handler, pauses = Handler(), []
    handler.failures[1] = [StoreError(), StoreError()]
    handler.failures[2] = [StoreError() for _ in range(10)]

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    inbox = Inbox(journal, handler, pause=pause)
    await inbox.start()
    await inbox.record([update(1), update(2), update(3)])
    await handler.until(lambda: handler.handled == [1, 3])
    await inbox.close()
    assert pauses[:2] == [1, 2]
    assert sum(pauses[2:]) > 240
    assert [left.update_id for left in await journal.unhandled(10, of_chat=10)] == [2]


async def test_a_flood_waits_in_the_journal_and_not_in_memory(
    journal: SqliteUpdates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_IN_MEMORY", 10)
    handler = Handler()
    handler.gates[1] = asyncio.Event()
    inbox = Inbox(journal, handler)
    await inbox.start()
    most = 0
    for number in range(1, 101):
        await inbox.record([update(number, chat=number % 3)])
        most = max(most, inbox.waiting)
    assert most <= 10
    handler.gates[1].set()
    await handler.until(lambda: len(handler.handled) == 100)
    for chat in range(3):
        of_chat = [number for number in handler.handled if number % 3 == chat]
        assert of_chat == sorted(of_chat)
    await inbox.close()


async def test_a_chat_that_floods_holds_up_no_other(journal: SqliteUpdates) -> None:
    handler = Handler()
    handler.gates[1] = asyncio.Event()
    inbox = Inbox(journal, handler)
    await inbox.start()
    for first in range(1, 1500, 100):
        await inbox.record([update(number) for number in range(first, first + 100)])
    assert inbox.waiting <= module.MAX_IN_MEMORY_PER_CHAT + 1
    await inbox.record([update(5000, chat=2)])
    await handler.until(lambda: handler.handled == [5000])
    handler.gates[1].set()
    await handler.until(lambda: len(handler.handled) == 1501)
    assert handler.handled[1:] == list(range(1, 1501))
    await inbox.close()


@pytest.mark.parametrize("seed", range(10))
async def test_whatever_comes_together_each_is_handled_once_and_in_order(
    journal: SqliteUpdates, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(module, "MAX_IN_MEMORY", 10)
    monkeypatch.setattr(module, "MAX_IN_MEMORY_PER_CHAT", 3)
    chance = random.Random(seed)
    handler = Handler()
    inbox = Inbox(journal, handler)
    await inbox.start()
    numbers = list(range(1, 301))
    chats = {number: int(chance.paretovariate(0.7)) for number in numbers}
    while numbers:
        count = chance.randint(1, 12)
        batch, numbers = numbers[:count], numbers[count:]
        await inbox.record([update(number, chat=chats[number]) for number in batch])
        for _ in range(chance.randint(0, 5)):
            await asyncio.sleep(0)
    await handler.until(lambda: len(handler.handled) >= 300)
    await inbox.close()
    assert sorted(handler.handled) == list(range(1, 301))
    for chat in set(chats.values()):
        of_chat = [number for number in handler.handled if chats[number] == chat]
        assert of_chat == sorted(of_chat)


async def test_a_journal_that_can_not_be_read_is_read_later(
    journal: SqliteUpdates, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = Handler()
    handler.gates[1] = asyncio.Event()
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        monkeypatch.undo()

    async def fails(*_: object, **__: object) -> None:
        raise StoreError

    inbox = Inbox(journal, handler, pause=pause)
    await inbox.start()
    await inbox.record([update(number) for number in range(1, 41)])
    monkeypatch.setattr(journal, "unhandled", fails)
    handler.gates[1].set()
    await handler.until(lambda: len(handler.handled) == 40)
    assert (handler.handled, pauses) == (list(range(1, 41)), [1.0])
    await inbox.close()


async def test_what_comes_while_the_journal_is_read_is_not_forgotten(journal: SqliteUpdates) -> None:
    await journal.record([update(number) for number in range(1, 5)])
    handler = Handler()
    inbox = Inbox(journal, handler)
    starting = asyncio.create_task(inbox.start())
    await asyncio.gather(*(inbox.record([update(number)]) for number in range(5, 30)), starting)
    await handler.until(lambda: len(handler.handled) == 29)
    assert handler.handled == sorted(handler.handled)
    await inbox.close()


async def test_what_was_said_is_forgotten_once_it_is_handled(database: Database, tmp_path: Path) -> None:
    now = [0.0]
    journal = SqliteUpdates(database, BOT, lambda: now[0])
    await journal.record([update(1), update(2)])
    await journal.handled([1])
    rows = await database.read(
        lambda connection: connection.execute("SELECT update_id, body FROM telegram_updates").fetchall()
    )
    assert {row["update_id"]: bool(row["body"]) for row in rows} == {1: False, 2: True}
    now[0] = 9 * 24 * 3600.0
    await SqliteEndedRecords(database, tmp_path / "notula.db", lambda: now[0]).purge()
    assert [new.update_id for new in await journal.record([update(1), update(2)])] == [1]


async def test_bots_have_updates_of_their_own(database: Database) -> None:
    one, other = (SqliteUpdates(database, bot, lambda: 0.0) for bot in (1, 2))
    await one.record([update(5)])
    assert len(await other.record([update(5)])) == 1
    await one.handled([5])
    assert [left.update_id for left in await other.unhandled(10, of_chat=10)] == [5]


@pytest.mark.parametrize("name", ["handled", "unhandled"])
async def test_a_mistake_around_one_update_is_told_and_ends_neither_its_chat_nor_the_reading(
    journal: SqliteUpdates, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failures = getattr(journal, name), [KeyError("lost")]

    async def stumbling(*arguments: object, **named: object) -> object:
        if failures:
            raise failures.pop()
        return await real(*arguments, **named)

    async def pause(_: float) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(module, "MAX_IN_MEMORY_PER_CHAT", 1)  # So that the rest is read from the journal.
    handler, supervisor = Handler(), Supervisor()
    inbox = Inbox(journal, handler, pause=pause, supervisor=supervisor)
    await inbox.start()
    monkeypatch.setattr(journal, name, stumbling)
    await inbox.record([update(1), update(2), update(3), update(4, chat=9)])
    await handler.until(lambda: {1, 2, 3, 4} <= set(handler.handled))
    assert supervisor.notices
    await inbox.record([update(5)])
    await handler.until(lambda: 5 in handler.handled)
    await inbox.close()
    assert not failures
