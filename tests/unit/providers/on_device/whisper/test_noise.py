"""Where speech hardly stands out from noise, noise is told in place of another language."""

import numpy as np
import pytest

from core.domain.speech import SAMPLE_RATE_HZ
from core.providers.on_device.whisper.noise import apart_from_noisy, speech_to_noise_db
from core.providers.on_device.whisper.speech_detection import Speech
from tests.integration.providers.recordings import Samples, at_usual_level, noisy, two_cities


def heard(samples: Samples) -> Speech:
    return Speech(samples, [{"start": 0, "end": len(samples)}])


def sentence() -> Samples:
    """5 s of somebody reading."""
    return at_usual_level(two_cities()[SAMPLE_RATE_HZ : 6 * SAMPLE_RATE_HZ])


@pytest.mark.parametrize(("noise_db", "is_clear"), [(60, True), (20, True), (10, True), (5, False), (0, False)])
def test_speech_is_noisy_where_the_noise_is_nearly_as_loud(noise_db: int, *, is_clear: bool) -> None:
    span = (0.5, 4.5)
    clear, noise = apart_from_noisy(heard(noisy(sentence(), noise_db)), [span])
    assert (clear, noise) == (([span], []) if is_clear else ([], [span]))


def test_each_stretch_is_judged_by_its_own_noise() -> None:
    speech = heard(np.concatenate([sentence(), noisy(sentence(), 0), sentence()]))
    spans = [(0.5, 3.5), (6.5, 8.5), (11.5, 14.5)]
    assert apart_from_noisy(speech, spans) == ([spans[0], spans[2]], [spans[1]])


def test_a_recording_that_was_made_louder_is_as_noisy_as_before() -> None:
    sound = noisy(sentence(), 10)
    assert speech_to_noise_db(heard(sound * 0.1), (0.5, 4.5)) == pytest.approx(
        speech_to_noise_db(heard(sound), (0.5, 4.5)), abs=0.1
    )


@pytest.mark.parametrize("level", [0.0, 0.3])
def test_what_does_not_change_is_all_noise(level: float) -> None:
    steady = heard(np.full(2 * SAMPLE_RATE_HZ, level, np.float32))
    assert apart_from_noisy(steady, [(0.0, 2.0), (1.995, 2.0)]) == ([], [(0.0, 2.0), (1.995, 2.0)])
