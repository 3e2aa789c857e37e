"""The computer is kept awake while jobs run, if the settings want that."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from core.app.wakefulness import Wakefulness
from core.concurrency.supervision import Supervisor
from core.system.sleep_inhibitor import SleepInhibitionFailed
from tests.patience import PATIENCE_S


class FakeInhibitor:
    """Notes what it is told, off the loop's thread."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.fails = False
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._changed = asyncio.Event()

    def hold(self) -> None:
        self._note("hold")
        if self.fails:
            raise SleepInhibitionFailed

    def release(self) -> None:
        self._note("release")

    def _note(self, what: str) -> None:
        assert threading.get_ident() != self._thread
        self.told.append(what)
        self._loop.call_soon_threadsafe(self._changed.set)

    async def has_been_told(self, *what: str) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while self.told != list(what):
                self._changed.clear()
                await self._changed.wait()


@pytest.fixture
async def inhibitor() -> FakeInhibitor:
    return FakeInhibitor()


@pytest.fixture
async def wakefulness(inhibitor: FakeInhibitor) -> AsyncIterator[Wakefulness]:
    made = Wakefulness(inhibitor, Supervisor())
    made.start()
    yield made
    await made.stop()
    assert inhibitor.told[-1] == "release"


async def test_the_computer_is_held_awake_only_while_jobs_run(
    wakefulness: Wakefulness, inhibitor: FakeInhibitor
) -> None:
    wakefulness.set_wanted(True)
    wakefulness.set_busy(True)
    await inhibitor.has_been_told("hold")
    wakefulness.set_busy(True)
    wakefulness.set_busy(False)
    await inhibitor.has_been_told("hold", "release")


async def test_the_setting_counts_while_jobs_run(wakefulness: Wakefulness, inhibitor: FakeInhibitor) -> None:
    wakefulness.set_busy(True)
    wakefulness.set_wanted(True)
    await inhibitor.has_been_told("hold")
    wakefulness.set_wanted(False)
    await inhibitor.has_been_told("hold", "release")


async def test_a_system_that_refuses_is_asked_once_a_batch(wakefulness: Wakefulness, inhibitor: FakeInhibitor) -> None:
    inhibitor.fails = True
    wakefulness.set_wanted(True)
    wakefulness.set_busy(True)
    await inhibitor.has_been_told("hold")
    wakefulness.set_busy(True)
    wakefulness.set_busy(False)
    await inhibitor.has_been_told("hold", "release")
    wakefulness.set_busy(True)
    await inhibitor.has_been_told("hold", "release", "hold")
