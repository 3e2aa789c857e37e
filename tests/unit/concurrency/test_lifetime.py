"""Whatever was started is ended, last first, whichever way that comes about."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.app.bot_service import BotService
from core.app.notula import Notula
from core.app.providers import ProviderSetup
from core.app.transcripts import Transcripts
from core.concurrency.lifetime import Lifetime
from core.config import Folders, Settings
from core.domain.errors import StoreError
from core.pipeline import Pipeline
from core.pipeline.budget import Budget
from core.queue import LocalQueue
from core.store.sqlite import Database, Instance, SqliteJobJournal

STEPS: dict[str, tuple[type, str]] = {
    "database": (Database, "_open"),
    "instance": (Instance, "announce"),
    "usage": (Budget, "start"),
    "providers": (ProviderSetup, "__init__"),
    "pipeline": (Pipeline, "__init__"),
    "queue": (LocalQueue, "__init__"),
    "transcripts": (Transcripts, "__init__"),
    "bot": (BotService, "__init__"),
    "settings": (ProviderSetup, "follow_settings"),
    "taking over": (SqliteJobJournal, "adopt_all"),
    "table": (SqliteJobJournal, "finished"),
}
PARTS: dict[str, tuple[type, str]] = {
    "queue": (LocalQueue, "stop"),
    "bot": (BotService, "close"),
    "providers": (ProviderSetup, "close"),
    "usage": (Budget, "stop"),
    "instance": (Instance, "leave"),
}


class Broken(Exception):
    pass


def raise_broken(*_: object, **__: object) -> Any:
    raise Broken


@pytest.fixture(autouse=True)
def nothing_left(folders: Folders) -> Iterator[Callable[[], None]]:
    """Neither a lock nor a thread of the database stays."""

    def check() -> None:
        assert [file.name for file in folders.instances.glob("*")] == []
        assert [thread.name for thread in threading.enumerate() if thread.name.startswith("database")] == []

    yield check
    check()


def only_this_task() -> None:
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("step", STEPS)
async def test_a_start_that_fails_anywhere_leaves_nothing_behind(
    step: str, folders: Folders, monkeypatch: pytest.MonkeyPatch, nothing_left: Callable[[], None]
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(*STEPS[step], raise_broken)
        notula = Notula(Settings(), folders)
        with pytest.raises(Broken):
            await notula.start()
        only_this_task()
        nothing_left()
        await notula.stop()
    again = Notula(Settings(), folders)
    await again.start()
    await again.stop()
    only_this_task()


@pytest.mark.parametrize("step", ["usage", "taking over", "table"])
@pytest.mark.parametrize("by", ["cancel", "stop"])
async def test_a_start_that_is_broken_off_leaves_nothing_behind(
    step: str, by: str, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_there = asyncio.Event()

    async def hang(*_: object) -> None:
        is_there.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(*STEPS[step], hang)
    notula = Notula(Settings(), folders)
    starting = asyncio.create_task(notula.start())
    await is_there.wait()
    if by == "cancel":
        starting.cancel()
    else:
        await notula.stop()
    with pytest.raises(asyncio.CancelledError):
        await starting
    only_this_task()


async def test_a_start_that_is_cancelled_while_the_database_is_opened_closes_it(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, may_open = Database._open, threading.Event()

    def slow(file: Any) -> Database:
        may_open.wait()
        return real(file)

    monkeypatch.setattr(Database, "_open", slow)
    starting = asyncio.create_task(Notula(Settings(), folders).start())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    starting.cancel()
    await asyncio.sleep(0)
    may_open.set()
    with pytest.raises(asyncio.CancelledError):
        await starting
    only_this_task()


@pytest.mark.parametrize("part", PARTS)
async def test_a_part_that_cant_be_stopped_keeps_none_of_the_others_running(
    part: str, folders: Folders, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    owner, name = PARTS[part]
    real = getattr(owner, name)

    def stop(self: object, *arguments: Any) -> Any:
        result = real(self, *arguments)
        if not asyncio.iscoroutine(result):
            raise Broken

        async def stop_and_fail() -> None:
            await result
            raise Broken

        return stop_and_fail()

    monkeypatch.setattr(owner, name, stop)
    notula = Notula(Settings(), folders)
    await notula.start()
    for _ in range(2):
        with pytest.raises(Broken):
            await notula.stop()
    only_this_task()
    assert re.search("Stopping .* failed", caplog.text)


async def test_a_stop_is_carried_out_to_its_end_even_if_its_caller_is_cancelled(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, is_stopping, may_go_on = Budget.stop, asyncio.Event(), asyncio.Event()

    async def slow(self: Budget) -> None:
        is_stopping.set()
        await may_go_on.wait()
        await real(self)

    monkeypatch.setattr(Budget, "stop", slow)
    notula = Notula(Settings(), folders)
    await notula.start()
    first, second = asyncio.create_task(notula.stop()), asyncio.create_task(notula.stop())
    await is_stopping.wait()
    first.cancel()
    await asyncio.sleep(0)
    may_go_on.set()
    await second
    with pytest.raises(asyncio.CancelledError):
        await first
    only_this_task()


async def test_what_never_started_is_stopped_without_a_word(folders: Folders) -> None:
    await Notula(Settings(), folders).stop()
    folders.data.mkdir(parents=True, exist_ok=True)
    folders.database.mkdir()
    notula = Notula(Settings(), folders)
    with pytest.raises(StoreError):
        await notula.start()
    await notula.stop()


async def test_parts_are_ended_last_first() -> None:
    ended: list[str] = []
    lifetime = Lifetime()

    async def start() -> None:
        for name in ("one", "two", "three"):

            async def stop(name: str = name) -> None:
                ended.append(name)

            lifetime.at_end(name, stop)

    await lifetime.open(start)
    await lifetime.close()
    assert ended == ["three", "two", "one"]
