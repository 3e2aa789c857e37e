"""While the end of a job is being written, which on a slow disk takes a while."""

import asyncio

from core.domain import JobState
from tests.unit.queue.work import ANNA, MemoryJournal, Work, queue_of
from tests.unit.samples import make_job


async def test_the_worker_is_free_for_others() -> None:
    journal, work = MemoryJournal(), Work()
    queue = queue_of(journal, work, workers=1)
    queue.set_limits(running=1, waiting=20)
    await queue.start(resume=False)
    journal.hold(JobState.DONE)
    first, second = await queue.submit([make_job(name, requester=ANNA) for name in ("first", "second")])
    await work.has_started("second")

    settled = asyncio.create_task(queue.wait(first))
    await asyncio.sleep(0)
    assert not settled.done()
    view = queue.views()[0]
    assert (view.state, view.transcript_id) == (JobState.RUNNING, None)

    journal.let_go(JobState.DONE)
    assert ((await settled).state, (await queue.wait(second)).state) == (JobState.DONE, JobState.DONE)
    assert work.most_at_once == 1
    await queue.stop()


async def test_ending_notula_waits_for_it_and_runs_the_job_no_more() -> None:
    journal, work = MemoryJournal(), Work()
    queue = queue_of(journal, work)
    await queue.start(resume=False)
    journal.hold(JobState.DONE)
    (job_id,) = await queue.submit([make_job()])
    await journal.is_writing(JobState.DONE)
    stopping = asyncio.create_task(queue.stop())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not stopping.done()
    journal.let_go(JobState.DONE)
    await stopping
    assert journal.jobs[job_id].state is JobState.DONE


async def test_a_disk_that_is_full_then_costs_no_result() -> None:
    journal, work = MemoryJournal(), Work()
    queue = queue_of(journal, work)
    await queue.start(resume=False)
    journal.hold(JobState.DONE)
    (job_id,) = await queue.submit([make_job()])
    await journal.is_writing(JobState.DONE)
    journal.is_full = True
    journal.let_go(JobState.DONE)
    assert (await queue.wait(job_id)).state is JobState.DONE
    await queue.stop()
