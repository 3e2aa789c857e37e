"""How much one person may ask for at the same time."""

import asyncio

import pytest

from core.domain import JobState
from core.domain.errors import EngineCrashed, StoreError, TooManyWaiting
from core.queue import LocalQueue
from tests.unit.queue.work import ANNA, MemoryJournal, Work, queue_of
from tests.unit.samples import make_job


async def outcome_of(queue: LocalQueue, *names: str) -> bool:
    try:
        await queue.submit([make_job(name, requester=ANNA) for name in names])
    except TooManyWaiting:
        return False
    return True


async def test_who_sends_much_at_the_same_moment_gets_no_more_waiting_than_one_after_the_other() -> None:
    journal = MemoryJournal()
    queue = queue_of(journal, Work())
    queue.set_limits(running=1, waiting=20)
    taken = await asyncio.gather(*(outcome_of(queue, str(number)) for number in range(50)))
    assert (sum(taken), len(journal.jobs), journal.records) == (20, 20, 20)
    assert not await outcome_of(queue, "another")


async def test_some_sent_together_are_taken_together_or_not_at_all() -> None:
    queue = queue_of(MemoryJournal(), Work())
    queue.set_limits(running=1, waiting=20)
    taken = await asyncio.gather(*(outcome_of(queue, "a", "b", "c") for _ in range(10)))
    assert sum(taken) == 6
    assert len(queue.views()) == 18


async def test_what_could_not_be_written_down_takes_no_place() -> None:
    journal = MemoryJournal()
    queue = queue_of(journal, Work())
    queue.set_limits(running=1, waiting=2)
    journal.is_full = True
    for _ in range(5):
        with pytest.raises(StoreError):
            await queue.submit([make_job(requester=ANNA), make_job(requester=ANNA)])
    journal.is_full = False
    assert await outcome_of(queue, "a", "b")
    assert not await outcome_of(queue, "c")


async def test_one_whose_sender_goes_away_meanwhile_is_taken_and_counts_once() -> None:
    journal = MemoryJournal()
    queue = queue_of(journal, Work())
    queue.set_limits(running=1, waiting=2)
    journal.hold(JobState.QUEUED)
    sending = asyncio.create_task(outcome_of(queue, "a"))
    await journal.is_writing(JobState.QUEUED)
    sending.cancel()
    journal.let_go(JobState.QUEUED)
    assert await outcome_of(queue, "b")
    assert not await outcome_of(queue, "c")
    assert [view.name for view in queue.views()] == ["a", "b"]


async def test_what_waits_for_its_next_attempt_counts_as_waiting() -> None:
    work = Work()
    work.fail("flaky", EngineCrashed(retry_after_s=3600))
    queue = queue_of(MemoryJournal(), work)
    queue.set_limits(running=3, waiting=1)
    await queue.start(resume=False)
    assert await outcome_of(queue, "flaky")
    (view,) = queue.views()
    while queue.views()[0].state is not JobState.RETRYING:
        await queue.wait_for_change()
    assert not await outcome_of(queue, "another")
    await queue.cancel([view.id])
    assert await outcome_of(queue, "another")
    await queue.stop()
