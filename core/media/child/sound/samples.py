"""The samples of libav's frames as numbers: an array of channels.

Only the decoder's child imports this.
"""

from typing import TypeAlias

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.plane import AudioPlane
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.float32]

_KINDS = {
    "u8": ("u1", 128, 128),
    "s16": ("i2", 0, 2**15),
    "s32": ("i4", 0, 2**31),
    "s64": ("i8", 0, 2**63),
    "flt": ("f4", 0, 1),
    "dbl": ("f8", 0, 1),
}
"""libav's name of a sample's kind: numpy's type, the value of silence, how far a sample may be from it."""

_LOWEST_SOUND_DB = {"u8": -60.0, "s16": -88.0, "s16p": -88.0, "fltp": -108.0}
_LOWEST_SOUND_OF_OTHERS_DB = -118.0


def samples_of(frame: AudioFrame) -> Samples:
    """The frame's samples, a row for each channel, 1.0 at full scale. Raises ValueError for an unknown format."""
    kind = frame.format.name.removesuffix("p")
    if kind not in _KINDS:
        raise ValueError(f"samples as {frame.format.name}")
    dtype, middle, scale = _KINDS[kind]
    channels = frame.layout.nb_channels
    # Not frame.to_ndarray() or frame.planes: for eight planes PyAV counts a ninth that is none, which version 18 reads
    # and version 19 refuses.
    if frame.format.is_planar:
        rows = np.empty((channels, frame.samples), np.float32)
        for index in range(channels):
            rows[index] = np.frombuffer(memoryview(AudioPlane(frame, index)), dtype)[: frame.samples]
    else:
        packed = np.frombuffer(memoryview(AudioPlane(frame, 0)), dtype)[: frame.samples * channels]
        rows = np.ascontiguousarray(packed.reshape(-1, channels).T, dtype=np.float32)
    if middle:
        rows -= np.float32(middle)
    if scale != 1:
        rows *= np.float32(1 / scale)
    return rows


def lowest_sound_db(frame: AudioFrame) -> float:
    """The level in dB of full scale under which samples of this format are noise of their own steps.

    Codecs that compute with `fltp` (AAC, MP3, Opus) make noise of silence that is louder than the format's own.
    """
    return _LOWEST_SOUND_DB.get(frame.format.name, _LOWEST_SOUND_OF_OTHERS_DB)
