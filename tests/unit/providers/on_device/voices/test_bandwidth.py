"""Speech through a telephone is told from speech in full band, however loud it is."""

import numpy as np
import pytest
from numpy.typing import NDArray

from core.providers.on_device.voices.bandwidth import is_narrow

RATE_HZ = 16_000


def speech(highest_hz: float, lowest_hz: float = 200.0) -> NDArray[np.float32]:
    """Six seconds of syllables of noise within a band."""
    noise = np.fft.rfft(np.random.default_rng(3).normal(size=6 * RATE_HZ))
    frequency_hz = np.fft.rfftfreq(6 * RATE_HZ, 1 / RATE_HZ)
    noise[(frequency_hz < lowest_hz) | (frequency_hz > highest_hz)] = 0
    syllables = np.arange(6 * RATE_HZ) // (RATE_HZ // 5) % 3 != 2
    samples = np.fft.irfft(noise) * syllables
    return np.asarray(0.3 * samples / np.abs(samples).max(), np.float32)


@pytest.mark.parametrize("gain", [1.0, 0.1, 0.01])
def test_a_telephones_band_is_narrow_and_full_band_is_not(gain: float) -> None:
    assert is_narrow(speech(3400.0) * np.float32(gain))
    assert not is_narrow(speech(7500.0) * np.float32(gain))
    assert not is_narrow(speech(3400.0) * np.float32(gain) + speech(7500.0, 4300.0) * np.float32(0.1 * gain))


def test_silence_and_nothing_are_not_narrow() -> None:
    assert not is_narrow(np.zeros(RATE_HZ, np.float32))
    assert not is_narrow(np.zeros(0, np.float32))
    assert not is_narrow(np.zeros(100, np.float32))
