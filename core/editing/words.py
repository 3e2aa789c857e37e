"""Words that follow an edited text: those that stay keep their times, new ones share the time between them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from core.domain.transcript import Segment, Word
from core.domain.word_places import Span, parts, word_places

MOST_COMPARED = 4_000_000
"""Characters before times characters after, beyond which what differs isn't compared letter by letter but replaced."""


def time_at(from_s: float, to_s: float, share: float) -> float:
    """The time at this share of a span, 0 to 1; never outside of it, as the sum may be by its rounding."""
    return min(to_s, from_s + (to_s - from_s) * share)


def with_text(segment: Segment, text: str) -> Segment:
    """The segment with another text. Where it has words, they follow; new ones count as sure, a person wrote them."""
    if text == segment.text or not segment.words:
        return replace(segment, text=text)
    kept = list(_kept(segment, text))
    words: list[Word] = []
    for (begin, from_s), (end, to_s) in _gaps(segment, kept, len(text)):
        words += _spread(text[begin:end], from_s, to_s)
        words += [word for place, word in kept if place[0] == end]
    return replace(segment, text=text, words=tuple(words))


def _gaps(
    segment: Segment, kept: Sequence[tuple[Span, Word]], length: int
) -> Iterator[tuple[tuple[int, float], tuple[int, float]]]:
    """What lies between the words that are kept, as places in the text with their times."""
    at: tuple[int, float] = (0, segment.start_s)
    for (begin, end), word in kept:
        yield at, (begin, max(at[1], word.start_s))
        at = end, max(at[1], word.end_s)
    yield at, (length, max(at[1], segment.end_s))


def _kept(segment: Segment, text: str) -> Iterator[tuple[Span, Word]]:
    """The words that are whole in the new text too, with their places there."""
    blocks = iter(equal_blocks(segment.text, text))
    block = next(blocks, None)
    places = word_places(segment.text, (word.text for word in segment.words))
    for word, place in zip(segment.words, places, strict=True):
        if place is None:
            continue
        while block is not None and block[0] + block[2] < place[1]:
            block = next(blocks, None)
        if block is None:
            return
        if block[0] <= place[0]:
            moved = block[1] - block[0]
            begin, end = place[0] + moved, place[1] + moved
            # What was "art" in "art." is another word in "part".
            if (begin == 0 or parts(text, begin)) and parts(text, end):
                yield (begin, end), word


def equal_blocks(before: str, after: str) -> Iterator[tuple[int, int, int]]:
    """Where the texts are the same, as (place before, place after, length), forwards."""
    shorter = min(len(before), len(after))
    head = next((index for index in range(shorter) if before[index] != after[index]), shorter)
    most = shorter - head
    tail = next((index for index in range(most) if before[-1 - index] != after[-1 - index]), most)
    if head:
        yield 0, 0, head
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if 0 < len(old) * len(new) <= MOST_COMPARED:
        for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
            if block.size:
                yield head + block.a, head + block.b, block.size
    if tail:
        yield len(before) - tail, len(after) - tail, tail


def _spread(text: str, from_s: float, to_s: float) -> Iterator[Word]:
    """New words of a text, as if all their letters took equally long."""
    texts = [one for one in text.split() if any(map(str.isalnum, one))]
    letters = sum(map(len, texts))
    at_s, done = from_s, 0
    for one in texts:
        done += len(one)
        end_s = time_at(from_s, to_s, done / letters)
        yield Word(at_s, end_s, one)
        at_s = end_s


def words_of_all(segments: Sequence[Segment]) -> tuple[Word, ...]:
    """The words of segments that become one text.

    None where only some have any: a player would skip the others.
    """
    return tuple(word for one in segments for word in one.words) if all(one.words for one in segments) else ()


def cut_words(segment: Segment, cuts: Sequence[int]) -> list[tuple[Word, ...]]:
    """The words of each part of the text that is cut at these places; a word that is cut shares its time by letters."""
    parted: list[list[Word]] = [[] for _ in range(len(cuts) + 1)]
    number = 0
    for word, span in zip(segment.words, word_places(segment.text, (one.text for one in segment.words)), strict=True):
        if span is None:  # Spelt otherwise than in the text, it goes with the word before.
            parted[number].append(word)
            continue
        begin, end = span
        while number < len(cuts) and cuts[number] <= begin:
            number += 1
        rest = word
        while number < len(cuts) and cuts[number] < end:
            cut = cuts[number]
            at_s = time_at(rest.start_s, rest.end_s, (cut - begin) / (end - begin))
            parted[number].append(replace(rest, end_s=at_s, text=segment.text[begin:cut]))
            rest = replace(rest, start_s=at_s, text=segment.text[cut:end])
            begin, number = cut, number + 1
        parted[number].append(rest)
    return [tuple(words) for words in parted]


def with_times(segment: Segment, start_s: float, end_s: float) -> Segment:
    """The segment with other times.

    Where it is only moved its words move along. Where all lie in the new times they keep theirs; else they are
    stretched, or pressed together.
    """
    return replace(segment, start_s=start_s, end_s=end_s, words=_words_in(segment, start_s, end_s))


def _words_in(segment: Segment, start_s: float, end_s: float) -> tuple[Word, ...]:
    words, was_start_s = segment.words, segment.start_s
    length_s = segment.end_s - was_start_s
    if abs((end_s - start_s) - length_s) < 1e-6:
        moved_s = start_s - was_start_s
        return tuple(word_between(word, word.start_s + moved_s, word.end_s + moved_s, start_s, end_s) for word in words)
    if all(start_s <= word.start_s and word.end_s <= end_s for word in words):
        return words
    stretch = (end_s - start_s) / length_s if length_s > 0 else 0.0

    def placed_s(time_s: float) -> float:
        return start_s + (time_s - was_start_s) * stretch

    return tuple(word_between(word, placed_s(word.start_s), placed_s(word.end_s), start_s, end_s) for word in words)


def word_between(word: Word, start_s: float, end_s: float, least_s: float, most_s: float) -> Word:
    """The word with these times, as far as they lie between the least and the most."""
    return replace(word, start_s=min(max(start_s, least_s), most_s), end_s=min(max(end_s, least_s), most_s))
