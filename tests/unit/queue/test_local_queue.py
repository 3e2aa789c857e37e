import asyncio
import random
from pathlib import Path

import pytest

from core.domain import JobId, JobState, Priority, Segment
from core.domain.errors import DecoderCrashed, EngineCrashed, NoAudio
from core.queue import RetryPolicy
from core.store.sqlite import Database
from tests.unit.queue.work import MemoryJournal, Work, queue_of, running
from tests.unit.samples import make_job


async def test_a_job_runs_and_is_done(database: Database, tmp_path: Path) -> None:
    async with running(database, tmp_path, Work()) as queue:
        (job_id,) = await queue.submit([make_job()])
        job = await queue.wait(job_id)

    assert (job.state, job.transcript_id, job.attempt) == (JobState.DONE, 1, 1)


async def test_no_more_jobs_run_at_once_than_there_are_workers(database: Database, tmp_path: Path) -> None:
    work = Work()
    names = [f"{n}.wav" for n in range(9)]
    for name in names:
        work.hold(name)
    async with running(database, tmp_path, work, workers=3) as queue:
        ids = await queue.submit([make_job(name) for name in names])
        for number, name in enumerate(names):
            await work.has_started(names[min(number + 2, len(names) - 1)])
            work.let_go(name)
        for job_id in ids:
            await queue.wait(job_id)

    assert work.most_at_once == 3
    assert work.started == names


async def test_urgent_jobs_go_first_and_others_in_order(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.hold("first")
    async with running(database, tmp_path, work, workers=1) as queue:
        await queue.submit([make_job("first")])
        await work.has_started("first")
        late = [make_job("long", priority=Priority.LONG), make_job("b"), make_job("c"), make_job("d")]
        ids = await queue.submit(late)
        work.let_go("first")
        for job_id in ids:
            await queue.wait(job_id)

    assert work.started == ["first", "b", "c", "d", "long"]


async def test_a_transient_error_is_tried_again_twice(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.fail("talk.wav", EngineCrashed(), EngineCrashed())
    async with running(database, tmp_path, work) as queue:
        (job_id,) = await queue.submit([make_job()])
        job = await queue.wait(job_id)

    assert (job.state, job.attempt, job.error) == (JobState.DONE, 3, None)


async def test_after_two_retries_a_job_has_failed(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.fail("talk.wav", *(EngineCrashed() for _ in range(3)))
    async with running(database, tmp_path, work) as queue:
        (job_id,) = await queue.submit([make_job()])
        job = await queue.wait(job_id)

    assert (job.state, job.attempt, job.error) == (JobState.FAILED, 3, EngineCrashed().message)


async def test_a_permanent_error_fails_at_once_and_retry_runs_it_again(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.fail("talk.wav", NoAudio(name="talk.wav"))
    async with running(database, tmp_path, work) as queue:
        (job_id,) = await queue.submit([make_job()])
        assert (await queue.wait(job_id)).state is JobState.FAILED
        await queue.retry([job_id])
        job = await queue.wait(job_id)

    assert (job.state, job.attempt, len(work.started)) == (JobState.DONE, 1, 2)


async def test_a_bug_in_one_job_costs_only_that_job(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.fail("bad.wav", ZeroDivisionError("a bug"))
    async with running(database, tmp_path, work) as queue:
        bad, good = await queue.submit([make_job("bad.wav"), make_job("good.wav")])
        assert (await queue.wait(bad)).state is JobState.FAILED
        assert (await queue.wait(good)).state is JobState.DONE


async def test_removed_jobs_can_be_put_back(database: Database, tmp_path: Path) -> None:
    async with running(database, tmp_path, Work()) as queue:
        (job_id,) = await queue.submit([make_job()])
        await queue.wait(job_id)
        await queue.remove([job_id])
        assert queue.views() == ()
        await queue.remove([job_id], removed=False)
        assert [view.id for view in queue.views()] == [job_id]


async def test_the_view_follows_the_work(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.hold("talk.wav")
    async with running(database, tmp_path, work) as queue:
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


async def test_a_change_wakes_who_waits_for_one(database: Database, tmp_path: Path) -> None:
    work = Work()
    async with running(database, tmp_path, work) as queue:
        queue.views()
        waiting = asyncio.create_task(queue.wait_for_change())
        await asyncio.sleep(0)
        assert not waiting.done()
        await queue.submit([make_job()])
        await asyncio.wait_for(waiting, 5)


async def test_more_workers_start_at_once(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.hold("a")
    work.hold("b")
    async with running(database, tmp_path, work, workers=1) as queue:
        ids = await queue.submit([make_job("a"), make_job("b")])
        await work.has_started("a")
        queue.set_workers(2)
        await work.has_started("b")
        work.let_go("a")
        work.let_go("b")
        for job_id in ids:
            await queue.wait(job_id)


async def test_a_thousand_jobs_are_neither_lost_nor_doubled(database: Database, tmp_path: Path) -> None:
    work = Work()
    async with running(database, tmp_path, work, workers=8) as queue:
        ids = await queue.submit([make_job(f"{n}") for n in range(1000)])
        for job_id in ids:
            assert (await queue.wait(job_id)).state is JobState.DONE

    assert sorted(work.started, key=int) == [str(n) for n in range(1000)]


def test_the_wait_before_another_attempt_doubles_and_honours_what_the_other_side_asks() -> None:
    policy = RetryPolicy(first_delay_s=2.0, random=random.Random(1))
    assert policy.delay_s(NoAudio(name="x"), 1) is None
    assert policy.delay_s(EngineCrashed(), 3) is None
    assert policy.delay_s(EngineCrashed(retry_after_s=500), 1) == 500
    first, second = policy.delay_s(EngineCrashed(), 1), policy.delay_s(EngineCrashed(), 2)
    assert first is not None
    assert second is not None
    assert 1.0 <= first <= 3.0
    assert 2.0 <= second <= 6.0


async def test_commands_for_unknown_jobs_do_nothing(database: Database, tmp_path: Path) -> None:
    unknown = [JobId("nobody")]
    async with running(database, tmp_path, Work()) as queue:
        await queue.cancel(unknown)
        await queue.retry(unknown)
        await queue.remove(unknown)
        with pytest.raises(KeyError):
            await queue.wait(unknown[0])


async def test_a_file_that_kills_its_decoder_twice_is_given_up(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.fail("bomb", *(DecoderCrashed(name="bomb") for _ in range(5)))
    async with running(database, tmp_path, work) as queue:
        (job_id,) = await queue.submit([make_job("bomb")])
        job = await queue.wait(job_id)
        statistics = queue.statistics()

    assert (job.state, job.attempt) == (JobState.FAILED, 2)
    assert (statistics.retries, statistics.failures) == (1, (("DecoderCrashed", 1),))


async def test_statistics_say_what_waits_and_what_was_done(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.hold("first")
    async with running(database, tmp_path, work, workers=1) as queue:
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


async def test_the_same_id_is_submitted_once(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.hold("talk.wav")
    job = make_job()
    async with running(database, tmp_path, work) as queue:
        await queue.submit_once(job)
        await work.has_started("talk.wav")
        await queue.submit_once(job)
        assert queue.view(job.id).state is JobState.RUNNING
        work.let_go("talk.wav")
        assert (await queue.wait(job.id)).state is JobState.DONE
    async with running(database, tmp_path, work, resume=False) as queue:
        await queue.submit_once(job)
        assert queue.view(job.id) is None
        assert (await queue.wait(job.id)).transcript_id == 1
        with pytest.raises(KeyError):
            await queue.wait(JobId("another"))
    assert work.started == ["talk.wav"]


async def test_who_waits_is_told_their_place() -> None:
    work, now = Work(), [0.0]
    work.hold("first")
    queue = queue_of(MemoryJournal(), work, monotonic=lambda: now[0])
    await queue.start(resume=False)
    first, second, third = [
        (await queue.submit([make_job(name, priority=priority)]))[0]
        for name, priority in (("first", Priority.SHORT), ("b", Priority.LONG), ("c", Priority.SHORT))
    ]
    await work.has_started("first")
    assert [queue.place(job_id) for job_id in (first, second, third)] == [None, 2, 1]
    await queue.cancel([third])
    now[0] += 1
    assert [queue.place(job_id) for job_id in (second, third)] == [1, None]
    await queue.stop()


async def test_the_table_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.queue.local.queue.MOST_SHOWN", 20)
    monkeypatch.setattr("core.queue.local.queue.FINISHED_JOBS_SHOWN", 5)
    work = Work()
    work.hold("held")
    queue = queue_of(MemoryJournal(), work, workers=2)
    await queue.start(resume=False)
    await queue.submit([make_job("held")])
    ids = []
    for number in range(40):
        ids += await queue.submit([make_job(f"{number}.wav")])
        await queue.wait(ids[-1])
        assert len(queue.views()) <= 26
    shown = [view.name for view in queue.views()]
    assert {"held", "39.wav"} < set(shown)
    assert queue.view(ids[0]) is None
    assert (await queue.wait(ids[0])).state is JobState.DONE
    await queue.stop()
