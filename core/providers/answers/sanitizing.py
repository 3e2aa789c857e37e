"""Sanitizes text from services, so that it can be stored, shown and written to any file."""

import re

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
"""Control characters, which XML can't hold and a terminal obeys, and Unicode's noncharacters."""

_LONGEST_RUN = 40
_RUN = re.compile(rf"([^\w\s]{{{_LONGEST_RUN}}})[^\w\s]+")
"""Runs of punctuation are cut: patterns that look for the end of a sentence would be very slow on them."""


def sanitized(text: str) -> str:
    """The text without controls and endless punctuation, every line ended by a line feed, every surrogate replaced.

    JSON may hold half a pair of surrogates, which is no character and which SQLite refuses. Two halves that belong
    together become the character that they stand for.
    """
    if not text.isascii():
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _RUN.sub(r"\1", _UNWRITABLE.sub("", _LINE_ENDS.sub("\n", text)))
