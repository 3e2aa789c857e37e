"""Measures both channels of a stereo recording while it is decoded: calls have one voice on each.

Only the decoder's child imports this.
"""

import math

import numpy as np
import numpy.typing as npt

from core.domain.speech import SAMPLE_RATE_HZ
from core.media.child.sound.samples import Samples
from core.media.decoded import LOUDNESS_FRAME_SAMPLES, SILENCE_DB

_CHANNELS = 2

_ROUNDING = 1e-6
"""Of a sample: times are sums of fractions."""


class ChannelMeter:
    """The level of each channel for every loudness frame of what the resampler puts out.

    A recording with another number of channels is silent here.
    """

    def __init__(self) -> None:
        self._first = 0
        """The loudness frame that `_sums` begin with."""
        self._sums = np.zeros((3, _CHANNELS, 0))
        """Of each frame and channel: how many samples, their sum, and that of their squares."""

    def add(self, samples: Samples, rate_hz: int, begin_s: float) -> None:
        """Take decoded channels that begin so many seconds after the first sample that was put out."""
        if len(samples) != _CHANNELS:
            return
        starts, places = self._frames_of(samples.shape[1], rate_hz, begin_s)
        if not len(places):
            return
        self._make_room(int(places[-1]) + 1)
        counts = np.diff(starts, append=samples.shape[1])
        for channel in range(_CHANNELS):
            values = samples[channel]
            self._sums[0, channel, places] += counts
            self._sums[1, channel, places] += np.add.reduceat(values, starts, dtype=np.float64)
            self._sums[2, channel, places] += np.add.reduceat(np.square(values), starts, dtype=np.float64)

    def _frames_of(
        self, length: int, rate_hz: int, begin_s: float
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Where in the samples each frame begins, and its place in the sums; those that were taken are left out.

        A sum for each stretch takes a fifth of the time that one for each sample's place takes (measured).
        """
        frame_s = LOUDNESS_FRAME_SAMPLES / SAMPLE_RATE_HZ
        frames = np.arange(math.floor(begin_s / frame_s), math.floor((begin_s + (length - 1) / rate_hz) / frame_s) + 1)
        starts = np.maximum(np.ceil((frames * frame_s - begin_s) * rate_hz - _ROUNDING), 0).astype(np.int64)
        holds_any = np.diff(starts, append=length) > 0
        is_new = frames >= self._first
        return starts[holds_any & is_new], frames[holds_any & is_new] - self._first

    def take(self, frames: int) -> bytes:
        """Remove the levels of the next frames: two bytes each, left and right, dB below full scale, 0 to 96."""
        self._make_room(frames)
        count, total, squares = self._sums[:, :, :frames]
        self._sums = self._sums[:, :, frames:]
        self._first += frames
        count = np.maximum(count, 1)
        below = -10.0 * np.log10(np.maximum(squares / count - np.square(total / count), 1e-12))
        levels: npt.NDArray[np.uint8] = np.clip(np.rint(below), 0, SILENCE_DB).astype(np.uint8)
        packed: bytes = np.ascontiguousarray(levels.T).tobytes()
        return packed

    def _make_room(self, length: int) -> None:
        missing = length - self._sums.shape[2]
        if missing > 0:
            self._sums = np.concatenate([self._sums, np.zeros((3, _CHANNELS, missing))], axis=2)
