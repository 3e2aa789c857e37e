"""What follows a text can fail as it likes: the text is there."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest

from core.app.notula import Notula
from core.config import Folders, Settings
from core.domain import Job, JobState, Requester, TranslatableText
from core.domain.errors import DiskFull, ExportNotFolder, ResultNotKept, StoreError
from core.pipeline import Outcome, Pipeline, Report
from core.queue import QueueClocks
from core.store.sqlite import SqliteCachedTranscripts, SqliteHistory, SqliteIdentityAliases, SqliteUsageLedger
from tests.unit.samples import HASH, THE_OWNER, make_transcript

REQUESTER = Requester("test")
NOTE = TranslatableText("{reason} Made by {maker}.", {"reason": TranslatableText("It is away."), "maker": "tiny"})


class Transcribing:
    """Stands in for the pipeline's work, but not for what it does with the text."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.runs = 0
        monkeypatch.setattr(Pipeline, "run", self._run_of())

    def _run_of(self) -> object:
        counter = self

        async def run(self: Pipeline, job: Job, report: Report) -> Outcome:
            counter.runs += 1
            key = job.options.cache_key(HASH)
            saved = await self._history.save(job.source, key, HASH, make_transcript(), 0.0, requester=THE_OWNER)
            return Outcome(saved, from_cache=False, notes=(NOTE,))

        return run


@pytest.fixture
def transcribing(monkeypatch: pytest.MonkeyPatch) -> Transcribing:
    return Transcribing(monkeypatch)


@asynccontextmanager
async def running(folders: Folders, settings: Settings) -> AsyncIterator[Notula]:
    notula = Notula(settings, folders)
    await notula.start()
    try:
        yield notula
    finally:
        await notula.stop()


async def test_an_export_that_fails_leaves_the_job_done_and_is_made_up_for_at_the_next_start(
    folders: Folders, transcribing: Transcribing, tmp_path: Path
) -> None:
    drive = tmp_path / "drive"
    drive.write_text("in place of the folder that isn't there now")
    settings = Settings(export_folder=str(drive / "texts"))
    recording = tmp_path / "talk.wav"
    recording.touch()
    expected = ExportNotFolder(name="talk.txt", folder=str(drive / "texts")).message
    async with running(folders, settings) as notula:
        (job_id,) = await notula.jobs.submit([recording], REQUESTER)
        job = await notula.jobs.wait(job_id)
        await notula.jobs.exported(job_id)
        view = notula.jobs.view(job_id)
        assert job.state is JobState.DONE
        assert job.transcript_id is not None
        assert view is not None
        assert (view.state, view.error, view.export_error) == (JobState.DONE, None, expected)
        await notula.jobs.export_again([job_id])
        view = notula.jobs.view(job_id)
        assert view is not None
        assert view.export_error == expected
    drive.unlink()

    async with running(folders, settings) as notula:
        (view,) = notula.snapshot().jobs
        assert view.notes == (NOTE,)
        await notula.jobs.exported(job_id)
        (view,) = notula.snapshot().jobs
        assert view.export_error is None
    assert {file.name for file in (drive / "texts").iterdir()} == {"talk.txt", "talk.srt"}
    assert transcribing.runs == 1

    async with running(folders, settings) as notula:
        (view,) = notula.snapshot().jobs
        assert (view.state, view.export_error) == (JobState.DONE, None)


async def test_a_text_is_saved_beside_its_recording_as_that_job_asks(
    folders: Folders, transcribing: Transcribing, tmp_path: Path
) -> None:
    recordings = [tmp_path / "here" / "talk.wav", tmp_path / "there" / "b.wav"]
    for recording in recordings:
        recording.parent.mkdir()
        recording.touch()
    async with running(folders, Settings()) as notula:
        options = replace(notula.settings.transcription_options, beside=("txt", "vtt"))
        ids = [*await notula.jobs.submit(recordings, REQUESTER, options=options)]
        ids += await notula.jobs.submit(["https://127.0.0.1:9/far.wav"], REQUESTER, options=options)
        other = tmp_path / "other.wav"
        other.touch()
        ids += await notula.jobs.submit([other], REQUESTER)
        for job_id in ids:
            await notula.jobs.wait(job_id)
            await notula.jobs.exported(job_id)
        assert sorted(file.name for file in recordings[0].parent.iterdir()) == ["talk.txt", "talk.vtt", "talk.wav"]
        assert sorted(file.name for file in recordings[1].parent.iterdir()) == ["b.txt", "b.vtt", "b.wav"]
        assert not list(tmp_path.glob("other.*t*"))
        far = notula.jobs.view(ids[2])
        assert far is not None
        assert "in no folder of this computer" in str(far.notes[-1])


async def test_a_text_that_cant_be_saved_beside_its_recording_is_told_and_saved_later(
    folders: Folders, transcribing: Transcribing, tmp_path: Path
) -> None:
    async with running(folders, Settings()) as notula:
        options = replace(notula.settings.transcription_options, beside=("txt",))
        recording = tmp_path / "file" / "talk.wav"
        (tmp_path / "file").write_text("in place of the folder")
        (job_id,) = await notula.jobs.submit([recording], REQUESTER, options=options)
        job = await notula.jobs.wait(job_id)
        await notula.jobs.exported(job_id)
        view = notula.jobs.view(job_id)
        assert job.state is JobState.DONE
        assert view is not None
        assert view.export_error == ExportNotFolder(name="talk.txt", folder=str(tmp_path / "file")).message
        (tmp_path / "file").unlink()
        await notula.jobs.export_again([job_id])
        assert recording.with_suffix(".txt").is_file()


async def test_another_model_is_asked_with_the_options_that_a_job_had(
    folders: Folders, transcribing: Transcribing, tmp_path: Path
) -> None:
    recording = tmp_path / "talk.wav"
    recording.touch()
    async with running(folders, Settings()) as notula:
        options = replace(notula.settings.transcription_options, model="tiny.en", provider="on-device", speakers=True)
        first = await notula.jobs.submit([recording], REQUESTER, options=options)
        await notula.jobs.wait(first[0])
        (again,) = await notula.jobs.transcribe_with(first, REQUESTER, "on-device", "base")
        job = await notula.jobs.wait(again)
        assert job.options == replace(options, model="base")
        assert again != first[0]


async def test_a_batch_waits_for_no_drive(folders: Folders, transcribing: Transcribing, tmp_path: Path) -> None:
    recordings = [tmp_path / f"{number}.wav" for number in range(5)]
    for recording in recordings:
        recording.touch()
    async with running(folders, Settings(export_folder="/proc/nope/here")) as notula:
        ids = await notula.jobs.submit(recordings, REQUESTER)
        jobs = [await notula.jobs.wait(job_id) for job_id in ids]
        assert [job.state for job in jobs] == [JobState.DONE] * 5
        for job in jobs:
            await notula.jobs.exported(job.id)
        assert all("/proc/nope/here" in str(view.export_error) for view in notula.snapshot().jobs)


@pytest.mark.usefixtures("without_whisper")
@pytest.mark.parametrize(
    ("owner", "name"),
    [(SqliteUsageLedger, "add"), (SqliteCachedTranscripts, "put"), (SqliteIdentityAliases, "remember")],
    ids=["usage", "cache", "alias"],
)
async def test_nothing_that_is_kept_beside_a_text_can_fail_its_job(
    owner: type, name: str, folders: Folders, beckett: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise DiskFull

    monkeypatch.setattr(owner, name, fail)
    async with running(folders, Settings()) as notula:
        (job_id,) = await notula.jobs.submit([beckett], REQUESTER)
        job = await notula.jobs.wait(job_id)
        assert (job.state, job.error) == (JobState.DONE, None)


@pytest.mark.usefixtures("without_whisper")
@pytest.mark.parametrize("error", [DiskFull(), StoreError()], ids=["full", "other"])
async def test_a_text_that_the_history_cant_take_is_made_once_and_saved_later(
    error: StoreError, folders: Folders, beckett: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failures, transcribed = SqliteHistory.save, [error, error], 0
    waited: list[tuple[float, JobState, TranslatableText | None]] = []

    async def save(self: SqliteHistory, *arguments: object, **named: object) -> object:
        if failures:
            raise failures.pop()
        return await real(self, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(SqliteHistory, "save", save)
    async with running(folders, Settings()) as notula:
        provider = notula._tools.on_device
        transcribe = provider.transcribe

        async def counted(*arguments: object, **named: object) -> object:
            nonlocal transcribed
            transcribed += 1
            return await transcribe(*arguments, **named)  # type: ignore[arg-type]

        def at_once(delay_s: float, call: Callable[[], None]) -> asyncio.Handle:
            (view,) = notula.snapshot().jobs
            waited.append((delay_s, view.state, view.error))
            return asyncio.get_running_loop().call_soon(call)

        monkeypatch.setattr(provider, "transcribe", counted)
        monkeypatch.setattr(notula._queue._dispatcher, "_clocks", QueueClocks(call_later=at_once))
        (job_id,) = await notula.jobs.submit([beckett], REQUESTER)
        job = await notula.jobs.wait(job_id)
    assert job.state is JobState.DONE
    assert waited == [(60.0, JobState.RETRYING, ResultNotKept(reason=error.message).message)] * 2
    assert transcribed == 1


async def test_what_is_done_of_a_cancelled_job_is_there_after_a_restart_until_it_is_removed(
    folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_half = asyncio.Event()
    segments = make_transcript("Secretive hedgehogs. Hum.").segments

    async def half(self: Pipeline, job: Job, report: Report) -> Outcome:
        for segment in segments:
            report.segment(segment)
        report.progress(0.3)
        is_half.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    monkeypatch.setattr(Pipeline, "run", half)
    recording = tmp_path / "talk.wav"
    recording.touch()
    async with running(folders, Settings()) as notula:
        (job_id,) = await notula.jobs.submit([recording], REQUESTER)
        await is_half.wait()
        await notula.jobs.cancel([job_id])
        view = notula.jobs.view(job_id)
        assert view is not None
        assert (view.state, view.done_share) == (JobState.CANCELLED, 0.3)

    async with running(folders, Settings()) as notula:
        (view,) = notula.snapshot().jobs
        assert view.done_share == 0.3
        partial = await notula.jobs.partial(job_id)
        assert partial is not None
        assert partial.transcript.segments == segments
        await notula.transcripts.export(partial, "txt", tmp_path / "part.txt")
        await notula.jobs.remove([job_id])
        assert await notula.jobs.partial(job_id) is None
        await notula.jobs.restore([job_id])
        assert await notula.jobs.partial(job_id) == partial
        await notula.jobs.remove([job_id])
    assert (tmp_path / "part.txt").read_text().startswith("Secretive hedgehogs.")
    with closing(sqlite3.connect(folders.database)) as connection:
        assert connection.execute("SELECT count(*) FROM job_parts").fetchone() == (0,)


async def test_a_folder_that_cant_be_written_is_refused_when_it_is_chosen_and_another_one_tried_at_once(
    folders: Folders, transcribing: Transcribing, tmp_path: Path
) -> None:
    recording = tmp_path / "talk.wav"
    recording.touch()
    async with running(folders, Settings(export_folder="/proc/nope/here")) as notula:
        (job_id,) = await notula.jobs.submit([recording], REQUESTER)
        await notula.jobs.wait(job_id)
        await notula.jobs.exported(job_id)
        with pytest.raises(ExportNotFolder, match="/dev/null/there"):
            await notula.settings_service.change(export_folder="/dev/null/there")
        assert notula.settings.export_folder == "/proc/nope/here"
        await notula.settings_service.change(export_folder=str(tmp_path / "texts"))
        while notula.snapshot().jobs[0].export_error is not None:
            await notula.wait_for_change()
    assert (tmp_path / "texts" / "talk.txt").exists()
