"""Tells voices apart by channel: a call that was recorded with one side on the left and the other on the right."""

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.domain.transcript import Segment
from core.voices.voice import Turn

SILENT_DB = 96
"""The level of digital silence, in dB below full scale."""

_LOUD_SHARE = 0.02
"""A channel's own level is that of its loudest frames: each side of a call has another microphone and another line."""

QUIETEST_VOICE_DB = 60
"""In dB below full scale. A channel that is never louder than this has no voice."""

_PIECE_S = 0.5
"""About a word: segments without words are looked at in pieces of this length."""

_SOUNDS_FROM = 0.001
"""Pieces in which both channels have less than this share of their own level's power are pauses."""

_APART = 10.0
"""One channel alone speaks in a piece if it has this many times the power of the other, each compared with its own
level. In a stereo recording of a room, and with music, they are nearer to each other; a line's echo is further off."""

_LEAST_SHARE_APART = 0.7
"""Of the time in which something sounds; the rest is for both sides talking at once."""

_LEAST_SHARE = 0.02
_LEAST_S = 1.0
"""How long each channel has to speak alone."""

_TURN_CHANGES_AT = 2.0
"""A voice goes on until the other channel has this many times its power over a word: no soft syllable changes it."""

_POWERS = tuple(10 ** (-level / 10) for level in range(256))


class ChannelLevels:
    """How loud both channels of a recording are, frame by frame, on the recording's clock; `frame_s` is in seconds."""

    def __init__(self, frame_s: float) -> None:
        self.frame_s = frame_s
        self._begins: list[int] = [0]
        self._parts: list[bytearray] = [bytearray()]
        self._end = 0

    def add(self, levels: bytes, missing_frames: int = 0) -> None:
        """Add two bytes a frame, left and right, in dB below full scale; so many frames before them aren't known."""
        self._end += missing_frames
        if missing_frames:
            self._begins.append(self._end)
            self._parts.append(bytearray())
        self._parts[-1] += levels
        self._end += len(levels) // 2

    @property
    def duration_s(self) -> float:
        """How long the recording is, as far as it was added."""
        return self._end * self.frame_s

    def between(self, start_s: float, end_s: float) -> bytes:
        """The levels of this time, one frame at least; those that aren't known are left out."""
        first = max(0, int(start_s / self.frame_s))
        last = max(first + 1, round(end_s / self.frame_s))
        found = bytearray()
        for index in range(bisect_right(self._begins, first) - 1, bisect_right(self._begins, last)):
            begin = self._begins[index]
            found += self._parts[index][2 * max(0, first - begin) : 2 * max(0, last - begin)]
        return bytes(found)


def turns_by_channel(levels: ChannelLevels, segments: Iterable[Segment]) -> tuple[Turn, ...]:
    """Who speaks when, where each side of a conversation is on a channel of its own; else empty.

    Each word is of the channel that is louder then. Speakers are numbered by first appearance.
    """
    times = tuple(_times(segments))
    spoken = [levels.between(start_s, end_s) for start_s, end_s in times]
    own = own_levels(b"".join(spoken))
    if max(own) > QUIETEST_VOICE_DB:
        return ()
    pieces = [_Piece(*time, *_powers(heard, own)) for time, heard in zip(times, spoken, strict=True)]
    return tuple(_turns(pieces)) if _is_apart(pieces) else ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word, or a piece of a segment without words: its time in seconds, and the power of both channels in it.

    The powers are shares of those of the channels' own levels.
    """

    start_s: float
    end_s: float
    left: float
    right: float

    def side(self, at: float) -> int:
        """1 where the left channel has `at` times the power of the right one, -1 the other way round, else 0."""
        return int(self.left > at * self.right) - int(self.right > at * self.left)


def _times(segments: Iterable[Segment]) -> Iterator[tuple[float, float]]:
    for segment in segments:
        if segment.words:
            yield from ((word.start_s, word.end_s) for word in segment.words)
        else:
            length_s = segment.end_s - segment.start_s
            count = max(1, round(length_s / _PIECE_S))
            edges = [segment.start_s + length_s * place / count for place in range(count + 1)]
            yield from itertools.pairwise(edges)


def own_levels(spoken: bytes) -> tuple[int, int]:
    """The level of each channel while it is loud, in dB below full scale."""
    return _own_level(spoken[::2]), _own_level(spoken[1::2])


def _own_level(levels: bytes) -> int:
    loudest_first = sorted(levels)
    return loudest_first[int(len(loudest_first) * _LOUD_SHARE)] if loudest_first else SILENT_DB


def _powers(levels: bytes, own: tuple[int, int]) -> tuple[float, float]:
    """The mean power of each channel over some frames, as a share of that of its own level."""
    frames = max(1, len(levels) // 2)
    left, right = (sum(map(_POWERS.__getitem__, levels[channel::2])) / frames for channel in (0, 1))
    return left / _POWERS[own[0]], right / _POWERS[own[1]]


def _is_apart(pieces: Iterable[_Piece]) -> bool:
    alone_s = {1: 0.0, -1: 0.0, 0: 0.0}
    for piece in pieces:
        if max(piece.left, piece.right) >= _SOUNDS_FROM:
            alone_s[piece.side(_APART)] += max(0.0, piece.end_s - piece.start_s)
    sounding_s = sum(alone_s.values())
    quieter_s = min(alone_s[1], alone_s[-1])
    together_s = alone_s[0]
    return quieter_s >= max(_LEAST_S, _LEAST_SHARE * sounding_s) and (
        together_s <= (1 - _LEAST_SHARE_APART) * sounding_s
    )


def _turns(pieces: Sequence[_Piece]) -> Iterator[Turn]:
    """One turn for all pieces in a row of one channel. A piece that is of neither goes on with the one before it."""
    louder = [piece.side(_TURN_CHANGES_AT) for piece in pieces]
    first = next(side for side in louder if side)
    sides = list(itertools.accumulate(louder, lambda before, side: side or before, initial=first))[1:]
    begin = 0
    for place in range(1, len(pieces) + 1):
        if place == len(pieces) or sides[place] != sides[begin]:
            end_s = max(piece.end_s for piece in pieces[begin:place])
            yield Turn(pieces[begin].start_s, end_s, 1 if sides[begin] == sides[0] else 2)
            begin = place
