"""One provider after another, as a person sees it: who made the transcript, what the owner is told, what is shown."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from core.app.notula import Notula
from core.concurrency.retry import RetryPolicy
from core.config import Folders, Settings
from core.domain import Job, JobState, Requester, StoredTranscript
from core.domain.provider_settings import ProviderSettings
from core.domain.provider_state import CircuitState
from core.i18n import Translator
from tests.fakes.speech_server import Reply, Request, SpeechServer
from tests.fakes.transcription_service import groq_service, openai_service
from tests.integration.test_pipeline import make_recording
from tests.patience import PATIENCE_S

BAD = "gsk_planted_key_that_is_refused_0000_9b1c"
GOOD = "gsk_planted_key_that_is_known_0000_3f2a"


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTULA_GROQ_KEY", GOOD)
    monkeypatch.setenv("NOTULA_HOME_KEY", GOOD)
    monkeypatch.setattr("core.providers.routing.upstream.RetryPolicy", partial(RetryPolicy, first_delay_s=0.01))


@pytest.fixture
async def groq() -> AsyncIterator[SpeechServer]:
    async with SpeechServer(groq_service(GOOD)).running() as server:
        yield server


@pytest.fixture
async def home() -> AsyncIterator[SpeechServer]:
    async with SpeechServer(openai_service(GOOD)).running() as server:
        yield server


def asking(groq: SpeechServer, home: SpeechServer | None = None, *, device: bool = False) -> Settings:
    services = {"groq": ProviderSettings(base_url=groq.url)}
    if home is not None:
        services["home"] = ProviderSettings(base_url=f"{home.url}/v1", model="whisper-1")
    return Settings(providers=(*services, *(["on-device"] if device else [])), services=services)


@asynccontextmanager
async def running(folders: Folders, settings: Settings) -> AsyncIterator[Notula]:
    notula = Notula(settings, folders)
    await notula.start()
    try:
        yield notula
    finally:
        await notula.stop()


async def transcribed(notula: Notula, file: Path) -> tuple[Job, StoredTranscript]:
    (job_id,) = await notula.jobs.submit([file], Requester("test"))
    job = await notula.jobs.wait(job_id)
    assert job.transcript_id is not None, job.error
    stored = await notula.transcripts.get(job.transcript_id)
    assert stored is not None
    return job, stored


def told(notula: Notula) -> str:
    return "\n".join(Translator("en").message(notice) for notice in notula.snapshot().notices)


async def test_a_refused_key_gives_its_place_to_the_next_and_the_owner_is_told(
    folders: Folders, beckett: Path, groq: SpeechServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTULA_GROQ_KEY", f"{BAD} {GOOD}")
    async with running(folders, asking(groq)) as notula:
        _, stored = await transcribed(notula, beckett)
        assert stored.transcript.provider == "groq"
        assert "Groq refused the key ending in …9b1c. Check it in Notula under Settings." in told(notula)
        (state,) = notula.snapshot().providers
        assert (state.keys, state.usable_keys) == (2, 1)
    assert len(groq.requests) == 2


@pytest.mark.parametrize("status", [400, 402, 413])
async def test_what_will_not_pass_is_given_to_the_next_at_once(
    folders: Folders, beckett: Path, groq: SpeechServer, home: SpeechServer, status: int
) -> None:
    groq.next(Reply(status=status))
    async with running(folders, asking(groq, home)) as notula:
        job, stored = await transcribed(notula, beckett)
        assert (stored.transcript.provider, stored.transcript.model, job.attempt) == ("home", "whisper-1", 1)
        assert ("no credit left" in told(notula)) == (status == 402)
    assert (len(groq.requests), len(home.requests)) == (1, 1)


async def test_the_device_takes_over_in_the_end(folders: Folders, beckett: Path, groq: SpeechServer) -> None:
    groq.fate = lambda request: Reply(status=500)
    async with running(folders, asking(groq, device=True)) as notula:
        job, stored = await transcribed(notula, beckett)
        assert (stored.transcript.provider, stored.transcript.model) == ("on-device", "tiny.en")
        assert "try again" in stored.transcript.text.lower()
        (note,) = job.notes
        assert "So this computer (tiny.en) has made this text instead of Groq." in str(note)
        assert notula.snapshot().providers[0].last_problem is not None
    assert len(groq.requests) == 3
    async with running(folders, asking(groq, device=True)) as notula:
        (view,) = notula.snapshot().jobs
        assert view.notes == job.notes


async def test_a_transcript_says_who_made_its_parts_and_is_kept_as_the_last_ones(
    folders: Folders, groq: SpeechServer, home: SpeechServer, tmp_path: Path
) -> None:
    recording = make_recording(tmp_path / "five-minutes.wav", 300)
    groq.fate = lambda request: Reply(status=413) if len(groq.requests) > 1 else Reply()
    settings = asking(groq, home)
    small = ProviderSettings(base_url=groq.url, largest_megabytes=2)  # So that the file isn't sent as it is.
    settings = settings.changed(services={**settings.services, "groq": small})
    async with running(folders, settings) as notula:
        job, stored = await transcribed(notula, recording)
        assert "has made a part of this text instead of Groq" in str(job.notes[0])
        assert stored.transcript.provider == "groq + home"
        assert stored.transcript.model == "whisper-large-v3-turbo + whisper-1"
        assert home.answered > 0
        # It is as good as the one of its makers whom the owner likes least.
        await notula.settings_service.change(providers=("home",))
        job, again = await transcribed(notula, recording)
        assert job.from_cache
        assert again.transcript == stored.transcript


async def test_where_all_fail_the_first_ones_reason_is_told_once(
    folders: Folders, beckett: Path, groq: SpeechServer, home: SpeechServer
) -> None:
    groq.fate = lambda request: Reply(status=503)
    home.fate = lambda request: Reply(status=400)
    async with running(folders, asking(groq, home)) as notula:
        (job_id,) = await notula.jobs.submit([beckett], Requester("test"))
        job = await notula.jobs.wait(job_id)
        assert (job.state, job.attempt) == (JobState.FAILED, 1)
        assert job.error is not None
        assert Translator("en").message(job.error).startswith("Groq has trouble at the moment.")
    assert (len(groq.requests), len(home.requests)) == (3, 1)


async def test_progress_of_an_upload_is_shown_and_cancelling_ends_it(
    folders: Folders, groq: SpeechServer, home: SpeechServer, tmp_path: Path
) -> None:
    recording = make_recording(tmp_path / "talk.wav", 60)
    go_on = asyncio.Event()
    halfway = groq.next(Reply(stall_after=1, go_on=go_on))
    async with running(folders, asking(groq, home)) as notula:
        (job_id,) = await notula.jobs.submit([recording], Requester("test"))
        await asyncio.wait_for(halfway.stalled.wait(), PATIENCE_S)
        (view,) = notula.snapshot().jobs
        while not view.progress:
            await asyncio.wait_for(notula.wait_for_change(), PATIENCE_S)
            (view,) = notula.snapshot().jobs
        assert 0 < view.progress < 1
        await asyncio.wait_for(notula.jobs.cancel([job_id]), PATIENCE_S)
        assert (await notula.jobs.wait(job_id)).state is JobState.CANCELLED
        go_on.set()
        await asyncio.wait_for(halfway.left.wait(), PATIENCE_S)
    assert (groq.answered, len(home.requests)) == (0, 0)  # Nobody else is asked for what is cancelled.


async def test_an_open_circuit_is_shown_and_nobody_waits_for_it(
    folders: Folders, beckett: Path, two_cities: Path, groq: SpeechServer, home: SpeechServer, tmp_path: Path
) -> None:
    def trouble(request: Request) -> Reply:
        return Reply(status=503)

    groq.fate = trouble
    async with running(folders, asking(groq, home)) as notula:
        for number in range(3):  # Three attempts each, and eight failures open it.
            await transcribed(notula, make_recording(tmp_path / f"{number}.wav", 4 + number))
        states = {state.name: state for state in notula.snapshot().providers}
        assert (states["groq"].circuit, states["home"].circuit) == (CircuitState.OPEN, CircuitState.CLOSED)
        assert 0 < states["groq"].retry_in_s <= 30
        asked = len(groq.requests)
        await transcribed(notula, beckett)
        assert len(groq.requests) == asked
        (trial,) = await notula.key_trials.try_provider("groq")
        assert trial.problem is not None
        groq.fate = None
        (trial,) = await notula.key_trials.try_provider("groq")
        assert trial.problem is None
        assert notula.snapshot().providers[0].circuit is CircuitState.CLOSED
        _, stored = await transcribed(notula, two_cities)
        assert stored.transcript.provider == "groq"
