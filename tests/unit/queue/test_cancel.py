"""A person changes their mind, at any moment."""

import asyncio

import pytest

from core.domain import JobState
from core.domain.errors import EngineCrashed, NoAudio
from tests.patience import PATIENCE_S
from tests.unit.queue.work import MemoryJournal, Work, queue_of
from tests.unit.samples import make_job


async def turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.mark.parametrize("errors", [0, 1, 3])
@pytest.mark.parametrize("after_turns", range(40))
async def test_a_cancel_at_any_moment_returns_and_leaves_a_final_state_everywhere(
    after_turns: int, errors: int
) -> None:
    """One of these moments is the one between a task's creation and its first step, in which asyncio drops it."""
    journal, work = MemoryJournal(), Work()
    work.fail("talk.wav", *(EngineCrashed() for _ in range(errors)))
    queue = queue_of(journal, work)
    await queue.start(resume=False)
    async with asyncio.timeout(PATIENCE_S):
        (job_id,) = await queue.submit([make_job()])
        await turns(after_turns)
        await queue.cancel([job_id])
        job = await queue.wait(job_id)
        (other,) = await queue.submit([make_job("other")])
        assert (await queue.wait(other)).state is JobState.DONE
        await queue.stop()

    assert job.state.is_final
    assert journal.jobs[job_id].state is queue.views()[0].state is job.state
    final = [state for of, state in journal.history if of == job_id and state.is_final]
    assert final == [job.state]
    assert not queue.is_busy


async def test_the_worker_of_a_job_that_is_cancelled_before_its_first_step_is_free_again() -> None:
    work = Work()
    queue = queue_of(MemoryJournal(), work)
    await queue.start(resume=False)
    async with asyncio.timeout(PATIENCE_S):
        (job_id,) = await queue.submit([make_job()])
        while not queue.is_busy:
            await turns(1)
        await queue.cancel([job_id])
        await queue.stop()
    assert (queue.views()[0].state, queue.is_busy, work.started) == (JobState.CANCELLED, False, [])


async def test_a_result_that_is_being_written_is_not_cancelled_any_more() -> None:
    journal = MemoryJournal()
    queue = queue_of(journal, Work())
    await queue.start(resume=False)
    journal.hold(JobState.DONE)
    (job_id,) = await queue.submit([make_job()])
    await journal.is_writing(JobState.DONE)
    cancelling = asyncio.create_task(queue.cancel([job_id]))
    await turns(5)
    assert not cancelling.done()
    journal.let_go(JobState.DONE)
    await cancelling
    await queue.stop()
    assert journal.history == [(job_id, JobState.RUNNING), (job_id, JobState.DONE)]


async def test_a_failure_that_is_being_written_is_cancelled_rather_than_tried_again() -> None:
    journal, work = MemoryJournal(), Work()
    work.fail("talk.wav", EngineCrashed())
    queue = queue_of(journal, work)
    await queue.start(resume=False)
    journal.hold(JobState.RETRYING)
    (job_id,) = await queue.submit([make_job()])
    await journal.is_writing(JobState.RETRYING)
    cancelling = asyncio.create_task(queue.cancel([job_id]))
    await turns(5)
    journal.let_go(JobState.RETRYING)
    await cancelling
    await queue.stop()
    assert journal.jobs[job_id].state is JobState.CANCELLED
    assert work.started == ["talk.wav"]


async def test_who_cancels_many_gets_none_of_them_started_meanwhile() -> None:
    journal, work = MemoryJournal(), Work()
    work.hold("0")
    queue = queue_of(journal, work)
    await queue.start(resume=False)
    ids = await queue.submit([make_job(str(number)) for number in range(50)])
    await work.has_started("0")
    await queue.cancel(ids)
    await queue.stop()
    assert work.started == ["0"]
    assert {job.state for job in journal.jobs.values()} == {JobState.CANCELLED}


@pytest.mark.parametrize("after_turns", range(8))
async def test_a_cancel_whose_caller_goes_away_is_carried_out_all_the_same(after_turns: int) -> None:
    journal, work = MemoryJournal(), Work()
    work.hold("first")
    queue = queue_of(journal, work)
    await queue.start(resume=False)
    _, waiting = await queue.submit([make_job("first"), make_job("waiting")])
    await work.has_started("first")
    cancelling = asyncio.create_task(queue.cancel([waiting]))
    await asyncio.sleep(0)
    await turns(after_turns)
    cancelling.cancel()
    assert (await queue.wait(waiting)).state is JobState.CANCELLED
    assert journal.jobs[waiting].state is JobState.CANCELLED
    await queue.stop()


async def test_the_same_command_given_twice_at_once_is_carried_out_once() -> None:
    journal, work = MemoryJournal(), Work()
    work.fail("talk.wav", NoAudio(name="talk.wav"))
    queue = queue_of(journal, work)
    await queue.start(resume=False)
    (job_id,) = await queue.submit([make_job()])
    await queue.wait(job_id)
    await asyncio.gather(*(queue.retry([job_id, job_id]) for _ in range(5)))
    assert (await queue.wait(job_id)).state is JobState.DONE
    work.hold("talk.wav")
    (other,) = await queue.submit([make_job()])
    await asyncio.gather(*(queue.cancel([other, other]) for _ in range(5)))
    await queue.stop()
    assert work.started.count("talk.wav") <= 3
    assert [state for of, state in journal.history if of == other and state.is_final] == [JobState.CANCELLED]
