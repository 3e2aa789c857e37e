"""Long-lived tasks that fail."""

import asyncio
import logging
from collections.abc import Callable

import pytest

from core.concurrency.supervision import (
    FIRST_PAUSE_S,
    LONGEST_PAUSE_S,
    RESTARTED,
    STEADY_S,
    Supervisor,
    end,
    start_once,
)
from core.domain import TranslatableText
from tests.fakes.simulated_time import SimulatedTime


@pytest.fixture
def time() -> SimulatedTime:
    return SimulatedTime()


class Part:
    """Fails as often as it is told to, then works until it is cancelled."""

    def __init__(self, *failures: BaseException, before: Callable[[], None] = lambda: None) -> None:
        self.failures = list(failures)
        self.before = before
        self.works = asyncio.Event()
        self.runs = 0

    async def run(self) -> None:
        self.runs += 1
        self.before()
        if self.failures:
            raise self.failures.pop(0)
        self.works.set()
        await asyncio.Event().wait()


async def test_what_fails_is_logged_told_and_started_again(
    time: SimulatedTime, caplog: pytest.LogCaptureFixture
) -> None:
    changes: list[int] = []
    supervisor = Supervisor(lambda: changes.append(1), pause=time.pause, clock=time.clock)
    part = Part(KeyError("lost"))
    task = supervisor.start("a part", part.run)
    await part.works.wait()
    assert supervisor.notices == (RESTARTED,)
    assert changes
    (record,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], KeyError)
    await end(task)
    assert task.cancelled()


async def test_pauses_grow_to_a_bound_and_it_never_gives_up(time: SimulatedTime) -> None:
    supervisor = Supervisor(pause=time.pause, clock=time.clock)
    part = Part(*(ValueError() for _ in range(20)))
    task = supervisor.start("a part", part.run)
    await part.works.wait()
    assert time.pauses[:3] == [FIRST_PAUSE_S, 2 * FIRST_PAUSE_S, 4 * FIRST_PAUSE_S]
    assert time.pauses[-1] == max(time.pauses) == LONGEST_PAUSE_S
    assert part.runs == 21
    await end(task)


async def test_what_has_run_steadily_is_told_no_more_and_begins_with_short_pauses(time: SimulatedTime) -> None:
    supervisor = Supervisor(pause=time.pause, clock=time.clock)

    def pass_time() -> None:
        time.now += STEADY_S

    part = Part(ValueError(), ValueError(), ValueError(), before=pass_time)
    task = supervisor.start("a part", part.run)
    await part.works.wait()
    assert time.pauses == [FIRST_PAUSE_S] * 3
    assert supervisor.notices == ()
    await end(task)


async def test_each_sentence_is_told_once(time: SimulatedTime) -> None:
    supervisor = Supervisor(pause=time.pause, clock=time.clock)
    for name in ("one", "another"):
        supervisor.tell(name)
    supervisor.tell("a third", TranslatableText("The usage could not be read."))
    assert [str(notice) for notice in supervisor.notices] == [str(RESTARTED), "The usage could not be read."]


async def test_a_cancellation_ends_it_even_in_a_pause() -> None:
    is_pausing = asyncio.Event()

    async def pause(_: float) -> None:
        is_pausing.set()
        await asyncio.Event().wait()

    task = Supervisor(pause=pause).start("a part", Part(ValueError()).run)
    await is_pausing.wait()
    await end(task)
    assert task.cancelled()


async def test_a_cancellation_that_others_meant_for_something_else_is_a_failure(time: SimulatedTime) -> None:
    supervisor = Supervisor(pause=time.pause, clock=time.clock)
    part = Part(asyncio.CancelledError())
    task = supervisor.start("a part", part.run)
    await part.works.wait()
    assert supervisor.notices
    await end(task)


async def test_what_returns_has_ended(time: SimulatedTime) -> None:
    async def run() -> None:
        await asyncio.sleep(0)

    await Supervisor(pause=time.pause, clock=time.clock).start("a part", run)
    assert time.pauses == []


async def test_what_runs_once_tells_its_failure_without_being_awaited(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise KeyError("lost")

    supervisor = Supervisor()
    told = asyncio.Event()
    tasks = [supervisor.start_once("once", fail()), start_once("alone", fail(), told.set)]
    await told.wait()
    await asyncio.wait(tasks)
    assert supervisor.notices == (RESTARTED,)
    assert caplog.text.count("KeyError: 'lost'") == 2


async def test_whoever_ends_a_task_and_is_cancelled_meanwhile_has_still_ended_it() -> None:
    cleaning, cleaned = asyncio.Event(), asyncio.Event()

    async def stubborn() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaning.set()
            await cleaned.wait()

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    ending = asyncio.create_task(end(task))
    await cleaning.wait()
    ending.cancel()
    await asyncio.sleep(0)
    assert not ending.done()
    cleaned.set()
    with pytest.raises(asyncio.CancelledError):
        await ending
    assert task.done()
