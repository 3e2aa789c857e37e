"""The level of each channel, frame by frame, is that of the samples in the frame, however they come."""

import numpy as np
import pytest

from core.media.child.sound.channel_levels import ChannelMeter

FRAME_S = 0.02


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 44_100, 96_000])
@pytest.mark.parametrize("block", [1, 97, 4_096])
def test_a_frame_has_the_level_of_its_own_samples(rate_hz: int, block: int) -> None:
    loudness = [0.5, 0.05, 0.0, 0.5, 0.005]
    begins = np.ceil(np.arange(len(loudness) + 1) * FRAME_S * rate_hz - 1e-6).astype(int)
    left = np.repeat(loudness, np.diff(begins))
    left[::2] *= -1
    samples = np.stack([left, np.full_like(left, 0.3)]).astype(np.float32)
    meter = ChannelMeter()
    for start in range(0, samples.shape[1], block):
        meter.add(samples[:, start : start + block], rate_hz, start / rate_hz)
    levels = meter.take(len(loudness))
    assert list(levels[::2]) == [6, 26, 96, 6, 46]
    assert list(levels[1::2]) == [96] * len(loudness)  # A constant voltage is no sound.


def test_what_lies_before_the_frames_that_were_taken_is_left_out() -> None:
    meter = ChannelMeter()
    meter.take(2)
    sound = np.tile(np.array([0.5, -0.5], np.float32), (2, 240))
    meter.add(sound, 8_000, 0.01)  # Parts of four frames, of which two were taken.
    assert list(meter.take(2)) == [6, 6, 6, 6]
