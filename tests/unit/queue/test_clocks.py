"""QueueClocks that are set, and computers that sleep."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from core.domain import JobState, Priority
from core.domain.errors import EngineCrashed
from core.queue import RetryPolicy
from core.queue.local.entry import JobEntry
from tests.unit.queue.test_waiting import Clock
from tests.unit.queue.work import ANNA, BEN, MemoryJournal, Work, queue_of
from tests.unit.samples import make_job


class Alarms:
    """Calls that come when the test says how much time has passed while the computer was awake."""

    def __init__(self) -> None:
        self.now = 0.0
        self._calls: list[Alarm] = []
        self._set = asyncio.Event()

    def call_later(self, delay_s: float, call: Callable[[], None]) -> "Alarm":
        alarm = Alarm(self.now + delay_s, call)
        self._calls.append(alarm)
        self._set.set()
        return alarm

    async def one_is_set(self) -> None:
        await self._set.wait()

    @property
    def waiting(self) -> int:
        return sum(not alarm.is_over for alarm in self._calls)

    def passes(self, seconds: float) -> None:
        self.now += seconds
        for alarm in self._calls:
            if alarm.at <= self.now and not alarm.is_over:
                alarm.is_over = True
                alarm.call()


class Alarm:
    def __init__(self, at: float, call: Callable[[], None]) -> None:
        self.at = at
        self.call = call
        self.is_over = False

    def cancel(self) -> None:
        self.is_over = True


@pytest.mark.parametrize("jump_s", [-3600.0, -1.0, 0.0, 3600.0, 1e9])
async def test_a_clock_that_is_set_while_a_job_runs_changes_nothing_that_is_shown(jump_s: float) -> None:
    wall, steady = Clock(), Clock()
    wall.now = 2e9
    work = Work()
    work.hold("talk.wav")
    queue = queue_of(MemoryJournal(), work, clock=wall, monotonic=steady)
    await queue.start(resume=False)
    (job_id,) = await queue.submit([make_job()])
    await work.has_started("talk.wav")
    work.reports["talk.wav"].progress(0.5)
    wall.now += jump_s + 10
    steady.now += 10
    (view,) = queue.views()
    assert (view.elapsed_s, view.remaining_s) == (10, 10)

    wall.now += 5
    steady.now += 5
    work.let_go("talk.wav")
    job = await queue.wait(job_id)
    steady.now += 1000
    assert queue.views()[0].elapsed_s == 15
    assert queue.statistics().median_s == 15
    assert job.finished_at == wall.now
    await queue.stop()


async def test_a_job_of_an_earlier_session_that_ended_before_it_began_took_no_time() -> None:
    finished = replace(make_job(), state=JobState.DONE, started_at=2000.0, finished_at=1000.0)
    took_5_s = replace(make_job(), state=JobState.DONE, started_at=2000.0, finished_at=2005.0)
    elapsed = [JobEntry(job, 0, lambda _: None, Clock()).view.elapsed_s for job in (finished, took_5_s)]
    assert elapsed == [0, 5]


async def test_a_job_that_waits_for_its_next_attempt_gets_no_older() -> None:
    steady, alarms, work = Clock(), Alarms(), Work()
    work.hold("talk.wav")
    work.fail("talk.wav", EngineCrashed())
    queue = queue_of(MemoryJournal(), work, monotonic=steady, call_later=alarms.call_later)
    await queue.start(resume=False)
    await queue.submit([make_job()])
    await work.has_started("talk.wav")
    steady.now = 7
    work.let_go("talk.wav")
    while queue.views()[0].state is not JobState.RETRYING:
        await queue.wait_for_change()
    steady.now = 1000
    assert queue.views()[0].elapsed_s == 7
    await queue.stop()


async def test_after_a_sleep_a_job_waits_for_what_was_left_of_the_delay_and_goes_on() -> None:
    wall, alarms, work = Clock(), Alarms(), Work()
    work.fail("talk.wav", EngineCrashed(retry_after_s=60))
    queue = queue_of(
        MemoryJournal(), work, clock=wall, retry=RetryPolicy(first_delay_s=1.0), call_later=alarms.call_later
    )
    await queue.start(resume=False)
    (job_id,) = await queue.submit([make_job()])
    await alarms.one_is_set()
    alarms.passes(50)
    wall.now += 8 * 3600  # Asleep: the alarms stood still.
    assert work.started == ["talk.wav"]
    alarms.passes(10)
    job = await queue.wait(job_id)
    assert (job.state, job.attempt) == (JobState.DONE, 2)
    await queue.stop()


async def test_nothing_comes_back_after_the_end() -> None:
    alarms, work = Alarms(), Work()
    work.fail("talk.wav", EngineCrashed(retry_after_s=60))
    queue = queue_of(MemoryJournal(), work, call_later=alarms.call_later)
    await queue.start(resume=False)
    await queue.submit([make_job()])
    await alarms.one_is_set()
    await queue.stop()
    assert alarms.waiting == 0


async def test_whose_turn_it_is_does_not_depend_on_the_clock_on_the_wall() -> None:
    wall, steady, work = Clock(), Clock(), Work()
    work.hold("first")
    queue = queue_of(MemoryJournal(), work, clock=wall, monotonic=steady)
    await queue.start(resume=False)
    await queue.submit([make_job("first")])
    await work.has_started("first")
    folder = await queue.submit([make_job("folder", requester=ANNA, priority=Priority.BACKGROUND)])
    wall.now = -1e9
    note = await queue.submit([make_job("note", requester=BEN, priority=Priority.SHORT)])
    wall.now = 1e9
    assert queue.statistics().oldest_waiting_s == 0
    work.let_go("first")
    for job_id in (*folder, *note):
        await queue.wait(job_id)
    assert work.started == ["first", "note", "folder"]
    await queue.stop()
