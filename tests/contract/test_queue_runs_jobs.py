"""What any queue does with jobs that it has accepted. See `core.queue.ports`."""

import pytest

from core.domain import JobId, JobState, Priority
from core.domain.errors import DecoderCrashed, EngineCrashed, NoAudio
from tests.contract.queues import Queues
from tests.unit.queue.work import Work
from tests.unit.samples import make_job


async def test_a_job_runs_and_is_done(queues: Queues) -> None:
    async with queues.running(Work()) as queue:
        (job_id,) = await queue.submit([make_job()])
        job = await queue.wait(job_id)

    assert (job.state, job.transcript_id, job.attempt) == (JobState.DONE, 1, 1)


async def test_no_more_jobs_run_at_once_than_there_are_workers(queues: Queues) -> None:
    work = Work()
    names = [f"{n}.wav" for n in range(9)]
    for name in names:
        work.hold(name)
    async with queues.running(work, workers=3) as queue:
        ids = await queue.submit([make_job(name) for name in names])
        for number, name in enumerate(names):
            await work.has_started(names[min(number + 2, len(names) - 1)])
            work.let_go(name)
        for job_id in ids:
            await queue.wait(job_id)

    assert work.most_at_once == 3
    assert work.started == names


async def test_urgent_jobs_go_first_and_others_in_order(queues: Queues) -> None:
    work = Work()
    work.hold("first")
    async with queues.running(work, workers=1) as queue:
        await queue.submit([make_job("first")])
        await work.has_started("first")
        late = [make_job("long", priority=Priority.LONG), make_job("b"), make_job("c"), make_job("d")]
        ids = await queue.submit(late)
        work.let_go("first")
        for job_id in ids:
            await queue.wait(job_id)

    assert work.started == ["first", "b", "c", "d", "long"]


async def test_a_transient_error_is_tried_again_twice(queues: Queues) -> None:
    work = Work()
    work.fail("talk.wav", EngineCrashed(), EngineCrashed())
    async with queues.running(work) as queue:
        (job_id,) = await queue.submit([make_job()])
        job = await queue.wait(job_id)

    assert (job.state, job.attempt, job.error) == (JobState.DONE, 3, None)


async def test_after_two_retries_a_job_has_failed(queues: Queues) -> None:
    work = Work()
    work.fail("talk.wav", *(EngineCrashed() for _ in range(3)))
    async with queues.running(work) as queue:
        (job_id,) = await queue.submit([make_job()])
        job = await queue.wait(job_id)

    assert (job.state, job.attempt, job.error) == (JobState.FAILED, 3, EngineCrashed().message)


async def test_a_permanent_error_fails_at_once_and_retry_runs_it_again(queues: Queues) -> None:
    work = Work()
    work.fail("talk.wav", NoAudio(name="talk.wav"))
    async with queues.running(work) as queue:
        (job_id,) = await queue.submit([make_job()])
        assert (await queue.wait(job_id)).state is JobState.FAILED
        await queue.retry([job_id])
        job = await queue.wait(job_id)

    assert (job.state, job.attempt, len(work.started)) == (JobState.DONE, 1, 2)


async def test_a_bug_in_one_job_costs_only_that_job(queues: Queues) -> None:
    work = Work()
    work.fail("bad.wav", ZeroDivisionError("a bug"))
    async with queues.running(work) as queue:
        bad, good = await queue.submit([make_job("bad.wav"), make_job("good.wav")])
        assert (await queue.wait(bad)).state is JobState.FAILED
        assert (await queue.wait(good)).state is JobState.DONE


async def test_more_workers_start_at_once(queues: Queues) -> None:
    work = Work()
    work.hold("a")
    work.hold("b")
    async with queues.running(work, workers=1) as queue:
        ids = await queue.submit([make_job("a"), make_job("b")])
        await work.has_started("a")
        queue.set_workers(2)
        await work.has_started("b")
        work.let_go("a")
        work.let_go("b")
        for job_id in ids:
            await queue.wait(job_id)


async def test_a_thousand_jobs_are_neither_lost_nor_doubled(queues: Queues) -> None:
    work = Work()
    async with queues.running(work, workers=8) as queue:
        ids = await queue.submit([make_job(f"{n}") for n in range(1000)])
        for job_id in ids:
            assert (await queue.wait(job_id)).state is JobState.DONE

    assert sorted(work.started, key=int) == [str(n) for n in range(1000)]


async def test_commands_for_unknown_jobs_do_nothing(queues: Queues) -> None:
    unknown = [JobId("nobody")]
    async with queues.running(Work()) as queue:
        await queue.cancel(unknown)
        await queue.retry(unknown)
        await queue.remove(unknown)
        with pytest.raises(KeyError):
            await queue.wait(unknown[0])


async def test_a_file_that_kills_its_decoder_twice_is_given_up(queues: Queues) -> None:
    work = Work()
    work.fail("bomb", *(DecoderCrashed(name="bomb") for _ in range(5)))
    async with queues.running(work) as queue:
        (job_id,) = await queue.submit([make_job("bomb")])
        job = await queue.wait(job_id)
        statistics = queue.statistics()

    assert (job.state, job.attempt) == (JobState.FAILED, 2)
    assert (statistics.retries, statistics.failures) == (1, (("DecoderCrashed", 1),))


async def test_the_same_id_is_submitted_once(queues: Queues) -> None:
    work = Work()
    work.hold("talk.wav")
    job = make_job()
    async with queues.running(work) as queue:
        await queue.submit_once(job)
        await work.has_started("talk.wav")
        await queue.submit_once(job)
        assert queue.view(job.id).state is JobState.RUNNING
        work.let_go("talk.wav")
        assert (await queue.wait(job.id)).state is JobState.DONE
    async with queues.running(work, resume=False) as queue:
        await queue.submit_once(job)
        assert queue.view(job.id) is None
        assert (await queue.wait(job.id)).transcript_id == 1
        with pytest.raises(KeyError):
            await queue.wait(JobId("another"))
    assert work.started == ["talk.wav"]
