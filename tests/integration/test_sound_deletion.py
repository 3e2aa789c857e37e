"""The sound of what was recorded here goes with its last transcript, and nothing else ever goes."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.app.sound_deletion import SoundDeletion, SoundUse
from core.concurrency.supervision import Supervisor
from core.domain import (
    CacheKey,
    ContentHash,
    Job,
    JobId,
    Requester,
    SourceReference,
    TranscriptId,
    TranscriptionOptions,
)
from core.domain.errors import SourceMissing
from core.pipeline import Outcome, Report
from core.queue import JobHandling, LocalQueue
from core.recording.recording_files import RecordingFiles
from core.recording.unwanted_sounds import UnwantedSounds
from core.store.sqlite import Database, Instance, SqliteHistory, SqliteJobJournal
from tests.unit.samples import THE_OWNER, make_transcript

SOUND = ContentHash("5" * 64)
OTHER = Requester("telegram", "7")


@dataclass
class Desk:
    """The history, a queue whose jobs wait until they are let go, and the folder with recordings."""

    history: SqliteHistory
    journal: SqliteJobJournal
    queue: LocalQueue
    folder: Path
    supervisor: Supervisor = field(default_factory=Supervisor)
    transcribed: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sounds = self.another_start()

    def another_start(self) -> SoundDeletion:
        return SoundDeletion(SoundUse(self.history, self.journal, self.queue), self.folder, self.supervisor)

    def recorded(self) -> Path:
        """A recording as it is made here."""
        files = RecordingFiles(self.folder, "this", lambda _: True)
        files.check_room()
        made = files.begin("Recording", 1_700_000_000.0)
        made.add(bytes(9_600))
        made.close()
        files.finish(made.path)
        return made.path

    async def keep(self, file: Path, *, key: str = "key", requester: Requester = THE_OWNER) -> TranscriptId:
        source = SourceReference("file", str(file), file.name)
        return await self.history.save(source, CacheKey(key), SOUND, make_transcript(), 1.0, requester=requester)

    async def delete(self, transcript_id: TranscriptId) -> None:
        """As `TranscriptDeletion` does it."""
        sound = await self.sounds.sound_of(transcript_id)
        await self.history.delete([transcript_id])
        if sound is not None:
            await self.sounds.delete(sound)

    async def ask_again(self, file: Path) -> Job:
        source = SourceReference("file", str(file), file.name)
        job = Job(JobId(uuid.uuid4().hex), source, TranscriptionOptions(), THE_OWNER, submitted_at=time.time())
        await self.queue.submit([job])
        return job


@pytest.fixture
def go() -> asyncio.Event:
    """Lets jobs end."""
    return asyncio.Event()


@pytest.fixture
async def desk(tmp_path: Path, go: asyncio.Event) -> AsyncIterator[Desk]:
    database = await Database.open(tmp_path / "notula.db")
    instance = Instance(tmp_path / "instances", lambda: uuid.uuid4().hex)
    instance.announce()
    history, journal = SqliteHistory(database), SqliteJobJournal(database, instance)

    async def run(job: Job, report: Report) -> Outcome:
        await go.wait()
        if not Path(job.source.location).exists() or not made.transcribed:
            raise SourceMissing(name=job.source.name)
        return Outcome(await made.keep(Path(job.source.location), key="again"), from_cache=False)

    queue = LocalQueue(journal, JobHandling(run), workers=1)
    made = Desk(history, journal, queue, tmp_path / "recordings")
    await queue.start(resume=True)
    yield made
    await made.sounds.stop()
    await queue.stop()
    await database.close()
    instance.leave()


async def settled(desk: Desk) -> None:
    """Until nothing waits for a job any more."""
    while desk.sounds._waiting:
        await asyncio.wait(list(desk.sounds._waiting.values()))


async def test_the_sound_goes_with_its_last_transcript(desk: Desk) -> None:
    file = desk.recorded()
    mine, theirs = await desk.keep(file), await desk.keep(file, key="other", requester=OTHER)
    await desk.delete(mine)
    assert file.exists()
    await desk.delete(theirs)
    assert not file.exists()
    assert not list(desk.folder.iterdir())


async def test_a_job_that_fails_keeps_the_sound_until_its_end(desk: Desk, go: asyncio.Event) -> None:
    file = desk.recorded()
    transcript, other = await desk.keep(file), desk.recorded()
    running, waiting = await desk.ask_again(file), await desk.ask_again(file)
    await desk.delete(transcript)
    assert file.exists()
    assert len(desk.sounds._waiting) == 1
    await desk.queue.cancel([waiting.id])
    assert file.exists()
    go.set()
    await desk.queue.wait(running.id)
    await settled(desk)
    assert list(desk.folder.iterdir()) == [other]


async def test_what_a_job_has_transcribed_again_stays(desk: Desk, go: asyncio.Event) -> None:
    file = desk.recorded()
    desk.transcribed.append(True)
    transcript, job = await desk.keep(file), await desk.ask_again(file)
    await desk.delete(transcript)
    go.set()
    done = await desk.queue.wait(job.id)
    await settled(desk)
    assert done.transcript_id is not None
    assert list(desk.folder.iterdir()) == [file], "and no mark beside it"


async def test_the_next_start_deletes_what_a_job_has_kept_at_the_end(desk: Desk, go: asyncio.Event) -> None:
    file = desk.recorded()
    transcript, job = await desk.keep(file), await desk.ask_again(file)
    await desk.delete(transcript)
    await desk.sounds.stop()
    go.set()
    await desk.queue.wait(job.id)
    assert file.exists()
    desk.sounds = desk.another_start()
    desk.sounds.start()
    await settled(desk)
    assert not list(desk.folder.iterdir())


@pytest.mark.parametrize("name", ["talk.wav", "talk.srt", "Interview.wav", "Recording 2026-11-30 10.15.srt"])
async def test_what_a_person_has_put_into_the_folder_stays(name: str, desk: Desk) -> None:
    desk.folder.mkdir()
    file = desk.folder / name
    file.write_bytes(b"a person's own")
    await desk.delete(await desk.keep(file))
    assert file.read_bytes() == b"a person's own"


async def test_files_elsewhere_stay_whatever_they_are_called(desk: Desk, tmp_path: Path) -> None:
    made = desk.recorded()
    elsewhere = tmp_path / made.name
    made.rename(elsewhere)
    for place in (elsewhere, desk.folder / ".." / made.name, desk.folder / "x" / ".." / ".." / made.name):
        await desk.delete(await desk.keep(place))
        assert elsewhere.exists()


async def test_neither_a_link_nor_what_it_leads_to_is_deleted(desk: Desk, tmp_path: Path) -> None:
    made = desk.recorded()
    elsewhere = tmp_path / "talk.wav"
    made.rename(elsewhere)
    made.symlink_to(elsewhere)
    await desk.delete(await desk.keep(made))
    assert elsewhere.exists()
    assert made.is_symlink()


async def test_a_mark_that_names_something_else_deletes_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.recorded()
    kept = desk.folder / "talk.wav"
    kept.write_bytes(b"a person's own")
    (desk.folder / f".talk.wav.{SOUND}.unwanted").touch()
    assert [one.name for one in UnwantedSounds(desk.folder).noted()] == ["talk.wav"]
    desk.sounds.start()
    await settled(desk)
    assert kept.exists()
