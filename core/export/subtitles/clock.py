"""When each character of a segment's text is heard."""

from bisect import bisect_right
from itertools import accumulate, pairwise

from core.domain import Segment, Word
from core.domain.graphemes import columns
from core.domain.word_places import word_places
from core.export.clean import one_line, seconds


class TextClock:
    """Times of places in a segment's text, in seconds.

    By the words' times where the words make up most of the text, and within a word, or without words, as if each column
    of text took the same time.
    """

    def __init__(self, segment: Segment, text: str) -> None:
        start_s = seconds(segment.start_s)
        spans = _spans(segment, text)
        if spans is None:
            spans = [(0, len(text), start_s, max(start_s, seconds(segment.end_s)))]
        self.is_shared = len(spans) == 1
        """Whether all of the text shares one time, in which nothing is known of pauses."""
        self._starts = [start for start, *_ in spans]
        self._spans = spans
        self._columns = [0, *accumulate(map(columns, text))]

    def start_s(self, place: int) -> float:
        """When the character at this place begins."""
        return self._at(place, place)

    def end_s(self, place: int) -> float:
        """When the character before this place ends."""
        return self._at(place - 1, place)

    def has_pause(self, start: int, end: int, least_s: float) -> bool:
        """Whether nothing is said for so long between two words that both begin within this part of the text."""
        first, last = self._span(start), self._span(end - 1)
        return any(after[2] - before[3] >= least_s for before, after in pairwise(self._spans[first : last + 1]))

    def _span(self, place: int) -> int:
        return max(0, bisect_right(self._starts, place) - 1)

    def _at(self, of: int, place: int) -> float:
        """The time of a place, by the span that holds the character `of`."""
        start, end, start_s, end_s = self._spans[self._span(of)]
        whole = self._columns[end] - self._columns[start]
        part = self._columns[min(max(place, start), end)] - self._columns[start]
        return start_s + (end_s - start_s) * (part / whole if whole else 0.0)


Span = tuple[int, int, float, float]
"""From where to where in the text, and from when to when."""

_LEAST_SHARE = 0.5
"""How much of a text its words have to make up, for their times to be those of the text."""


def _spans(segment: Segment, text: str) -> list[Span] | None:
    """Each word's place and time in the text, and those of what is spelt otherwise there, between its neighbours.

    None where there are no words, or they say something else. Times never go back, as those of a provider may.
    """
    spans: list[Span] = []
    until, latest_s, known = 0, seconds(segment.start_s), 0
    unplaced: list[Word] = []

    def fill(begin: int, begun_s: float) -> None:
        """What is there up to this place, said by words that are spelt otherwise, or by none."""
        first = next((place for place in range(until, begin) if text[place].isalnum()), None)
        if first is not None:
            from_s = max(latest_s, seconds(unplaced[0].start_s)) if unplaced else latest_s
            to_s = min(begun_s, seconds(unplaced[-1].end_s)) if unplaced else begun_s
            spans.append((first, begin, min(from_s, begun_s), max(from_s, to_s)))
        unplaced.clear()

    places = word_places(text, (one_line(word.text) for word in segment.words))
    for word, place in zip(segment.words, places, strict=True):
        if place is None:
            unplaced.append(word)
            continue
        begun_s = max(latest_s, seconds(word.start_s))
        fill(place[0], begun_s)
        until, known = place[1], known + place[1] - place[0]
        latest_s = max(begun_s, seconds(word.end_s))
        spans.append((*place, begun_s, latest_s))
    fill(len(text), max(latest_s, seconds(segment.end_s)))
    return spans if known and known >= _LEAST_SHARE * len(text.replace(" ", "")) else None
