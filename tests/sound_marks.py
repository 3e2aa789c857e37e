"""Recordings of short tones at known times, and where they are found in decoded speech."""

import numpy as np

from tests.media_samples import SPEECH_RATE_HZ, Samples, tone

MARK_S = 0.25
_DECODED_RATE_HZ = 16_000
_STEP = _DECODED_RATE_HZ // 200


def marks(seconds: float, *at_s: float, rate_hz: int = SPEECH_RATE_HZ) -> Samples:
    """So much silence, with a tone of a quarter of a second at each of these times.

    Noise would do, too, were it not taken for quiet speech beside gaps.
    """
    sound = np.zeros(round(seconds * rate_hz), np.int16)
    for start_s in at_s:
        start = round(start_s * rate_hz)
        burst = tone(MARK_S, rate_hz)[: len(sound) - start]
        sound[start : start + len(burst)] = burst
    return sound


def found_marks(samples: Samples) -> list[float]:
    """When the tones begin, in seconds, to 5 ms."""
    steps = len(samples) // _STEP
    loud = np.abs(samples[: steps * _STEP].astype(np.int32)).reshape(steps, _STEP).max(axis=1) > 3000
    begins: list[float] = []
    last_loud = -1000
    for step in np.flatnonzero(loud):
        if step - last_loud > 10:
            begins.append(float(step) * _STEP / _DECODED_RATE_HZ)
        last_loud = int(step)
    return begins
