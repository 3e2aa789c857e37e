"""Segments gathered into paragraphs, for reading."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.domain import Segment
from core.export.clean import one_line, seconds

PAUSE_S = 2.0
"""A silence longer than this starts a new paragraph."""

SENTENCES = 5
CHARACTERS = 800
"""Where a language or a model sets no full stops, length ends a paragraph."""

_SENTENCE_ENDS = (".", "!", "?", "…", "。", "\uff01", "\uff1f", "؟", "।", '."', '!"', '?"', ".”", "!”", "?”")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Consecutive sentences of one speaker. `speaker` is empty where it isn't known."""

    start_s: float
    text: str
    speaker: str


def paragraphs(segments: Iterable[Segment]) -> list[Paragraph]:
    """The paragraphs in the segments' order. Segments without text are left out."""
    finished: list[Paragraph] = []
    gathered: list[str] = []
    begun_s, last_s, speaker, sentences = 0.0, 0.0, "", 0

    def finish() -> None:
        if gathered:
            finished.append(Paragraph(begun_s, " ".join(gathered), speaker))
            gathered.clear()

    for segment in segments:
        text = one_line(segment.text)
        if not text:
            continue
        name = one_line(segment.speaker or "")
        is_full = sentences >= SENTENCES or sum(map(len, gathered)) >= CHARACTERS
        if is_full or name != speaker or seconds(segment.start_s) - last_s > PAUSE_S:
            finish()
        if not gathered:
            begun_s, speaker, sentences = seconds(segment.start_s), name, 0
        gathered.append(text)
        sentences += text.endswith(_SENTENCE_ENDS)
        last_s = seconds(segment.end_s)
    finish()
    return finished
