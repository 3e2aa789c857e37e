"""How loud sound is."""

import array
import math
import sys

from core.domain.capture import SILENCE_DB, SoundLevel

_FULL_SCALE = 32_768


def level_of(pcm: bytes) -> SoundLevel:
    """The level of 16-bit little-endian samples; silence where there are none."""
    samples = array.array("h", pcm)
    if not samples:
        return SoundLevel()
    if sys.byteorder == "big":
        samples.byteswap()
    peak = max(max(samples), -min(samples))
    rms = math.hypot(*samples) / math.sqrt(len(samples))  # Both are loops in C: a second of sound takes a millisecond.
    return SoundLevel(_decibels(rms), _decibels(peak))


def _decibels(amplitude: float) -> float:
    return max(SILENCE_DB, 20 * math.log10(amplitude / _FULL_SCALE)) if amplitude else SILENCE_DB
