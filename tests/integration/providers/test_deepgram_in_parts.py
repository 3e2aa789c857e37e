"""Parts of a talk that Deepgram hears one by one become a transcript whose speakers are the same throughout."""

import io
import wave
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pytest

from core.domain import Transcript, TranscriptionOptions
from core.domain.notice_pages import SPEAKERS_IN_PARTS
from core.providers import Capabilities
from core.providers.services.deepgram import DeepgramProvider
from core.voices import Turn
from tests.fakes.deepgram_service import Asked, DeepgramService, Sentence
from tests.fakes.speech_server import SpeechServer
from tests.fakes.voice_teller import ScriptedVoices
from tests.fakes.watcher import Watcher
from tests.integration.test_pipeline import bench, job_for
from tests.media_samples import read_speech

RATE_HZ = 16_000
LENGTH_S = 200
TURN_S = 25
LONGEST_PART_S = 75.0
KEY = "key-of-deepgram-0123456789abcdef"
_LOWEST_HZ, _STEP_HZ = 400, 25
_LOUD = 0.05


def frequency_hz(second: int) -> int:
    return _LOWEST_HZ + _STEP_HZ * second


def person_at(second: int) -> int:
    """Two people in turn, and a third one from time to time."""
    turn = second // TURN_S
    return 2 if turn == 5 else turn % 2


class HearingService(DeepgramService):
    """Hears which seconds of the talk it is sent: each has a tone of its own. Speakers are numbered anew each time."""

    def _written(self, asked: Asked) -> dict[str, object]:
        self.speech = tuple(_sentences(_heard(asked.audio)))
        return super()._written(asked)


def _heard(audio: bytes) -> list[tuple[float, float, int]]:
    """The tones in an upload: begin and end in its seconds, and which second of the talk they are."""
    samples = read_speech(io.BytesIO(audio), RATE_HZ).astype(np.float64) / 2**15
    frame = RATE_HZ // 100
    loud = np.sqrt(np.square(samples[: len(samples) // frame * frame].reshape(-1, frame)).mean(axis=1)) > _LOUD
    edges = np.flatnonzero(np.diff(np.concatenate([[False], loud, [False]]).astype(np.int8))).reshape(-1, 2)
    heard = []
    for first, after in edges.tolist():
        if after - first >= 40:  # Else a part begins or ends in the middle of it, and another one has it.
            tone = samples[first * frame : after * frame] * np.hanning((after - first) * frame)
            peak_hz = np.abs(np.fft.rfft(tone, 4 * RATE_HZ)).argmax() / 4
            heard.append((first / 100, after / 100, round((peak_hz - _LOWEST_HZ) / _STEP_HZ)))
    return heard


def _sentences(heard: Sequence[tuple[float, float, int]]) -> list[Sentence]:
    numbers: dict[int, int] = {}
    return [
        (begin, end, f"Second {second}.", numbers.setdefault(person_at(second), len(numbers)))
        for begin, end, second in heard
    ]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tone of its own in each second, with a pause behind it."""
    file = tmp_path_factory.mktemp("tones") / "talk.wav"
    times = np.arange(RATE_HZ) / RATE_HZ
    tones = [0.3 * np.sin(2 * np.pi * frequency_hz(second) * times) * (times < 0.8) for second in range(LENGTH_S)]
    with wave.open(str(file), "wb") as recording:
        recording.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        recording.writeframes((np.concatenate(tones) * 32767).astype("<i2").tobytes())
    return file


class InParts(DeepgramProvider):
    """Takes a minute or so at a time, so that the talk need not be hours long."""

    @property
    def capabilities(self) -> Capabilities:
        return replace(super().capabilities, longest_chunk_s=LONGEST_PART_S)


@asynccontextmanager
async def deepgram() -> AsyncIterator[tuple[HearingService, DeepgramProvider]]:
    service = HearingService(KEY)
    async with SpeechServer(service).running() as server, httpx.AsyncClient() as client:
        yield service, InParts(KEY, client, base_url=server.url)
    assert service.complaints == []


async def transcribed(talk: Path, folder: Path, voices: ScriptedVoices) -> tuple[HearingService, Transcript, Watcher]:
    watcher = Watcher()
    async with deepgram() as (service, provider), bench(folder, provider, voices) as b:
        options = TranscriptionOptions(provider="deepgram", model="nova-3", language="en", speakers=True)
        job = replace(job_for(talk), options=replace(options, word_timestamps=True))
        outcome = await b.pipeline.run(job, watcher)
        stored = await b.history.get(outcome.transcript_id)
    assert stored is not None
    return service, stored.transcript, watcher


def told(transcript: Transcript) -> dict[int, str | None]:
    """Who says each second, by the words of the transcript."""
    return {
        int(word.text.strip(" .")): segment.speaker
        for segment in transcript.segments
        for word in segment.words
        if word.text.strip(" .").isdigit()
    }


async def test_numbers_of_all_parts_are_united_and_no_word_is_lost(talk: Path, tmp_path: Path) -> None:
    turns = [Turn(n * TURN_S, (n + 1) * TURN_S, person_at(n * TURN_S) + 1) for n in range(LENGTH_S // TURN_S)]
    service, transcript, watcher = await transcribed(talk, tmp_path, ScriptedVoices(turns))
    assert len(service.asked) >= 3
    assert all(asked.one("diarize_model") == "latest" for asked in service.asked)
    assert told(transcript) == {second: f"Speaker {person_at(second) + 1}" for second in range(LENGTH_S)}
    text = " ".join(f"Second {second}." for second in range(LENGTH_S))
    assert " ".join(segment.text for segment in transcript.segments) == text
    for segment in transcript.segments:
        for word in segment.words:
            if word.text.strip(" .").isdigit():
                assert int(word.text.strip(" .")) <= word.start_s <= word.end_s <= int(word.text.strip(" .")) + 0.9
    assert transcript.notices == ()
    assert {segment.speaker for segment in watcher.named[-1]} == {"Speaker 1", "Speaker 2", "Speaker 3"}


async def test_without_a_model_for_voices_it_is_told_that_each_part_has_its_own_numbers(
    talk: Path, tmp_path: Path
) -> None:
    service, transcript, _ = await transcribed(talk, tmp_path, ScriptedVoices(model=None))
    assert len(service.asked) >= 3
    assert sorted(told(transcript)) == list(range(LENGTH_S))
    (notice,) = transcript.notices
    assert (notice.template, notice.values) == (SPEAKERS_IN_PARTS, {"parts": len(service.asked)})
    assert "Speaker 2.1" in told(transcript).values()
