"""Joins what was read in a window with what was read of one of its utterances by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from core.domain import Word
from core.providers.on_device.whisper.aligning_model import AlignedSegment


def words_of(segments: Iterable[AlignedSegment]) -> list[Word]:
    """All words of these segments."""
    return [word for one in segments for word in one.words]


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
    words = tuple(_beside(word, sure) if word in laid_there else word for word in kept)
    text = "".join(word.text for word in words)
    return replace(aligned, segment=replace(aligned.segment, text=text), words=words)


def _beside(word: Word, sure: Sequence[Word]) -> Word:
    """The word where the one begins that it stands before, or else where the one ends that it stands behind."""
    if not sure:
        return word
    behind = next((one.start_s for one in sure if one.start_s >= word.start_s), None)
    at_s = max(one.end_s for one in sure) if behind is None else behind
    return replace(word, start_s=at_s, end_s=at_s)
