"""Joins what was read in a window with what was read of one of its utterances by itself."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import accumulate, groupby

from core.domain import Word
from core.providers.on_device.whisper.aligning_model import AlignedSegment


def words_of(segments: Iterable[AlignedSegment]) -> list[Word]:
    """All words of these segments."""
    return [word for one in segments for word in one.words]


def in_order(segments: Sequence[AlignedSegment]) -> list[AlignedSegment]:
    """The segments by their times, each cut where another one that was read later begins between two of its words.

    What the model has passed over may lie in the middle of a segment. Uncut that would stand before what was read
    later, whose words would all be moved behind its last one.
    """
    begins = sorted({begin_s(one) for one in segments})
    pieces = [piece for one in segments for piece in _cut_at(one, begins)]
    return sorted(pieces, key=begin_s)


def begin_s(aligned: AlignedSegment) -> float:
    """Where its first word is: the model's own time may lie before speech that it has passed over."""
    return aligned.words[0].start_s if aligned.words else aligned.start_s


def same_words(words: Sequence[Word], others: Sequence[Word]) -> bool:
    """Whether these are the same, but for case and punctuation."""
    return list(map(_letters, words)) == list(map(_letters, others))


def with_second_reading(
    first: Sequence[AlignedSegment], again: Sequence[AlignedSegment], laid_there: Sequence[Word]
) -> list[AlignedSegment]:
    """The segments of both readings, and what is in both only once, as the second has it.

    `laid_there` are the words of the first reading that were laid on the utterance. Those that aren't heard in it by
    itself are spoken before or behind it, so they stay, beside the words that they stand with.
    """
    repeated = _in_both(laid_there, words_of(again))
    joined = [_without(one, repeated, laid_there) if one.words else one for one in first]
    return [*(one for one in joined if one is not None), *again]


def _cut_at(aligned: AlignedSegment, times: Sequence[float]) -> list[AlignedSegment]:
    if not aligned.words:
        return [aligned]
    latest_s = list(accumulate((word.start_s for word in aligned.words), max))
    groups = groupby(zip(latest_s, aligned.words, strict=True), key=lambda one: bisect_right(times, one[0]))
    pieces = [tuple(word for _, word in group) for _, group in groups]
    return [aligned] if len(pieces) == 1 else [_with_words(aligned, piece) for piece in pieces]


def _with_words(aligned: AlignedSegment, words: tuple[Word, ...]) -> AlignedSegment:
    text = "".join(word.text for word in words)
    return replace(aligned, segment=replace(aligned.segment, text=text), words=words)


def _in_both(words: Sequence[Word], others: Sequence[Word]) -> list[Word]:
    matcher = SequenceMatcher(None, list(map(_letters, words)), list(map(_letters, others)), autojunk=False)
    return [word for block in matcher.get_matching_blocks() for word in words[block.a : block.a + block.size]]


def _letters(word: Word) -> str:
    return "".join(filter(str.isalnum, word.text)).casefold()


def _without(aligned: AlignedSegment, repeated: Sequence[Word], laid_there: Sequence[Word]) -> AlignedSegment | None:
    """The segment without the repeated words; None where there are no others."""
    if not any(word in laid_there for word in aligned.words):
        return aligned
    kept = [word for word in aligned.words if word not in repeated]
    if not kept:
        return None
    sure = [word for word in kept if word not in laid_there]
    return _with_words(aligned, tuple(_beside(word, sure) if word in laid_there else word for word in kept))


def _beside(word: Word, sure: Sequence[Word]) -> Word:
    """The word where the one begins that it stands before, or else where the one ends that it stands behind."""
    if not sure:
        return word
    behind = next((one.start_s for one in sure if one.start_s >= word.start_s), None)
    at_s = max(one.end_s for one in sure) if behind is None else behind
    return replace(word, start_s=at_s, end_s=at_s)
