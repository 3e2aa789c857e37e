"""Real speech that is hard to hear reaches the model as text; `tiny.en` is asked, so the recordings are short."""

from collections.abc import AsyncIterator

import numpy as np
import pytest
import pytest_asyncio

from core.domain import AudioFormat, Segment, SpeechChunk, TranscriptionOptions
from core.media import Decoder
from core.providers import ModelLibrary, OnDeviceProvider
from tests.integration.media.decoded_whole import decode_all
from tests.integration.providers.recordings import beckett, word_error_rate
from tests.media_samples import BytesSource, wav_header

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = "ever tried ever failed no matter try again fail again fail better"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def provider(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OnDeviceProvider]:
    provider = OnDeviceProvider(ModelLibrary(tmp_path_factory.mktemp("models")), children=1, threads=1)
    yield provider
    await provider.close()


def _wav(channels: list[np.ndarray], dtype: str) -> bytes:
    samples = np.stack(channels, axis=1)
    data = (np.rint(samples * 32767) if dtype == "<i2" else samples).astype(dtype).tobytes()
    header = bytearray(wav_header(len(data), rate_hz=16_000, channels=len(channels), bits=8 * np.dtype(dtype).itemsize))
    header[20] = 1 if dtype == "<i2" else 3  # WAVE_FORMAT_PCM, WAVE_FORMAT_IEEE_FLOAT
    return bytes(header) + data


def _hum(length: int) -> np.ndarray:
    times = np.arange(length) / 16_000
    return sum(share * np.sin(2 * np.pi * hz * times) for hz, share in ((50, 0.5), (100, 0.05), (150, 0.1)))


RECORDINGS = {
    "at -60 dB": lambda speech: _wav([speech * 1e-3], "<i2"),
    "at -80 dB in floating point": lambda speech: _wav([speech * 1e-4], "<f4"),
    "as whole numbers in floating point": lambda speech: _wav([speech * 2**15], "<f4"),
    "beside loud hum": lambda speech: _wav([speech * 0.02 + _hum(len(speech))], "<f4"),
    "beside a constant": lambda speech: _wav([speech * 0.02 + 0.9], "<i2"),
    "with one channel inverted": lambda speech: _wav([speech, -speech], "<i2"),
}


@pytest.mark.parametrize("name", RECORDINGS)
async def test_speech_that_is_hard_to_hear_is_written_down(
    decoder: Decoder, provider: OnDeviceProvider, name: str
) -> None:
    decoded = await decode_all(decoder, BytesSource(RECORDINGS[name](beckett())))
    chunk = SpeechChunk(0, 0.0, decoded.duration_s, decoded.samples.tobytes(), AudioFormat.PCM)
    found: list[Segment] = []
    await provider.transcribe(chunk, TranscriptionOptions(language="en"), found.append)
    assert word_error_rate(WORDS, " ".join(segment.text for segment in found)) <= 0.1
    assert decoded.report.altered
