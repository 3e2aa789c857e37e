"""Where the words of real speech with long pauses lie, and how often repeats are written."""

from itertools import pairwise

import numpy as np
import pytest

from core.domain import Segment, TranscriptionOptions
from core.domain.speech import SAMPLE_RATE_HZ
from core.providers import OnDeviceProvider
from core.stitch import sentences
from tests.integration.providers.recordings import (
    TESTDATA,
    Samples,
    beckett,
    chunk,
    load,
    manifest,
    noisy,
    text_of,
    two_cities,
    word_error_rate,
)

pytestmark = pytest.mark.asyncio(loop_scope="package")

ENGLISH = TranscriptionOptions(language="en")
TOLERANCE_S = 0.3


def ignore(segment: Segment) -> None:
    """A segment that nobody looks at."""


def timeline(*parts: Samples | float, noise: float = 0.0) -> tuple[Samples, list[tuple[float, float]]]:
    """Speech and seconds of silence, one after the other, and from when to when each speech is."""
    sounds: list[Samples] = []
    spans: list[tuple[float, float]] = []
    length = 0
    for part in parts:
        sound = np.zeros(round(part * SAMPLE_RATE_HZ), np.float32) if isinstance(part, float) else part
        if not isinstance(part, float):
            spans.append((length / SAMPLE_RATE_HZ, (length + len(sound)) / SAMPLE_RATE_HZ))
        sounds.append(sound)
        length += len(sound)
    together = np.concatenate(sounds)
    return together + np.random.default_rng(1).normal(0, noise, length).astype(np.float32), spans


def trimmed(samples: Samples) -> Samples:
    """Without the silence around it."""
    loud = np.flatnonzero(np.abs(samples) > 0.03 * np.abs(samples).max())
    return samples[loud[0] : loud[-1] + SAMPLE_RATE_HZ // 20]


async def test_every_word_lies_in_its_speech_and_no_segment_in_a_pause(provider: OnDeviceProvider) -> None:
    first, second = trimmed(beckett()[: round(5.2 * SAMPLE_RATE_HZ)]), trimmed(two_cities()[: 9 * SAMPLE_RATE_HZ])
    samples, spans = timeline(7.0, first, 12.0, second, 2.5, first, 30.0, second, noise=0.001)
    heard = sentences((await provider.transcribe(chunk(samples), ENGLISH, ignore)).segments)
    words = [word for segment in heard for word in segment.words]
    assert len(words) > 30
    for place in [*words, *heard]:
        around = [(a, b) for a, b in spans if a - TOLERANCE_S <= place.start_s and place.end_s <= b + TOLERANCE_S]
        assert len(around) == 1, place
    assert all(left.end_s <= right.start_s for left, right in pairwise(words))


@pytest.mark.parametrize(("times", "pause_s"), [(7, 1.0), (5, 0.3)])
async def test_what_is_said_again_and_again_is_written_as_often(
    provider: OnDeviceProvider, times: int, pause_s: float
) -> None:
    command = trimmed(load(TESTDATA / "en" / "goforward.wav"))
    samples, spans = timeline(0.3, *[command, pause_s] * times)
    heard = sentences((await provider.transcribe(chunk(samples), ENGLISH, ignore)).segments)
    assert text_of(heard).casefold().count("go forward") == times
    assert len(heard) == times
    for segment, (start_s, end_s) in zip(heard, spans, strict=True):
        assert start_s - TOLERANCE_S <= segment.start_s <= segment.end_s <= end_s + TOLERANCE_S


async def test_a_repeated_sentence_is_not_replaced_by_another(provider: OnDeviceProvider) -> None:
    sentence = trimmed(load(TESTDATA / "en" / "austen-0880.wav"))
    samples, spans = timeline(0.3, *[sentence, 1.0] * 6)
    heard = sentences((await provider.transcribe(chunk(samples), ENGLISH, ignore)).segments)
    assert text_of(heard).casefold().count("he was not an") == len(spans)


async def test_music_that_is_taken_for_speech_makes_no_loop(provider: OnDeviceProvider) -> None:
    seconds = np.arange(30 * SAMPLE_RATE_HZ, dtype=np.float32) / np.float32(SAMPLE_RATE_HZ)
    notes = np.array([220.0, 277.2, 329.6, 440.0, 392.0, 329.6])[(seconds / 0.4).astype(int) % 6]
    melody = sum(np.sin(2 * np.pi * np.cumsum(notes * k / SAMPLE_RATE_HZ)) / k for k in (1, 2, 3, 5))
    music = (0.2 * melody * (1 - (seconds % 0.4) / 0.4)).astype(np.float32)
    heard = (await provider.transcribe(chunk(music), ENGLISH, ignore)).segments
    assert len(text_of(heard).split()) < 12


async def test_sentences_that_are_like_each_other_are_read_as_a_whole(provider: OnDeviceProvider) -> None:
    expected = manifest().get("en/two_cities.wav") or pytest.skip("the test data isn't here")
    heard = (await provider.transcribe(chunk(noisy(two_cities(), 10.0)), ENGLISH, ignore)).segments
    assert word_error_rate(expected, text_of(heard)) < 0.04
