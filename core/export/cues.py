"""Segments cut into cues that a viewer can read: two lines of 42 characters, as broadcasters' guidelines have it."""

import itertools
import textwrap
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from core.domain import Segment
from core.export.clean import milliseconds, one_line

LINE_CHARACTERS = 42
LINES = 2


@dataclass(frozen=True, slots=True)
class Cue:
    """What is on the screen at one time. `speaker` is empty where nobody knows."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]
    speaker: str = ""


def cues(segments: Iterable[Segment]) -> list[Cue]:
    """The cues in the order of their times. Each ends after it starts, and no later than the next one starts."""
    ordered = sorted(segments, key=lambda segment: milliseconds(segment.start_s))
    placed: list[Cue] = []
    for cue in itertools.chain.from_iterable(map(_cues_of, ordered)):
        start_ms = cue.start_ms
        if placed:
            start_ms = max(start_ms, placed[-1].start_ms + 1)
            placed[-1] = replace(placed[-1], end_ms=min(placed[-1].end_ms, start_ms))
        placed.append(replace(cue, start_ms=start_ms, end_ms=max(cue.end_ms, start_ms + 1)))
    return placed


def clock_time(time_ms: int, separator: str) -> str:
    """`hh:mm:ss.mmm` with the format's separator before the milliseconds; hours grow beyond two digits."""
    rest, thousandths = divmod(time_ms, 1000)
    minutes, second = divmod(rest, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}{separator}{thousandths:03}"


def _cues_of(segment: Segment) -> Iterator[Cue]:
    text = one_line(segment.text)
    lines = _balanced_lines(text)
    time_of = _clock(segment, text)
    end = 0
    for first in range(0, len(lines), LINES):
        some = lines[first : first + LINES]
        start = text.index(some[0], end)
        end = start
        for line in some:
            end = text.index(line, end) + len(line)
        start_s, _ = time_of(start)
        _, end_s = time_of(end - 1)
        yield Cue(milliseconds(start_s), milliseconds(end_s), tuple(some), one_line(segment.speaker or ""))


def _balanced_lines(text: str) -> list[str]:
    """Lines of about the same length in as few cues as the limit allows, so that no cue holds one last word."""
    lines = textwrap.wrap(text, LINE_CHARACTERS, break_on_hyphens=False)
    if len(lines) < 2:
        return lines
    allowed = -(-len(lines) // LINES) * LINES
    longest = max(map(len, text.split()))
    for width in range(LINE_CHARACTERS - 1, min(longest, LINE_CHARACTERS) - 1, -1):
        narrower = textwrap.wrap(text, width, break_on_hyphens=False)
        if len(narrower) > allowed:
            break
        lines = narrower
    return lines


def _clock(segment: Segment, text: str) -> Callable[[int], tuple[float, float]]:
    """When the character at a place of the text is heard, from and to, in seconds.

    By the words' times where the words make up the text, else as if each character took the same time.
    """
    if segment.words and one_line("".join(word.text for word in segment.words)) == text:
        places = _places(segment, text)
        return lambda place: _of_word(segment, bisect_right(places, place) - 1)
    share = max(segment.end_s - segment.start_s, 0.0) / max(len(text), 1)
    return lambda place: (segment.start_s + place * share, segment.start_s + (place + 1) * share)


def _places(segment: Segment, text: str) -> list[int]:
    """Where each word begins in the text."""
    places: list[int] = []
    place = 0
    for word in segment.words:
        found = one_line(word.text)
        place += text.startswith(" ", place) and not text.startswith(found or " ", place)
        places.append(place)
        place += len(found)
    return places


def _of_word(segment: Segment, index: int) -> tuple[float, float]:
    word = segment.words[max(index, 0)]
    return word.start_s, word.end_s
