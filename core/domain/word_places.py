"""Where a segment's words are in its text."""

from collections.abc import Iterable

from core.domain.scripts import is_unspaced

MOST_BETWEEN = 12
"""A word is looked for among so many characters of punctuation, and of words that are spelt otherwise than in the text;
further on the same letters are another word."""

Span = tuple[int, int]
"""From where to where in a text."""


def word_places(text: str, words: Iterable[str]) -> list[Span | None]:
    """Where each of the words is, in their order; None for one that is spelt otherwise in the text.

    Services leave out the punctuation of words, and write numbers in other ways than in the text.
    """
    places: list[Span | None] = []
    end = left_out = 0
    for word in words:
        said = word.strip()
        begin = _find(text, said, end, end + left_out + len(said) + MOST_BETWEEN) if said else -1
        if begin < 0:
            left_out += len(said) + 1
            places.append(None)
        else:
            end, left_out = begin + len(said), 0
            places.append((begin, end))
    return places


def _find(text: str, said: str, after: int, before: int) -> int:
    """The first place that isn't within another word, unless that follows the word before; -1 where there is none."""
    begin = text.find(said, after, before)
    while begin > after and not parts(text, begin):
        begin = text.find(said, begin + 1, before)
    return begin


def parts(text: str, place: int) -> bool:
    """Whether one word may end, and another begin, at this place of a text: not between the letters of one."""
    before, after = text[place - 1 : place], text[place : place + 1]
    return not (before.isalnum() and after.isalnum()) or is_unspaced(before) or is_unspaced(after)
