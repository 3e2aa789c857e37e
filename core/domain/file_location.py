"""Paths of files as text that any database, JSON or chat takes, and back.

A name on a disk is bytes. Old archives, USB sticks and ZIP files of Windows bring names that are no UTF-8, which Python
reads as half characters (surrogates) that can't be encoded; and where the locale is ASCII, it reads all others so, too.
Such a path is kept as an address with its bytes in percent signs, from which it is found again.
"""

import os
import re
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

from core.domain.visible import REPLACEMENT

_SCHEME = "file://"
"""No absolute path begins like this."""


def location_of(path: Path) -> str:
    """The text that stands for an absolute path; the path itself where that can be written as UTF-8."""
    encoded = os.fsencode(path)
    try:
        return encoded.decode()
    except UnicodeDecodeError:
        return _SCHEME + quote_from_bytes(encoded, safe="/\\:")


def path_of(location: str) -> Path:
    """The path that a text of `location_of` stands for, or an older one, which is the path itself."""
    if location.startswith(_SCHEME):
        return Path(os.fsdecode(unquote_to_bytes(location.removeprefix(_SCHEME))))
    return Path(os.fsdecode(location.encode()))


def folder_of(location: str) -> Path | None:
    """The folder on this computer of what is there, None for addresses of the web and for what came through a chat."""
    path = path_of(location)
    return path.parent if path.is_absolute() else None


def shown_name(path: Path) -> str:
    """The last part of the path as people are shown it, with U+FFFD for what is no UTF-8."""
    return os.fsencode(path.name).decode(errors="replace")


def encodable(text: str) -> str:
    """The text with U+FFFD for half characters, so that it can be written as UTF-8."""
    return text if text.isascii() else re.sub("[\ud800-\udfff]", REPLACEMENT, text)


def with_bytes_quoted(address: str) -> str:
    """A web address from a command line, with percent signs for bytes in it that are no UTF-8."""
    try:
        return os.fsencode(address).decode()
    except UnicodeDecodeError:
        return quote_from_bytes(os.fsencode(address), safe=bytes(range(0x21, 0x7F)))
