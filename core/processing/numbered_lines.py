"""Splits a transcript's segments into numbered lines, in batches that fit into one request to a language model."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from core.domain import Segment
from core.domain.graphemes import graphemes
from core.domain.scripts import join_prose
from core.domain.sentence_ends import sentence_ends

LONGEST_LINE_TOKENS = 400
"""A service that writes no times may give a whole chunk as one segment; such ones are translated in pieces."""

_BYTES_PER_TOKEN = 3
"""Roughly, for all scripts: of Latin letters a token takes four, of Chinese ones three bytes."""


@dataclass(frozen=True, slots=True)
class Line:
    """A segment's text, or a piece of a long one. `number` counts lines from 1, `segment` is the segment's place."""

    number: int
    segment: int
    text: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines for one request, and the text of those just before."""

    lines: tuple[Line, ...]
    before: tuple[str, ...] = ()

    @property
    def tokens(self) -> int:
        """About how many its lines are."""
        return sum(tokens_of(line.text) for line in self.lines)


def tokens_of(text: str) -> int:
    """About how many tokens a model sees in a text."""
    return len(text.encode("utf-8", "replace")) // _BYTES_PER_TOKEN + 1


def lines_of(segments: Iterable[Segment]) -> tuple[Line, ...]:
    """All lines in their order. A segment without letters and digits has none: there is nothing in it to translate."""
    pieces = (
        (place, piece)
        for place, segment in enumerate(segments)
        if any(map(str.isalnum, segment.text))
        for piece in pieces_of(segment.text, LONGEST_LINE_TOKENS)
    )
    return tuple(Line(number, place, piece) for number, (place, piece) in enumerate(pieces, 1))


def pieces_of(text: str, most_tokens: int) -> Iterator[str]:
    """The text on one line, cut where it is longer: after a sentence, else between words, else between letters."""
    yield from _pieces(" ".join(text.split()), most_tokens, (sentence_ends, _word_ends, _grapheme_ends))


def batches_of(lines: Sequence[Line], *, most_tokens: int, most_lines: int, before: int) -> tuple[Batch, ...]:
    """The lines in their order, each in one batch; `before` is how many earlier ones each batch is shown."""
    batches: list[Batch] = []
    begin, tokens = 0, 0
    for place, line in enumerate(lines):
        tokens += tokens_of(line.text)
        if place > begin and (tokens > most_tokens or place - begin >= most_lines):
            batches.append(_batch(lines, begin, place, before))
            begin, tokens = place, tokens_of(line.text)
    if begin < len(lines):
        batches.append(_batch(lines, begin, len(lines), before))
    return tuple(batches)


def with_texts(segments: Sequence[Segment], lines: Iterable[Line], texts: Mapping[int, str]) -> tuple[Segment, ...]:
    """The segments with other texts: their times and speakers stay, the times of words go.

    `texts` holds one for the number of every line. A segment without lines stays as it is.
    """
    pieces: dict[int, list[str]] = {}
    for line in lines:
        pieces.setdefault(line.segment, []).append(texts[line.number])
    return tuple(
        Segment(
            segment.start_s,
            segment.end_s,
            join_prose(pieces[place]) if place in pieces else segment.text,
            speaker=segment.speaker,
        )
        for place, segment in enumerate(segments)
    )


def _batch(lines: Sequence[Line], begin: int, end: int, before: int) -> Batch:
    return Batch(tuple(lines[begin:end]), tuple(line.text for line in lines[max(0, begin - before) : begin]))


def _word_ends(text: str) -> Iterator[int]:
    return (found.start() for found in re.finditer(" ", text))


def _grapheme_ends(text: str) -> Iterator[int]:
    return accumulate(map(len, graphemes(text)))


def _pieces(text: str, most_tokens: int, ways: Sequence[Callable[[str], Iterable[int]]]) -> Iterator[str]:
    """The text cut at places that the first way finds, and a piece that is still longer by the next ones."""
    text = text.strip()
    if tokens_of(text) <= most_tokens:
        if text:
            yield text
        return
    if not ways:
        length = max(1, most_tokens * _BYTES_PER_TOKEN // 4)  # No character takes more than four bytes.
        yield from (text[begin : begin + length] for begin in range(0, len(text), length))
        return
    find, *finer = ways
    begin = end = 0
    for place in (*find(text), len(text)):
        if begin < end and tokens_of(text[begin:place].strip()) > most_tokens:
            yield from _pieces(text[begin:end], most_tokens, finer)
            begin = end
        end = place
    yield from _pieces(text[begin:], most_tokens, finer)
