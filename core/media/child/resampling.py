"""Turns libav's frames into blocks of speech: mono, 16-bit, 16 kHz, with a loudness for every 20 ms.

Only the decoder's child imports this.
"""

from collections.abc import Iterator

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.error import FFmpegError

from core.domain.speech import SAMPLE_RATE_HZ
from core.media.decoded import LOUDNESS_FRAME_SAMPLES, SILENCE_DB

BLOCK_S = 8
_BLOCK_BYTES = BLOCK_S * SAMPLE_RATE_HZ * 2
_FULL_SCALE = 32768.0
_SAMPLE_KINDS = {
    "u8": ("u1", 128, 128),
    "s16": ("i2", 0, 2**15),
    "s32": ("i4", 0, 2**31),
    "flt": ("f4", 0, 1),
    "dbl": ("f8", 0, 1),
}
"""libav's name of a sample's kind: numpy's type, the value of silence, how far a sample may be from it."""


class SpeechResampler:
    """Resamples frames and gathers the samples until a block is full."""

    def __init__(self) -> None:
        self._resampler: av.AudioResampler | None = None
        self._source_format: tuple[str, str, int] | None = None
        self._pcm = bytearray()
        self.samples = 0
        """How many samples of speech have been made, silence that was filled in included."""

    def add(self, frame: AudioFrame) -> None:
        """Take a decoded frame. Its format may differ from the frame's before."""
        if frame.samples == 0 or frame.sample_rate <= 0:
            return
        if not _has_known_layout(frame):
            frame = _mixed_down(frame)
        source_format = (frame.format.name, frame.layout.name, frame.sample_rate)
        if source_format != self._source_format:
            self._drain_resampler()
            self._source_format = source_format
            self._resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
        assert self._resampler is not None
        self._gather(self._resampler.resample(frame))

    def end_stretch(self) -> None:
        """Flush the resampler: the next frame doesn't continue the last one."""
        self._drain_resampler()

    def add_silence(self, samples: int) -> None:
        """Fill a gap in the recording, after `end_stretch`, so that what follows keeps its place in time."""
        self._pcm += bytes(2 * samples)
        self.samples += samples

    @property
    def has_full_block(self) -> bool:
        """Whether `full_blocks` returns anything."""
        return len(self._pcm) >= _BLOCK_BYTES

    def full_blocks(self) -> Iterator[bytes]:
        """Remove and return every full block."""
        while len(self._pcm) >= _BLOCK_BYTES:
            with memoryview(self._pcm) as pcm:
                block = bytes(pcm[:_BLOCK_BYTES])
            del self._pcm[:_BLOCK_BYTES]
            yield block

    def finish(self) -> Iterator[bytes]:
        """Return all remaining samples, those in the resampler included."""
        self._drain_resampler()
        yield from self.rest()

    def rest(self) -> Iterator[bytes]:
        """Remove and return all samples so far."""
        yield from self.full_blocks()
        if self._pcm:
            block = bytes(self._pcm)
            self._pcm.clear()
            yield block

    def _drain_resampler(self) -> None:
        if self._resampler is not None and self._source_format != ("s16", "mono", SAMPLE_RATE_HZ):
            try:
                rest = self._resampler.resample(None)
            except FFmpegError:
                # Some milliseconds of a filter that failed before; what it gave until then is kept.
                rest = []
            self._gather(rest)
        # A drained resampler takes no more frames.
        self._resampler = None
        self._source_format = None

    def _gather(self, frames: "list[AudioFrame]") -> None:
        for frame in frames:
            self._pcm += memoryview(frame.planes[0])[: frame.samples * 2]
            self.samples += frame.samples


def loudness(pcm: bytes) -> bytes:
    """One byte for every started 20 ms of 16-bit samples: dB below full scale, 0 to 96.

    What all samples of these 20 ms have in common is no sound: it is left out.
    """
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32)
    frames = -(-len(samples) // LOUDNESS_FRAME_SAMPLES)
    padded = np.zeros(frames * LOUDNESS_FRAME_SAMPLES, dtype=np.float32)
    padded[: len(samples)] = samples / _FULL_SCALE
    in_frames = padded.reshape(frames, LOUDNESS_FRAME_SAMPLES)
    power = np.square(in_frames - in_frames.mean(axis=1, keepdims=True)).mean(axis=1)
    below = -10.0 * np.log10(np.maximum(power, 1e-12))
    levels: bytes = np.clip(np.rint(below), 0, SILENCE_DB).astype(np.uint8).tobytes()
    return levels


def _has_known_layout(frame: AudioFrame) -> bool:
    # libav calls a layout that says only how many channels there are "6 channels", and can't mix it.
    return not frame.layout.name.endswith(" channels")


def _mixed_down(frame: AudioFrame) -> AudioFrame:
    """Mix all channels into one with equal weights. Raises ValueError for other formats than `_SAMPLE_KINDS`."""
    if frame.format.name.removesuffix("p") not in _SAMPLE_KINDS:
        raise ValueError(f"samples as {frame.format.name}")
    dtype, middle, scale = _SAMPLE_KINDS[frame.format.name.removesuffix("p")]
    channels = frame.layout.nb_channels
    # Not frame.to_ndarray(): for eight planes PyAV counts a ninth that is none, and reads it.
    if frame.format.is_planar:
        planes = [np.frombuffer(memoryview(frame.planes[index]), dtype)[: frame.samples] for index in range(channels)]
        mono = np.stack(planes).mean(axis=0, dtype=np.float32)
    else:
        packed = np.frombuffer(memoryview(frame.planes[0]), dtype)[: frame.samples * channels]
        mono = packed.reshape(-1, channels).mean(axis=1, dtype=np.float32)
    mono = (mono - np.float32(middle)) / np.float32(scale)
    mixed = AudioFrame.from_ndarray(np.ascontiguousarray(mono[np.newaxis, :]), "flt", "mono")
    mixed.sample_rate = frame.sample_rate
    mixed.time_base = frame.time_base
    mixed.pts = frame.pts
    return mixed
