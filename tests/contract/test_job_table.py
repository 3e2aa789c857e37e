"""What any job table shows. See `core.queue.ports`."""

import asyncio

import pytest

from core.domain import JobState, Priority, Requester, Segment
from core.domain.errors import SourceDenied
from tests.contract.queues import Queues
from tests.patience import PATIENCE_S
from tests.unit.queue.work import Work
from tests.unit.samples import make_job

NAMES = ("done.wav", "failed.wav", "cancelled.wav", "late.wav")


async def test_removed_jobs_can_be_put_back(queues: Queues) -> None:
    async with queues.running(Work()) as queue:
        (job_id,) = await queue.submit([make_job()])
        await queue.wait(job_id)
        await queue.remove([job_id])
        assert queue.views() == ()
        await queue.remove([job_id], removed=False)
        assert [view.id for view in queue.views()] == [job_id]


async def test_removed_jobs_are_not_in_the_table_after_a_restart(queues: Queues) -> None:
    async with queues.running(Work()) as queue:
        removed, put_back = ids = await queue.submit([make_job("removed"), make_job("put back")])
        for job_id in ids:
            await queue.wait(job_id)
        await queue.remove(ids)
        await queue.remove([put_back], removed=False)
    async with queues.running(Work()) as queue:
        assert [view.id for view in queue.views()] == [put_back]
        assert (await queue.wait(removed)).state is JobState.DONE


async def test_the_view_follows_the_work(queues: Queues) -> None:
    work = Work()
    work.hold("talk.wav")
    async with queues.running(work) as queue:
        (job_id,) = await queue.submit([make_job()])
        await work.has_started("talk.wav")
        report = work.reports["talk.wav"]
        report.duration(60.0)
        report.progress(0.5)
        report.progress(0.25)
        report.segment(Segment(0.0, 1.0, "Hello."))
        (view,) = queue.views()

        assert (view.state, view.progress, view.duration_s) == (JobState.RUNNING, 0.5, 60.0)
        assert [segment.text for segment in view.segments] == ["Hello."]
        assert view.remaining_s == pytest.approx(view.elapsed_s)
        work.let_go("talk.wav")
        await queue.wait(job_id)

        (done,) = queue.views()
        assert (done.progress, done.segments) == (1.0, ())
        assert queue.views()[0] is done
        statistics = queue.statistics()
        assert (statistics.done, statistics.unfinished, statistics.cache_hit_rate) == (1, 0, None)


async def test_rows_tell_who_asked_which_worker_works_and_what_has_become_of_it(queues: Queues) -> None:
    work = Work()
    for name in ("first.wav", "second.wav", "third.wav"):
        work.hold(name)
    anna = Requester("telegram", "anna")
    async with queues.running(work) as queue, asyncio.timeout(PATIENCE_S):
        ids = await queue.submit([make_job(name, requester=anna) for name in ("first.wav", "second.wav", "third.wav")])
        await work.has_started("second.wav")
        views = queue.views()
        assert [view.worker for view in views] == [1, 2, None]
        assert {view.requester for view in views} == {anna}
        assert list(queue.turns().items()) == [(ids[2], 1)]
        work.let_go("first.wav")
        await work.has_started("third.wav")
        first, _, third = queue.views()
        assert (first.worker, third.worker) == (None, 1)
        assert first.provider == "device of tests"
        assert first.finished_at is not None
        for name in ("second.wav", "third.wav"):
            work.let_go(name)
        for job_id in ids:
            await queue.wait(job_id)


async def test_a_change_wakes_who_waits_for_one(queues: Queues) -> None:
    work = Work()
    async with queues.running(work) as queue:
        queue.views()
        waiting = asyncio.create_task(queue.wait_for_change())
        await asyncio.sleep(0)
        assert not waiting.done()
        await queue.submit([make_job()])
        await asyncio.wait_for(waiting, PATIENCE_S)


async def test_a_touch_wakes_what_waits_for_a_change(queues: Queues) -> None:
    async with queues.running(Work()) as queue, asyncio.timeout(PATIENCE_S):
        queue.views()
        waiting = asyncio.create_task(queue.wait_for_change())
        await asyncio.sleep(0)
        assert not waiting.done()
        queue.touch()
        await waiting


async def test_the_queue_is_busy_while_a_job_runs(queues: Queues) -> None:
    work = Work()
    work.hold("talk.wav")
    async with queues.running(work) as queue, asyncio.timeout(PATIENCE_S):
        assert not queue.is_busy
        (job_id,) = await queue.submit([make_job()])
        await work.has_started("talk.wav")
        assert queue.is_busy
        work.let_go("talk.wav")
        await queue.wait(job_id)
        assert not queue.is_busy


async def test_statistics_say_what_waits_and_what_was_done(queues: Queues) -> None:
    work = Work()
    work.hold("first")
    async with queues.running(work, workers=1) as queue:
        ids = await queue.submit([make_job("first"), make_job("second", priority=Priority.LONG)])
        await work.has_started("first")
        statistics = queue.statistics()
        assert statistics.waiting_by_priority == (0, 0, 1, 0)
        assert (statistics.running, statistics.idle) == (1, 0)
        work.let_go("first")
        for job_id in ids:
            await queue.wait(job_id)
        statistics = queue.statistics()
    assert statistics.waiting_by_priority == (0, 0, 0, 0)
    assert statistics.ended_per_minute == pytest.approx(2 / 5)
    assert statistics.median_s is not None
    assert 0 < statistics.utilization_1_minute <= 1


async def test_lengths_and_the_order_of_rows_are_the_same_after_a_restart_and_after_a_retry(queues: Queues) -> None:
    work = Work()
    for name in NAMES:
        work.hold(name)
    work.fail("failed.wav", SourceDenied(name="failed.wav"), SourceDenied(name="failed.wav"))
    async with queues.running(work, workers=4) as queue:
        ids = await queue.submit([make_job(name) for name in NAMES])
        for length_s, name in enumerate(NAMES, 1):
            await work.has_started(name)
            work.reports[name].duration(float(length_s))
        await queue.cancel([ids[2]])
        for name in ("done.wav", "failed.wav"):
            work.let_go(name)
        await queue.wait(ids[0])
        await queue.wait(ids[1])
        await queue.retry([ids[1]])
        await queue.wait(ids[1])
        before = [(view.name, view.duration_s) for view in queue.views()]
    assert before == [(name, float(length_s)) for length_s, name in enumerate(NAMES, 1)]

    for _ in range(2):
        if "late.wav" in work._gates:
            work.let_go("late.wav")
            work.let_go("cancelled.wav")
        async with queues.running(work) as queue:
            assert [(view.name, view.duration_s) for view in queue.views()] == before
            late = await queue.wait(ids[3])
            assert late.state is JobState.DONE
            await queue.retry([ids[2]])
            await queue.wait(ids[2])
            assert [view.name for view in queue.views()] == list(NAMES)
