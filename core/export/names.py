"""A recording's name as the name of a file that every system accepts."""

import re
import unicodedata

from core.domain.graphemes import grapheme_start
from core.domain.visible import visible
from core.export.formats import FORMATS

LONGEST_STEM_BYTES = 180
"""Leaves room for " (2)", the suffix and cloud drives' additions below the usual limit of 255 bytes."""

LONGEST_NAME_BYTES = 240
"""Of a whole name, with room for a number below the usual limit of 255 bytes."""

NAMELESS = "transcript"

_RECORDING_SUFFIX = re.compile(r"\.(?=[0-9]*[a-z])[0-9a-z]{2,5}$", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_JOINERS = "\u200c\u200d"
"""Invisible, but part of the spelling in Persian, of Indian scripts and of emoji."""

# https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)


def file_name(name: str, format_name: str) -> str:
    """The file name for a recording of this name: `beckett.wav` is `beckett.txt`. Never a path, never empty."""
    return file_stem(name) + FORMATS[format_name].suffix


def file_stem(name: str) -> str:
    """The same without the suffix."""
    stem = _RECORDING_SUFFIX.sub("", _FORBIDDEN.sub("_", unicodedata.normalize("NFC", name)))
    stem = " ".join("".join(filter(_is_assigned, visible(stem))).split())
    longest = len(stem.encode("utf-8")[:LONGEST_STEM_BYTES].decode("utf-8", "ignore"))
    stem = stem[: grapheme_start(stem, longest) or longest].strip(". ")
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return stem or NAMELESS


def is_file_name(name: str) -> bool:
    """Whether every system takes this as a file's name, unchanged."""
    return (
        bool(name.strip(". "))
        and len(name.encode("utf-8", "surrogatepass")) <= LONGEST_NAME_BYTES
        and not _FORBIDDEN.search(name)
        and not _RESERVED.match(name)
        and not name.startswith(" ")
        and not name.endswith((".", " "))
        and visible(name) == name
        and all(map(_is_assigned, name))
    )


def _is_assigned(character: str) -> bool:
    """Whether it is a character, not one of a private use or of none, which other systems may not take in a name."""
    return character in _JOINERS or unicodedata.category(character) not in ("Cf", "Cn", "Co")
