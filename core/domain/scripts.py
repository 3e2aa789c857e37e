"""Scripts that are written without spaces between words, told by their characters.

Ranges are those of the blocks in https://www.unicode.org/Public/UCD/latest/ucd/Blocks.txt.
"""

import re
from collections.abc import Iterable

EAST_ASIAN = (
    "\u2e80-\u2fdf"  # Radicals
    "\u3001-\u30ff\u3100-\u312f\u31a0-\u31bf\u31f0-\u31ff"  # Punctuation, kana, bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han
    "\ua000-\ua4cf"  # Yi
    "\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff9f"  # Full-width punctuation, half-width katakana
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"  # Older kana, more Han
)
"""Chinese and Japanese with their punctuation, and Yi, for a class of a regular expression."""

SOUTHEAST_ASIAN = (
    "\u0e01-\u0e3a\u0e40-\u0eff"  # Thai, Lao
    "\u0f00-\u0fff"  # Tibetan
    "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f"  # Burmese
    "\u1780-\u17ff\u19e0-\u19ff"  # Khmer
    "\u1950-\u19df\u1a20-\u1aaf\uaa80-\uaadf"  # Tai Le, New Tai Lue, Tai Tham, Tai Viet
    "\u1b00-\u1b7f\ua980-\ua9df"  # Balinese, Javanese
)
"""Scripts of South-East Asia and Tibet that have no spaces between words, for a class of a regular expression."""

HANGUL = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"
"""Korean, which has spaces, but whose particles stick to their words, for a class of a regular expression."""

FOUND_ANYWHERE = EAST_ASIAN + SOUTHEAST_ASIAN + HANGUL
"""What a search finds within a longer run of letters, too, for a class of a regular expression."""

LETTERS_ALIKE = (
    *(("ß", "ss"), ("ı", "i"), ("ё", "е"), ("ł", "l"), ("đ", "d"), ("ø", "o"), ("œ", "oe"), ("æ", "ae")),  # noqa: RUF001
    *(("ά", "α"), ("έ", "ε"), ("ή", "η"), ("ί", "ι"), ("ό", "ο"), ("ύ", "υ"), ("ώ", "ω")),  # noqa: RUF001
)
"""Small letters, each with what people type for it, that searches don't tell apart, beside accents of Latin letters."""

_EAST_ASIAN = re.compile(f"[{EAST_ASIAN}]")
_UNSPACED = re.compile(f"[{EAST_ASIAN}{SOUTHEAST_ASIAN}]")
_FOUND_ANYWHERE = re.compile(f"[{FOUND_ANYWHERE}]")


def is_unspaced(character: str) -> bool:
    """Whether words of this character's script follow each other without a space."""
    return _UNSPACED.match(character) is not None


def has_unspaced(text: str) -> bool:
    """Whether any character of the text is of such a script."""
    return _UNSPACED.search(text) is not None


def is_found_anywhere(character: str) -> bool:
    """Whether a search finds what begins or ends with this character within a longer run of letters, too."""
    return _FOUND_ANYWHERE.match(character) is not None


def join_prose(texts: Iterable[str]) -> str:
    """Sentences or phrases as one line of prose: with a space between two, but where their scripts have none."""
    joined: list[str] = []
    for text in filter(None, map(str.strip, texts)):
        if joined and not _touch(joined[-1][-1], text[0]):
            joined.append(" ")
        joined.append(text)
    return "".join(joined)


def _touch(last: str, first: str) -> bool:
    """Whether nothing stands between two phrases that end and begin with these characters.

    Chinese and Japanese also follow letters and digits of other scripts so; after the full stop of another language
    a space stays.
    """
    if is_unspaced(last) and is_unspaced(first):
        return True
    is_first, is_last = _EAST_ASIAN.match(first), _EAST_ASIAN.match(last)
    return bool((is_last and first.isalnum()) or (is_first and last.isalnum()) or (is_last and not last.isalnum()))
