"""Removes long silences from decoded speech; `Timeline` maps times back to the recording.

Where every sample is the same there is no speech, so that part isn't encoded, uploaded or paid for. Quiet speech
stays: silence is what differs in the last bit of 16 only, or is far below any speech and of constant loudness.
"""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from core.domain.speech import SAMPLE_RATE_HZ
from core.media.decoded import LOUDNESS_FRAME_S, LOUDNESS_FRAME_SAMPLES, DecodedBlock
from core.media.timeline import KEPT_S, Timeline

SILENT_FROM_DB = 90
"""In dB below full scale. Samples that quiet differ by a bit or two: digital silence, with or without dither."""

STEADY_FROM_DB = 70
"""In dB below full scale. From here on it is silence, too, while its loudness is constant: comfort noise of a codec,
noise of a converter. The loudness of speech this quiet changes with its syllables."""

SHORTEST_SKIPPED_S = 3.0
"""Shorter pauses stay: a model recognises the ends of sentences by them."""

_FRAMES_PER_S = SAMPLE_RATE_HZ // LOUDNESS_FRAME_SAMPLES
_FRAME_BYTES = 2 * LOUDNESS_FRAME_SAMPLES
_SHORTEST = round(SHORTEST_SKIPPED_S * _FRAMES_PER_S)
_KEPT = round(KEPT_S * _FRAMES_PER_S)
_STEADY_DB = 2
_SHORTEST_STEADY = round(1.0 * _FRAMES_PER_S)
_SHORTEST_AT_EDGE = round(0.2 * _FRAMES_PER_S)
_STEADY = re.compile(
    b"|".join(
        rb"[\x%02x-\x%02x]{%d,}" % (level, level + _STEADY_DB, _SHORTEST_STEADY)
        for level in range(STEADY_FROM_DB, SILENT_FROM_DB)
    ),
    re.DOTALL,
)
_IS_SILENT = bytes(int(level >= SILENT_FROM_DB) for level in range(256))
_STRETCHES = re.compile(rb"\x00+|\x01+")


async def without_silence(blocks: AsyncIterator[DecodedBlock], timeline: Timeline) -> AsyncGenerator[DecodedBlock]:
    """The blocks without long silences; none at all where everything is silent.

    A removed silence is added to `timeline` before the sound after it is yielded. At most a block and a short silence
    are in memory.
    """
    pause = _Pause()
    has_sounded = False
    left_frames = 0
    async for block in blocks:
        kept = _Kept()
        if block.is_gap:
            pause.skip(len(block.loudness))
        silent = b"" if block.is_gap else _silent_in(block.loudness)
        for found in _STRETCHES.finditer(silent):
            start, end = found.span()
            pcm, loudness = block.pcm[start * _FRAME_BYTES : end * _FRAME_BYTES], block.loudness[start:end]
            if silent[start]:
                pause.add(pcm, loudness)
                continue
            if not has_sounded:
                pause.drop_beginning()
            if pause.skipped_frames:
                timeline.skip(
                    (left_frames + len(kept.loudness) + pause.joint) / _FRAMES_PER_S,
                    pause.skipped_frames / _FRAMES_PER_S,
                    before_s=pause.joint / _FRAMES_PER_S,
                    after_s=(len(pause.loudness) - pause.joint) / _FRAMES_PER_S,
                )
            kept.add(pause.pcm, pause.loudness)
            kept.add(pcm, loudness)
            pause = _Pause()
            has_sounded = True
        timeline.total_s += block.duration_s
        if kept.loudness:
            left_frames += len(kept.loudness)
            yield DecodedBlock(bytes(kept.pcm), bytes(kept.loudness))
    if has_sounded and pause.loudness:
        pause.drop_end()
        yield DecodedBlock(bytes(pause.pcm), bytes(pause.loudness))


def _silent_in(loudness: bytes) -> bytes:
    """For each frame 1 where it is silent, else 0."""
    silent = bytearray(loudness.translate(_IS_SILENT))
    if any(STEADY_FROM_DB <= level < SILENT_FROM_DB for level in set(loudness)):
        # A steady stretch may continue in the blocks before and after this one.
        edge = _SHORTEST_STEADY - _SHORTEST_AT_EDGE
        for found in _STEADY.finditer(loudness[:1] * edge + loudness + loudness[-1:] * edge):
            start, end = max(0, found.start() - edge), min(len(loudness), found.end() - edge)
            silent[start:end] = b"\1" * (end - start)
    return bytes(silent)


@dataclass(frozen=True, slots=True)
class Length:
    """A recording's duration, and the duration of what `without_silence` leaves of it."""

    total_s: float
    sounding_s: float

    @property
    def has_silence(self) -> bool:
        """Whether `without_silence` removes anything."""
        return self.total_s - self.sounding_s > LOUDNESS_FRAME_S


async def measure(blocks: AsyncIterator[DecodedBlock]) -> Length:
    """The duration of a recording, by decoding it to the end: its headers aren't reliable."""
    timeline = Timeline()
    sounding_s = 0.0
    async with aclosing(without_silence(blocks, timeline)) as sounding:
        async for block in sounding:
            sounding_s += block.duration_s
    return Length(timeline.total_s, sounding_s)


class _Kept:
    """Samples with their loudness."""

    def __init__(self) -> None:
        self.pcm = bytearray()
        self.loudness = bytearray()

    def add(self, pcm: bytes | bytearray, loudness: bytes | bytearray) -> None:
        self.pcm += pcm
        self.loudness += loudness


class _Pause(_Kept):
    """A silence that may continue: all of it while it is short, then its two ends."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped_frames = 0
        self.joint = 0
        """The index of the frame before which frames were removed."""

    def add(self, pcm: bytes | bytearray, loudness: bytes | bytearray) -> None:
        super().add(pcm, loudness)
        surplus = len(self.loudness) - 2 * _KEPT
        if surplus > 0 and len(self.loudness) + self.skipped_frames >= _SHORTEST:
            del self.pcm[_KEPT * _FRAME_BYTES : (_KEPT + surplus) * _FRAME_BYTES]
            del self.loudness[_KEPT : _KEPT + surplus]
            self.skipped_frames += surplus
            self.joint = _KEPT

    def skip(self, frames: int) -> None:
        """Add frames that are missing in the recording; the decoder wrote a short pause around them."""
        self.joint = min(len(self.loudness), _KEPT)
        self.skipped_frames += frames
        self.add(b"", b"")

    def drop_beginning(self) -> None:
        """At the recording's beginning: keep the second end alone."""
        if self.skipped_frames:
            del self.pcm[: self.joint * _FRAME_BYTES]
            del self.loudness[: self.joint]
            self.skipped_frames += self.joint
            self.joint = 0

    def drop_end(self) -> None:
        """At the recording's end: keep the first end alone."""
        if self.skipped_frames:
            del self.pcm[self.joint * _FRAME_BYTES :]
            del self.loudness[self.joint :]
