"""Segments gathered into paragraphs, for reading."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from core.domain import Segment
from core.domain.graphemes import columns
from core.domain.scripts import join_prose
from core.domain.sentence_ends import ends_sentence
from core.export.clean import one_line, seconds
from core.export.subtitles.clock import TextClock
from core.export.subtitles.line_breaks import Break, pieces

PAUSE_S = 2.0
"""A silence of this length starts a new paragraph."""

LEAST_SENTENCES = 3
MOST_SENTENCES = 6
LONG_COLUMNS = 600
BREATH_S = 1.0
"""A paragraph of so many sentences ends at the latter number, and before it with a longer text or a shorter pause."""

MOST_COLUMNS = 1200
"""Where a language or a model sets no full stops, length ends a paragraph. A Chinese character takes two columns."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Consecutive sentences of one speaker. `speaker` is empty where it isn't known."""

    start_s: float
    text: str
    speaker: str


def paragraphs_of(segments: Iterable[Segment]) -> list[Paragraph]:
    """The paragraphs in the segments' order. Segments without text are left out."""
    divider = ParagraphDivider()
    begun: list[tuple[Segment, list[str]]] = []
    for part in itertools.chain.from_iterable(map(_parts, segments)):
        if divider.begins(part):
            begun.append((part, []))
        begun[-1][1].append(part.text)
    return [
        Paragraph(seconds(first.start_s), join_prose(texts), one_line(first.speaker or "")) for first, texts in begun
    ]


class ParagraphDivider:
    """Told the sentences of a transcript one after the other, says which of them begin a paragraph."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._sentences = 0
        self._speaker = ""
        self._end_s = 0.0

    def begins(self, segment: Segment) -> bool:
        """Whether this one, which is the next one and has text, begins a paragraph."""
        name = one_line(segment.speaker or "")
        pause_s = seconds(segment.start_s) - self._end_s
        is_first = not self._texts
        is_full = not is_first and _is_full(self._texts, self._sentences, pause_s)
        is_new = is_first or name != self._speaker or pause_s >= PAUSE_S or is_full
        if is_new:
            self._texts, self._sentences, self._speaker = [], 0, name
        self._texts.append(segment.text)
        self._sentences += ends_sentence(segment.text)
        self._end_s = seconds(segment.end_s)
        return is_new


def _parts(segment: Segment) -> Iterator[Segment]:
    """The segment on one line; one that is longer than a paragraph, as services without times write, cut at its ends.

    Their times are by its words, or as if each column took the same time.
    """
    text = one_line(segment.text)
    if len(text) <= MOST_COLUMNS // 2 or columns(text) <= MOST_COLUMNS:
        if text:
            yield replace(segment, text=text)
        return
    clock = TextClock(segment, text)
    start = width = 0
    for piece in pieces(text, MOST_COLUMNS):
        width += piece.columns
        is_end = piece.after is Break.SENTENCE or (width >= LONG_COLUMNS and piece.after is Break.CLAUSE)
        if is_end or width >= MOST_COLUMNS or piece.end == len(text):
            yield replace(
                segment,
                start_s=clock.start_s(start),
                end_s=clock.end_s(piece.end),
                text=text[start : piece.end].strip(),
                words=(),
            )
            start, width = piece.end, 0


def _is_full(gathered: Sequence[str], sentences: int, pause_s: float) -> bool:
    """Whether a paragraph with these texts is long enough, and they end with a sentence if there are any ends."""
    width = sum(map(columns, gathered))
    if width >= MOST_COLUMNS or sentences >= MOST_SENTENCES:
        return True
    if not sentences:
        return width >= LONG_COLUMNS and pause_s >= BREATH_S
    is_long = sentences >= LEAST_SENTENCES and (width >= LONG_COLUMNS or pause_s >= BREATH_S)
    return is_long and ends_sentence(gathered[-1])
