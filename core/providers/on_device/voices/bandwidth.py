"""Whether speech has come through a telephone, whose band ends at 3.4 kHz (https://www.itu.int/rec/T-REC-G.712).

All voices are more alike then: what tells them apart above that is missing.
"""

import numpy as np

from core.domain.speech import SAMPLE_RATE_HZ
from core.providers.on_device.voices.features import Samples

_FRAME = 512
_BAND_HZ = (300, 3400)
_ABOVE_HZ = (4300, 7500)
"""Speech in full band has its hissing consonants here; by 4.3 kHz a resampler's filter has ended."""

_LOUD_QUANTILE = 0.95
_LEAST_ABOVE_DB = -35.0
"""The loud frames above the band, beside those in it: -12 to -16 dB in seven talks, -83 to -90 dB by telephone."""

_SILENT_POWER = 1e-12


def is_narrow(samples: Samples) -> bool:
    """Whether nothing is left above a telephone's band. Silence, and what is shorter than a frame, isn't narrow."""
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    if not len(frames):
        return False
    power = np.abs(np.fft.rfft(frames * np.hanning(_FRAME).astype(np.float32), axis=1)) ** 2
    frequency_hz = np.fft.rfftfreq(_FRAME, 1 / SAMPLE_RATE_HZ)
    inside, above = (
        float(np.quantile(power[:, (frequency_hz > lowest) & (frequency_hz < highest)].sum(axis=1), _LOUD_QUANTILE))
        for lowest, highest in (_BAND_HZ, _ABOVE_HZ)
    )
    return inside > _SILENT_POWER and above < inside * 10 ** (_LEAST_ABOVE_DB / 10)
