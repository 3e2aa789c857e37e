"""Excerpts of texts as pieces, of which some are what was searched for."""

import re
from collections.abc import Iterator, Sequence

from core.domain.graphemes import grapheme_end, grapheme_start

MATCH_START, MATCH_END = "\x02", "\x03"
"""Around each match in a marked excerpt. Neither occurs in text that people write."""

BEGINNING_CHARACTERS = 160
_BEFORE_MATCH_CHARACTERS = 60

Pieces = tuple[tuple[str, bool], ...]
"""Parts of a text, each with whether it is a match."""


def marked_excerpt(marked: str) -> Pieces:
    """The pieces of an excerpt in which the matches are marked, or the beginning of a text where none is."""
    if MATCH_START not in marked:
        beginning = _whole_words(marked)
        return ((beginning, False),) if beginning else ()
    pieces: list[tuple[str, bool]] = []
    for place, part in enumerate(marked.split(MATCH_START)):
        match, found, rest = part.partition(MATCH_END) if place else ("", "", part)
        if not found and place:
            match, rest = "", part
        end = grapheme_end(match + rest, len(match)) - len(match)
        pieces += [(match + rest[:end], True)] if match else []
        pieces += [(rest[end:], False)] if rest[end:] else []
    return tuple(pieces)


def excerpt_around(text: str, wanted: Sequence[str]) -> Pieces:
    """The place of a text at which one of these is first, with all of them marked, also in other capitals."""
    pattern = re.compile("|".join(map(re.escape, sorted(wanted, key=len, reverse=True))), re.IGNORECASE)
    first = pattern.search(text)
    if first is None:
        return marked_excerpt(text[: BEGINNING_CHARACTERS + 1])
    start = _window_start(text, first.start())
    end = grapheme_end(text, min(len(text), max(first.end(), start + BEGINNING_CHARACTERS)))
    pieces = [("…", False)] if start else []
    place = start
    for match_start, match_end in _matches(pattern, text, start, end):
        pieces += [(text[place:match_start], False), (text[match_start:match_end], True)]
        place = match_end
    pieces.append((text[place:end] + ("…" if end < len(text) else ""), False))
    return tuple((piece, is_match) for piece, is_match in pieces if piece)


def _matches(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Each match in this part of the text, to the end of its last letter."""
    while (match := pattern.search(text, start, end)) is not None:
        start = grapheme_end(text, match.end())
        yield match.start(), start


def _window_start(text: str, match_start: int) -> int:
    """Where an excerpt begins: after a space where there is one, else before a letter."""
    start = match_start - _BEFORE_MATCH_CHARACTERS
    if start <= 0:
        return 0
    after_space = text.find(" ", start, match_start) + 1
    return after_space or min(match_start, grapheme_end(text, start))


def _whole_words(beginning: str) -> str:
    """The beginning of a text without the word that it breaks off in, or where that is all, without its last letter."""
    if len(beginning) <= BEGINNING_CHARACTERS:
        return beginning
    words, _, broken = beginning.rpartition(" ")
    if words and len(broken) < BEGINNING_CHARACTERS // 2:
        return words + " …"
    return beginning[: grapheme_start(beginning, len(beginning) - 1)] + "…"
