"""Cuts the loops in Whisper's text, where one phrase is written again and again that nobody said again.

What people do repeat stays: a refrain, a roll call, "no, no, no". A loop of the model goes on until its window is full
of tokens, which is far more than can be said in that time, or has no times at all. So a run of one phrase is cut, to
one occurrence, only if it is long and its words follow each other faster than anybody speaks. The shorter the phrase,
the longer the run has to be: laughter is a long run of one short word.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from core.domain import Segment, Word
from core.domain.word_places import word_places

LONGEST_PHRASE = 40
"""In units; longer loops don't fit twice into what Whisper writes for one window."""

_REPEATS_BY_LENGTH = ((1, 12), (3, 8), (LONGEST_PHRASE, 5))
"""Phrases of up to so many units must occur so many times in a row to count as a loop."""

_REACH = max(length * repeats for length, repeats in _REPEATS_BY_LENGTH)
"""In units, how far before a cut the text is searched again: a longer loop would have been found before the cut."""

_LEAST_PER_LETTER_S = 0.04
_LEAST_PER_CHARACTER_S = 0.08
"""Fast speech has 20 letters a second, or 8 characters of a script without spaces; a loop has far more."""

Span = tuple[float, float]
"""Start and end in seconds."""

# Scripts written without spaces (kana, Han, Thai, Lao, Khmer, Burmese): each character is a unit of its own.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_UNIT = re.compile(f"[{_UNSPACED}]|[^\\s{_UNSPACED}]+")
_PUNCTUATION = re.compile(r"[^\w]+")


def repeats_needed(length: int) -> int:
    """How often a phrase of `length` units has to stand in a row to be cut."""
    return next(repeats for longest, repeats in _REPEATS_BY_LENGTH if length <= longest)


def has_run(text: str, times: int) -> bool:
    """Whether a phrase stands so many times in a row, without case and punctuation."""
    keys = [_PUNCTUATION.sub("", unit).casefold() or unit for unit in _UNIT.findall(text)]
    for length in range(1, min(LONGEST_PHRASE, len(keys) // times) + 1):
        alike = 0
        for left, right in zip(keys, keys[length:], strict=False):
            alike = alike + 1 if left == right else 0
            if alike == (times - 1) * length:
                return True
    return False


def kept_units(units: Sequence[str], times: Sequence[Span] | None = None) -> list[int]:
    """The indexes of the units that stay when every loop is cut to one occurrence.

    Units are compared without case and punctuation. The broken-off beginning of one more repetition at the very end
    goes too. With `times`, when each unit was said, what can have been said stays.
    """
    keys = [_PUNCTUATION.sub("", unit).casefold() or unit for unit in units]
    spans = list(times) if times is not None else None
    kept = list(range(len(keys)))
    first = 0
    while (cut := _cut_first_loop(keys, spans, first)) is not None:
        start, end = cut
        del keys[start:end], kept[start:end]
        if spans is not None:
            del spans[start:end]
        first = max(0, start - _REACH)
    return kept


def _cut_first_loop(keys: Sequence[str], times: Sequence[Span] | None, first: int) -> tuple[int, int] | None:
    """The range of units to take out for the first loop that begins at `first` or later, None where there is none."""
    for start in range(first, len(keys)):
        for length in range(1, min(LONGEST_PHRASE, (len(keys) - start) // repeats_needed(1 + LONGEST_PHRASE // 2)) + 1):
            if keys[start] != keys[start + length]:
                continue
            end = start + length
            while end < len(keys) and keys[end] == keys[end - length]:
                end += 1
            repeats, left_over = divmod(end - start, length)
            if repeats >= repeats_needed(length) and not (times and _can_be_said(keys, times, start, length, repeats)):
                return start + length, end if end == len(keys) else end - left_over
    return None


def _can_be_said(keys: Sequence[str], times: Sequence[Span], start: int, length: int, repeats: int) -> bool:
    """Whether most repetitions of a phrase take as long as somebody needs to say it."""
    least_s = sum(
        _LEAST_PER_CHARACTER_S if re.match(f"[{_UNSPACED}]", key) else _LEAST_PER_LETTER_S * (len(key) + 1)
        for key in keys[start : start + length]
    )
    firsts = range(start, start + repeats * length, length)
    return median(times[at + length - 1][1] - times[at][0] for at in firsts) >= least_s


def without_loops(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """The segments with loops cut, inside a segment and across several. Segments left without text are dropped."""
    places = [(number, match) for number, segment in enumerate(segments) for match in _UNIT.finditer(segment.text)]
    units = [match.group() for _, match in places]
    if len(kept_units(units)) == len(places):  # What isn't repeated needs no times.
        return tuple(segments)
    kept = kept_units(units, [span for segment in segments for span in _times_of(segment)])
    if len(kept) == len(places):
        return tuple(segments)
    spans: dict[int, list[tuple[int, int]]] = {}
    for index in kept:
        number, match = places[index]
        spans.setdefault(number, []).append(match.span())
    return tuple(_shortened(segments[number], kept_spans) for number, kept_spans in sorted(spans.items()))


def _times_of(segment: Segment) -> list[Span]:
    """When each unit of the text is said: with its word, or as if all letters took equally long."""
    per_letter_s = (segment.end_s - segment.start_s) / max(1, len(segment.text))
    words = _placed(segment)
    times: list[Span] = []
    number = 0
    for match in _UNIT.finditer(segment.text):
        while number < len(words) and words[number][1] <= match.start():
            number += 1
        if number < len(words) and words[number][0] < match.end():
            begin, end, word = words[number]
            share_s = (word.end_s - word.start_s) / max(1, end - begin)
            own = (max(0, match.start() - begin), min(end, match.end()) - begin)
            times.append((word.start_s + own[0] * share_s, word.start_s + own[1] * share_s))
        else:
            start_s = segment.start_s
            times.append((start_s + match.start() * per_letter_s, start_s + match.end() * per_letter_s))
    return times


def _shortened(segment: Segment, spans: Sequence[tuple[int, int]]) -> Segment:
    """The segment with only these spans of its text, and only their words where it has words."""
    if len(spans) == len(_UNIT.findall(segment.text)):
        return segment
    pieces: list[str] = []
    end_before = 0
    for start, end in spans:
        gap = segment.text[end_before:start]
        pieces.append(gap if not gap.strip() else " ")
        pieces.append(segment.text[start:end])
        end_before = end
    words = _words_within(segment, spans)
    end_s = words[-1].end_s if words else segment.end_s
    return replace(segment, text="".join(pieces).strip(), words=words, end_s=end_s)


def _words_within(segment: Segment, spans: Sequence[tuple[int, int]]) -> tuple[Word, ...]:
    return tuple(
        word
        for begin, end, word in _placed(segment)
        if any(start < end and begin < span_end for start, span_end in spans)
    )


def _placed(segment: Segment) -> list[tuple[int, int, Word]]:
    """The words that are in the text, each with where it begins and ends there."""
    places = word_places(segment.text, (word.text for word in segment.words))
    return [(*place, word) for place, word in zip(places, segment.words, strict=True) if place is not None]
