"""Find and replace in a document's text, and its words that were heard uncertainly."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.domain.word_places import word_places
from core.editing.document import Document, Edit, SegmentId
from core.editing.words import with_text

DOUBTFUL = 0.5
"""Words that a provider gives a lower probability than this are doubtful."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. Letters count as the same in either case unless `match_case`."""

    text: str
    match_case: bool = False
    whole_words: bool = False

    def pattern(self) -> re.Pattern[str] | None:
        """As a regular expression; None where nothing is looked for."""
        if not self.text.strip():
            return None
        text = r"\s+".join(map(re.escape, self.text.split()))
        if self.whole_words:
            text = rf"(?<!\w){text}(?!\w)"
        return re.compile(text, re.NOFLAG if self.match_case else re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the text of a segment."""

    segment_id: SegmentId
    begin: int
    end: int


def find(document: Document, query: Query) -> Iterator[Place]:
    """Where the text is in the document. What begins in one segment and ends in another isn't found."""
    pattern = query.pattern()
    if pattern is None:
        return
    for one in document.segments:
        for match in pattern.finditer(one.segment.text):
            yield Place(one.id, *match.span())


def replace_all(document: Document, query: Query, replacement: str) -> Edit:
    """The edit that puts `replacement`, letter by letter as it is, in place of everything that is found."""
    pattern = query.pattern()
    if pattern is None:
        return Edit(())
    return document.replacing(
        (one.id, with_text(one.segment, " ".join(pattern.sub(lambda _: replacement, one.segment.text).split())))
        for one in document.segments
        if pattern.search(one.segment.text)
    )


def doubtful_words(document: Document, below: float = DOUBTFUL) -> Iterator[Place]:
    """The words that were heard uncertainly, and that the text still has."""
    for one in document.segments:
        places = word_places(one.segment.text, (word.text for word in one.segment.words))
        for word, place in zip(one.segment.words, places, strict=True):
            if place is not None and word.probability < below:
                yield Place(one.id, *place)
