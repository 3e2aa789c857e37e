"""Segments cut into cues that a viewer can read: two lines of 42 characters for up to 7 s, a common guideline.

https://partnerhelp.netflixstudios.com/hc/en-us/articles/215758617-Timed-Text-Style-Guide-General-Requirements
"""

import itertools
import textwrap
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from core.domain import Segment
from core.export.clean import milliseconds, one_line

LINE_CHARACTERS = 42
LINES = 2
LONGEST_S = 7.0

Clock = Callable[[int], tuple[float, float]]
"""When the character at a place of a text is heard, from and to, in seconds."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle. `speaker` is empty where it isn't known."""

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
    speaker = one_line(segment.speaker or "")
    time_of = _clock(segment, text)
    for start, end in _short_pieces(text, time_of):
        start_ms, end_ms = _times(start, end, time_of)
        end_ms = min(end_ms, start_ms + round(LONGEST_S * 1000))
        yield Cue(start_ms, end_ms, tuple(_balanced_lines(text[start:end])), speaker)


def _short_pieces(text: str, time_of: Clock) -> Iterator[tuple[int, int]]:
    """From where to where in the text each cue goes: as much as fits on the screen and isn't too long for it."""
    lines = _balanced_lines(text)
    end = 0
    for first in range(0, len(lines), LINES):
        start = text.index(lines[first], end)
        for line in lines[first : first + LINES]:
            end = text.index(line, end) + len(line)
        yield from _cut_by_time(text, start, end, time_of)


def _cut_by_time(text: str, start: int, end: int, time_of: Clock) -> Iterator[tuple[int, int]]:
    """Halves of halves until none takes too long. One word is never cut; it goes from the screen before its end."""
    start_ms, end_ms = _times(start, end, time_of)
    spaces = [place for place in range(start, end) if text[place] == " "]
    if not spaces or end_ms - start_ms <= LONGEST_S * 1000:
        yield start, end
        return
    middle_ms = (start_ms + end_ms) / 2

    def distance_ms(space: int) -> float:
        """How far the silence between two words is from the middle."""
        return abs((milliseconds(time_of(space - 1)[1]) + milliseconds(time_of(space + 1)[0])) / 2 - middle_ms)

    cut = min(spaces, key=distance_ms)
    yield from _cut_by_time(text, start, cut, time_of)
    yield from _cut_by_time(text, cut + 1, end, time_of)


def _times(start: int, end: int, time_of: Clock) -> tuple[int, int]:
    """When a piece of the text is heard, from and to, in milliseconds."""
    return milliseconds(time_of(start)[0]), milliseconds(time_of(end - 1)[1])


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


def _clock(segment: Segment, text: str) -> Clock:
    """By the words' times where the words make up the text, else as if each character took the same time."""
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
