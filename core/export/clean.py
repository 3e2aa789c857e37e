"""What must not get into a text file, taken out of whatever a provider or a file name held."""

import math
import unicodedata

LATEST_S = 1e10
"""Later times are nonsense (300 years of recording), and the readers of subtitles overflow on them."""

_BYTE_ORDER_MARK = "\ufeff"


def one_line(text: str) -> str:
    """The text as one line: control characters and runs of white space are single spaces, half characters are U+FFFD.

    The half characters (lone surrogates) come from file names that are not UTF-8, and can't be written.
    """
    return " ".join("".join(map(_printable, text)).split())


def seconds(value: float) -> float:
    """The time as a number that is finite and not negative."""
    return min(max(value, 0.0), LATEST_S) if math.isfinite(value) else 0.0


def milliseconds(value: float) -> int:
    """The time rounded to a whole millisecond; the only place where subtitle times are rounded."""
    return round(seconds(value) * 1000)


def _printable(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cs":
        return "\ufffd"
    return " " if category == "Cc" or character == _BYTE_ORDER_MARK else character
