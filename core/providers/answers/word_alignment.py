"""Assigns words that a service sends beside its segments to the segments that they belong to."""

import re
from collections.abc import Sequence
from dataclasses import replace

from core.domain import Segment, Word
from core.providers.answers.recording_clock import between

_NO_LETTER = re.compile(r"[\W_]+")


def align_words(segments: Sequence[Segment], words: Sequence[Word], *, fit_times: bool = False) -> list[Segment]:
    """The segments with their words, by their letters; where those don't agree with the text, by their times.

    With `fit_times` a segment's own times are only estimated, and those of its words count.
    """
    if not segments:
        return []
    lengths = [_letters(segment.text) for segment in segments]
    if sum(lengths) == sum(_letters(word.text) for word in words):
        assigned = _by_letters(lengths, words)
    else:
        assigned = _by_times(segments, words)
    fitted: list[Segment] = []
    for segment, own in zip(segments, assigned, strict=True):
        start_s, end_s = (own[0].start_s, own[-1].end_s) if own and fit_times else (segment.start_s, segment.end_s)
        if fit_times and fitted:
            start_s = max(start_s, fitted[-1].end_s)
        end_s = max(start_s, end_s)
        within = (
            replace(word, start_s=between(word.start_s, start_s, end_s), end_s=between(word.end_s, start_s, end_s))
            for word in own
        )
        fitted.append(replace(segment, start_s=start_s, end_s=end_s, words=tuple(within)))
    return fitted


def _by_letters(lengths: Sequence[int], words: Sequence[Word]) -> list[list[Word]]:
    """Services leave out a word's punctuation, or don't; what stays the same is the letters and their order."""
    assigned: list[list[Word]] = [[] for _ in lengths]
    ends: list[int] = []
    for length in lengths:
        ends.append((ends[-1] if ends else 0) + length)
    index = position = 0
    for word in words:
        while index < len(ends) - 1 and position >= ends[index]:
            index += 1
        assigned[index].append(word)
        position += _letters(word.text)
    return assigned


def _by_times(segments: Sequence[Segment], words: Sequence[Word]) -> list[list[Word]]:
    assigned: list[list[Word]] = [[] for _ in segments]
    index = 0
    for word in words:
        middle_s = (word.start_s + word.end_s) / 2
        while index < len(segments) - 1 and middle_s >= segments[index + 1].start_s:
            index += 1
        if segments:
            assigned[index].append(word)
    return assigned


def _letters(text: str) -> int:
    return len(_NO_LETTER.sub("", text))
