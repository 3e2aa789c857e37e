"""Case-insensitive and accent-insensitive search by a phrase or by words, as in the history."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

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

        Of two places that overlap, the longer one stays.
        """
        words = re.findall(r"\w+", FoldedText(wanted).text)
        found: dict[int, int] = {}
        for number, word in enumerate(words):
            ends = "" if number == len(words) - 1 else r"(?!\w)"
            spans = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(word)}{ends}", self.text)]
            if not spans:
                return []
            for start, end in spans:
                found[start] = max(end, found.get(start, end))
        return [self._place(start, end) for start, end in sorted(found.items())]

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


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    parts = unicodedata.normalize("NFD", character.casefold())
    return "".join(part for part in parts if unicodedata.category(part) != "Mn")
