"""Leaves long silences out of decoded speech, and finds the way back to the recording's own clock.

Where every sample is the same there is no speech, so that part isn't encoded, uploaded or paid for. Quiet speech
stays: what counts as silence is at the last bit of 16, or far below any speech and without its ups and downs.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from itertools import pairwise

from core.domain.speech import SAMPLE_RATE_HZ
from core.domain.transcript import Segment
from core.media.decoded import LOUDNESS_FRAME_S, LOUDNESS_FRAME_SAMPLES, DecodedBlock

SILENT_FROM_DB = 90
"""As far below full scale, the samples of 20 ms differ by a bit or two: digital silence, with or without dither."""

STEADY_FROM_DB = 70
"""From here on it is silence, too, as long as it stays equally loud: a codec's comfort noise, a converter's own noise.
Speech this quiet goes up and down with its syllables."""

SHORTEST_SKIPPED_S = 3.0
"""Shorter pauses stay: a model recognises the ends of sentences by them."""

KEPT_S = 0.5
"""What stays of a long silence at either end, so that no word is cut and the pause is still heard as one."""

_FRAMES_PER_S = SAMPLE_RATE_HZ // LOUDNESS_FRAME_SAMPLES
_FRAME_BYTES = 2 * LOUDNESS_FRAME_SAMPLES
_SHORTEST = round(SHORTEST_SKIPPED_S * _FRAMES_PER_S)
_KEPT = round(KEPT_S * _FRAMES_PER_S)
_ROUNDING_S = 1e-6
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


@dataclass(frozen=True, slots=True)
class _Joint:
    """Where something was left out: its place on the clock of the rest, how much, and how much before it.

    The silence that stays around it begins at `from_s` and ends at `to_s`.
    """

    at_s: float
    skipped_s: float
    skipped_before_s: float
    from_s: float
    to_s: float


class Timeline:
    """Two clocks: the recording's own, and that of its sound without the silences that were left out."""

    def __init__(self) -> None:
        self._joints: list[_Joint] = []
        self._places_s: list[float] = []
        self._from_s: list[float] = []
        self._to_s: list[float] = []
        self.total_s = 0.0
        """How much of the recording has come by, silences included."""

    @property
    def skipped_s(self) -> float:
        """How much has been left out."""
        last = self._joints[-1] if self._joints else None
        return last.skipped_before_s + last.skipped_s if last else 0.0

    def skip(self, at_s: float, skipped_s: float, *, before_s: float = KEPT_S, after_s: float = KEPT_S) -> None:
        """So much was left out at this place of what is left, in ascending order.

        `before_s` and `after_s` are how much of the same silence stays on either side.
        """
        joint = _Joint(at_s, skipped_s, self.skipped_s, at_s - before_s, at_s + after_s)
        self._joints.append(joint)
        self._places_s.append(joint.at_s)
        self._from_s.append(joint.from_s)
        self._to_s.append(joint.to_s)

    def has_joint_within(self, start_s: float, end_s: float) -> bool:
        """Whether something was left out between these two places of what is left."""
        return bisect_right(self._places_s, end_s) > bisect_right(self._places_s, start_s)

    def restored(self, segment: Segment) -> Iterator[Segment]:
        """The segment on the recording's clock; in several where a silence was left out between its words."""
        if not self._joints:
            yield segment
            return
        for part in self._parts(segment):
            words = []
            for word in part.words:
                start_s, end_s = self._span(word.start_s, word.end_s)
                words.append(replace(word, start_s=start_s, end_s=end_s))
            start_s, end_s = self._span(part.start_s, part.end_s)
            yield replace(part, start_s=start_s, end_s=end_s, words=tuple(words))

    def _parts(self, segment: Segment) -> Iterator[Segment]:
        """The segment, cut where a silence lies between two words that are found in its text."""
        position = 0
        for number, (left, right) in enumerate(pairwise(segment.words), 1):
            position = max(position, segment.text.find(left.text, position) + len(left.text))
            cut = segment.text.find(right.text, position)
            if cut < 0 or self._sides(left.start_s, left.end_s)[1] == self._sides(right.start_s, right.end_s)[0]:
                continue
            before, after = segment.text[:cut].strip(), segment.text[cut:].strip()
            yield replace(segment, text=before, end_s=left.end_s, words=segment.words[:number])
            yield from self._parts(replace(segment, text=after, start_s=right.start_s, words=segment.words[number:]))
            return
        yield segment

    def _sides(self, start_s: float, end_s: float) -> tuple[int, int]:
        """Behind how many joints something begins and ends.

        Providers begin what they heard a little before it, and end it a little after. So what begins in the silence
        that was kept before a joint and goes on behind that belongs to what is behind it, and the other way round.
        """
        begins_behind = bisect_right(self._from_s, start_s + _ROUNDING_S)
        ends_behind = bisect_left(self._to_s, end_s - _ROUNDING_S)
        if begins_behind > ends_behind:  # It lies within what was kept.
            begins_behind = ends_behind = bisect_right(self._places_s, (start_s + end_s) / 2)
        return begins_behind, ends_behind

    def _span(self, start_s: float, end_s: float) -> tuple[float, float]:
        """Start and end on the recording's clock, none of them in what was left out."""
        begins_behind, ends_behind = self._sides(start_s, end_s)
        if begins_behind:
            joint = self._joints[begins_behind - 1]
            start_s = max(start_s, joint.at_s) + joint.skipped_before_s + joint.skipped_s
        if ends_behind < len(self._joints):
            end_s = min(end_s, self._joints[ends_behind].at_s)
        if ends_behind:
            joint = self._joints[ends_behind - 1]
            end_s += joint.skipped_before_s + joint.skipped_s
        return start_s, max(start_s, end_s)


async def without_silence(blocks: AsyncIterator[DecodedBlock], timeline: Timeline) -> AsyncGenerator[DecodedBlock]:
    """The blocks without long silences; none at all where everything is silent.

    `timeline` learns what is left out before what follows it is handed out. Never more is held than a block and a
    short silence.
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
        # What goes on in the blocks before and behind may be short in this one.
        edge = _SHORTEST_STEADY - _SHORTEST_AT_EDGE
        for found in _STEADY.finditer(loudness[:1] * edge + loudness + loudness[-1:] * edge):
            start, end = max(0, found.start() - edge), min(len(loudness), found.end() - edge)
            silent[start:end] = b"\1" * (end - start)
    return bytes(silent)


@dataclass(frozen=True, slots=True)
class Length:
    """How long a recording is in all, and without what `without_silence` leaves out."""

    total_s: float
    sounding_s: float

    @property
    def has_silence(self) -> bool:
        """Whether anything would be left out."""
        return self.total_s - self.sounding_s > LOUDNESS_FRAME_S


async def measure(blocks: AsyncIterator[DecodedBlock]) -> Length:
    """Decode to the end to know how long a recording is, whatever its headers state."""
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
    """A silence that may go on: all of it while it is short, then its two ends."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped_frames = 0
        self.joint = 0
        """Before which of its frames something was left out."""

    def add(self, pcm: bytes | bytearray, loudness: bytes | bytearray) -> None:
        super().add(pcm, loudness)
        surplus = len(self.loudness) - 2 * _KEPT
        if surplus > 0 and len(self.loudness) + self.skipped_frames >= _SHORTEST:
            del self.pcm[_KEPT * _FRAME_BYTES : (_KEPT + surplus) * _FRAME_BYTES]
            del self.loudness[_KEPT : _KEPT + surplus]
            self.skipped_frames += surplus
            self.joint = _KEPT

    def skip(self, frames: int) -> None:
        """So much of the recording isn't there; what a model needs to hear a pause has been written around it."""
        self.joint = min(len(self.loudness), _KEPT)
        self.skipped_frames += frames
        self.add(b"", b"")

    def drop_beginning(self) -> None:
        """Nothing comes before it: keep the second end alone."""
        if self.skipped_frames:
            del self.pcm[: self.joint * _FRAME_BYTES]
            del self.loudness[: self.joint]
            self.skipped_frames += self.joint
            self.joint = 0

    def drop_end(self) -> None:
        """Nothing comes behind it: keep the first end alone."""
        if self.skipped_frames:
            del self.pcm[self.joint * _FRAME_BYTES :]
            del self.loudness[self.joint :]
