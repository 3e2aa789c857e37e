"""Texts truncated and split to Telegram's limits, which count UTF-16 units.

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
"""Places to split, the best first: after a line, a sentence, a clause, a word."""

_LEAST_SHARE = 0.5
"""A worse place is preferred if a better one would leave a piece shorter than this share."""


def utf16_units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def truncated(text: str, max_units: int) -> str:
    """The beginning of a text, of at most `max_units`; a grapheme isn't cut in two."""
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
    if rest[len(head)].isspace():
        head = head + rest[len(head)]  # `head` may end exactly at the end of a word.
    for position, pattern in enumerate(_BREAKS):
        ends = [match.end() for match in pattern.finditer(head)]
        is_last_resort = position == len(_BREAKS) - 1
        if ends and (is_last_resort or ends[-1] >= _LEAST_SHARE * len(head)):
            return ends[-1]
    return len(head)


def _continues(before: str, character: str) -> bool:
    """Whether this belongs to the same grapheme as the character before it, as accents and parts of emojis do."""
    return bool(
        unicodedata.combining(character)
        or character in "\u200d\ufe0e\ufe0f"
        or before == "\u200d"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )
