"""Speech in which the language changes within a chunk, with the two models that come with Notula.

What the limits in `language_changes` and `language_watch` rest on, measured once with base (int8) on the encoder's
output from pause to pause: English (LJ Speech, 2 to 6 s) is English with 0.84 to 1.00 and Indonesian with less than
0.001, but for one part in twenty at the end of a clip (0.07 among others, 0.99 by itself). A child's Indonesian (1.5 to
4 s) is Indonesian or Tagalog with 0.15 to 0.97 together and English with 0.00 to 0.13. Spanish by espeak-ng is Spanish
with 0.38 to 0.94 and English with 0.00 to 0.15. The median log-probability of tiny.en's random readings of such parts
is -0.08 to -1.87 for English, and -2.08 to -4.15 for the others.
"""

from collections.abc import AsyncIterator
from dataclasses import replace

import numpy as np
import pytest
import pytest_asyncio

from core.domain import Segment, TranscriptionOptions
from core.domain.speech import SAMPLE_RATE_HZ
from core.providers import ModelLibrary, OnDeviceProvider
from core.providers.on_device.models.bundled import bundled_models
from core.providers.provider import ChunkTranscript
from tests.integration.providers.recordings import (
    Samples,
    at_usual_level,
    chunk,
    indonesian,
    noisy,
    text_of,
    two_cities,
)

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(
        "base" not in {bundled.model.name for bundled in bundled_models()},
        reason="the packages of base aren't installed",
    ),
]

RECOGNISED = TranscriptionOptions(model="base", language="en", heard=("en",))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def provider(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OnDeviceProvider]:
    provider = OnDeviceProvider(ModelLibrary(tmp_path_factory.mktemp("models")), children=1, threads=1)
    yield provider
    await provider.close()


def english(start_s: float, end_s: float) -> Samples:
    return at_usual_level(two_cities()[round(start_s * SAMPLE_RATE_HZ) : round(end_s * SAMPLE_RATE_HZ)])


def joined(*parts: Samples) -> Samples:
    """The parts with a pause after each."""
    pause = np.zeros(SAMPLE_RATE_HZ // 2, np.float32)
    return np.concatenate([each for part in parts for each in (part, pause)])


def ignore(segment: Segment) -> None:
    """Nobody watches."""


async def read(provider: OnDeviceProvider, samples: Samples, options: TranscriptionOptions) -> ChunkTranscript:
    return await provider.transcribe(chunk(samples), options, ignore)


def words_within(transcript: ChunkTranscript, start_s: float, end_s: float) -> str:
    words = [word for segment in transcript.segments for word in segment.words]
    return " ".join(word.text for word in words if start_s <= (word.start_s + word.end_s) / 2 < end_s).lower()


def mixed() -> Samples:
    """4 s of English, 12.5 s of Indonesian from 4.2 s on, and 4 s of English from 16.9 s on."""
    clip = at_usual_level(indonesian())
    return joined(english(0.9, 4.6), clip, clip, clip, english(24.4, 28.5))


def assert_told_where_indonesian_is_spoken(transcript: ChunkTranscript) -> None:
    assert min(start_s for start_s, _ in transcript.other_language) == pytest.approx(4.4, abs=1.0)
    assert max(end_s for _, end_s in transcript.other_language) == pytest.approx(16.2, abs=1.0)


async def test_each_language_is_written_as_what_it_is(provider: OnDeviceProvider) -> None:
    transcript = await read(provider, mixed(), RECOGNISED)
    assert words_within(transcript, 0.0, 4.2).count("it was the") == 2
    assert words_within(transcript, 4.2, 16.8).count("lapar") == 3
    assert words_within(transcript, 16.8, 22.0).count("we were all going direct") == 2
    assert (transcript.other_language, transcript.unwritten) == ((), ())
    assert transcript.language == "id", "that of most of it"


async def test_a_language_that_was_asked_for_is_kept_and_where_another_is_spoken_is_told(
    provider: OnDeviceProvider,
) -> None:
    transcript = await read(provider, mixed(), replace(RECOGNISED, heard=None))
    assert transcript.language == "en"
    assert_told_where_indonesian_is_spoken(transcript)


async def test_a_model_for_english_tells_where_it_has_written_what_is_not(provider: OnDeviceProvider) -> None:
    transcript = await read(provider, mixed(), replace(RECOGNISED, model="tiny.en"))
    assert "lapar" not in text_of(transcript.segments).lower()
    assert_told_where_indonesian_is_spoken(transcript)


async def test_noise_is_not_taken_for_another_language(provider: OnDeviceProvider) -> None:
    transcript = await read(
        provider, noisy(english(7.5, 14.0), 0), TranscriptionOptions(model="tiny.en", language="en")
    )
    assert transcript.other_language == ()
    assert transcript.noisy


async def test_another_language_is_told_in_noise_that_leaves_it_clear(provider: OnDeviceProvider) -> None:
    transcript = await read(provider, noisy(mixed(), 15), TranscriptionOptions(model="tiny.en", language="en"))
    assert_told_where_indonesian_is_spoken(transcript)


async def test_one_language_stays_one(provider: OnDeviceProvider) -> None:
    transcript = await read(provider, english(0.0, 12.8), RECOGNISED)
    assert words_within(transcript, 0.0, 12.8).count("it was the") == 6
    assert (transcript.language, transcript.other_language, transcript.unwritten) == ("en", (), ())
