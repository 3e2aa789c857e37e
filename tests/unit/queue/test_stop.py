"""Notula ends while jobs run."""

import asyncio
from pathlib import Path

import pytest

from core.domain import Job, JobState
from core.domain.errors import EngineCrashed
from core.pipeline import Outcome
from core.queue import LocalQueue
from core.store.sqlite import Database
from tests.unit.queue.work import MemoryJournal, Work, queue_of, running
from tests.unit.samples import make_job


async def test_what_stop_interrupts_runs_at_the_next_start(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.hold("a")
    async with running(database, tmp_path, work, workers=1) as queue:
        await queue.submit([make_job("a"), make_job("b")])
        await work.has_started("a")
    work.let_go("a")

    async with running(database, tmp_path, work) as queue:
        for view in queue.views():
            assert (await queue.wait(view.id)).state is JobState.DONE
    assert sorted(work.started) == ["a", "a", "b"]


async def test_asking_again_for_what_a_dead_instance_left_takes_it_over(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.hold("a")
    async with running(database, tmp_path, work) as queue:
        (left,) = await queue.submit([make_job("a")])
        await work.has_started("a")
    work.let_go("a")

    async with running(database, tmp_path, work, resume=False) as queue:
        assert queue.views() == ()
        assert await queue.submit([make_job("a")]) == (left,)
        assert (await queue.wait(left)).state is JobState.DONE


async def test_what_is_nearly_finished_may_finish_before_the_end(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.hold("running")
    async with running(database, tmp_path, work, workers=1) as queue:
        first, second = await queue.submit([make_job("running"), make_job("waiting")])
        await work.has_started("running")
        stopping = asyncio.create_task(queue.stop(grace_s=60))
        await asyncio.sleep(0)
        work.let_go("running")
        await stopping
        states = {view.id: view.state for view in queue.views()}
    assert (states[first], states[second]) == (JobState.DONE, JobState.QUEUED)
    assert work.started == ["running"]


async def test_what_takes_too_long_to_finish_goes_on_at_the_next_start(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.hold("long")
    async with running(database, tmp_path, work, workers=1) as queue:
        (job_id,) = await queue.submit([make_job("long")])
        await work.has_started("long")
        await queue.stop(grace_s=0.01)
    work.let_go("long")
    async with running(database, tmp_path, work, workers=1) as queue:
        assert (await queue.wait(job_id)).state is JobState.DONE


@pytest.mark.parametrize("errors", [0, 1])
@pytest.mark.parametrize("after_turns", range(25))
async def test_ending_at_any_moment_loses_no_job_and_none_of_its_attempts(after_turns: int, errors: int) -> None:
    journal, work = MemoryJournal(), Work()
    work.fail("talk.wav", *(EngineCrashed() for _ in range(errors)))
    queue = queue_of(journal, work)
    async with asyncio.timeout(10):
        await queue.start(resume=False)
        (job_id,) = await queue.submit([make_job()])
        for _ in range(after_turns):
            await asyncio.sleep(0)
        await queue.stop()
        left = journal.jobs[job_id]
        assert left.state in (JobState.QUEUED, JobState.RETRYING, JobState.DONE)
        assert queue.views()[0].state is left.state
        assert not queue.is_busy

        again = queue_of(journal, work)
        await again.start(resume=True)
        job = await again.wait(job_id)
        await again.stop()
    assert (job.state, job.attempt) == (JobState.DONE, errors + 1)


async def test_a_job_that_is_interrupted_again_and_again_loses_none_of_its_attempts() -> None:
    journal, work = MemoryJournal(), Work()
    work.hold("talk.wav")
    for start in range(10):
        queue = queue_of(journal, work)
        await queue.start(resume=True)
        if start == 0:
            await queue.submit([make_job()])
        await work.has_started("talk.wav", start + 1)
        await queue.stop()
    ((job_id, job),) = journal.jobs.items()
    assert (job.state, job.attempt, job.started_at) == (JobState.QUEUED, 0, None)

    work.let_go("talk.wav")
    work.fail("talk.wav", EngineCrashed(), EngineCrashed())
    queue = queue_of(journal, work)
    await queue.start(resume=True)
    job = await queue.wait(job_id)
    await queue.stop()
    assert (job.state, job.attempt) == (JobState.DONE, 3)


async def test_work_that_takes_its_time_to_break_off_is_waited_for_and_asked_only_once() -> None:
    journal = MemoryJournal()
    asked = 0
    started, cleaned_up = asyncio.Event(), asyncio.Event()

    async def run(job: Job, report: object) -> Outcome:
        nonlocal asked
        try:
            started.set()
            await asyncio.Event().wait()
        finally:
            asked += 1
            await cleaned_up.wait()
        raise AssertionError

    queue = LocalQueue(journal, run, workers=1, clock=lambda: 0.0)
    await queue.start(resume=False)
    (job_id,) = await queue.submit([make_job()])
    await started.wait()
    cancelling = asyncio.create_task(queue.cancel([job_id]))
    stopping = asyncio.create_task(queue.stop())
    for _ in range(10):
        await asyncio.sleep(0)
    cleaned_up.set()
    await cancelling
    await stopping
    assert (asked, journal.jobs[job_id].state) == (1, JobState.CANCELLED)


async def test_who_is_tired_of_waiting_for_the_end_does_not_spoil_it() -> None:
    journal, work = MemoryJournal(), Work()
    queue = queue_of(journal, work)
    await queue.start(resume=False)
    journal.hold(JobState.DONE)
    (job_id,) = await queue.submit([make_job()])
    await journal.is_writing(JobState.DONE)
    stopping = asyncio.create_task(queue.stop())
    for _ in range(3):
        await asyncio.sleep(0)
    stopping.cancel()
    journal.let_go(JobState.DONE)
    assert (await queue.wait(job_id)).state is JobState.DONE
    await queue.stop()


async def test_whoever_is_in_a_hurry_ends_the_grace() -> None:
    work, journal = Work(), MemoryJournal()
    work.hold("a")
    queue = queue_of(journal, work)
    await queue.start(resume=True)
    (job_id,) = await queue.submit([make_job("a")])
    await work.has_started("a")
    stopping = asyncio.create_task(queue.stop(3600.0))
    await asyncio.sleep(0)
    queue.hurry()
    await stopping
    assert journal.jobs[job_id].state is JobState.QUEUED
