"""How the owner moves waiting jobs, in any queue. See `core.queue.ports`."""

import asyncio
from collections.abc import Sequence

import pytest

from core.domain import JobId, Priority, Requester
from core.domain.job_move import Move, MoveBefore
from core.queue import QueueService
from tests.contract.queues import Queues
from tests.patience import PATIENCE_S
from tests.unit.queue.work import ANNA, Work
from tests.unit.samples import make_job

DESKTOP, BOT = Requester("desktop"), Requester("telegram")


async def begun(queue: QueueService, work: Work, *names: str) -> tuple[JobId, ...]:
    """Jobs of these names that wait behind one that runs, the only one that does."""
    work.hold("first")
    await queue.submit([make_job("first")])
    await work.has_started("first")
    return await queue.submit([make_job(name, requester=DESKTOP) for name in names])


async def order_of_starts(queue: QueueService, work: Work, job_ids: Sequence[JobId]) -> list[str]:
    work.let_go("first")
    for job_id in job_ids:
        await queue.wait(job_id)
    return work.started[1:]


@pytest.mark.parametrize(
    ("chosen", "to", "after"),
    [
        ("c", Move.UP, "acbde"),
        ("ac", Move.UP, "acbde"),
        ("de", Move.UP, "abdec"),
        ("bd", Move.DOWN, "acbed"),
        ("de", Move.DOWN, "abcde"),
        ("ce", Move.FRONT, "ceabd"),
        ("ba", Move.BACK, "cdeab"),
        ("e", MoveBefore(JobId("b")), "aebcd"),
        ("ae", MoveBefore(JobId("d")), "bcaed"),
        ("ab", MoveBefore(JobId("b")), "abcde"),
        ("a", MoveBefore(JobId("gone")), "abcde"),
    ],
)
async def test_jobs_begin_where_they_were_moved_to_and_can_be_put_back(
    queues: Queues, chosen: str, to: Move | MoveBefore, after: str
) -> None:
    for is_undone in (False, True):
        work = Work()
        async with queues.running(work, workers=1) as queue, asyncio.timeout(PATIENCE_S):
            ids = dict(zip("abcde", await begun(queue, work, *"abcde"), strict=True))
            exact = MoveBefore(ids.get(to.job_id, to.job_id)) if isinstance(to, MoveBefore) else to
            before = await queue.move([ids[name] for name in chosen], exact)
            places = {name: queue.place(job_id) for name, job_id in ids.items()}
            assert places == {name: place for place, name in enumerate(after, 1)}
            assert sorted(queue.turns().values()) == [1, 2, 3, 4, 5]
            assert before == (tuple(ids.values()) if after != "abcde" else ())
            if is_undone:
                await queue.arrange(before)
            started = await order_of_starts(queue, work, list(ids.values()))
        assert started == list("abcde" if is_undone else after)


async def test_a_move_takes_nobody_elses_turn(queues: Queues) -> None:
    work = Work()
    async with queues.running(work, workers=1) as queue, asyncio.timeout(PATIENCE_S):
        mine = dict(zip("abc", await begun(queue, work, *"abc"), strict=True))
        (hers,) = await queue.submit([make_job("hers", requester=ANNA)])
        her_place = queue.place(hers)
        assert her_place == 1  # The owner's first one has begun, so it is her turn.
        before = await queue.move([mine["c"], hers], Move.FRONT)
        assert before == tuple(mine.values())
        assert queue.place(hers) == her_place
        await queue.move([mine["b"]], MoveBefore(hers))
        assert queue.place(hers) == her_place
        assert await queue.move([hers], Move.BACK) == ()
        started = await order_of_starts(queue, work, [*mine.values(), hers])
    assert started == ["hers", "b", "c", "a"]


async def test_what_is_moved_takes_the_priority_of_the_turn_with_it(queues: Queues) -> None:
    work = Work()
    async with queues.running(work, workers=1) as queue, asyncio.timeout(PATIENCE_S):
        soon, other = await begun(queue, work, "soon", "other")
        (late,) = await queue.submit([make_job("late", priority=Priority.BACKGROUND, requester=DESKTOP)])
        (hers,) = await queue.submit([make_job("hers", priority=Priority.LONG, requester=ANNA)])
        counts = queue.statistics().waiting_by_priority
        assert [queue.place(job_id) for job_id in (soon, other, late, hers)] == [1, 2, 4, 3]
        await queue.move([late], Move.FRONT)
        assert [queue.place(job_id) for job_id in (soon, other, late, hers)] == [2, 4, 1, 3]
        assert queue.statistics().waiting_by_priority == counts
        started = await order_of_starts(queue, work, [soon, other, late, hers])
    assert started == ["late", "soon", "hers", "other"]


async def test_the_owners_jobs_are_one_queue_whichever_way_they_came_in(queues: Queues) -> None:
    work = Work()
    async with queues.running(work, workers=1) as queue, asyncio.timeout(PATIENCE_S):
        ids = await begun(queue, work, "a", "b")
        (sent,) = await queue.submit([make_job("sent", requester=BOT)])
        await queue.move([sent], Move.UP)
        started = await order_of_starts(queue, work, [*ids, sent])
    assert started == ["a", "sent", "b"]


async def test_the_order_is_the_same_after_a_restart_and_rows_stay_where_they_were(queues: Queues) -> None:
    work, names = Work(), ["first", *"abcde"]
    async with queues.running(work, workers=1) as queue, asyncio.timeout(PATIENCE_S):
        ids = dict(zip("abcde", await begun(queue, work, *"abcde"), strict=True))
        (late,) = await queue.submit([make_job("late", priority=Priority.BACKGROUND, requester=DESKTOP)])
        await queue.move([ids["e"], late], Move.FRONT)
        await queue.move([ids["a"]], Move.BACK)
        order = sorted([*ids.values(), late], key=queue.turns().__getitem__)
    for start in (2, 3):
        async with queues.running(work, workers=1) as queue, asyncio.timeout(PATIENCE_S):
            await work.has_started("first", start)
            assert [view.name for view in queue.views()] == [*names, "late"]
            assert sorted([*ids.values(), late], key=queue.turns().__getitem__) == order
            if start == 3:
                (new,) = await queue.submit([make_job("new", requester=DESKTOP)])
                started = await order_of_starts(queue, work, [*order, new])
    assert started == ["first", "first", "e", "late", "b", "c", "d", "new", "a"]
