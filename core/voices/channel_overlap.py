"""Finds where two voices speak at the same time, each on its own channel.

Both are heard together then, and of two voices at once a model for speech writes hardly one. Told by how loud each
channel is from moment to moment: a voice rises and falls with its syllables and pauses, which music and noise do less,
and two voices do so without regard to each other. What comes to both channels from one room, or later as an echo, rises
and falls alike.
"""

import statistics
from collections.abc import Iterator, Sequence

from core.voices.channels import QUIETEST_VOICE_DB, ChannelLevels, own_levels

_PIECE_S = 6.0
"""A sentence or two, which is long enough to tell whether both channels rise and fall alike."""

_LEAST_PIECES = 2
"""Of a recording that has as many."""

_FRAMES_TOGETHER = 2
"""Half a syllable."""

_DEEP_DB = 30
"""Below a channel's own level; what is quieter is a pause, however quiet it is."""

_SPEAKS_DB = 20
_LEAST_TOGETHER = 0.2
"""Of a piece, how much both channels have to be less than `_SPEAKS_DB` below their own level. Two people who talk
throughout have 0.2 to 0.5, those who interrupt each other for 1.5 s in 6 s have at most 0.15 (measured)."""

_LEAST_SWING_DB = 5.5
"""The standard deviation of a voice's level."""

_MOST_ALIKE = 0.6
"""The correlation of both levels, up to which they are of two voices. With each voice 15 dB softer on the other's
channel it is 0.55; what two microphones hear in one room has 0.8 and more (measured)."""

_LATEST_ECHO_S = 0.6


def overlaps(levels: ChannelLevels) -> list[tuple[float, float]]:
    """From where to where, in seconds, two voices speak at once, each on a channel; those that touch are one.

    People who only interrupt each other are none, and one piece alone of a longer recording may be chance.
    """
    own = own_levels(levels.between(0.0, levels.duration_s))
    pieces = int(levels.duration_s / _PIECE_S)
    if max(own) > QUIETEST_VOICE_DB:
        return []
    found: list[tuple[float, float]] = []
    count = 0
    for start_s in (place * _PIECE_S for place in range(pieces)):
        end_s = start_s + _PIECE_S
        if not _are_two_voices(levels.between(start_s, end_s), own, levels.frame_s):
            continue
        count += 1
        if found and found[-1][1] == start_s:
            found[-1] = found[-1][0], end_s
        else:
            found.append((start_s, end_s))
    return found if count >= min(_LEAST_PIECES, pieces) else []


def _are_two_voices(levels: bytes, own: tuple[int, int], frame_s: float) -> bool:
    if len(levels) < _PIECE_S / frame_s:  # Half of it isn't known.
        return False
    sides = [
        [min(level, loud + _DEEP_DB) for level in _smoothed(levels[channel::2])] for channel, loud in enumerate(own)
    ]
    together = sum(max(one - own[0], other - own[1]) < _SPEAKS_DB for one, other in zip(*sides, strict=True))
    if together < _LEAST_TOGETHER * len(sides[0]) or min(map(statistics.pstdev, sides)) < _LEAST_SWING_DB:
        return False
    left, right = sides
    latest = round(_LATEST_ECHO_S / (frame_s * _FRAMES_TOGETHER))
    return all(alike <= _MOST_ALIKE for alike in _likenesses(left, right, latest))


def _smoothed(levels: bytes) -> list[float]:
    starts = range(0, len(levels) - _FRAMES_TOGETHER + 1, _FRAMES_TOGETHER)
    return [sum(levels[at : at + _FRAMES_TOGETHER]) / _FRAMES_TOGETHER for at in starts]


def _likenesses(left: Sequence[float], right: Sequence[float], latest: int) -> Iterator[float]:
    """How much both correlate, with either of them later by up to so many frames; 1 where one of them is constant."""
    for shift in range(latest + 1):
        length = len(left) - shift
        yield _likeness(left[:length], right[shift:])
        yield _likeness(left[shift:], right[:length])


def _likeness(left: Sequence[float], right: Sequence[float]) -> float:
    is_constant = min(left) == max(left) or min(right) == max(right)
    return 1.0 if is_constant else statistics.correlation(left, right)
