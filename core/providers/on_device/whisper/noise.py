"""How far speech stands out from the noise around it. Imported only by the engine process.

In loud noise the model guesses, and its guesses at English look like those at another language, by the random readings
of `language_check` and by a multilingual model's probabilities alike. So there it isn't told that another language
seems to be spoken, but that what is written may be wrong.

Measured with white noise: clear recordings of English have 26 dB or more by this measure; speech with noise at 10 dB
below it 15 to 17, at 5 dB 10 to 12, at 0 dB 4 to 9.
"""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from core.domain.speech import SAMPLE_RATE_HZ
from core.providers.on_device.whisper.speech_detection import Span, Speech

Samples = NDArray[np.float32]

_FRAME = round(0.02 * SAMPLE_RATE_HZ)

_LOUD = 0.9
_QUIET = 0.05
"""The shares of frames that are less loud than loud moments of speech, and than the moments between sounds."""

_AROUND_S = 1.0
"""How much of the sound around a stretch of speech is looked at for its noise: it may have no pause of its own."""

_LEAST_POWER = 1e-10
"""That of a bit of 16, so that digital silence isn't endlessly quiet."""

_LEAST_DB = 12.0


def apart_from_noisy(speech: Speech, spans: Iterable[Span]) -> tuple[list[Span], list[Span]]:
    """Those of the stretches of joined speech that stand out from noise, and those that hardly do."""
    clear: list[Span] = []
    noisy: list[Span] = []
    for span in spans:
        (clear if speech_to_noise_db(speech, span) >= _LEAST_DB else noisy).append(span)
    return clear, noisy


def speech_to_noise_db(speech: Speech, span: Span) -> float:
    """How much louder the loud moments of a stretch are than the quiet ones in it and close to it."""
    around = max(0.0, span[0] - _AROUND_S), span[1] + _AROUND_S
    loud, quiet = _power(speech.cut(span), _LOUD), _power(speech.cut(around), _QUIET)
    return 10.0 * math.log10(max(loud, _LEAST_POWER) / max(quiet, _LEAST_POWER))


def _power(samples: Samples, share: float) -> float:
    """The mean power of a frame that this share of them falls short of."""
    count = len(samples) // _FRAME
    if not count:
        return 0.0
    frames = np.square(samples[: count * _FRAME]).reshape(count, _FRAME)
    return float(np.quantile(frames.mean(axis=1), share))
