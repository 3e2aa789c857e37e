"""The content of one message: a text, a rich message, or a file with a caption. Never with a parse mode.

Limits: https://core.telegram.org/bots/api#sendmessage, #senddocument, #inputrichmessage
"""

from dataclasses import dataclass, field

from core.bot.api.text_splitting import split_text, truncated, utf16_units
from core.domain.visible import visible_lines

MAX_TEXT_UNITS = 4096
MAX_CAPTION_UNITS = 1024
MAX_RICH_CHARACTERS = 32_768
MAX_RICH_BLOCKS = 500
MAX_MESSAGES = 3
"""For a server without rich messages a text is split into up to so many; a longer one becomes a file."""

COLLAPSE_FROM_UNITS = 700
"""A longer text is collapsed, so that it doesn't fill the screen."""


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text below a heading. Where it is `folded`, the text is a collapsed quote; the heading isn't part of it."""

    text: str
    heading: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class LongText:
    """A rich message: paragraphs, with more text in all than a plain message can have."""

    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A document with a caption."""

    name: str
    data: bytes = field(repr=False)
    caption: str = ""


Content = Text | LongText | File


def as_message(text: str, *, heading: str = "") -> Text | LongText | None:
    """A text as one message, plain or rich; None where it is too long for that."""
    text = visible(text)
    room = MAX_TEXT_UNITS - (utf16_units(heading) + 2 if heading else 0)
    units = utf16_units(text)
    if units <= room:
        return Text(text, heading, folded=units > COLLAPSE_FROM_UNITS)
    paragraphs = tuple(part for part in (heading, *(line.strip() for line in text.split("\n"))) if part)
    if len(paragraphs) > MAX_RICH_BLOCKS:
        paragraphs = (*paragraphs[: MAX_RICH_BLOCKS - 1], " ".join(paragraphs[MAX_RICH_BLOCKS - 1 :]))
    return LongText(paragraphs) if sum(map(len, paragraphs)) <= MAX_RICH_CHARACTERS else None


def as_plain_messages(long: LongText) -> tuple[Text, ...] | None:
    """A rich message as up to `MAX_MESSAGES` plain ones; None where it takes more."""
    pieces = split_text("\n".join(long.paragraphs), MAX_TEXT_UNITS)
    return tuple(Text(piece) for piece in pieces) if len(pieces) <= MAX_MESSAGES else None


def preview(text: str, max_units: int = MAX_CAPTION_UNITS) -> str:
    """The beginning of a text, cut at a word and with an ellipsis where it is too long."""
    text = visible(text)
    head = truncated(text, max_units - 2)
    if head == text:
        return head
    return f"{head.rsplit(None, 1)[0]} …"


def visible(text: str) -> str:
    """A text without characters that Telegram removes or replaces, so that offsets of entities stay valid."""
    return visible_lines(text).strip()
