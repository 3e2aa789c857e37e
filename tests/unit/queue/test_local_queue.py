import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core.domain import Job, JobId, JobState, Priority, Requester, Segment, TranscriptId
from core.domain.errors import DecoderCrashed, EngineCrashed, NoAudio, NotulaError, TooManyWaiting
from core.pipeline import Outcome, Report
from core.queue import LocalQueue, RetryPolicy
from core.store import Database, Instance, JobJournal
from tests.unit.samples import make_job

AT_ONCE = RetryPolicy(first_delay_s=0.0)


class Work:
    """A stand-in for the pipeline whose every attempt the test starts and ends."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.most_at_once = 0
        self.reports: dict[str, Report] = {}
        self._at_once = 0
        self._gates: dict[str, asyncio.Event] = {}
        self._failures: dict[str, list[NotulaError | Exception]] = {}
        self._start_of_any = asyncio.Event()

    def fail(self, name: str, *errors: NotulaError | Exception) -> None:
        """The next attempts at this recording raise these."""
        self._failures[name] = list(errors)

    def hold(self, name: str) -> None:
        """Attempts at this recording wait for `let_go`."""
        self._gates[name] = asyncio.Event()

    def let_go(self, name: str) -> None:
        self._gates.pop(name).set()

    async def has_started(self, name: str, times: int = 1) -> None:
        while self.started.count(name) < times:
            self._start_of_any.clear()
            await self._start_of_any.wait()

    async def run(self, job: Job, report: Report) -> Outcome:
        name = job.source.name
        self.started.append(name)
        self.reports[name] = report
        self._start_of_any.set()
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            if name in self._gates:
                await self._gates[name].wait()
            if self._failures.get(name):
                raise self._failures[name].pop(0)
        finally:
            self._at_once -= 1
        return Outcome(TranscriptId(len(self.started)), from_cache=False)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "notula.db")
    yield opened
    await opened.close()


@asynccontextmanager
async def running(
    database: Database, folder: Path, work: Work, *, workers: int = 2, resume: bool = True, retry: RetryPolicy = AT_ONCE
) -> AsyncIterator[LocalQueue]:
    names = (f"instance-{random.getrandbits(64):x}" for _ in itertools.count())
    instance = Instance(folder / "instances", lambda: next(names))
    instance.announce()
    queue = LocalQueue(
        JobJournal(database, instance),
        work.run,
        workers=workers,
        clock=lambda: asyncio.get_running_loop().time(),
        retry=retry,
    )
    await queue.start(resume=resume)
    try:
        yield queue
    finally:
        await queue.stop()
        instance.leave()


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


async def test_a_running_job_is_cancelled(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.hold("talk.wav")
    async with running(database, tmp_path, work) as queue:
        (job_id,) = await queue.submit([make_job()])
        await work.has_started("talk.wav")
        await queue.cancel([job_id])

        assert (await queue.wait(job_id)).state is JobState.CANCELLED
        work.let_go("talk.wav")
        await queue.retry([job_id])
        assert (await queue.wait(job_id)).state is JobState.DONE


async def test_a_waiting_job_is_cancelled_without_ever_running(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.hold("first")
    async with running(database, tmp_path, work, workers=1) as queue:
        first, second = await queue.submit([make_job("first"), make_job("second")])
        await work.has_started("first")
        await queue.cancel([second])
        work.let_go("first")
        await queue.wait(first)

        assert (await queue.wait(second)).state is JobState.CANCELLED
    assert work.started == ["first"]


async def test_a_job_that_waits_for_its_next_attempt_holds_no_worker_and_can_be_cancelled(
    database: Database, tmp_path: Path
) -> None:
    work = Work()
    work.fail("flaky", EngineCrashed(retry_after_s=3600))
    async with running(database, tmp_path, work, workers=1) as queue:
        flaky, other = await queue.submit([make_job("flaky"), make_job("other")])
        assert (await queue.wait(other)).state is JobState.DONE
        assert [view.state for view in queue.views()] == [JobState.RETRYING, JobState.DONE]

        await queue.cancel([flaky])
        assert (await queue.wait(flaky)).state is JobState.CANCELLED


async def test_what_stop_interrupts_runs_at_the_next_start(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.hold("a")
    async with running(database, tmp_path, work, workers=1) as queue:
        await queue.submit([make_job("a"), make_job("b")])
        await work.has_started("a")
    work.let_go("a")

    async with running(database, tmp_path, work) as queue:
        for view in queue.views():
            assert (await queue.wait(view.id)).state is JobState.DONE
    assert sorted(work.started) == ["a", "a", "b"]


async def test_asking_again_for_what_a_dead_instance_left_takes_it_over(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.hold("a")
    async with running(database, tmp_path, work) as queue:
        (left,) = await queue.submit([make_job("a")])
        await work.has_started("a")
    work.let_go("a")

    async with running(database, tmp_path, work, resume=False) as queue:
        assert queue.views() == ()
        assert await queue.submit([make_job("a")]) == (left,)
        assert (await queue.wait(left)).state is JobState.DONE


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
        statistics = queue.statistics(1, 3)
        assert (statistics.done, statistics.unfinished, statistics.cache_hit_rate) == (1, 0, 0.25)


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


ANNA, BEN = Requester("telegram", "anna"), Requester("telegram", "ben")


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


async def test_a_file_that_kills_its_decoder_twice_is_given_up(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.fail("bomb", *(DecoderCrashed(name="bomb") for _ in range(5)))
    async with running(database, tmp_path, work) as queue:
        (job_id,) = await queue.submit([make_job("bomb")])
        job = await queue.wait(job_id)
        statistics = queue.statistics(0, 0)

    assert (job.state, job.attempt) == (JobState.FAILED, 2)
    assert (statistics.retries, statistics.failures) == (1, (("DecoderCrashed", 1),))


async def test_what_is_nearly_finished_may_finish_before_the_end(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.hold("running")
    async with running(database, tmp_path, work, workers=1) as queue:
        first, second = await queue.submit([make_job("running"), make_job("waiting")])
        await work.has_started("running")
        stopping = asyncio.create_task(queue.stop(grace_s=60))
        await asyncio.sleep(0)
        work.let_go("running")
        await stopping
        states = {view.id: view.state for view in queue.views()}
    assert (states[first], states[second]) == (JobState.DONE, JobState.QUEUED)
    assert work.started == ["running"]


async def test_what_takes_too_long_to_finish_goes_on_at_the_next_start(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.hold("long")
    async with running(database, tmp_path, work, workers=1) as queue:
        (job_id,) = await queue.submit([make_job("long")])
        await work.has_started("long")
        await queue.stop(grace_s=0.01)
    work.let_go("long")
    async with running(database, tmp_path, work, workers=1) as queue:
        assert (await queue.wait(job_id)).state is JobState.DONE


async def test_statistics_say_what_waits_and_what_was_done(database: Database, tmp_path: Path) -> None:
    work = Work()
    work.hold("first")
    async with running(database, tmp_path, work, workers=1) as queue:
        ids = await queue.submit([make_job("first"), make_job("second", priority=Priority.LONG)])
        await work.has_started("first")
        statistics = queue.statistics(0, 0)
        assert statistics.waiting_by_priority == (0, 0, 1, 0)
        assert (statistics.running, statistics.idle) == (1, 0)
        work.let_go("first")
        for job_id in ids:
            await queue.wait(job_id)
        statistics = queue.statistics(0, 0)
    assert statistics.waiting_by_priority == (0, 0, 0, 0)
    assert statistics.ended_per_minute == pytest.approx(2 / 5)
    assert statistics.median_s is not None
    assert 0 < statistics.utilization_1_minute <= 1
