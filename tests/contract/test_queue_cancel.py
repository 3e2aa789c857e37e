"""What any queue does when a job is cancelled. See `core.queue.ports`."""

import asyncio

from core.domain import JobState
from core.domain.errors import EngineCrashed
from tests.contract.queues import Queues
from tests.patience import PATIENCE_S
from tests.unit.queue.work import Work
from tests.unit.samples import make_job


async def test_a_running_job_is_cancelled(queues: Queues) -> None:
    work = Work()
    work.hold("talk.wav")
    async with queues.running(work) as queue:
        (job_id,) = await queue.submit([make_job()])
        await work.has_started("talk.wav")
        await queue.cancel([job_id])

        assert (await queue.wait(job_id)).state is JobState.CANCELLED
        work.let_go("talk.wav")
        await queue.retry([job_id])
        assert (await queue.wait(job_id)).state is JobState.DONE


async def test_a_waiting_job_is_cancelled_without_ever_running(queues: Queues) -> None:
    work = Work()
    work.hold("first")
    async with queues.running(work, workers=1) as queue:
        first, second = await queue.submit([make_job("first"), make_job("second")])
        await work.has_started("first")
        await queue.cancel([second])
        work.let_go("first")
        await queue.wait(first)

        assert (await queue.wait(second)).state is JobState.CANCELLED
    assert work.started == ["first"]


async def test_a_job_that_waits_for_its_next_attempt_holds_no_worker_and_can_be_cancelled(queues: Queues) -> None:
    work = Work()
    work.fail("flaky", EngineCrashed(retry_after_s=3600))
    async with queues.running(work, workers=1) as queue:
        flaky, other = await queue.submit([make_job("flaky"), make_job("other")])
        assert (await queue.wait(other)).state is JobState.DONE
        assert [view.state for view in queue.views()] == [JobState.RETRYING, JobState.DONE]

        await queue.cancel([flaky])
        assert (await queue.wait(flaky)).state is JobState.CANCELLED


async def test_a_cancel_is_carried_out_even_if_its_caller_is_cancelled(queues: Queues) -> None:
    work = Work()
    work.hold("running")
    async with queues.running(work, workers=1) as queue, asyncio.timeout(PATIENCE_S):
        (running,) = await queue.submit([make_job("running")])
        await work.has_started("running")
        waiting = await queue.submit([make_job(str(number)) for number in range(6)])
        for turns, job_id in enumerate([*waiting, running], 1):
            cancelling = asyncio.create_task(queue.cancel([job_id]))
            for _ in range(turns):
                await asyncio.sleep(0)
            cancelling.cancel()
        for job_id in (*waiting, running):
            assert (await queue.wait(job_id)).state is JobState.CANCELLED
    async with queues.running(work) as queue:
        assert {view.state for view in queue.views()} == {JobState.CANCELLED}
    assert work.started == ["running"]
