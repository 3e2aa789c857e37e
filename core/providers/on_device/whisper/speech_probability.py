"""How probable it is, moment by moment, that somebody speaks. Imported only by the engine process.

Silero is used to voices with their fundamental, which telephones, radios and small microphones leave out: of speech
between 300 and 3400 Hz it took a tenth for speech. Rectifying such sound brings the fundamental back, as the ear does
by itself (https://en.wikipedia.org/wiki/Missing_fundamental); then it finds nine tenths of what it finds in the whole
voice, and no more in noise, hum, wind, beeps and music than before (measured).
"""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from faster_whisper.vad import get_vad_model
from numpy.typing import NDArray

from core.domain.speech import SAMPLE_RATE_HZ

Samples = NDArray[np.float32]
Probabilities = NDArray[np.float32]

FRAME = 512
"""In samples; Silero knows no other."""

SPEECH = 0.5
"""From here on a frame begins speech; Silero's own default."""

_STILL_SPEECH = 0.35
"""Below, a frame may end it."""

_MAYBE = 0.05
_SURE_SHARE = 0.75
"""Where a smaller share of what may be speech surely is, the sound is looked at once more. In clear speech it is 0.86,
in speech through a telephone 0.15 to 0.35."""

_FUNDAMENTAL_HZ = (40.0, 300.0)

_BLOCK = 16 * FRAME
_QUIET_SHARE = 1 / 16
"""Of the loudest samples. Silero begins to miss voices that are 20 to 30 dB below what it is used to."""

_SHORTEST_QUIET = 4
"""In blocks, 2 s: what fades away behind loud speech is shorter."""

_LEAST_HEARD = 20
"""In frames, 0.6 s: shorter than that a breath between two sentences may sound like a voice when it is made louder."""

_TARGET_LEVEL = 0.25
_LARGEST_GAIN = 128.0
_NOISE_LEVEL = 0.0005


def speech_probabilities(samples: Samples) -> Probabilities:
    """For each frame of 16 kHz sound, 0 to 1.

    Quiet recordings are searched at a higher volume: at a twentieth of its volume Silero took a clear voice for
    silence.
    """
    loudest = float(np.quantile(np.abs(samples), 0.999))
    if _NOISE_LEVEL < loudest < _TARGET_LEVEL:
        samples = _scaled(samples, loudest)
    found = _by_silero(samples)
    if loudest > _NOISE_LEVEL and (found >= SPEECH).sum() < _SURE_SHARE * (found >= _MAYBE).sum():
        restored = _with_fundamental(samples)
        found = np.maximum(found, _by_silero(_scaled(restored, float(np.quantile(np.abs(restored), 0.999)))))
    return _with_quiet_voices(samples, found)


def _with_quiet_voices(samples: Samples, found: Probabilities) -> Probabilities:
    """Higher where somebody speaks who is far less loud than others, and whom Silero takes for their pause."""
    blocks = len(samples) // _BLOCK
    in_blocks = np.abs(samples[: blocks * _BLOCK]).reshape(blocks, _BLOCK)
    levels = np.quantile(in_blocks, 0.99, axis=1)
    is_quiet = (levels < _QUIET_SHARE * np.quantile(np.abs(samples), 0.999)).tolist()
    found = found.copy()
    for quiet, run in groupby(range(blocks), is_quiet.__getitem__):
        stretch = list(run)
        part = samples[stretch[0] * _BLOCK : (stretch[-1] + 1) * _BLOCK]
        loudest = float(np.quantile(np.abs(part), 0.999))
        if not quiet or len(stretch) < _SHORTEST_QUIET or loudest <= _NOISE_LEVEL:
            continue
        heard = _by_silero(_scaled(part, loudest))[: len(part) // FRAME]
        if (heard >= SPEECH).sum() >= _LEAST_HEARD:
            frames = slice(stretch[0] * _BLOCK // FRAME, (stretch[-1] + 1) * _BLOCK // FRAME)
            found[frames] = np.maximum(found[frames], heard)
    return found


def _by_silero(samples: Samples) -> Probabilities:
    padded = np.pad(samples, (0, FRAME - len(samples) % FRAME))
    probabilities: Probabilities = get_vad_model()(padded).reshape(-1)
    return probabilities


def _scaled(samples: Samples, loudest: float) -> Samples:
    scaled: Samples = np.clip(samples * np.float32(min(_TARGET_LEVEL / loudest, _LARGEST_GAIN)), -1.0, 1.0)
    return scaled


def _with_fundamental(samples: Samples) -> Samples:
    spectrum = np.fft.rfft(np.abs(samples))
    frequencies = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE_HZ)
    low, high = _FUNDAMENTAL_HZ
    spectrum[(frequencies < low) | (frequencies > high)] = 0
    restored: Samples = samples + np.fft.irfft(spectrum, len(samples)).astype(np.float32)
    return restored


def utterances_in(probabilities: Sequence[float], length: int, shortest_pause: int) -> list[tuple[int, int]]:
    """From where to where somebody speaks, in samples, out of so many samples.

    A pause is at least so many samples long. As Silero's own `get_speech_timestamps`, without its padding:
    https://github.com/snakers4/silero-vad/blob/master/src/silero_vad/utils_vad.py
    """
    found: list[tuple[int, int]] = []
    begun: int | None = None
    ended: int | None = None
    for number, probability in enumerate(probabilities):
        at = number * FRAME
        if probability >= SPEECH:
            ended = None
            begun = at if begun is None else begun
        elif begun is not None and probability < _STILL_SPEECH:
            ended = at if ended is None else ended
        if begun is not None and ended is not None and probability < _STILL_SPEECH and at - ended >= shortest_pause:
            found.append((begun, ended))
            begun = ended = None
    if begun is not None and begun < length:
        found.append((begun, length))
    return found
