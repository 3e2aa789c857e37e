"""What of a queue is still there after a restart. See `core.queue.ports`."""

import asyncio

import pytest

from core.domain import JobState
from tests.contract.queues import Queues
from tests.patience import PATIENCE_S
from tests.unit.queue.work import Work
from tests.unit.samples import make_job


async def test_what_stop_interrupts_runs_at_the_next_start(queues: Queues) -> None:
    work = Work()
    work.hold("a")
    async with queues.running(work, workers=1) as queue:
        await queue.submit([make_job("a"), make_job("b")])
        await work.has_started("a")
    work.let_go("a")

    async with queues.running(work) as queue:
        for view in queue.views():
            assert (await queue.wait(view.id)).state is JobState.DONE
    assert sorted(work.started) == ["a", "a", "b"]


async def test_asking_again_for_what_a_dead_instance_left_takes_it_over(queues: Queues) -> None:
    work = Work()
    work.hold("a")
    async with queues.running(work) as queue:
        (left,) = await queue.submit([make_job("a")])
        await work.has_started("a")
    work.let_go("a")

    async with queues.running(work, resume=False) as queue:
        assert queue.views() == ()
        assert await queue.submit([make_job("a")]) == (left,)
        assert (await queue.wait(left)).state is JobState.DONE


async def test_what_is_nearly_finished_may_finish_before_the_end(queues: Queues) -> None:
    work = Work()
    work.hold("running")
    async with queues.running(work, workers=1) as queue:
        first, second = await queue.submit([make_job("running"), make_job("waiting")])
        await work.has_started("running")
        stopping = asyncio.create_task(queue.stop(grace_s=60))
        await asyncio.sleep(0)
        work.let_go("running")
        await stopping
        states = {view.id: view.state for view in queue.views()}
    assert (states[first], states[second]) == (JobState.DONE, JobState.QUEUED)
    assert work.started == ["running"]


async def test_what_takes_too_long_to_finish_goes_on_at_the_next_start(queues: Queues) -> None:
    work = Work()
    work.hold("long")
    async with queues.running(work, workers=1) as queue:
        (job_id,) = await queue.submit([make_job("long")])
        await work.has_started("long")
        await queue.stop(grace_s=0.01)
    work.let_go("long")
    async with queues.running(work, workers=1) as queue:
        assert (await queue.wait(job_id)).state is JobState.DONE


async def test_being_interrupted_by_a_stop_is_no_attempt(queues: Queues) -> None:
    work, job = Work(), make_job()
    work.hold("talk.wav")
    async with asyncio.timeout(PATIENCE_S):
        for start in range(1, 4):
            async with queues.running(work) as queue:
                await queue.submit_once(job)
                await work.has_started("talk.wav", start)
                await queue.stop()
                left = await queue.find(job.id)
                assert left is not None
                assert (left.state, left.attempt) == (JobState.QUEUED, 0)
        work.let_go("talk.wav")
        async with queues.running(work) as queue:
            done = await queue.wait(job.id)
    assert (done.state, done.attempt) == (JobState.DONE, 1)


@pytest.mark.parametrize("is_stopping", [False, True], ids=["before the stop", "during the stop"])
async def test_a_hurried_stop_has_no_grace(queues: Queues, is_stopping: bool) -> None:
    work = Work()
    work.hold("long")
    async with queues.running(work) as queue, asyncio.timeout(PATIENCE_S):
        (job_id,) = await queue.submit([make_job("long")])
        await work.has_started("long")
        stopping = asyncio.create_task(queue.stop(grace_s=3600.0))
        if is_stopping:
            await asyncio.sleep(0)
        queue.hurry()
        await stopping
        found = await queue.find(job_id)
        assert found is not None
        assert found.state is JobState.QUEUED
