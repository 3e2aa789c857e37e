"""A transcript keeps how loud its recording is, so that the window draws that without reading the recording again."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.domain import AudioFormat, Transcript, UploadLimits
from core.media import Decoder, Encoder
from core.store.sqlite import Database
from tests.fakes.watcher import Watcher
from tests.integration.test_pipeline import Bench, job_for
from tests.integration.test_silence_is_free import Listener, silence
from tests.media_samples import encode, tone

ANY_FILE = UploadLimits(frozenset(AudioFormat), 25_000_000)
SOUND_BEGINS_S, SOUND_ENDS_S, LENGTH_S = 4.0, 5.0, 8.0


@pytest.fixture
async def speech(tmp_path: Path) -> Path:
    """A second of sound between silences short enough for the recording to be sent as it is."""
    parts = [silence(SOUND_BEGINS_S), tone(SOUND_ENDS_S - SOUND_BEGINS_S), silence(LENGTH_S - SOUND_ENDS_S)]
    file = tmp_path / "talk.flac"
    file.write_bytes(encode(tmp_path / "made", "flac", "flac", np.concatenate(parts)))
    return file


@pytest.fixture(params=[None, ANY_FILE], ids=["decoded", "sent as it is"])
async def bench(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    database = await Database.open(tmp_path / "notula.db")
    decoder, encoder = Decoder(), Encoder()
    yield Bench(Listener(request.param), database, decoder, encoder)  # type: ignore[arg-type]
    await encoder.close()
    await decoder.close()
    await database.close()


async def transcribed(bench: Bench, file: Path, until_s: float | None = None) -> Transcript:
    job = job_for(file, "en")
    job = replace(job, options=replace(job.options, until_s=until_s))
    outcome = await bench.pipeline.run(job, Watcher())
    stored = await bench.history.get(outcome.transcript_id)
    assert stored is not None
    return stored.transcript


def sound_of(transcript: Transcript) -> tuple[float, float, float]:
    """Where the sound begins and ends, and what was heard, by the waveform."""
    waveform = transcript.waveform
    assert waveform is not None
    loud = [number * waveform.level_s for number, level in enumerate(waveform.levels) if level < 50]
    return loud[0], loud[-1] + waveform.level_s, len(waveform.levels) * waveform.level_s


async def test_the_waveform_is_that_of_the_recording(bench: Bench, speech: Path) -> None:
    expected = pytest.approx((SOUND_BEGINS_S, SOUND_ENDS_S, LENGTH_S), abs=0.1)
    assert sound_of(await transcribed(bench, speech)) == expected
    copy = speech.with_name("copy.flac")
    copy.write_bytes(speech.read_bytes())
    assert sound_of(await transcribed(bench, copy)) == expected  # From the cache.
    assert bench.cache.hits == 1


async def test_of_a_part_it_is_on_the_recordings_clock(bench: Bench, speech: Path) -> None:
    begin_s, end_s, _ = sound_of(await transcribed(bench, speech, until_s=6.0))
    assert (begin_s, end_s) == pytest.approx((SOUND_BEGINS_S, SOUND_ENDS_S), abs=0.1)
