"""Text as what a reader sees as one character, and how wide that is.

By wcwidth (MIT), which knows Unicode's grapheme clusters and widths. It is loaded late: most texts are plain ASCII.
"""

import unicodedata
from functools import lru_cache

_LONGEST = 256
"""So many characters around a place are looked at. Unicode's own limit is 30 marks on a letter in text for streams
(https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format); a longer run of signs and flags is no writing."""


def graphemes(text: str) -> list[str]:
    """The grapheme clusters (https://www.unicode.org/reports/tr29/): a letter with its accents, an emoji, a flag.

    Marks that those rules leave alone, as some vowel signs of Burmese, go with the letter before them, too: nobody
    writes one by itself.
    """
    if text.isascii() and "\r" not in text:
        return list(text)
    from wcwidth import iter_graphemes

    clusters: list[str] = []
    for cluster in iter_graphemes(text):
        if clusters and _is_mark(cluster[0]) and not _is_control(clusters[-1][-1]):
            clusters[-1] += cluster
        else:
            clusters.append(cluster)
    return clusters


def grapheme_start(text: str, place: int) -> int:
    """The last place up to this one at which a text can be cut without cutting a grapheme cluster in two."""
    return _around(text, place)[0]


def grapheme_end(text: str, place: int) -> int:
    """The first place from this one on at which a text can be cut without cutting a grapheme cluster in two."""
    return _around(text, place)[1]


def columns(text: str) -> int:
    """How wide a text is: 1 for a letter, 2 for a full-width one or an emoji, 0 for what is added to a letter."""
    if text.isascii():
        return len(text)
    return _columns(text)


def _around(text: str, place: int) -> tuple[int, int]:
    """Where the cluster is that this place is within; twice the place where it is between two."""
    if not 0 < place < len(text) or (text[place - 1 : place + 1].isascii() and text[place] != "\n"):
        return place, place
    begin = place
    while begin > max(0, place - _LONGEST) and not _surely_part(text[begin - 1], text[begin]):
        begin -= 1
    end = begin
    for cluster in graphemes(text[begin : place + _LONGEST]) if begin < place else ():
        begin, end = end, end + len(cluster)
        if end >= place:
            break
    return (end, end) if end == place else (begin, end)


def _surely_part(before: str, after: str) -> bool:
    """Whether two characters part whatever stands around them. What is added to a letter may join it with the next."""
    is_added = len(graphemes("a" + before)) == 1
    return not is_added and len(graphemes(before + after)) == 2


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Zl", "Zp")


@lru_cache(maxsize=8192)
def _columns(text: str) -> int:
    from wcwidth import iter_graphemes

    return sum(map(_width, iter_graphemes(text)))  # Of a mark that goes with no cluster wcwidth knows the width alone.


@lru_cache(maxsize=8192)
def _width(cluster: str) -> int:
    from wcwidth import wcswidth

    return max(0, wcswidth(cluster))
