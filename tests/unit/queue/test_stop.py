"""Notula ends while jobs run."""

import asyncio

import pytest

from core.domain import Job, JobState
from core.domain.errors import EngineCrashed
from core.pipeline import Outcome
from core.queue import JobHandling, LocalQueue, QueueClocks
from tests.patience import PATIENCE_S
from tests.unit.queue.work import MemoryJournal, Work, queue_of
from tests.unit.samples import make_job


@pytest.mark.parametrize("errors", [0, 1])
@pytest.mark.parametrize("after_turns", range(25))
async def test_ending_at_any_moment_loses_no_job_and_none_of_its_attempts(after_turns: int, errors: int) -> None:
    journal, work = MemoryJournal(), Work()
    work.fail("talk.wav", *(EngineCrashed() for _ in range(errors)))
    queue = queue_of(journal, work)
    async with asyncio.timeout(PATIENCE_S):
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

    queue = LocalQueue(journal, JobHandling(run), workers=1, clocks=QueueClocks(lambda: 0.0))
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
