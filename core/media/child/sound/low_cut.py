"""Removes what is far below speech and louder than it: a constant part, a drift, the hum of the mains.

Neither the volume nor a model can be told from it where it is that loud. Only then, and only while it lasts, the low
frequencies are cut off, as few as will do: those below voices, or as far up as a telephone does it. All other sound
stays as it is.

Only the decoder's child imports this.
"""

from collections import deque
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
from numpy import fft
from numpy.typing import NDArray

from core.domain.speech import SAMPLE_RATE_HZ
from core.media.child.sound.automatic_gain import level_and_floor_db
from core.media.child.sound.samples import Samples

_CUTS_HZ = (85.0, 280.0, 450.0)
"""Where a filter's sound begins: below the lowest voices, and above hum with ever more of its harmonics. What makes
speech understood is higher."""

_CONTEXT = 1200
"""In samples: the filters' reach to either side, which makes them 40 Hz steep."""

_SECONDS_BEFORE = 8
_SECONDS_AFTER = 4
"""The seconds around a place among which the loudest speech is looked for."""

_LEAST_SHARE = 0.75
"""What of a second's power is in means of a millisecond, where low frequencies may be too loud."""

_MEANS = 16
_MODULATION_DB = 6.0
"""How much a second's louder frames differ from its quietest where somebody may be speaking; hum and noise don't."""

_FADE = SAMPLE_RATE_HZ // 20
_NONE_DB = -200.0
_LOWEST_SPEECH_DB = -120.0
_LENGTH = SAMPLE_RATE_HZ + 2 * _CONTEXT
_LARGEST = 1e12
"""Floating point whose square is a number, too."""

_UNCUT = 0
_NOTHING: Samples = np.empty(0, np.float32)


def _response(cut_hz: float) -> Samples:
    """Of a linear-phase high-pass filter by windowed sinc, for `_filtered`."""
    places = np.arange(-_CONTEXT, _CONTEXT + 1)
    low = 2 * cut_hz / SAMPLE_RATE_HZ * np.sinc(2 * cut_hz / SAMPLE_RATE_HZ * places) * np.blackman(2 * _CONTEXT + 1)
    taps = np.zeros(_LENGTH)
    taps[places] = -low / low.sum()
    taps[0] += 1.0
    response: Samples = fft.rfft(taps).real.astype(np.float32)
    return response


_RESPONSES = tuple(_response(cut_hz) for cut_hz in _CUTS_HZ)


@dataclass(frozen=True, slots=True)
class _Second:
    """For each cut how loud it is below it, down to the cut before, and how loud somebody may be speaking above it.

    What isn't steady as hum is doesn't count, but below all voices.
    """

    low_db: tuple[float, ...]
    spoken_db: tuple[float, ...]


class LowCut:
    """Takes the samples of a recording as they are decoded, and gives them back some seconds later."""

    def __init__(self) -> None:
        self._held = _NOTHING
        """Begins with the context of the first second that hasn't been given back."""
        self._new: list[Samples] = []
        self._new_samples = 0
        self._seconds: deque[_Second] = deque()
        self._before = 0
        """How many of `_seconds` have been given back."""
        self._last_cut: int | None = None
        self.has_cut = False
        """Whether anything was cut off."""

    def add(self, samples: Samples) -> Samples:
        """Take samples at 16 kHz; returns those that are decided."""
        self._new.append(samples)
        self._new_samples += len(samples)
        if self._new_samples < SAMPLE_RATE_HZ:
            return _NOTHING
        self._take_new()
        return self._ready(_SECONDS_AFTER + 1)

    def rest(self) -> Samples:
        """The samples that are left, decided without those that may follow."""
        self._take_new()
        length = len(self._held) - _CONTEXT
        if length <= 0:
            return _NOTHING
        self._held = np.pad(self._held, (0, -length % SAMPLE_RATE_HZ + _CONTEXT), mode="symmetric")
        self._measure()
        ready = self._ready(1)
        self._held = _NOTHING  # What comes next begins anew.
        return ready[:length]

    def _take_new(self) -> None:
        new = np.concatenate(self._new) if self._new else _NOTHING
        self._new, self._new_samples = [], 0
        if len(new):
            # Mirrored at either end: hum goes on as loud as it was.
            self._held = (
                np.concatenate((self._held, new)) if len(self._held) else np.pad(new, (_CONTEXT, 0), mode="symmetric")
            )
            self._measure()

    def _measure(self) -> None:
        measured = len(self._seconds) - self._before
        for start in range(measured * SAMPLE_RATE_HZ, len(self._held) - _LENGTH + 1, SAMPLE_RATE_HZ):
            self._seconds.append(_measured(self._held[start : start + _LENGTH]))

    def _ready(self, fewest: int) -> Samples:
        """The first held seconds, as long as so many are measured."""
        done = []
        while len(self._seconds) - self._before >= fewest:
            done.append(self._second(self._cut()))
            self._held = self._held[SAMPLE_RATE_HZ:]
            self._before += 1
        while self._before > _SECONDS_BEFORE:
            self._seconds.popleft()
            self._before -= 1
        return np.concatenate(done) if done else _NOTHING

    def _cut(self) -> int:
        """The number of the cut that the first held second needs, from 1."""
        first = max(0, self._before - _SECONDS_BEFORE)
        around = list(islice(self._seconds, first, self._before + _SECONDS_AFTER + 1))
        beside = list(islice(self._seconds, max(0, self._before - 1), self._before + 2))
        for cut in range(len(_CUTS_HZ), 0, -1):
            spoken_db = max(second.spoken_db[cut - 1] for second in around)
            if spoken_db > _NONE_DB and min(one.low_db[cut - 1] for one in beside) >= spoken_db:
                return cut
        return _UNCUT

    def _second(self, cut: int) -> Samples:
        """The first held second with this cut, beginning as the one before ended."""
        around = self._held[:_LENGTH]
        second = _with_cut(around, cut)
        if self._last_cut not in (cut, None):
            ramp = np.linspace(0, 1, _FADE, dtype=np.float32)
            second = second.copy()
            second[:_FADE] = ramp * second[:_FADE] + (1 - ramp) * _with_cut(around, self._last_cut or _UNCUT)[:_FADE]
        self._last_cut = cut
        self.has_cut |= cut != _UNCUT
        return second


def _with_cut(around: Samples, cut: int) -> Samples:
    if cut == _UNCUT:
        return around[_CONTEXT:-_CONTEXT]
    return _filtered(fft.rfft(around), cut)


def _filtered(spectrum: NDArray[np.complex128], cut: int) -> Samples:
    """A second of the sound, which has a context on either side in the spectrum, without its low frequencies."""
    filtered: Samples = fft.irfft(spectrum * _RESPONSES[cut - 1], _LENGTH)[_CONTEXT:-_CONTEXT].astype(np.float32)
    return filtered


def _measured(around: Samples) -> _Second:
    around = np.clip(around, -_LARGEST, _LARGEST)
    second = around[_CONTEXT:-_CONTEXT]
    power = float(np.square(second).mean(dtype=np.float64))
    means = float(np.square(second.reshape(-1, _MEANS).mean(axis=1)).mean(dtype=np.float64))
    if means < _LEAST_SHARE * power or power == 0.0:
        return _Second((_NONE_DB,) * len(_CUTS_HZ), (_spoken_db(second),) * len(_CUTS_HZ))
    spectrum = fft.rfft(around)
    above = [second, *(_filtered(spectrum, cut) for cut in range(1, len(_CUTS_HZ) + 1))]
    below, *between = (more - less for more, less in pairwise(above))
    lowest_db = 10 * float(np.log10(max(float(np.square(below).mean()), 1e-20)))
    return _Second(
        (lowest_db, *(_steady_db(one) for one in between)),
        tuple(_spoken_db(one) for one in above[1:]),
    )


def _steady_db(samples: Samples) -> float:
    level_db, floor_db = level_and_floor_db(samples)
    return level_db if level_db < floor_db + _MODULATION_DB else _NONE_DB


def _spoken_db(samples: Samples) -> float:
    level_db, floor_db = level_and_floor_db(samples)
    return level_db if level_db >= max(floor_db + _MODULATION_DB, _LOWEST_SPEECH_DB) else _NONE_DB
