"""Where a line may end, in scripts with and without spaces between words.

Words of Chinese, Japanese and Thai are found by BudouX (Apache-2.0, pure Python, models of 30 to 65 KB). Other scripts
without spaces may be broken after each syllable, as far as their signs tell. Nothing is broken where East Asian
typography forbids it (https://www.w3.org/TR/jlreq/#line_composition_rules), nor within a grapheme cluster.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from itertools import pairwise
from typing import Protocol

from core.domain.graphemes import columns, graphemes
from core.domain.scripts import has_unspaced, is_unspaced
from core.domain.sentence_ends import ends_clause, ends_sentence, is_abbreviated


class Break(IntEnum):
    """How good a place is to end a line, best first."""

    SENTENCE = 0
    CLAUSE = 1
    WORD = 2
    BOUND = 3
    """After an abbreviation, or in a word that is wider than a line, at a hyphen or between syllables."""
    IN_WORD = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that stays on one line, from and to where in the text it is, and what its end is."""

    start: int
    end: int
    columns: int
    after: Break


class _Parser(Protocol):
    def parse(self, sentence: str) -> list[str]: ...


_THAI = re.compile("[\u0e01-\u0e7f]")
_KANA = re.compile("[\u3041-\u30ff\uff66-\uff9f]")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")

_NOT_LAST = frozenset(
    "\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4"  # vowels of Thai and Lao before their consonant
    "\u17d2\u1039\u1a60"  # what joins the next consonant in Khmer, Burmese and Tai Tham
)
_NOT_FIRST = frozenset(
    "\u0e30\u0e32\u0e33\u0e45\u0e46\u0e2f\u0eb0\u0eb2\u0eb3\u0ec6\u0eaf\u0ebd"  # Thai and Lao, after their consonant
    "的了吗嗎呢吧啊呀嘛们們"  # Chinese particles, which lean on the word before them
    "ーゝゞヽヾ々〻\u2010\u30a0\u2013〜ぁぃぅぇぉっゃゅょゎ"
    "ァィゥェォッャュョヮヵヶ"  # https://www.w3.org/TR/jlreq/#cl-11 and others
    "\uff70\uff67\uff68\uff69\uff6a\uff6b\uff6c\uff6d\uff6e\uff6f\uff9e\uff9f%‰℃\uff05"
)
_ASAT = "\u103a"
"""Makes the Burmese consonant before it end its syllable."""

_TSHEG = "\u0f0b"
_OPENING = ("Ps", "Pi")
_CLOSING = ("Pe", "Pf", "Po")
_OPENING_MARKS = "¿¡"

_JOINTS = "-/?&=_.,:+@\u2010\u2013\u2014\u00ad"
"""After these an address or a compound may go on in the next line, where it is wider than one."""

_CONTEXT = 12
"""How much of what follows tells whether a sentence ends."""


def pieces(text: str, line_columns: int, *, by_words: bool = True) -> list[Piece]:
    """The text, one line with single spaces, cut where a line may end.

    Without `by_words` scripts without spaces are cut after any character that may end a line. What is
    wider than a line is cut between grapheme clusters, as there is no better place.
    """
    segmenter = _segmenter(text) if by_words else None
    found: list[Piece] = []
    for word in re.finditer(r"[^ ]+", text):
        cuts = [word.start(), *_cuts(word[0], word.start(), segmenter), word.end()]
        for start, end in pairwise(cuts):
            found += _at_most(text, start, end, line_columns)
    return found


def _at_most(text: str, start: int, end: int, line_columns: int) -> Iterator[Piece]:
    """One piece, or where that is wider than a line those that it may be cut into, of single clusters if need be."""
    width = columns(text[start:end])
    after = _kind(text, start, end)
    if width <= line_columns:
        yield Piece(start, end, width, after)
        return
    for first, last in pairwise([start, *_joints(text[start:end], start), end]):
        kind = after if last == end else Break.BOUND
        width = columns(text[first:last])
        if width <= line_columns:
            yield Piece(first, last, width, kind)
            continue
        for cluster in graphemes(text[first:last]):
            first += len(cluster)
            within = kind if first == last else Break.IN_WORD
            yield Piece(first - len(cluster), first, columns(cluster), within)


def _joints(word: str, offset: int) -> Iterator[int]:
    """Where a word that is wider than a line is cut before it is cut anywhere."""
    place = offset
    for before, after in pairwise(graphemes(word)):
        place += len(before)
        if _may_part(before, after) or (before in _JOINTS and after.isalnum()):
            yield place


def _kind(text: str, start: int, end: int) -> Break:
    part, following = text[start:end], text[end : end + _CONTEXT]
    if ends_sentence(part, following):
        return Break.SENTENCE
    if is_abbreviated(part, following):
        return Break.BOUND
    return Break.CLAUSE if ends_clause(part) or ends_sentence(part) else Break.WORD


def _cuts(word: str, offset: int, segmenter: _Parser | None) -> list[int]:
    """Where within a run without spaces a line may end, in the order of the text."""
    if not has_unspaced(word):
        return []
    clusters = graphemes(word)
    places: list[int] = []
    place = 0
    for before, after in pairwise(clusters):
        place += len(before)
        if _may_part(before, after):
            places.append(place)
    if segmenter is not None:
        ends = _ends(segmenter.parse(word))
        # Other scripts than the model's come out of it in one piece, or anyhow.
        places = [place for place in places if place in ends or not (_is_modelled(word[place - 1], word[place]))]
    return [offset + place for place in places]


def _ends(parts: list[str]) -> set[int]:
    ends: set[int] = set()
    place = 0
    for part in parts:
        place += len(part)
        ends.add(place)
    return ends


def _is_modelled(before: str, after: str) -> bool:
    return all(_THAI.match(each) or _KANA.match(each) or _HAN.match(each) for each in (before, after))


def _may_part(before: str, after: str) -> bool:
    """Whether a line may end between two clusters that no space parts."""
    last, first = before[-1], after[0]
    if not (is_unspaced(last) or is_unspaced(first)):
        return False
    if last in _NOT_LAST or first in _NOT_FIRST or after[1:2] == _ASAT:
        return False
    if unicodedata.category(last) in _OPENING or last in _OPENING_MARKS:
        return False
    return not (unicodedata.category(first) in _CLOSING and first not in _OPENING_MARKS) and _tibetan(last, first)


def _tibetan(last: str, first: str) -> bool:
    """Tibetan parts its syllables by a dot."""
    return not ("\u0f00" <= last <= "\u0fff" and "\u0f00" <= first <= "\u0fff") or last in (_TSHEG, "\u0f0d", "\u0f14")


def _segmenter(text: str) -> _Parser | None:
    """The model of the script that has one, told by the whole text: kanji alone could be Chinese."""
    if _THAI.search(text):
        return _model("th")
    if _KANA.search(text):
        return _model("ja")
    if _HAN.search(text):
        return _model("zh-hant" if _is_traditional(text) else "zh-hans")
    return None


def _is_traditional(text: str) -> bool:
    """Whether the text has traditional forms, which the character set of simplified Chinese lacks."""
    han = "".join(_HAN.findall(text))
    try:
        han.encode("gb2312")
    except UnicodeEncodeError:
        return len(han.encode("big5", "ignore")) == 2 * len(han)
    return False


@cache
def _model(language: str) -> _Parser:
    import budoux

    loaders = {
        "ja": budoux.load_default_japanese_parser,
        "th": budoux.load_default_thai_parser,
        "zh-hans": budoux.load_default_simplified_chinese_parser,
        "zh-hant": budoux.load_default_traditional_chinese_parser,
    }
    return loaders[language]()
