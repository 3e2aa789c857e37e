"""How much any queue lets one person have at the same time. See `core.queue.ports`."""

import asyncio

import pytest

from core.domain import JobState, Requester
from core.domain.errors import TooManyWaiting
from tests.contract.queues import Queues
from tests.patience import PATIENCE_S
from tests.unit.queue.work import ANNA, BEN, Work
from tests.unit.samples import make_job


async def test_of_one_person_only_so_many_run_at_once(queues: Queues) -> None:
    work = Work()
    for name in ("a1", "a2", "a3", "a4", "b1"):
        work.hold(name)
    async with queues.running(work, workers=8) as queue:
        await queue.submit([make_job(name, requester=ANNA) for name in ("a1", "a2", "a3", "a4")])
        await queue.submit([make_job("b1", requester=BEN)])
        await work.has_started("b1")
        await work.has_started("a3")
        assert "a4" not in work.started
        work.let_go("a1")
        await work.has_started("a4")


async def test_people_take_turns(queues: Queues) -> None:
    work = Work()
    work.hold("first")
    async with queues.running(work, workers=1) as queue, asyncio.timeout(PATIENCE_S):
        await queue.submit([make_job("first")])
        await work.has_started("first")
        hers = await queue.submit([make_job(name, requester=ANNA) for name in ("a1", "a2", "a3")])
        his = await queue.submit([make_job(name, requester=BEN) for name in ("b1", "b2")])
        work.let_go("first")
        for job_id in (*hers, *his):
            await queue.wait(job_id)
    assert work.started == ["first", "a1", "b1", "a2", "b2", "a3"]


async def test_the_owner_may_use_all_workers(queues: Queues) -> None:
    work = Work()
    names = [str(number) for number in range(8)]
    for name in names:
        work.hold(name)
    async with queues.running(work, workers=8) as queue:
        await queue.submit([make_job(name, requester=Requester("desktop")) for name in names])
        await work.has_started("7")
    assert work.most_at_once == 8


async def test_who_has_many_waiting_is_asked_to_come_back(queues: Queues) -> None:
    work = Work()
    work.hold("first")
    async with queues.running(work, workers=1) as queue:
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


async def test_while_the_queue_is_paused_nothing_begins_and_what_runs_goes_on(queues: Queues) -> None:
    work = Work()
    work.hold("running.wav")
    async with queues.running(work) as queue, asyncio.timeout(PATIENCE_S):
        (running,) = await queue.submit([make_job("running.wav")])
        await work.has_started("running.wav")
        queue.views()
        queue.set_paused(True)
        await queue.wait_for_change()
        assert queue.statistics().is_paused
        (waiting,) = await queue.submit([make_job("waiting.wav")])
        work.let_go("running.wav")
        assert (await queue.wait(running)).state is JobState.DONE
        assert work.started == ["running.wav"]
        (cancelled,) = await queue.submit([make_job("cancelled.wav")])
        await queue.cancel([cancelled])
        assert [view.state for view in queue.views()] == [JobState.DONE, JobState.QUEUED, JobState.CANCELLED]
        queue.set_paused(False)
        assert (await queue.wait(waiting)).state is JobState.DONE
        assert not queue.statistics().is_paused
    assert work.started == ["running.wav", "waiting.wav"]
