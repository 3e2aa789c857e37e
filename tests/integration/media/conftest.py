"""A decoder shared by a module's tests, and real speech."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from core.media import Decoder
from tests.conftest import SAMPLES
from tests.media_samples import TESTDATA, Samples, read_speech


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def decoder() -> AsyncIterator[Decoder]:
    decoder = Decoder()
    await decoder.start()
    yield decoder
    await decoder.close()


@pytest.fixture(scope="session")
def speech_folder() -> Path:
    if not TESTDATA.is_dir():
        pytest.skip(f"no recordings of speech at {TESTDATA}")
    return TESTDATA


@pytest.fixture(scope="session")
def speech() -> Samples:
    """Eight seconds of real speech, mono, 48 kHz."""
    return read_speech(SAMPLES / "two_cities.wav")[: 48_000 * 8]


@pytest.fixture(scope="session")
def speech_16k() -> Samples:
    """The same at 16 kHz, as the decoder should give it."""
    return read_speech(SAMPLES / "two_cities.wav", 16_000)[: 16_000 * 8]
