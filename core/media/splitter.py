"""Splits decoded speech into chunks that can be transcribed concurrently, at silences where there are any."""

import math
import re
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Self

from core.domain.speech import SAMPLE_RATE_HZ, SpeechChunk
from core.media.decoded import LOUDNESS_FRAME_SAMPLES, DecodedBlock

SHORTEST_TARGET_S = 60.0
"""Shorter chunks cost words: 5.1 % of them are wrong at 60 s, 6.8 % at 30 s (tiny.en, cut at silences)."""

LONGEST_TARGET_S = 120.0
"""Longer chunks would delay the first upload and the last result, and take memory. For a provider that takes one chunk
at a time the first reason doesn't hold, and fewer joints lose fewer words."""

_FRAMES_PER_S = SAMPLE_RATE_HZ // LOUDNESS_FRAME_SAMPLES
_FRAME_BYTES = 2 * LOUDNESS_FRAME_SAMPLES
_MUCH_LONGER = 1.5
_SEARCHED_SHARE = 0.4
_WINDOW_OVER_TARGET = 1.25
_SHORTEST_REST_S = 2.0
_OVERLAP_S = 4.0
"""How much two chunks share where the cut goes through speech: enough to find the same words in both. Cut without it
6.3 % of the words were wrong, with it 6.1 %, at silences 5.1 % (tiny.en, one-minute chunks)."""
_OVERLAP_SHARE = 0.1
_SHORTEST_SILENCE = math.ceil(0.2 * _FRAMES_PER_S)
_QUIET_STRETCH = round(0.1 * _FRAMES_PER_S)
_LOUD_SHARE = 0.05
_SILENCE_BELOW_LOUD_DB = 30
_ALWAYS_SILENT_DB = 80
_STEADY_DB = 6
"""By how much the noise in a pause differs from its quietest moment; a voice's syllables differ by more."""


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """How long chunks should be, and how long they may be at most, in seconds.

    The first `short_chunks` are to be `short_target_s` long, so that the first results come early.
    """

    target_s: float
    longest_s: float
    short_chunks: int = 0
    short_target_s: float = SHORTEST_TARGET_S

    def __post_init__(self) -> None:
        if not 0 < self.target_s <= self.longest_s:
            raise ValueError(f"target of {self.target_s} s, longest {self.longest_s} s")

    @classmethod
    def for_recording(cls, duration_s: float | None, parallel: int, longest_chunk_s: float) -> Self:
        """A plan by which `parallel` workers begin early and finish together.

        Chunks are at least a minute where that is allowed, and so few that each worker gets equally many. Where they
        are much longer than that, each worker's first one is short.
        """
        # The place of a cut may lie a quarter past the target, and that must still be allowed.
        longest_target_s = longest_chunk_s / _WINDOW_OVER_TARGET
        if parallel > 1:
            longest_target_s = min(longest_target_s, LONGEST_TARGET_S)
        shortest_target_s = min(SHORTEST_TARGET_S, longest_target_s)
        if duration_s is None:
            return cls(shortest_target_s, longest_chunk_s)
        rounds = max(1, math.ceil(duration_s / (parallel * longest_target_s)))
        target_s = duration_s / (rounds * parallel)
        if parallel > 1 and target_s > _MUCH_LONGER * shortest_target_s:
            rest_s = duration_s - parallel * shortest_target_s
            target_s = rest_s / (parallel * math.ceil(rest_s / (parallel * longest_target_s)))
            return cls(target_s, longest_chunk_s, parallel, shortest_target_s)
        return cls(min(max(target_s, shortest_target_s), longest_target_s), longest_chunk_s)

    @property
    def window_s(self) -> float:
        """How much is looked at before a cut. Its last 40 % lie around the target."""
        return self.window_of(self.short_chunks)

    def window_of(self, index: int) -> float:
        """How much is looked at before chunk number `index` (from 0) is cut off."""
        target_s = self.short_target_s if index < self.short_chunks else self.target_s
        return min(target_s * _WINDOW_OVER_TARGET, self.longest_s)

    @property
    def overlap_s(self) -> float:
        """How much two chunks share where there is no silence between them."""
        return min(_OVERLAP_S, self.window_s * _OVERLAP_SHARE)

    @property
    def shortest_rest_s(self) -> float:
        """A recording's end that is shorter than this is not left as a chunk of its own."""
        return min(_SHORTEST_REST_S, self.target_s / 4)


async def split(blocks: AsyncIterator[DecodedBlock], plan: SplitPlan) -> AsyncGenerator[SpeechChunk]:
    """The same samples in chunks, in order, and never more held than a chunk and a block.

    Chunks end in the middle of the longest silence around the target. Where there is none they end and begin around
    the quietest moment there and share some seconds, which `core.stitch` finds again in both texts.
    """
    # Whole frames, so that cuts on frames can't exceed the limits.
    buffer = _Buffer(overlap=math.floor(plan.overlap_s * _FRAMES_PER_S))

    def window() -> int:
        return max(1, math.floor(plan.window_of(buffer.chunks) * _FRAMES_PER_S))

    longest = max(window(), math.floor(plan.longest_s * _FRAMES_PER_S))
    rest = min(math.ceil(plan.shortest_rest_s * _FRAMES_PER_S), window() // 2)
    async for block in blocks:
        buffer.add(block)
        while buffer.frames > window() + rest:
            yield buffer.cut(window())
    while buffer.frames > min(window() + rest, longest):
        # Here the end is known: the cut is moved forward where the rest would be too short.
        yield buffer.cut(min(window(), buffer.frames - rest))
    if buffer.frames:
        yield buffer.take_all()


class _Buffer:
    """Buffers speech that isn't in a chunk yet."""

    def __init__(self, overlap: int) -> None:
        self._overlap = overlap
        self._pcm = bytearray()
        self._loudness = bytearray()
        self._index = 0
        self._start = 0
        self._overlap_before = 0

    @property
    def frames(self) -> int:
        return len(self._loudness)

    @property
    def chunks(self) -> int:
        return self._index

    def add(self, block: DecodedBlock) -> None:
        self._pcm += block.pcm
        self._loudness += block.loudness

    def cut(self, window: int) -> SpeechChunk:
        """Take a chunk of at most `window` frames."""
        loudness = bytes(self._loudness[:window])
        silence = _middle_of_silence(loudness)
        if silence is not None:
            return self._take(silence)
        half = min(self._overlap, window // 2) // 2
        return self._take(_quietest_moment(loudness[: window - half]) + half, overlap=2 * half)

    def take_all(self) -> SpeechChunk:
        return self._take(self.frames)

    def _take(self, frames: int, overlap: int = 0) -> SpeechChunk:
        """A chunk of so many frames; the last `overlap` of them are in the next chunk, too."""
        chunk = SpeechChunk.of_pcm(
            self._index,
            self._start / _FRAMES_PER_S,
            bytes(self._pcm[: frames * _FRAME_BYTES]),
            overlap_before_s=self._overlap_before / _FRAMES_PER_S,
            overlap_after_s=overlap / _FRAMES_PER_S,
        )
        gone = frames - overlap
        del self._pcm[: gone * _FRAME_BYTES]
        del self._loudness[:gone]
        self._index += 1
        self._start += gone
        self._overlap_before = overlap
        return chunk


def _searched_from(loudness: bytes) -> int:
    """The first frame at which a chunk may end; at least 1."""
    return max(1, math.floor(len(loudness) * (1 - _SEARCHED_SHARE)))


def _middle_of_silence(loudness: bytes) -> int | None:
    """Where to end a chunk, in frames from its beginning; None without a pause. `loudness`: dB below full scale."""
    begin = _searched_from(loudness)
    searched = loudness[begin:]
    silences = _silences(searched, _threshold(loudness))
    if not silences:
        return None
    # Of equally long ones, the one next to the target.
    _, _, start, end = max((end - start, -abs(start + end - len(searched)), start, end) for start, end in silences)
    return begin + start + _middle_of_quietest(searched[start:end])


def _middle_of_quietest(loudness: bytes) -> int:
    """The middle of what is quietest in a silence: beside loud speech, a quiet voice counts as one, too."""
    quietest = next((level for level in range(max(loudness), 0, -1) if _silences(loudness, level)), 0)
    start, end = max(_silences(loudness, quietest - _STEADY_DB), key=lambda found: found[1] - found[0])
    return (start + end) // 2


def _quietest_moment(loudness: bytes) -> int:
    """The quietest place for a cut through speech, in frames from the beginning; at least 1."""
    begin = _searched_from(loudness)
    searched = loudness[begin:]
    if len(searched) <= _QUIET_STRETCH:
        return max(1, len(loudness))
    sums = [sum(searched[at : at + _QUIET_STRETCH]) for at in range(len(searched) - _QUIET_STRETCH + 1)]
    return begin + sums.index(max(sums)) + _QUIET_STRETCH // 2


def _threshold(loudness: bytes) -> int:
    """The level from which on it counts as silence: far below the loud moments of the same chunk."""
    loud = sorted(loudness)[int(len(loudness) * _LOUD_SHARE)]
    return min(loud + _SILENCE_BELOW_LOUD_DB, _ALWAYS_SILENT_DB)


def _silences(loudness: bytes, threshold: int) -> list[tuple[int, int]]:
    silent = loudness.translate(bytes(int(level >= threshold) for level in range(256)))
    return [found.span() for found in re.finditer(rb"\x01{%d,}" % _SHORTEST_SILENCE, silent)]
