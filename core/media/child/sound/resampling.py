"""Turns libav's frames into blocks of speech: mono, 16-bit, 16 kHz, with a loudness for every 20 ms.

Only the decoder's child imports this.
"""

from collections.abc import Iterator

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.error import FFmpegError

from core.domain.speech import SAMPLE_RATE_HZ
from core.media.child.sound import channel_mixer
from core.media.child.sound.automatic_gain import AutomaticGain
from core.media.child.sound.channel_levels import ChannelMeter
from core.media.child.sound.channel_mixer import ChannelMixer
from core.media.child.sound.low_cut import LowCut
from core.media.child.sound.samples import Samples, lowest_sound_db, samples_of
from core.media.decoded import LOUDNESS_FRAME_SAMPLES, SILENCE_DB

BLOCK_S = 8
_BLOCK_BYTES = BLOCK_S * SAMPLE_RATE_HZ * 2
_FULL_SCALE = 32768.0
_MAX_GATHERED = 2**21
"""How many samples, of all channels, are mixed at a time at most."""


class SpeechResampler:
    """Mixes and resamples frames, raises what is too quiet, and gathers the samples until a block is full.

    `meter`, where there is one, is shown all channels with their place in what is put out.
    """

    def __init__(self, meter: ChannelMeter | None = None) -> None:
        self._meter = meter
        self._begin_s = 0.0
        """Where the gathered samples begin, in seconds from the first sample that is put out."""
        self._resampler: av.AudioResampler | None = None
        self._mixer: ChannelMixer | None = None
        self._low_cut = LowCut()
        self._gain = AutomaticGain()
        self._source_format: tuple[str, str, int] | None = None
        self._gathered: list[Samples] = []
        self._gathered_samples = 0
        self._lowest_sound_db = 0.0
        self._has_inverted = False
        self._pcm = bytearray()
        self.samples = 0
        """How many samples of speech have been made, silence that was filled in included."""

    @property
    def has_altered(self) -> bool:
        """Whether the speech differs from a plain mix of the recording's channels: in volume, signs or hum."""
        return self._gain.has_changed or self._low_cut.has_cut or self._has_inverted

    def add(self, frame: AudioFrame) -> None:
        """Take a decoded frame. Its format may differ from the frame's before."""
        if frame.samples == 0 or frame.sample_rate <= 0:
            return
        source_format = (frame.format.name, frame.layout.name, frame.sample_rate)
        if source_format != self._source_format:
            self._drain_resampler()
            self._begin(frame)
            self._source_format = source_format
            self._begin_s = self.samples / SAMPLE_RATE_HZ
        channels = samples_of(frame)
        self._gathered.append(channels)
        self._gathered_samples += frame.samples
        is_long = self._gathered_samples >= channel_mixer.BLOCK_S * frame.sample_rate
        if is_long or self._gathered_samples * len(channels) >= _MAX_GATHERED:
            self._mix_gathered()

    def end_stretch(self) -> None:
        """Flush the resampler: the next frame doesn't continue the last one."""
        self._drain_resampler()

    def add_silence(self, samples: int) -> None:
        """Fill a gap in the recording, after `end_stretch`, so that what follows keeps its place in time."""
        self._gather(np.zeros(samples, np.float32))

    def drop_last(self, samples: int) -> None:
        """Take back so many of the last samples, as far as they are still here."""
        self._write_held()
        dropped = min(samples, len(self._pcm) // 2)
        del self._pcm[len(self._pcm) - 2 * dropped :]
        self.samples -= dropped

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
        self._write_held()
        yield from self.full_blocks()
        if self._pcm:
            block = bytes(self._pcm)
            self._pcm.clear()
            yield block

    def _begin(self, frame: AudioFrame) -> None:
        """Prepare for frames like this one."""
        # libav calls a layout that says only how many channels there are "6 channels".
        is_known = not frame.layout.name.endswith(" channels")
        names = [channel.name for channel in frame.layout.channels] if is_known else []
        self._mixer = ChannelMixer(names or [""] * frame.layout.nb_channels, frame.sample_rate)
        if frame.sample_rate != SAMPLE_RATE_HZ:
            self._resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
        self._lowest_sound_db = lowest_sound_db(frame)

    def _mix_gathered(self) -> None:
        if not self._gathered or self._mixer is None or self._source_format is None:
            return
        channels = np.concatenate(self._gathered, axis=1) if len(self._gathered) > 1 else self._gathered[0]
        self._gathered, self._gathered_samples = [], 0
        if not np.isfinite(channels).all():  # Floating point that was damaged on a disk.
            channels = np.nan_to_num(channels, nan=0.0, posinf=0.0, neginf=0.0)
        rate_hz = self._source_format[2]
        if self._meter is not None:
            self._meter.add(channels, rate_hz, self._begin_s)
        self._begin_s += channels.shape[1] / rate_hz
        mono = self._mixer.mix(channels)
        self._has_inverted |= self._mixer.has_inverted
        if self._resampler is None:
            self._gather(mono)
            return
        mixed = AudioFrame.from_ndarray(np.ascontiguousarray(mono[np.newaxis, :]), "flt", "mono")
        mixed.sample_rate = rate_hz
        self._gather_frames(self._resampler.resample(mixed))

    def _drain_resampler(self) -> None:
        self._mix_gathered()
        if self._resampler is not None:
            try:
                rest = self._resampler.resample(None)
            except FFmpegError:
                # Some milliseconds of a filter that failed before; what it gave until then is kept.
                rest = []
            self._gather_frames(rest)
        # A drained resampler takes no more frames.
        self._resampler = None
        self._mixer = None
        self._source_format = None

    def _gather_frames(self, frames: "list[AudioFrame]") -> None:
        for frame in frames:
            self._gather(np.frombuffer(memoryview(frame.planes[0]), np.float32)[: frame.samples].copy())

    def _gather(self, samples: Samples) -> None:
        self.samples += len(samples)
        self._write(self._gain.add(self._low_cut.add(samples), self._lowest_sound_db))

    def _write_held(self) -> None:
        self._write(self._gain.add(self._low_cut.rest(), self._lowest_sound_db))
        self._write(self._gain.rest())

    def _write(self, samples: Samples) -> None:
        rounded = np.clip(np.rint(samples * _FULL_SCALE), -_FULL_SCALE, _FULL_SCALE - 1)
        self._pcm += rounded.astype("<i2").tobytes()


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
