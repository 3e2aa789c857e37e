"""Requests of one process about jobs that were submitted in another. See `core.queue.ports`."""

import asyncio

import pytest

from core.domain import JobId, JobState, Priority, Requester, SourceReference, TranscriptId, TranslatableText
from core.domain.errors import EngineCrashed, NoAudio, TooManyWaiting
from core.queue import RetryPolicy
from tests.contract.queues import Queues
from tests.patience import PATIENCE_S
from tests.unit.queue.work import ANNA, BEN, Work
from tests.unit.samples import make_job

FOLLOWED = TranslatableText("These subtitles come late.")


async def test_any_instance_finds_a_job_and_waits_for_it(queues: Queues) -> None:
    work = Work()
    work.hold("talk.wav")
    async with queues.instances(2, work) as (one, other), asyncio.timeout(PATIENCE_S):
        (job_id,) = await one.submit([make_job()])
        found = await other.find(job_id)
        assert found is not None
        assert not found.state.is_final
        waiting = asyncio.create_task(other.wait(job_id))
        await work.has_started("talk.wav")
        work.let_go("talk.wav")
        assert (await waiting).state is JobState.DONE
        found = await one.find(job_id)
        assert found is not None
        assert (found.state, found.transcript_id) == (JobState.DONE, (await other.wait(job_id)).transcript_id)
        assert await other.find(JobId("nobody's")) is None


async def test_any_instance_cancels_and_retries_a_job(queues: Queues) -> None:
    work = Work()
    work.hold("running")
    async with queues.instances(2, work, workers=1) as (one, other), asyncio.timeout(PATIENCE_S):
        running, waiting = await one.submit([make_job("running"), make_job("waiting")])
        await work.has_started("running")
        await other.cancel([running, waiting])
        for job_id in (running, waiting):
            assert (await one.wait(job_id)).state is JobState.CANCELLED
        work.let_go("running")
        await other.retry([running])
        job = await one.wait(running)
        assert (job.state, job.attempt) == (JobState.DONE, 1)


async def test_one_id_is_accepted_once_whichever_instance_is_asked(queues: Queues) -> None:
    work, job = Work(), make_job()
    async with queues.instances(2, work) as (one, other), asyncio.timeout(PATIENCE_S):
        await one.submit_once(job)
        await other.submit_once(job)
        assert (await other.wait(job.id)).state is JobState.DONE
        await other.submit_once(job)
    assert work.started == ["talk.wav"]


async def test_a_persons_limit_holds_over_all_instances(queues: Queues) -> None:
    work = Work()
    work.hold("first")
    async with queues.instances(2, work, workers=1) as instances, asyncio.timeout(PATIENCE_S):
        one, other = instances
        for instance in instances:
            instance.set_limits(running=1, waiting=1)
        await one.submit([make_job("first", requester=ANNA)])
        await work.has_started("first")
        await one.submit([make_job("second", requester=ANNA)])
        with pytest.raises(TooManyWaiting):
            await other.submit([make_job("third", requester=ANNA)])
        with pytest.raises(TooManyWaiting):
            await other.submit_once(make_job("fourth", requester=ANNA))
        await other.submit([make_job("his", requester=BEN)])
        work.let_go("first")


async def test_jobs_are_accepted_all_or_none(queues: Queues) -> None:
    work = Work()
    work.hold("first")
    async with queues.running(work, workers=1) as queue, asyncio.timeout(PATIENCE_S):
        queue.set_limits(running=1, waiting=2)
        await queue.submit([make_job("first", requester=ANNA)])
        await work.has_started("first")
        refused = [make_job(str(number), requester=ANNA) for number in range(3)]
        with pytest.raises(TooManyWaiting):
            await queue.submit(refused)
        assert [await queue.find(job.id) for job in refused] == [None] * 3
        assert len(queue.views()) == 1
        work.let_go("first")


async def test_a_place_is_known_only_of_a_job_that_waits(queues: Queues) -> None:
    work = Work()
    work.hold("first")
    async with queues.running(work, workers=1) as queue, asyncio.timeout(PATIENCE_S):
        (first,) = await queue.submit([make_job("first")])
        await work.has_started("first")
        (second,) = await queue.submit([make_job("second")])
        assert (queue.place(first), queue.place(second)) == (None, 1)
        assert queue.place(JobId("nobody's")) is None
        assert queue.view(JobId("nobody's")) is None
        work.let_go("first")
        await queue.wait(second)
        assert queue.place(second) is None


async def test_places_are_counted_in_the_order_in_which_jobs_will_start(queues: Queues) -> None:
    work = Work()
    work.hold("first")
    async with queues.running(work, workers=1) as queue, asyncio.timeout(PATIENCE_S):
        await queue.submit([make_job("first")])
        await work.has_started("first")
        ids = await queue.submit([make_job("long", priority=Priority.LONG), make_job("b"), make_job("c")])
        assert [queue.place(job_id) for job_id in ids] == [3, 1, 2]


async def test_delays_before_a_retry_are_skipped_for_one_kind_of_source(queues: Queues) -> None:
    work = Work()
    for name in ("file", "sent"):
        work.fail(name, EngineCrashed())
    hour = RetryPolicy(first_delay_s=3600.0, longest_delay_s=3600.0)
    async with queues.running(work, workers=1, retry=hour) as queue, asyncio.timeout(PATIENCE_S):
        (file,) = await queue.submit([make_job("file")])
        (sent,) = await queue.submit([make_job("sent", source=SourceReference("telegram", "1", "sent"))])
        while {view.state for view in queue.views()} != {JobState.RETRYING}:
            await queue.wait_for_change()
        queue.skip_retry_delays("telegram")
        assert (await queue.wait(sent)).state is JobState.DONE
        (later,) = await queue.submit([make_job("later")])  # The file was submitted first, so it would start first.
        await queue.wait(later)
        assert work.started == ["file", "sent", "sent", "later"]
        found = await queue.find(file)
        assert found is not None
        assert found.state is JobState.RETRYING


async def test_a_person_who_is_forgotten_has_no_jobs_in_the_table(queues: Queues) -> None:
    work = Work()
    work.hold("hers")
    async with queues.running(work, workers=1) as queue, asyncio.timeout(PATIENCE_S):
        await queue.submit([make_job("hers", requester=ANNA), make_job("hers too", requester=ANNA)])
        (his,) = await queue.submit([make_job("his", requester=BEN)])
        await work.has_started("hers")
        await queue.forget(ANNA)
        assert [view.name for view in queue.views()] == ["his"]
        assert (await queue.wait(his)).state is JobState.DONE
    assert "hers too" not in work.started


async def test_jobs_of_deleted_transcripts_leave_the_table(queues: Queues) -> None:
    work = Work()
    async with queues.running(work, workers=1) as queue, asyncio.timeout(PATIENCE_S):
        first, second = await queue.submit([make_job("first"), make_job("second")])
        for job_id in (first, second):
            await queue.wait(job_id)
        queue.forget_transcripts([TranscriptId(1)])
        assert [view.id for view in queue.views()] == [second]


async def test_an_export_that_is_due_is_known_after_a_restart(queues: Queues) -> None:
    work = Work()
    problem = NoAudio(name="talk.wav").message
    async with queues.running(work) as queue, asyncio.timeout(PATIENCE_S):
        (job_id,) = await queue.submit([make_job(requester=Requester("desktop"))])
        await queue.wait(job_id)
        await queue.note_export(job_id, True, problem, (FOLLOWED, problem))
        await queue.note_export(job_id, True, problem, (FOLLOWED,))
        view = queue.view(job_id)
        assert view is not None
        assert view.export_error == problem
        assert view.notes == (FOLLOWED, problem)
    async with queues.running(work) as queue, asyncio.timeout(PATIENCE_S):
        found = await queue.find(job_id)
        assert found is not None
        assert (found.export_due, found.export_error) == (True, problem)
        assert found.notes == (FOLLOWED, problem)
