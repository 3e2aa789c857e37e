"""Texts cut into pieces that Telegram takes: it counts in UTF-16 units.

https://core.telegram.org/bots/api#messageentity
"""

import re
import unicodedata

_BREAKS = (
    re.compile(r"\n+"),
    re.compile(r"[.!?\u2026\u3002\uff01\uff1f]['\")\]\u201d\u2019\u00bb]*\s+"),
    re.compile(r"[,;:\u3001\uff0c]\s+"),
    re.compile(r"\s+"),
)
"""Where a piece had best end, best first: after a line, a sentence, a clause, a word."""

_LEAST_SHARE = 0.5
"""A piece is at least this full before a worse place to cut is taken."""


def utf16_units(text: str) -> int:
    """How long Telegram takes a text to be."""
    return len(text) + sum(character > "\uffff" for character in text)


def truncated(text: str, max_units: int) -> str:
    """As much of the beginning as has so many units, and no half of what is seen as one character."""
    end = units = 0
    for end, character in enumerate(text):  # noqa: B007
        units += 2 if character > "\uffff" else 1
        if units > max_units:
            break
    else:
        return text
    while end > 1 and _continues(text[end - 1], text[end]):
        end -= 1
    return text[:end]


def split_text(text: str, max_units: int) -> tuple[str, ...]:
    """The text in pieces of at most `max_units` (2 or more), cut at sentences where there are any.

    Together they hold all of it but white space at the cuts and around the whole. Empty for a text without content.
    """
    pieces: list[str] = []
    rest = text.strip()
    while rest:
        head = truncated(rest, max_units) or rest[:1]
        if len(head) < len(rest):
            head = head[: _cut(head, rest)]
        pieces.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    return tuple(pieces)


def _cut(head: str, rest: str) -> int:
    """How much of `head`, the longest piece that `rest` can begin with, to take."""
    if rest[len(head)].isspace():
        head = head + rest[len(head)]  # A piece that ends where a word does is complete.
    for position, pattern in enumerate(_BREAKS):
        ends = [match.end() for match in pattern.finditer(head)]
        is_last_resort = position == len(_BREAKS) - 1
        if ends and (is_last_resort or ends[-1] >= _LEAST_SHARE * len(head)):
            return ends[-1]
    return len(head)


def _continues(before: str, character: str) -> bool:
    """Whether this is seen as part of the character before it, as accents and the parts of an emoji are."""
    return bool(
        unicodedata.combining(character)
        or character in "\u200d\ufe0e\ufe0f"
        or before == "\u200d"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )
