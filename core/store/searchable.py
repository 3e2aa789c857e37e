"""Texts in the form in which full-text indexes take them, and the words of a search in the same form.

Indexes cut texts into words at spaces. Scripts without spaces would make one word of a sentence, so here each of their
characters becomes a word: a separator is put between them, which is taken out again where the text is shown. What was
typed is cut the same way; then its characters have to follow each other. So words of any length are found anywhere in a
sentence, without a dictionary, at the price of a byte a character. Hangul, whose particles stick to their words, is
treated alike. Every store must use these functions for both, what it indexes and what it looks for.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from core.domain.scripts import FOUND_ANYWHERE, LETTERS_ALIKE

SEPARATOR = "\x1f"
"""Stands between characters that are words of their own. No text that people write or say has it."""

_CUT = f"[{FOUND_ANYWHERE}]"
_ANY = re.compile(_CUT)
_PLACES = re.compile(rf"(?<={_CUT})(?=\w)|(?<=\w)(?={_CUT})(?=\w)")
"""Before a letter, not before a mark that belongs to the letter before it."""

_BEYOND_LATIN = re.compile(r"[^\x00-\x1e\x20-\u036f]+")
_KATAKANA = {unicodedata.normalize("NFKC", half): half for half in map(chr, range(0xFF66, 0xFF9E))}
_VOICED = {"\u3099": "\uff9e", "\u309a": "\uff9f"}
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}

_POINTS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670]")
"""Vowels of Hebrew and Arabic, which are mostly left out."""

_EMOJI_STYLE = "\ufe0e\ufe0f"
_LONGEST_ALIKE = 24
"""Longer words are looked for as they are."""


@dataclass(frozen=True, slots=True)
class SearchWord:
    """One word of a search, in the forms in which a text may have it.

    `forms` are sequences of index words, separated by spaces, which have to follow each other. `exact` is not empty
    where the word has vowel signs or other marks, which indexes drop: the searchable text must hold one of these.
    """

    forms: tuple[str, ...]
    exact: tuple[str, ...] = ()


def searchable(text: str) -> str:
    """The text for an index, with separators; composed (NFC), else unchanged. Doing it again changes nothing."""
    if text.isascii():
        return text.replace(SEPARATOR, "")
    composed = unicodedata.normalize("NFC", text.replace(SEPARATOR, ""))
    return _PLACES.sub(SEPARATOR, composed) if _ANY.search(composed) else composed


def without_separators(indexed: str) -> str:
    """The text that was made searchable, or a part of it, as it is shown."""
    return indexed.replace(SEPARATOR, "")


def search_words(typed: str) -> tuple[SearchWord, ...]:
    """The words of what a person typed; empty where there is no letter or digit in it."""
    return tuple(_search_word(word) for word in _words(unicodedata.normalize("NFC", typed)))


def search_symbols(typed: str) -> tuple[str, ...]:
    """The emoji and other symbols of what a person typed, which no index has. ASCII ones search for nothing."""
    shown = (each.rstrip(_EMOJI_STYLE) for each in unicodedata.normalize("NFC", typed).split())
    return tuple(each for each in shown if any(map(_is_symbol, each)))


def _words(typed: str) -> Iterator[str]:
    """Runs of letters and digits with their marks, which a regular expression can't name."""
    spaced = "".join(each if each.isalnum() or each == "_" or _is_mark(each) else " " for each in typed)
    return (word for word in spaced.split() if any(map(str.isalnum, word)))


def _search_word(word: str) -> SearchWord:
    """With its full-width, half-width and plain forms, as speech engines and file names have all of them."""
    plain = unicodedata.normalize("NFKC", word)
    wide = plain.translate(_FULL_WIDTH)
    half = "".join(map(_half_width, plain))
    bare = _POINTS.sub("", plain)
    forms = tuple(dict.fromkeys(map(searchable, (word, plain, wide, half, bare, *_alike(plain)))))
    exact = tuple(filter(None, map(_exact, forms)))
    if exact and bare != plain:
        exact = (*exact, searchable(bare))
    return SearchWord(tuple(form.replace(SEPARATOR, " ") for form in forms), exact)


def _exact(form: str) -> str:
    """The longest part of a form that has marks and no Latin letters, of which a text may have capitals."""
    parts = (part.strip(SEPARATOR) for part in _BEYOND_LATIN.findall(form) if any(map(_is_mark, part)))
    return max(parts, key=len, default="")


def _alike(word: str) -> Iterator[str]:
    """The word with letters in place of others that are alike: one of them, or all."""
    if len(word) > _LONGEST_ALIKE:
        return
    lowered = word.replace("İ", "i").lower()
    for old, new in (*LETTERS_ALIKE, *((plain, special) for special, plain in LETTERS_ALIKE)):
        parts = lowered.split(old)
        if len(parts) > 1:
            yield new.join(parts)
        if len(parts) > 2:
            yield from (old.join(parts[:at]) + new + old.join(parts[at:]) for at in range(1, len(parts)))


def _half_width(character: str) -> str:
    """The half-width form of a katakana, with its voicing after it; other characters as they are."""
    apart = unicodedata.normalize("NFD", character)
    if apart[0] not in _KATAKANA:
        return character
    return _KATAKANA[apart[0]] + "".join(_VOICED.get(mark, mark) for mark in apart[1:])


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _is_symbol(character: str) -> bool:
    return not character.isascii() and unicodedata.category(character).startswith("S")
