"""Parses a language model's answer to numbered lines: which lines it holds, and which of them are doubtful."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from core.processing.numbered_lines import Line

_NUMBER = re.compile(r"\s*(?:line\s*)?(\d{1,9})[.:]?\s*", re.IGNORECASE)
_BEGINNING = re.compile(r"[{\[]")
_MOST_BEGINNINGS = 20
"""In how many places JSON is looked for between prose."""

_LEAST_WORDS_TO_COMPARE = 4
"""In words. Two lines may both be translated as "Yes, of course", but hardly as the same longer sentence."""


@dataclass(frozen=True, slots=True)
class ParsedLines:
    """`texts` are the lines that came back, by number; `certain` those among them that needn't be requested again."""

    texts: dict[int, str]
    certain: dict[int, str]


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with all its members, the repeated ones too."""


def parse_lines(answer: str, lines: Sequence[Line]) -> ParsedLines:
    """The texts of these lines in an answer, which may have prose or a fence around its JSON.

    A line that came twice with different texts counts as missing. Not certain is the one before a missing one, as it
    may have swallowed it, and two that say the same although they were different lines.
    """
    requested = {line.number for line in lines}
    texts: dict[int, str] = {}
    contradicted: set[int] = set()
    for number, text in _numbered(_values(answer)):
        text = _clean(text)
        if number in requested and text and texts.setdefault(number, text) != text:
            contradicted.add(number)
    for number in contradicted:
        del texts[number]
    doubtful: set[int] = set()
    for before, line in pairwise(lines):
        if line.number not in texts:
            doubtful.add(before.number)
        elif before.number in texts and _repeats(before, line, texts):
            doubtful |= {before.number, line.number}
    return ParsedLines(texts, {number: text for number, text in texts.items() if number not in doubtful})


def _repeats(before: Line, line: Line, texts: dict[int, str]) -> bool:
    text = texts[line.number]
    return texts[before.number] == text and before.text != line.text and len(text.split()) >= _LEAST_WORDS_TO_COMPARE


def _values(answer: str) -> Iterator[Any]:
    """All that is JSON in the answer, objects as their pairs."""
    decoder = json.JSONDecoder(object_pairs_hook=_Pairs)
    place = 0
    for _ in range(_MOST_BEGINNINGS):
        found = _BEGINNING.search(answer, place)
        if found is None:
            return
        try:
            value, place = decoder.raw_decode(answer, found.start())
        except (ValueError, RecursionError):
            place = found.end()
        else:
            yield value


def _numbered(values: Iterator[Any] | list[Any]) -> Iterator[tuple[int, str]]:
    """Numbers with their texts, however deep: as members of an object, or as objects with a number and a text."""
    for value in values:
        if isinstance(value, _Pairs):
            own = [member for _, member in value]
            numbers = [member for member in own if isinstance(member, int) and not isinstance(member, bool)]
            texts = [member for member in own if isinstance(member, str)]
            if len(own) == 2 and len(numbers) == len(texts) == 1:
                yield numbers[0], texts[0]
                continue
            for name, member in value:
                number = _NUMBER.fullmatch(name)
                if number and isinstance(member, str):
                    yield int(number[1]), member
            yield from _numbered(own)
        elif isinstance(value, list):
            yield from _numbered(value)


def _clean(text: str) -> str:
    """On one line, as a segment is, and without halves of surrogate pairs, which can't be written to a file."""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
