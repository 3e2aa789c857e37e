"""How much one person may ask for at the same time."""

import asyncio
from pathlib import Path

import pytest

from core.domain import JobState, Requester
from core.domain.errors import EngineCrashed, StoreError, TooManyWaiting
from core.queue import LocalQueue
from core.store.sqlite import Database
from tests.unit.queue.work import ANNA, BEN, MemoryJournal, Work, queue_of, running
from tests.unit.samples import make_job


async def test_of_one_person_only_so_many_run_at_once(database: Database, tmp_path: Path) -> None:
    work = Work()
    for name in ("a1", "a2", "a3", "a4", "b1"):
        work.hold(name)
    async with running(database, tmp_path, work, workers=8) as queue:
        await queue.submit([make_job(name, requester=ANNA) for name in ("a1", "a2", "a3", "a4")])
        await queue.submit([make_job("b1", requester=BEN)])
        await work.has_started("b1")
        await work.has_started("a3")
        assert "a4" not in work.started
        work.let_go("a1")
        await work.has_started("a4")


async def test_the_owner_may_use_all_workers(database: Database, tmp_path: Path) -> None:
    work = Work()
    names = [str(number) for number in range(8)]
    for name in names:
        work.hold(name)
    async with running(database, tmp_path, work, workers=8) as queue:
        await queue.submit([make_job(name, requester=Requester("desktop")) for name in names])
        await work.has_started("7")
    assert work.most_at_once == 8


async def test_who_has_many_waiting_is_asked_to_come_back(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.hold("first")
    async with running(database, tmp_path, work, workers=1) as queue:
        queue.set_limits(running=1, waiting=2)
        await queue.submit([make_job("first", requester=ANNA)])
        await work.has_started("first")
        ids = await queue.submit([make_job("second", requester=ANNA), make_job("third", requester=ANNA)])
        with pytest.raises(TooManyWaiting):
            await queue.submit([make_job("fourth", requester=ANNA)])
        await queue.submit([make_job("other", requester=BEN)])
        await queue.cancel(ids[:1])
        await queue.submit([make_job("fourth", requester=ANNA)])
        with pytest.raises(TooManyWaiting):
            await queue.submit([make_job("fifth", requester=ANNA)])
        assert len(queue.views()) == 5


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
