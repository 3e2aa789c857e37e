"""200 recordings while a service is in trouble: nearly all by that service, all of them in the end, none twice."""

import asyncio
import hashlib
import wave
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from core.app.notula import Notula
from core.concurrency.retry import RetryPolicy
from core.config import Folders, Settings
from core.domain import Job, JobState, Requester
from core.domain.provider_settings import ProviderSettings
from tests.fakes.speech_server import Reply, Request, SpeechServer
from tests.fakes.transcription_service import TranscriptionService, groq_service, openai_service
from tests.patience import PATIENCE_S

JOBS = 200
SEED = 5
"""One by which a few recordings fail three times, so that the next provider has something to do."""
KEY = "gsk_planted_key_for_the_storm_3f2a"
KEY_AT_HOME = "sk-planted_key_for_the_storm_9b1c"
SLICE_FRAMES = 24_000


class Storm:
    """Of all requests 15 % are answered 503, 5 % 429, and 2 % lose their line: always the same ones.

    The fate of an attempt is drawn from the recording and the attempt's number, whatever the order of the requests.
    """

    def __init__(self, service: TranscriptionService, seed: int | None) -> None:
        """Without a seed it is calm."""
        self._service = service
        self._seed = seed
        self.attempts: Counter[str] = Counter()
        self.fates: Counter[str] = Counter()

    def fate(self, request: Request) -> Reply:
        recording = self._service.form_of(request).one("prompt")
        self.attempts[recording] += 1
        drawn = hashlib.sha256(f"{self._seed} {recording} {self.attempts[recording]}".encode()).digest()
        share = int.from_bytes(drawn[:4], "big") / 2**32
        for least, name, reply in (
            (0.98, "reset", Reply(reset_after=0)),
            (0.93, "429", Reply(status=429)),
            (0.78, "503", Reply(status=503)),
        ):
            if share >= least and self._seed is not None:
                self.fates[name] += 1
                return reply
        self.fates["answered"] += 1
        return Reply()


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes seconds in earnest takes hundredths here; nothing else is different."""
    monkeypatch.setenv("NOTULA_GROQ_KEY", KEY)
    monkeypatch.setenv("NOTULA_HOME_KEY", KEY_AT_HOME)
    monkeypatch.setattr("core.providers.routing.upstream.RetryPolicy", partial(RetryPolicy, first_delay_s=0.02))
    monkeypatch.setattr("core.providers.routing.key_ring.FIRST_BACKOFF_S", 0.02)


@pytest.fixture
def recordings(beckett: Path, tmp_path: Path) -> list[Path]:
    """200 different pieces of one and a half second of speech."""
    with wave.open(str(beckett)) as sound:
        parameters, frames = sound.getparams(), sound.readframes(sound.getnframes())
    width = parameters.sampwidth * parameters.nchannels
    step = (len(frames) // width - SLICE_FRAMES) // JOBS
    files = []
    for number in range(JOBS):
        file = tmp_path / f"{number:03}.wav"
        with wave.open(str(file), "wb") as piece:
            piece.setparams(parameters)
            piece.writeframes(frames[number * step * width :][: SLICE_FRAMES * width])
        files.append(file)
    return files


@pytest.fixture
async def server() -> AsyncIterator[SpeechServer]:
    async with SpeechServer(groq_service(KEY)).running() as server:
        yield server


@pytest.fixture
async def home() -> AsyncIterator[SpeechServer]:
    async with SpeechServer(openai_service(KEY_AT_HOME)).running() as server:
        yield server


async def transcribed(folders: Folders, settings: Settings, files: list[Path]) -> tuple[list[Job], Counter[str]]:
    """The jobs at their ends, and how many transcripts each provider has in the history."""
    notula = Notula(settings, folders)
    await notula.start()
    try:
        ids = []
        for file in files:  # The name goes with the recording as a term that may be said: so the service knows it.
            options = replace(settings.transcription_options, vocabulary=(file.stem,))
            ids += await notula.jobs.submit([file], Requester("test"), options=options)
        jobs = [await notula.jobs.wait(job_id) for job_id in ids]
        page = await notula.transcripts.page(limit=2 * JOBS)
        assert page.total == len(page.entries) == len({entry.name for entry in page.entries})
        return jobs, Counter(entry.provider for entry in page.entries)
    finally:
        await notula.stop()


def in_the_storm(service: SpeechServer, home: SpeechServer | None = None) -> Settings:
    services = {"groq": ProviderSettings(base_url=service.url)}
    if home is not None:
        services["home"] = ProviderSettings(base_url=f"{home.url}/v1", model="whisper-1")
    return Settings(providers=tuple(services), services=services, workers=32)


async def test_nearly_all_are_delivered_by_the_first_provider_and_the_rest_by_the_next(
    folders: Folders, recordings: list[Path], server: SpeechServer, home: SpeechServer
) -> None:
    storm, calm = Storm(server.service, SEED), Storm(home.service, None)
    server.fate, home.fate = storm.fate, calm.fate
    jobs, made = await transcribed(folders, in_the_storm(server, home), recordings)
    assert Counter(job.state for job in jobs) == {JobState.DONE: JOBS}
    assert JOBS > made["groq"] >= 0.98 * JOBS
    assert made == {"groq": made["groq"], "home": JOBS - made["groq"]}
    assert max(storm.attempts.values()) == 3
    # Nobody was paid twice for the same recording.
    assert (server.answered, home.answered) == (made["groq"], made["home"])
    assert storm.attempts.keys() >= calm.attempts.keys()
    assert set(calm.attempts.values()) <= {1}
    assert len(storm.attempts) == JOBS
    share_of_failures = 1 - storm.fates["answered"] / storm.fates.total()
    assert 0.15 < share_of_failures < 0.3


async def test_a_provider_that_is_down_costs_no_recording_and_is_left_alone(
    folders: Folders, recordings: list[Path], server: SpeechServer, home: SpeechServer
) -> None:
    server.fate = lambda request: Reply(status=503)
    few = recordings[:70]
    jobs, made = await asyncio.wait_for(transcribed(folders, in_the_storm(server, home), few), PATIENCE_S)
    assert Counter(job.state for job in jobs) == {JobState.DONE: len(few)}
    assert made == {"home": len(few)}
    assert len(server.requests) < 2 * 32  # Those under way when the circuit opened, and their second attempts.
