"""The whole core with the real decoder and real speech; with the real model, too, but `without_whisper`."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import jiwer
import psutil
import pytest

from core.app.notula import Notula
from core.config import Folders, Settings, load_settings
from core.domain import Job, JobState, Requester, TranscriptionOptions
from core.domain.errors import EmptyFile, NotMedia, SourceMissing
from core.domain.metrics import Metric, SeriesWindow
from tests.fakes.login_manager import FakeLoginManager
from tests.patience import CANCELLED_PROCESSOR_S, PATIENCE_S, processor_s_since, processor_times

REQUESTER = Requester("test")

QUICK = Settings(language="en", beam_size=1)
"""For tests in which there only has to be a text."""

TWO_CITIES = (
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness, it "
    "was the epoch of belief, it was the epoch of incredulity, it was the season of Light, it was the season of "
    "Darkness, it was the spring of hope, it was the winter of despair, we had everything before us, we had nothing "
    "before us, we were all going direct to Heaven, we were all going direct the other way - in short, the period was "
    "so far like the present period, that some of its noisiest authorities insisted on its being received, for good or "
    "for evil, in the superlative degree of comparison only."
)


@pytest.fixture(scope="module", autouse=True)
def forked_codecs() -> None:
    """Real ones, as a user's computer starts them."""


def error_rate_of(text: str) -> float:
    """Which share of the words of `TWO_CITIES` is wrong or missing in `text`, or too many."""
    plain = jiwer.Compose(
        [
            jiwer.ToLowerCase(),
            jiwer.RemovePunctuation(),  # Looks at all of Unicode for it, so that it isn't made at import.
            jiwer.RemoveMultipleSpaces(),
            jiwer.Strip(),
            jiwer.ReduceToListOfListOfWords(),
        ]
    )
    return float(jiwer.wer(TWO_CITIES, text, plain, plain))


@asynccontextmanager
async def running(folders: Folders, settings: Settings | None = None, *, resume: bool = True) -> AsyncIterator[Notula]:
    notula = Notula(settings or QUICK, folders)
    await notula.start(resume=resume)
    try:
        yield notula
    finally:
        await notula.stop()


async def transcribed(notula: Notula, *files: Path, options: TranscriptionOptions | None = None) -> list[Job]:
    ids = await notula.jobs.submit(files, REQUESTER, options=options)
    return [await notula.jobs.wait(job_id) for job_id in ids]


async def test_a_recording_becomes_its_text(folders: Folders, two_cities: Path) -> None:
    async with running(folders, Settings()) as notula:
        (job,) = await transcribed(notula, two_cities)
        assert job.state is JobState.DONE, job.error
        assert job.transcript_id is not None
        stored = await notula.transcripts.get(job.transcript_id)

    assert stored is not None
    transcript = stored.transcript
    error_rate = error_rate_of(transcript.text)
    assert error_rate <= 0.08, transcript.text
    assert (transcript.language, transcript.provider, transcript.model) == ("en", "on-device", "tiny.en")
    assert transcript.duration_s == pytest.approx(44.37, abs=0.05)
    times = [time for segment in transcript.segments for time in (segment.start_s, segment.end_s)]
    assert times == sorted(times)
    assert 0.0 <= times[0] < times[-1] <= transcript.duration_s + 0.5


@pytest.mark.usefixtures("without_whisper")
async def test_whoever_follows_the_history_is_told_of_what_the_bot_deletes(folders: Folders, beckett: Path) -> None:
    async with running(folders) as notula:
        (job,) = await transcribed(notula, beckett)
        assert job.transcript_id is not None
        await notula.jobs.remove([job.id])  # The transcript stays, and no job is left to tell of it.
        before = notula.snapshot()
        assert before.jobs == ()
        waiting = asyncio.create_task(notula.wait_for_change())
        await notula.transcripts.delete([job.transcript_id])
        await asyncio.wait_for(waiting, PATIENCE_S)
        assert notula.snapshot().history_revision > before.history_revision


@pytest.mark.usefixtures("without_whisper")
async def test_the_same_recording_again_comes_from_the_cache_even_after_a_restart(
    folders: Folders, beckett: Path, tmp_path: Path
) -> None:
    async with running(folders) as notula:
        (first,) = await transcribed(notula, beckett)
        (again,) = await transcribed(notula, beckett)
        assert notula.snapshot().statistics.cache_hit_rate == 0.5
    copy = tmp_path / "the same under another name.bin"
    copy.write_bytes(beckett.read_bytes())
    async with running(folders) as notula:
        (restarted, renamed) = await transcribed(notula, beckett, copy)
        page = await notula.transcripts.page()

    assert [job.from_cache for job in (first, again, restarted, renamed)] == [False, True, True, True]
    assert first.transcript_id == again.transcript_id == restarted.transcript_id
    assert {entry.name for entry in page.entries} == {beckett.name, copy.name}


@pytest.mark.usefixtures("without_whisper")
async def test_the_history_is_searched_and_deleted_for_good(folders: Folders, beckett: Path) -> None:
    async with running(folders) as notula:
        (job,) = await transcribed(notula, beckett)
        assert job.transcript_id is not None
        found = await notula.transcripts.page("a soun")
        assert [entry.id for entry in found.entries] == [job.transcript_id]
        await notula.transcripts.delete([job.transcript_id])

        assert (await notula.transcripts.page()).total == 0
        assert await notula.transcripts.get(job.transcript_id) is None
        assert notula.snapshot().jobs == ()
        (again,) = await transcribed(notula, beckett)
        assert not again.from_cache


@pytest.mark.usefixtures("without_whisper")
async def test_bad_files_fail_with_a_plain_sentence_and_the_others_go_on(
    folders: Folders, beckett: Path, tmp_path: Path
) -> None:
    empty, text, gone = (tmp_path / name for name in ("empty.mp3", "text.mp3", "gone.mp3"))
    empty.touch()
    text.write_text("this is no recording\n" * 100)
    async with running(folders) as notula:
        jobs = await transcribed(notula, empty, text, gone, beckett)

    assert [job.state for job in jobs] == [JobState.FAILED] * 3 + [JobState.DONE]
    expected = [EmptyFile(name=empty.name), NotMedia(name=text.name), SourceMissing(name=gone.name)]
    assert [job.error for job in jobs[:3]] == [error.message for error in expected]
    assert all(job.attempt == 1 for job in jobs)


@pytest.mark.usefixtures("without_whisper")
async def test_a_folder_stands_for_the_recordings_in_it(folders: Folders, beckett: Path, tmp_path: Path) -> None:
    (tmp_path / "talks" / "deep").mkdir(parents=True)
    for name in ("talks/b.wav", "talks/a.WAV", "talks/deep/c.wav", "talks/.hidden.wav", "talks/notes.txt"):
        (tmp_path / name).write_bytes(beckett.read_bytes())
    async with running(folders) as notula:
        jobs = await transcribed(notula, tmp_path / "talks")

    assert [job.source.name for job in jobs] == ["a.WAV", "b.wav", "c.wav"]
    assert {job.state for job in jobs} == {JobState.DONE}


async def test_a_running_job_is_cancelled_before_it_is_done(folders: Folders, two_cities: Path) -> None:
    async with running(folders) as notula:
        (job_id,) = await notula.jobs.submit([two_cities], REQUESTER)
        while not notula.snapshot().jobs[0].segments:
            await notula.wait_for_change()
        before = processor_times()
        await notula.jobs.cancel([job_id])

        assert processor_s_since(before) < CANCELLED_PROCESSOR_S
        assert (await notula.jobs.wait(job_id)).state is JobState.CANCELLED
        await notula.jobs.retry([job_id])
        assert (await notula.jobs.wait(job_id)).state is JobState.DONE


async def test_text_appears_while_the_job_runs(folders: Folders, two_cities: Path) -> None:
    seen: list[int] = []
    async with running(folders) as notula:
        await notula.jobs.submit([two_cities], REQUESTER)
        while (view := notula.snapshot().jobs[0]).state is not JobState.DONE:
            seen.append(len(view.segments))
            await notula.wait_for_change()

    assert max(seen) >= 2
    assert seen == sorted(seen)


async def test_finished_transcripts_are_exported_by_themselves_and_once(
    folders: Folders, beckett: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "exported"
    settings = QUICK.changed(export_folder=str(folder), export_formats=("txt", "json"))
    async with running(folders, settings) as notula:
        await transcribed(notula, beckett)
        await transcribed(notula, beckett)

    assert sorted(file.name for file in folder.iterdir()) == ["beckett.json", "beckett.txt"]
    assert "Fail better" in (folder / "beckett.txt").read_text(encoding="utf-8")
    assert json.loads((folder / "beckett.json").read_text(encoding="utf-8"))["segments"]


async def test_settings_change_while_it_runs_and_are_kept(folders: Folders) -> None:
    async with running(folders) as notula:
        await notula.settings_service.change(workers=5)
        assert notula.snapshot().statistics.workers == 5

    assert load_settings(folders.settings_file).settings.workers == 5


@pytest.mark.usefixtures("without_whisper")
async def test_a_paused_queue_stays_paused_after_a_restart_until_it_goes_on(folders: Folders, beckett: Path) -> None:
    async with running(folders) as notula:
        await notula.settings_service.change(queue_paused=True)
        (job_id,) = await notula.jobs.submit([beckett], REQUESTER)
    kept = load_settings(folders.settings_file).settings
    assert kept.queue_paused
    async with running(folders, kept) as notula:
        (view,) = notula.snapshot().jobs
        assert (view.id, view.state) == (job_id, JobState.QUEUED)
        assert notula.snapshot().statistics.is_paused
        assert notula.snapshot().turns == {job_id: 1}
        await notula.settings_service.change(queue_paused=False)
        assert (await notula.jobs.wait(job_id)).state is JobState.DONE
    async with running(folders) as notula:
        (view,) = notula.snapshot().jobs
        assert view.provider == "on-device"  # It is read with the transcript, which it is kept with.


@pytest.mark.skipif(sys.platform != "linux", reason="the login manager of Linux")
@pytest.mark.usefixtures("without_whisper")
async def test_the_computer_stays_awake_while_a_recording_is_worked_on(
    folders: Folders, beckett: Path, two_cities: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeLoginManager(tmp_path) as manager:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", manager.address)
        async with running(folders, QUICK.changed(stay_awake=False)) as notula:
            await transcribed(notula, beckett)
            assert manager.locks == []
            await notula.settings_service.change(stay_awake=True)
            # Not the same again: what comes from the cache is no work, and done before anything is held.
            (job_id,) = await notula.jobs.submit([two_cities], REQUESTER)
            await notula.jobs.wait(job_id)
        assert await asyncio.to_thread(manager.released.wait, PATIENCE_S)
        assert len(manager.locks) == 1


async def test_changes_from_everywhere_add_up(folders: Folders) -> None:
    async with running(folders, Settings()) as notula:
        host = notula.bot._host
        assert await host.claim(4711)
        await notula.settings_service.change(theme="dark")
        await host.change_settings(user_running="1")
        assert not await host.claim(4712)
        settings = notula.snapshot().settings
        assert settings == Settings(bot_owner=4711, theme="dark", user_running=1)
        assert host.settings is notula.settings is settings

    assert load_settings(folders.settings_file).settings == settings


async def test_nothing_is_left_running_after_stop(folders: Folders, two_cities: Path) -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    async with running(folders) as notula:
        await notula.jobs.submit([two_cities], REQUESTER)
        while not notula.snapshot().jobs[0].segments:
            await notula.wait_for_change()
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before

    async with running(folders) as notula:
        (view,) = notula.snapshot().jobs
        assert (await notula.jobs.wait(view.id)).state is JobState.DONE


@pytest.mark.usefixtures("without_whisper")
async def test_two_at_once_do_not_take_each_others_jobs(folders: Folders, beckett: Path, two_cities: Path) -> None:
    async with running(folders) as first, running(folders) as second:
        assert second.snapshot().jobs == ()
        (long,) = await first.jobs.submit([two_cities], REQUESTER)
        (short,) = await second.jobs.submit([beckett], REQUESTER)
        assert (await second.jobs.wait(short)).state is JobState.DONE
        assert (await first.jobs.wait(long)).state is JobState.DONE


@pytest.mark.usefixtures("without_whisper")
async def test_charts_go_on_after_a_restart(folders: Folders, beckett: Path) -> None:
    async with running(folders) as notula:
        await transcribed(notula, beckett, beckett)
        statistics = notula.snapshot().statistics
        assert (statistics.requests, statistics.requests_refused) == (1, 0)
        assert (statistics.provider_calls, statistics.provider_errors) == (1, 0)

    def of_the_day(metric: Metric) -> float:
        return sum(point.value or 0.0 for point in notula._series.series(metric, SeriesWindow.DAY))

    async with running(folders) as notula:
        await notula._series.load()
        assert notula.snapshot().statistics.provider_calls == 0
        assert of_the_day(Metric.REQUESTS) == 1
        assert of_the_day(Metric.JOBS_ENDED) == of_the_day(Metric.JOBS_SUBMITTED) == 2
        assert of_the_day(Metric.CACHE_LOOKUPS) == 2
        assert of_the_day(Metric.JOB_SECONDS) > 0
        charts = notula.indicators.charts(SeriesWindow.DAY)
        assert charts.has_numbers
        assert sum(point.value or 0.0 for point in charts.done) == 2
        assert [point.value for point in charts.p95_s if point.value is not None]
        assert await notula.cost_today() == {"on-device": 0.0}
