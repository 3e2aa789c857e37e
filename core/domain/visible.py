"""Foreign text without what can't be seen and yet does something: all that is shown goes through here.

Names of files and what a service answers may hold characters that command a terminal (C0 and C1 controls, and escape
sequences begin with one), that turn the reading direction around, so that `gpj.exe` looks like `exe.jpg`, or that hide
words in a text (tags, invisible operators). None of them is part of how a language is written. The joiners U+200C and
U+200D are (Persian, Indian scripts, emoji), as are the tags in the flags of England, Scotland and Wales.
https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing https://www.unicode.org/reports/tr39/
"""

import re

REPLACEMENT = "\ufffd"
"""For half of a character, which is what Python makes of bytes that are no UTF-8."""

_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
"""https://www.unicode.org/reports/tr51/#def_emoji_tag_sequence"""

_UNSEEN = (
    "\u00ad"  # soft hyphen
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional marks, embeddings, overrides and isolates
    "\u200b\u2060-\u2065\u206a-\u206f\ufeff"  # no width, invisible operators, deprecated formats
    "\u3164\uffa0"  # Hangul fillers, which look like nothing at all
    "\ufdd0-\ufdef\ufff0-\ufffb\ufffe\uffff"  # annotations and what is no character
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # of shorthand and of music
    "\U000e0000-\U000e007f"  # language and tags
)
_CONTROLS = "\x00-\x1f\x7f-\x9f\u2028\u2029"
_BROKEN = "\ud800-\udfff"

_IN_A_LINE = re.compile(f"({_FLAG})|([{_CONTROLS}])|([{_BROKEN}])|[{_UNSEEN}]")
_IN_LINES = re.compile(f"({_FLAG})|([\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029])|([{_BROKEN}])|[{_UNSEEN}]")


def visible(text: str) -> str:
    """The text with a space for every control character, line ends among them, and nothing for what can't be seen.

    The result is valid UTF-8: half characters are U+FFFD.
    """
    return _IN_A_LINE.sub(_seen, text)


def visible_lines(text: str) -> str:
    """The same with line feeds kept; CR LF is one."""
    return _IN_LINES.sub(_seen, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The same as one line, in which runs of white space are single spaces."""
    return " ".join(visible(text).split())


def _seen(match: re.Match[str]) -> str:
    flag, control, broken = match.groups()
    return flag or (" " if control else REPLACEMENT if broken else "")
