"""Raises the volume of recordings that are too quiet to be understood, before their samples are rounded to 16 bits.

What goes beyond full scale, as floating point may, is made quieter.

The gain follows how loud speech is around a place, in the seconds before and after it. A knock or a tone doesn't count,
and doesn't get louder than the rest either. Where speech is as loud as usual nothing is changed, and what only rustles
steadily (silence, noise of a converter) stays as it is.

Only the decoder's child imports this.
"""

from collections import deque
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from core.domain.speech import SAMPLE_RATE_HZ
from core.media.child.sound.percentiles import percentiles
from core.media.child.sound.samples import Samples

_FRAME = SAMPLE_RATE_HZ // 50
_FRAMES_PER_S = 50
_SECONDS_BEFORE = 5
_SECONDS_AFTER = 8
"""The seconds around a place whose speech decides its gain."""

_SECONDS_REMEMBERED = 30
"""So long before a place it counts how quiet it was, and whether speech was loud."""

_LEVEL_PERCENTILE = 75
"""Of the frames of a second: a knock of up to a quarter of a second doesn't count."""

_FLOOR_PERCENTILE = 10
_LEAST_MODULATION_DB = 6.0
_LEAST_MODULATION_BESIDE_SPEECH_DB = 15.0
"""How much louder than the quietest moments around it speech is. Steady noise varies by less than 1 dB; what rustles in
the pauses of loud speech by more."""

_LOUD_SHARE = 4
"""A quarter of the seconds may be louder than the speech that decides."""

_SPOKEN_SECONDS = 4
"""From so many on, loud seconds are speech and no tone or knock."""

_QUIET_DB = -45.0
"""Speech that is quieter gets a gain. It grows twice as fast as the level falls, so that there is no jump."""

_PEAK_PERCENTILE = 99.9
_HEADROOM_DB = 6.0
"""Floating point may go beyond full scale, by far where a program has left the numbers of whole samples in it. There
speech gets a gain below 1, as it would be clipped else."""

_TARGET_DB = -22.0
_LARGEST_GAIN_DB = 96.0
_HIGHEST_PEAK = 0.7
_DC_FROM_DB = 6.0
_LOWEST_DB = -140.0
_NOTHING: Samples = np.empty(0, np.float32)


@dataclass(frozen=True, slots=True)
class _Second:
    """What is known of a second: how loud its louder frames are, its quietest ones, and its mean sample.

    `peak_db` is how far it goes beyond full scale, 0 where it doesn't.
    """

    level_db: float
    floor_db: float
    peak_db: float
    mean: float
    lowest_sound_db: float


class AutomaticGain:
    """Takes the samples of a recording as they are decoded, and gives them back some seconds later."""

    def __init__(self) -> None:
        self._held = _NOTHING
        self._new: list[Samples] = []
        self._new_samples = 0
        self._lowest_sound_db = _LOWEST_DB
        self._seconds: deque[_Second] = deque()
        """Those before the held samples, then those of them."""
        self._before = 0
        self._last_gain = 1.0
        self._last_mean = 0.0
        self.has_changed = False
        """Whether anything was made louder or quieter."""

    def add(self, samples: Samples, lowest_sound_db: float) -> Samples:
        """Take samples at 16 kHz; returns those whose gain can be decided. `lowest_sound_db`: their own noise."""
        self._new.append(samples)
        self._new_samples += len(samples)
        if self._new_samples < SAMPLE_RATE_HZ:
            return _NOTHING
        self._lowest_sound_db = lowest_sound_db
        self._measure_new()
        return self._ready(len(self._seconds) - self._before - _SECONDS_AFTER - 1)

    def rest(self) -> Samples:
        """The samples that are left, decided without those that may follow."""
        self._measure_new()
        length = len(self._held)
        surplus = -length % SAMPLE_RATE_HZ
        if surplus:
            tail = self._held[length - (SAMPLE_RATE_HZ - surplus) :]
            self._seconds.append(_measured(tail, self._lowest_sound_db))
            self._held = np.concatenate((self._held, np.zeros(surplus, np.float32)))
        ready = self._ready(len(self._seconds) - self._before)
        return ready[:length]

    def _measure_new(self) -> None:
        self._held = np.concatenate((self._held, *self._new))
        self._new, self._new_samples = [], 0
        measured = len(self._seconds) - self._before
        for start in range(measured * SAMPLE_RATE_HZ, len(self._held) - SAMPLE_RATE_HZ + 1, SAMPLE_RATE_HZ):
            self._seconds.append(_measured(self._held[start : start + SAMPLE_RATE_HZ], self._lowest_sound_db))

    def _ready(self, seconds: int) -> Samples:
        """The first held seconds, with their gain."""
        done = [self._next_second() for _ in range(seconds)]
        return np.concatenate(done) if done else _NOTHING

    def _next_second(self) -> Samples:
        samples, after = self._held[:SAMPLE_RATE_HZ], self._held[SAMPLE_RATE_HZ : SAMPLE_RATE_HZ + _FRAME]
        gain_db, next_gain_db = self._gain_db(self._before), self._gain_db(self._before + 1)
        mean = self._seconds[self._before].mean
        self._held = self._held[SAMPLE_RATE_HZ:]
        self._before += 1
        while self._before > _SECONDS_REMEMBERED:
            self._seconds.popleft()
            self._before -= 1
        if gain_db == next_gain_db == 0.0 and self._last_gain == 1.0:
            self._last_mean = mean
            return samples
        self.has_changed = True
        return self._raised(samples, after, mean, np.linspace(gain_db, next_gain_db, _FRAMES_PER_S + 1)[:-1])

    def _raised(self, samples: Samples, after: Samples, mean: float, gains_db: NDArray[np.float64]) -> Samples:
        """The second with a gain for each frame, less where a frame is loud itself, and without a constant part."""
        share = np.clip(gains_db / _DC_FROM_DB, 0.0, 1.0)
        means = np.linspace(self._last_mean, mean, _FRAMES_PER_S) * share
        self._last_mean = mean
        centred = samples - np.repeat(means, _FRAME).astype(np.float32)
        peaks = np.abs(centred).reshape(_FRAMES_PER_S, _FRAME).max(axis=1)
        next_peak = float(np.abs(after - np.float32(means[-1])).max()) if len(after) else 0.0
        gains = np.minimum(10 ** (gains_db / 20), np.maximum(1.0, _HIGHEST_PEAK / np.maximum(peaks, 1e-9)))
        next_gain = min(10 ** (float(gains_db[-1]) / 20), max(1.0, _HIGHEST_PEAK / max(next_peak, 1e-9)))
        edges = np.minimum(gains, np.append(gains[1:], next_gain))
        edges = np.concatenate(([min(self._last_gain, gains[0])], edges))
        self._last_gain = float(edges[-1])
        places = np.arange(SAMPLE_RATE_HZ) / _FRAME
        raised: Samples = (centred * np.interp(places, np.arange(_FRAMES_PER_S + 1), edges)).astype(np.float32)
        return raised

    def _gain_db(self, place: int) -> float:
        """The gain where this second begins."""
        first = max(0, place - _SECONDS_REMEMBERED)
        around = list(islice(self._seconds, first, place + _SECONDS_AFTER + 1))
        if not around:
            return 0.0
        floor_db = min(second.floor_db for second in around)
        is_beside_speech = sum(second.level_db >= _QUIET_DB for second in around) >= _SPOKEN_SECONDS
        least_db = floor_db + (_LEAST_MODULATION_BESIDE_SPEECH_DB if is_beside_speech else _LEAST_MODULATION_DB)
        spoken = sorted(
            (
                second
                for second in around[max(0, place - _SECONDS_BEFORE) - first :]
                if second.level_db >= max(second.lowest_sound_db, least_db)
            ),
            key=lambda second: second.level_db,
            reverse=True,
        )
        if not spoken:
            return 0.0
        deciding = spoken[len(spoken) // _LOUD_SHARE]
        if deciding.peak_db > 0.0:
            return -min(2 * deciding.peak_db, deciding.peak_db + _HEADROOM_DB)
        level_db = deciding.level_db
        return max(0.0, min(2 * (_QUIET_DB - level_db), _TARGET_DB - level_db, _LARGEST_GAIN_DB))


def level_and_floor_db(samples: Samples) -> tuple[float, float]:
    """How loud the louder frames are, and the quietest ones, of at least one sample. What is constant doesn't count."""
    frames = samples[: max(len(samples) // _FRAME, 1) * _FRAME]
    frames = frames.reshape(-1, _FRAME) if len(samples) >= _FRAME else samples.reshape(1, -1)
    power = frames.var(axis=1, dtype=np.float64)
    levels = np.maximum(10 * np.log10(np.maximum(power, 1e-30)), _LOWEST_DB)
    level_db, floor_db = percentiles(levels, (_LEVEL_PERCENTILE, _FLOOR_PERCENTILE))
    return level_db, floor_db


def _measured(samples: Samples, lowest_sound_db: float) -> _Second:
    (peak,) = percentiles(np.abs(samples), (_PEAK_PERCENTILE,))
    peak_db = 20 * float(np.log10(peak)) if peak > 1.0 else 0.0
    return _Second(*level_and_floor_db(samples), peak_db, float(samples.mean()), lowest_sound_db)
