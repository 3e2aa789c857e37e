"""Texts truncated and split to Telegram's limits, which count UTF-16 units.

https://core.telegram.org/bots/api#messageentity
"""

import re
from collections.abc import Callable, Iterable, Iterator

from core.domain.graphemes import grapheme_start
from core.domain.sentence_ends import clause_ends, sentence_ends


def _line_ends(text: str) -> Iterator[int]:
    return (found.start() for found in re.finditer(r"\n+", text))


def _word_ends(text: str) -> Iterator[int]:
    return (found.start() for found in re.finditer(r"\s+", text))


_BREAKS: tuple[Callable[[str], Iterable[int]], ...] = (_line_ends, sentence_ends, clause_ends, _word_ends)
"""Places to split, the best first."""

_CONTEXT = 16
"""How many characters behind a place tell whether a sentence ends there."""

_LEAST_SHARE = 0.5
"""A worse place is preferred if a better one would leave a piece shorter than this share."""


def utf16_units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def truncated(text: str, max_units: int) -> str:
    """The beginning of a text, of at most `max_units`; a grapheme isn't cut in two, unless it alone is longer."""
    end = units = 0
    for end, character in enumerate(text):  # noqa: B007
        units += 2 if character > "\uffff" else 1
        if units > max_units:
            break
    else:
        return text
    return text[: grapheme_start(text, end) or end]


def split_text(text: str, max_units: int) -> tuple[str, ...]:
    """The text in pieces of at most `max_units` (2 or more), split after sentences where possible.

    White space at the splits and around the text is removed. Empty for a blank text.
    """
    pieces: list[str] = []
    rest = text.strip()
    while rest:
        head = truncated(rest, max_units) or rest[:1]
        if len(head) < len(rest):
            head = head[: _split_position(head, rest)]
        pieces.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    return tuple(pieces)


def _split_position(head: str, rest: str) -> int:
    """The length of the next piece; `head` is the longest beginning of `rest` that fits."""
    beginning = rest[: len(head) + _CONTEXT]
    for find in _BREAKS:
        least = 1 if find is _word_ends else _LEAST_SHARE * len(head)
        ends = [end for end in find(beginning) if least <= end <= len(head)]
        for end in reversed(ends):
            if grapheme_start(rest, end) == end:
                return end
    return len(head)
