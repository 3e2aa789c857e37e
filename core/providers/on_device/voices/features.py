"""What the voice print's model is given: Kaldi's filter banks, as it was trained with them."""

import numpy as np
from numpy.typing import NDArray

from core.domain.speech import SAMPLE_RATE_HZ

Samples = NDArray[np.float32]
Features = NDArray[np.float32]

_BINS = 80
_FRAME = 400
_SHIFT = 160
"""25 ms every 10 ms."""
_SPECTRUM = 512
_LOWEST_HZ = 20.0
_PREEMPHASIS = 0.97
_LEAST_ENERGY = 1.1920929e-07


def filter_banks(samples: Samples) -> Features:
    """The logarithms of 80 mel bins each 10 ms, without dither, the mean over time taken off.

    They differ from kaldi-native-fbank's by at most 0.0014 (https://github.com/csukuangfj/kaldi-native-fbank).
    """
    if len(samples) < _FRAME:
        samples = np.pad(samples, (0, _FRAME - len(samples)))
    frames = np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[::_SHIFT].astype(np.float32)
    frames = frames - frames.mean(axis=1, keepdims=True)
    first = frames[:, :1] * (1 - _PREEMPHASIS)
    frames = np.concatenate([first, frames[:, 1:] - _PREEMPHASIS * frames[:, :-1]], axis=1) * _WINDOW
    power = np.abs(np.fft.rfft(frames, _SPECTRUM)[:, : _SPECTRUM // 2]) ** 2
    banks = np.log(np.maximum(power.astype(np.float32) @ _MEL_WEIGHTS, np.float32(_LEAST_ENERGY)))
    return np.asarray(banks - banks.mean(axis=0), np.float32)


def _mel(frequency_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1127.0 * np.log1p(frequency_hz / 700.0))


def _mel_weights() -> NDArray[np.float32]:
    """How much of each frequency of the spectrum goes into each bin: triangles that are equally wide in mel."""
    lowest, highest = _mel(np.array([_LOWEST_HZ, SAMPLE_RATE_HZ / 2]))
    step = (highest - lowest) / (_BINS + 1)
    mel = _mel(np.arange(_SPECTRUM // 2) * SAMPLE_RATE_HZ / _SPECTRUM)
    begin = lowest + step * np.arange(_BINS)[:, np.newaxis]
    weights = np.minimum((mel - begin) / step, (begin + 2 * step - mel) / step)
    return np.asarray(np.maximum(0.0, weights).T, np.float32)


_MEL_WEIGHTS = _mel_weights()
_WINDOW = ((0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FRAME) / (_FRAME - 1))) ** 0.85).astype(np.float32)
"""Kaldi's "povey" window."""
