"""Joins the texts of two overlapping chunks without losing or doubling a word.

Both texts are searched for the longest run of the same words at about the same time, where words count the less the
further their times are apart. The switch from one to the other is in the middle of it; where they have no word in
common, it is in the middle of the overlap.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.domain import Segment, Word
from core.domain.word_places import word_places

_SAME_MOMENT_S = 1.0
"""Times of the same word in two chunks differ by less than this, and times of two equal words mostly by more."""

_EDGE_S = 0.3
"""How far outside of the overlap a word may be and still count as inside, as times are inexact."""

_MIN_LETTERS = 4
"""The least length of a single common word: shorter ones, such as `the`, match by chance."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A word, where it is, and which part of its segment's text it is."""

    word: Word
    segment: int
    number: int
    begin: int
    end: int


def join(
    before: Sequence[Segment], after: Sequence[Segment], shared_from_s: float, shared_to_s: float
) -> tuple[list[Segment], tuple[Segment, ...]]:
    """Both chunks' segments, each word of the overlap in one of them only. Times are those of the recording."""
    tail = [place for place in _places(before, shared_from_s - _EDGE_S) if place.word.end_s > shared_from_s - _EDGE_S]
    head = [place for place in _places(after) if place.word.start_s < shared_to_s + _EDGE_S]
    if not tail or not head:  # Only one of the two has words there.
        return list(before), tuple(after)
    run, in_tail, in_head = _best_common_run(tail, head)
    if run > 1 or (run == 1 and len(_plain(tail[in_tail].word)) >= _MIN_LETTERS):
        last_kept, first_kept = in_tail + run // 2, in_head + run // 2
    else:
        middle_s = (shared_from_s + shared_to_s) / 2
        last_kept = sum(_middle_s(place.word) < middle_s for place in tail)
        first_kept = sum(_middle_s(place.word) < middle_s for place in head)
    return _without_end(before, tail[last_kept:]), tuple(_without_beginning(after, head[:first_kept]))


def _places(segments: Sequence[Segment], from_s: float = 0.0) -> list[_Place]:
    """The words of all segments that end after `from_s`, each with its part of the text."""
    places = []
    for index, segment in enumerate(segments):
        if segment.end_s <= from_s:
            continue
        words = segment.words or _evenly_spread(segment)
        in_text = word_places(segment.text, (word.text for word in words))
        for number, (word, place) in enumerate(zip(words, in_text, strict=True)):
            if place is not None:  # A provider's words may be spelt otherwise than its text; then the text counts.
                places.append(_Place(word, index, number, *place))
    return places


def _evenly_spread(segment: Segment) -> list[Word]:
    """The segment's words at the times that they have if all letters take equally long."""
    per_character_s = (segment.end_s - segment.start_s) / max(1, len(segment.text))

    def at(position: int) -> float:
        return segment.start_s + position * per_character_s

    return [Word(at(found.start()), at(found.end()), found.group()) for found in re.finditer(r"\S+", segment.text)]


def _best_common_run(tail: Sequence[_Place], head: Sequence[_Place]) -> tuple[int, int, int]:
    """How many words follow each other in both, and where the run begins in each.

    The run with the largest sum of `_likeness`: where somebody says the same word again and again, the longest run may
    be one of different words.
    """
    best, best_score = (0, 0, 0), 0.0
    runs = [(0, 0.0)] * (len(head) + 1)
    """By the word of `head` at which it ends: length and score of the run that ends at the current word of `tail`."""
    for i, left in enumerate(tail, 1):
        earlier = (0, 0.0)  # The run that ends one word before in both.
        for j, right in enumerate(head, 1):
            likeness = _likeness(left.word, right.word)
            earlier, runs[j] = runs[j], (earlier[0] + 1, earlier[1] + likeness) if likeness > 0 else (0, 0.0)
            length, score = runs[j]
            if score > best_score:
                best, best_score = (length, i - length, j - length), score
    return best


def _likeness(left: Word, right: Word) -> float:
    """1 for the same word at the same time, less the further the times are apart; 0 for another word, or too far."""
    apart_s = abs(left.start_s - right.start_s)
    if apart_s >= _SAME_MOMENT_S or not _plain(left) == _plain(right) != "":
        return 0.0
    return 1.0 - apart_s / _SAME_MOMENT_S


def _plain(word: Word) -> str:
    return re.sub(r"\W", "", word.text).casefold()


def _middle_s(word: Word) -> float:
    return (word.start_s + word.end_s) / 2


def _without_end(segments: Sequence[Segment], dropped: Sequence[_Place]) -> list[Segment]:
    """The segments up to the first word that is dropped."""
    if not dropped:
        return list(segments)
    first = dropped[0]
    kept = list(segments[: first.segment])
    segment = segments[first.segment]
    text = segment.text[: first.begin].strip()
    if text:
        end_s = min(segment.end_s, first.word.start_s)
        kept.append(replace(segment, text=text, end_s=end_s, words=segment.words[: first.number]))
    return kept


def _without_beginning(segments: Sequence[Segment], dropped: Sequence[_Place]) -> list[Segment]:
    """The segments after the last word that is dropped."""
    if not dropped:
        return list(segments)
    last = dropped[-1]
    segment = segments[last.segment]
    text = segment.text[last.end :].strip()
    rest = list(segments[last.segment + 1 :])
    if not text:
        return rest
    words = segment.words[last.number + 1 :]
    start_s = words[0].start_s if words else max(segment.start_s, last.word.end_s)
    return [replace(segment, text=text, start_s=start_s, words=words), *rest]
