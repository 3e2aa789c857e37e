"""What a text field, which knows lines alone, has made of segments: lines joined, cut, typed in or deleted."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from core.domain.transcript import Segment, Word
from core.domain.visible import one_line
from core.editing.document import Document, Edit, EditedSegment, SegmentId, Splice
from core.editing.words import cut_words, equal_blocks, time_at, with_text, word_between, words_of_all


def retype(document: Document, index: int, count: int, lines: Sequence[str]) -> Edit:
    """In place of `count` segments from `index` on there are these lines, a segment each.

    Words that are still there keep their times, and their segment's speaker and id. New lines lie between their
    neighbours.
    """
    present = document.segments[index : index + count]
    texts = [one_line(line) for line in lines]
    while present and texts and present[0].segment.text == texts[0]:
        present, texts, index = present[1:], texts[1:], index + 1
    while present and texts and present[-1].segment.text == texts[-1]:
        present, texts = present[:-1], texts[:-1]
    if len(present) == len(texts):
        changed = zip(present, texts, strict=True)
        return document.replacing((one.id, with_text(one.segment, text)) for one, text in changed)
    if not texts:
        after: tuple[EditedSegment, ...] = ()
    elif not present:
        after = _numbered(_between(document, index, texts), [None] * len(texts), document.next_id)
    else:
        segments = tuple(one.segment for one in present)
        ids = {number: one.id for number, one in enumerate(present)}
        pieces = list(_Recut(segments, texts).pieces())
        taken: set[int] = set()
        kept_ids: list[SegmentId | None] = []
        for source, _ in pieces:
            kept_ids.append(ids[source] if source is not None and source not in taken else None)
            taken |= {source} if source is not None else set()
        after = _numbered([segment for _, segment in pieces], kept_ids, document.next_id)
    return Edit((Splice(index, present, after),))


def _numbered(segments: Sequence[Segment], ids: Sequence[SegmentId | None], next_id: int) -> tuple[EditedSegment, ...]:
    numbered = []
    for segment, kept in zip(segments, ids, strict=True):
        numbered.append(EditedSegment(SegmentId(next_id) if kept is None else kept, segment))
        next_id += kept is None
    return tuple(numbered)


def _between(document: Document, index: int, texts: Sequence[str]) -> list[Segment]:
    """New segments, in the time between those before and behind them."""
    before = document.segments[index - 1].segment if index else None
    behind = document.segments[index].segment if index < len(document.segments) else None
    start_s = before.end_s if before else 0.0
    end_s = max(start_s, behind.start_s if behind else start_s)
    neighbour = before or behind
    speaker = neighbour.speaker if neighbour else None
    letters = [max(1, len(text)) for text in texts]
    ends = [time_at(start_s, end_s, done / sum(letters)) for done in accumulate(letters)]
    starts = [start_s, *ends[:-1]]
    return [
        Segment(begin_s, until_s, text, (), speaker) for begin_s, until_s, text in zip(starts, ends, texts, strict=True)
    ]


class _Recut:
    """Several segments that have become another number of lines."""

    def __init__(self, segments: Sequence[Segment], texts: Sequence[str]) -> None:
        self._segments = segments
        self._texts = texts
        self._begins = [0, *accumulate(len(segment.text) + 1 for segment in segments)]
        """Where each segment's text begins in all of it, with a line end after each."""
        self._before = "\n".join(segment.text for segment in segments)
        self._after = "\n".join(texts)
        self._blocks = list(equal_blocks(self._before, self._after))

    def pieces(self) -> Iterator[tuple[int | None, Segment]]:
        """The new segments, each with the number of the one that it is made of, if any."""
        begin = 0
        at_s = self._segments[0].start_s
        most_s = max(segment.end_s for segment in self._segments)
        source: int | None = None
        for text, words in zip(self._texts, self._words_of_lines(), strict=True):
            places = list(self._places_before(begin, begin + len(text)))
            found = self._segment_at(places[0]) if places else None
            source = found if found is not None else source
            speaker = self._segments[source or 0].speaker
            start_s, end_s = self._span(places, words, at_s)
            start_s = min(max(start_s, at_s), most_s)
            end_s = min(max(end_s, start_s), most_s)
            inside = tuple(word_between(one, one.start_s, one.end_s, start_s, end_s) for one in words)
            yield found, Segment(start_s, end_s, text, inside, speaker)
            at_s = end_s
            begin += len(text) + 1

    def _words_of_lines(self) -> Iterator[tuple[Word, ...]]:
        """The words of each line."""
        words = words_of_all(self._segments)
        if not words:
            yield from [()] * len(self._texts)
            return
        first, last = self._segments[0], self._segments[-1]
        rest = with_text(Segment(first.start_s, max(first.start_s, last.end_s), self._before, words), self._after)
        ends = list(accumulate(len(text) + 1 for text in self._texts[:-1]))
        yield from cut_words(rest, ends)

    def _places_before(self, begin: int, end: int) -> Iterator[int]:
        """The first and the last place in the text before of what stands here now, as far as it was there."""
        found = [
            (old + max(begin, new) - new, old + min(end, new + length) - new)
            for old, new, length in self._blocks
            if max(begin, new) < min(end, new + length)
        ]
        if found:
            yield found[0][0]
            yield found[-1][1]

    def _segment_at(self, place: int) -> int:
        return max(number for number in range(len(self._segments)) if self._begins[number] <= place)

    def _span(self, places: Sequence[int], words: Sequence[Word], at_s: float) -> tuple[float, float]:
        """When a line is said: with its words, from the segment's start on where it begins with that; else by letters.

        A line that is all new has no time of its own: it lies where the one before ends.
        """
        if not places:
            return (words[0].start_s, words[-1].end_s) if words else (at_s, at_s)
        first, last = self._segment_at(places[0]), self._segment_at(max(0, places[1] - 1))
        begins = places[0] == self._begins[first]
        ends = places[1] >= self._begins[last] + len(self._segments[last].text)
        start_s = words[0].start_s if words and not begins else self._time_s(places[0], first)
        end_s = words[-1].end_s if words and not ends else self._time_s(places[1], last)
        return start_s, end_s

    def _time_s(self, place: int, number: int) -> float:
        segment = self._segments[number]
        share = (place - self._begins[number]) / max(1, len(segment.text))
        return time_at(segment.start_s, segment.end_s, share)
