"""Which word of a document is spoken when."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from core.domain.transcript import Segment
from core.domain.word_places import Span, word_places
from core.editing.document import Document, SegmentId
from core.editing.finding import Place


class SpokenWords:
    """Finds places by time. One for each document; it costs nothing until it is asked."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._last: tuple[Segment, Sequence[float], Sequence[Span]] | None = None
        """The segment that was asked for last, when its words begin, and where they are."""

    def segment_at(self, time_s: float) -> SegmentId | None:
        """The segment that is spoken then, or was last; None before the first one.

        Where several people speak at once it is the one that has begun last.
        """
        begun = bisect_right(self._starts_s, time_s) - 1
        if begun < 0:
            return None
        segments, index = self._document.segments, begun
        while index >= 0 and self._latest_ends_s[index] > time_s:
            if segments[index].segment.end_s > time_s:
                return segments[index].id
            index -= 1
        return segments[begun].id

    def word_at(self, time_s: float) -> Place | None:
        """The word that is spoken then; the whole segment where its words have no times; None in a pause."""
        segment_id = self.segment_at(time_s)
        if segment_id is None:
            return None
        segment = self._document[segment_id]
        if time_s >= segment.end_s:
            return None
        if not segment.words:
            return Place(segment_id, 0, len(segment.text))
        starts_s, places = self._words_of(segment)
        spoken = bisect_right(starts_s, time_s) - 1
        return Place(segment_id, *places[spoken]) if spoken >= 0 else None

    @cached_property
    def _starts_s(self) -> list[float]:
        return [one.segment.start_s for one in self._document.segments]

    @cached_property
    def _latest_ends_s(self) -> list[float]:
        """The latest end of each segment and all before it."""
        return list(accumulate((one.segment.end_s for one in self._document.segments), max))

    def _words_of(self, segment: Segment) -> tuple[Sequence[float], Sequence[Span]]:
        if self._last is None or self._last[0] is not segment:
            self._last = segment, [word.start_s for word in segment.words], _places(segment)
        return self._last[1:]


def _places(segment: Segment) -> list[Span]:
    """Where each word is, also one that is spelt otherwise in the text, as "twenty-one" is that has become "21".

    That is what stands between its neighbours, or where nothing does the whole segment.
    """
    found = word_places(segment.text, (word.text for word in segment.words))
    places: list[Span] = []
    end = 0
    for number, place in enumerate(found):
        if place is None:
            begin = next((one[0] for one in found[number + 1 :] if one is not None), len(segment.text))
            between = segment.text[end:begin]
            first = end + len(between) - len(between.lstrip())
            place = (first, first + len(between.strip())) if between.strip() else (0, len(segment.text))
        else:
            end = place[1]
        places.append(place)
    return places
