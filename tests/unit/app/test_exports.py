"""Exporting finished transcripts: after the jobs, again and again, and never at their expense."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from core.app.exports import FIRST_PAUSE_S, LONGEST_PAUSE_S, Exports
from core.concurrency.supervision import Supervisor
from core.domain import Job, JobId, JobState, TranscriptId, TranslatableText
from core.domain.errors import ExportDiskFull
from tests.unit.samples import make_job

FULL = ExportDiskFull(name="talk.txt", folder="/exports")


class Desk:
    """A folder that fails as often as it is told to, and what was told of each job."""

    def __init__(self) -> None:
        self.failures: list[Exception] = []
        self.written: list[TranscriptId] = []
        self.told: list[tuple[JobId, bool, TranslatableText | None]] = []
        self.notes: tuple[TranslatableText, ...] = ()
        """What is to be known of the next files."""
        self.notes_told: list[tuple[TranslatableText, ...]] = []
        self.pauses: list[float] = []
        self.may_pass = asyncio.Event()
        self.has_written = asyncio.Event()
        self.is_pausing = asyncio.Event()
        self.exports = Exports(self.write, self.tell, supervisor=Supervisor(), pause=self.pause)

    async def write(self, job: Job) -> tuple[TranslatableText, ...]:
        if self.failures:
            raise self.failures.pop(0)
        assert job.transcript_id is not None
        self.written.append(job.transcript_id)
        self.has_written.set()
        return self.notes

    async def tell(
        self, job_id: JobId, due: bool, problem: TranslatableText | None, notes: tuple[TranslatableText, ...]
    ) -> None:
        self.told.append((job_id, due, problem))
        self.notes_told.append(notes)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.is_pausing.set()
        await self.may_pass.wait()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    made.exports.start()
    yield made
    await made.exports.stop()


def done(number: int) -> Job:
    return make_job(f"{number}.wav", state=JobState.DONE, transcript_id=TranscriptId(number), export_due=True)


async def test_a_done_job_is_exported_and_nothing_is_due_any_more(desk: Desk) -> None:
    job = done(1)
    desk.exports.add(job)
    await desk.exports.tried(job)
    assert desk.written == [1]
    assert desk.told == [(job.id, False, None)]


async def test_what_is_to_be_known_of_the_files_is_told_with_the_job(desk: Desk) -> None:
    desk.notes = (TranslatableText("These subtitles come late."),)
    desk.failures = [FULL]
    desk.may_pass.set()
    desk.exports.add(done(1))
    await desk.has_written.wait()
    await desk.exports.stop()
    assert desk.notes_told == [(), desk.notes]


async def test_a_job_without_a_folder_is_left_alone(desk: Desk) -> None:
    job = make_job(state=JobState.DONE, transcript_id=TranscriptId(1))
    desk.exports.add(job)
    await desk.exports.tried(job)
    assert not desk.told


async def test_what_fails_is_told_and_tried_again_until_it_works(desk: Desk) -> None:
    job, failures = done(1), 7
    desk.failures = [FULL] * failures
    desk.may_pass.set()
    desk.exports.add(job)
    await desk.exports.tried(job)
    assert desk.told[0] == (job.id, True, FULL.message)
    await desk.has_written.wait()
    await desk.exports.stop()
    assert desk.told[-1] == (job.id, False, None)
    assert desk.pauses[:2] == [FIRST_PAUSE_S, 2 * FIRST_PAUSE_S]
    assert max(desk.pauses) == LONGEST_PAUSE_S


async def test_a_new_job_waits_for_no_pause_and_leaves_the_failed_ones_in_theirs(desk: Desk) -> None:
    first, second = done(1), done(2)
    desk.failures = [FULL]
    desk.exports.add(first)
    await desk.is_pausing.wait()
    desk.exports.add(second)
    await desk.exports.tried(second)
    assert desk.written == [2]


async def test_another_folder_is_tried_at_once(desk: Desk) -> None:
    job = done(1)
    desk.failures = [FULL]
    desk.exports.add(job)
    await desk.is_pausing.wait()
    desk.exports.retry()
    await desk.has_written.wait()


async def test_a_mistake_of_ours_is_told_and_keeps_no_other_from_being_exported(desk: Desk) -> None:
    jobs = [done(1), done(2)]
    desk.failures = [KeyError("lost")]
    for job in jobs:
        desk.exports.add(job)
    await desk.exports.tried(jobs[1])
    assert desk.written == [2]
    assert desk.told[0][:2] == (jobs[0].id, True)
    assert desk.told[0][2] is not None


async def test_the_file_that_is_being_written_at_the_end_is_known_as_written() -> None:
    desk, job = Desk(), done(1)
    is_writing, may_go_on = asyncio.Event(), asyncio.Event()

    async def write(transcript_id: TranscriptId) -> tuple[TranslatableText, ...]:
        is_writing.set()
        await may_go_on.wait()
        return ()

    desk.exports._write = write  # type: ignore[method-assign]
    desk.exports.start()
    desk.exports.add(job)
    await is_writing.wait()
    stopping = asyncio.create_task(desk.exports.stop())
    await asyncio.sleep(0)
    may_go_on.set()
    await stopping
    assert desk.told == [(job.id, False, None)]


async def test_what_ended_just_before_the_end_is_written_by_then() -> None:
    """Who quits when the queue says that all is done finds the files in the folder."""
    desk, jobs = Desk(), [done(number) for number in range(20)]
    desk.exports.start()
    for job in jobs:
        desk.exports.add(job)
    await desk.exports.stop()
    assert desk.told == [(job.id, False, None) for job in jobs]


async def test_what_failed_is_not_waited_for_at_the_end() -> None:
    desk, jobs = Desk(), [done(1), done(2)]
    desk.failures = [FULL]
    desk.exports.start()
    for job in jobs:
        desk.exports.add(job)
    await desk.exports.stop()
    assert desk.told == [(jobs[0].id, True, FULL.message), (jobs[1].id, False, None)]


async def test_a_drive_that_hangs_doesnt_keep_notula_from_ending() -> None:
    desk, job = Desk(), done(1)
    is_writing = asyncio.Event()

    async def write(transcript_id: TranscriptId) -> tuple[TranslatableText, ...]:
        is_writing.set()
        await asyncio.Event().wait()
        return ()

    exports = Exports(write, desk.tell, supervisor=Supervisor(), patience_s=0.0)
    exports.start()
    exports.add(job)
    await is_writing.wait()
    await exports.stop()
    assert desk.told == []
