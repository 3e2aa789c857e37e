"""Cuts the loops in Whisper's text, where one phrase is written again and again.

What people do repeat stays: "no, no, no", a chorus sung three times, "it was the best of times, it was the worst of
times". A loop of the model goes on until its window is full, so only runs far longer than those are cut, to one
occurrence. The shorter the phrase, the longer the run has to be: laughter is a long run of one short word.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from core.domain import Segment, Word

LONGEST_PHRASE = 40
"""In units; longer loops don't fit twice into what Whisper writes for one window."""

_REPEATS_BY_LENGTH = ((1, 12), (3, 8), (LONGEST_PHRASE, 5))
"""Phrases of up to so many units must occur so many times in a row to count as a loop."""

_REACH = max(length * repeats for length, repeats in _REPEATS_BY_LENGTH)
"""In units, how far before a cut the text is searched again: a longer loop would have been found before the cut."""

# Scripts written without spaces (kana, Han, Thai, Lao, Khmer, Burmese): each character is a unit of its own.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_UNIT = re.compile(f"[{_UNSPACED}]|[^\\s{_UNSPACED}]+")
_PUNCTUATION = re.compile(r"[^\w]+")


def repeats_needed(length: int) -> int:
    """How often a phrase of `length` units has to stand in a row to be cut."""
    return next(repeats for longest, repeats in _REPEATS_BY_LENGTH if length <= longest)


def kept_units(units: Sequence[str]) -> list[int]:
    """The indexes of the units that stay when every loop is cut to one occurrence.

    Units are compared without case and punctuation. The broken-off beginning of one more repetition at the very end
    goes too.
    """
    keys = [_PUNCTUATION.sub("", unit).casefold() or unit for unit in units]
    kept = list(range(len(keys)))
    first = 0
    while (cut := _cut_first_loop(keys, first)) is not None:
        start, end = cut
        del keys[start:end], kept[start:end]
        first = max(0, start - _REACH)
    return kept


def _cut_first_loop(keys: Sequence[str], first: int) -> tuple[int, int] | None:
    """The range of units to take out for the first loop that begins at `first` or later, None where there is none."""
    for start in range(first, len(keys)):
        for length in range(1, min(LONGEST_PHRASE, (len(keys) - start) // repeats_needed(1 + LONGEST_PHRASE // 2)) + 1):
            if keys[start] != keys[start + length]:
                continue
            end = start + length
            while end < len(keys) and keys[end] == keys[end - length]:
                end += 1
            repeats, left_over = divmod(end - start, length)
            if repeats >= repeats_needed(length):
                return start + length, end if end == len(keys) else end - left_over
    return None


def without_loops(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """The segments with loops cut, inside a segment and across several. Segments left without text are dropped."""
    places = [(number, match) for number, segment in enumerate(segments) for match in _UNIT.finditer(segment.text)]
    kept = kept_units([match.group() for _, match in places])
    if len(kept) == len(places):
        return tuple(segments)
    spans: dict[int, list[tuple[int, int]]] = {}
    for index in kept:
        number, match = places[index]
        spans.setdefault(number, []).append(match.span())
    return tuple(_shortened(segments[number], kept_spans) for number, kept_spans in sorted(spans.items()))


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
    position = 0
    words = []
    for word in segment.words:
        found = segment.text.find(word.text.strip(), position)
        if found < 0:
            continue
        position = found + len(word.text.strip())
        if any(start < position and found < end for start, end in spans):
            words.append(word)
    return tuple(words)
