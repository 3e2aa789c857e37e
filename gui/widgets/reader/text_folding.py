"""Case-insensitive and accent-insensitive search by a phrase or by words, as in the history."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from core.domain.scripts import FOUND_ANYWHERE, LETTERS_ALIKE, is_found_anywhere

_MORE_ACCENTS = frozenset(map(chr, (*range(0x1AB0, 0x1B00), *range(0x1DC0, 0x1E00), *range(0x20D0, 0x2100))))
"""Combining marks for any script, beside those below U+0900."""

_ALIKE = dict(LETTERS_ALIKE)

_LETTER = rf"(?![{FOUND_ANYWHERE}])\w"
"""What belongs to the same word as the letter beside it."""

Place = tuple[int, int]
"""From where to where in a document, as Qt counts: characters beyond the first plane count twice."""


class FoldedText:
    """A text to search in, and where in the document each character of it is."""

    def __init__(self, text: str) -> None:
        self._places: list[Place] | None = None
        if text.isascii():
            self.text = text.lower()
            return
        pieces: list[str] = []
        places: list[Place] = []
        place = 0
        for character in text:
            after = place + (2 if character > "\uffff" else 1)
            piece = _folded(character)
            if piece:
                pieces.append(piece)
                places += [(place, after)] * len(piece)
            elif places and places[-1][1] == place:  # An accent belongs to the letter before it.
                places[-1] = (places[-1][0], after)
            place = after
        self.text = "".join(pieces)
        self._places = places

    def phrase(self, wanted: str) -> list[Place]:
        """Every place with these characters one after the other."""
        folded = FoldedText(wanted).text
        if not folded:
            return []
        return [self._place(found.start(), found.end()) for found in re.finditer(re.escape(folded), self.text)]

    def words(self, wanted: str) -> list[Place]:
        """Every place with one of these words, if all of them occur; the last may be a word's beginning.

        Words of scripts without spaces are found anywhere. Of two places that overlap, the longer one stays.
        """
        of_words = self._of_words(wanted)
        return self._places_of(of_words) if all(of_words) else []

    def any_words(self, wanted: str) -> list[Place]:
        """As `words`, where the others may occur elsewhere."""
        return self._places_of(self._of_words(wanted))

    def _of_words(self, wanted: str) -> list[list[Place]]:
        """From where to where in `text` each of the words occurs."""
        words = _words(FoldedText(wanted).text)
        found = []
        for number, word in enumerate(words):
            begins = "" if is_found_anywhere(word[0]) else rf"(?<!{_LETTER})"
            ends = "" if number == len(words) - 1 or is_found_anywhere(word[-1]) else rf"(?!{_LETTER})"
            found.append([match.span() for match in re.finditer(begins + re.escape(word) + ends, self.text)])
        return found

    def _places_of(self, of_words: list[list[Place]]) -> list[Place]:
        longest: dict[int, int] = {}
        for start, end in chain.from_iterable(of_words):
            longest[start] = max(end, longest.get(start, end))
        return [self._place(start, end) for start, end in sorted(longest.items())]

    def _place(self, start: int, end: int) -> Place:
        if self._places is None:
            return start, end
        return self._places[start][0], self._places[end - 1][1]


def words_at(places: list[Place], text_blocks: Iterator[Place]) -> int:
    """The number of the first place in the block that holds most of them: where all the words of a search are."""
    best, best_count, first = 0, 0, 0
    for start, end in text_blocks:
        while first < len(places) and places[first][0] < start:
            first += 1
        last = first
        while last < len(places) and places[last][0] < end:
            last += 1
        if last - first > best_count:
            best, best_count = first, last - first
        first = last
    return best


def _words(folded: str) -> list[str]:
    """Runs of letters and digits, with the vowel signs that are marks."""
    spaced = "".join(each if each.isalnum() or each == "_" or _is_mark(each) else " " for each in folded)
    return [word for word in spaced.split() if any(map(str.isalnum, word))]


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    """Without accents and width forms. Vowel signs of Indic scripts and the like stay: they make other words."""
    parts = unicodedata.normalize("NFKD", character.casefold())
    return "".join(
        _ALIKE.get(part, part) for part in parts if not (_is_mark(part) and (part < "\u0900" or part in _MORE_ACCENTS))
    )


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")
