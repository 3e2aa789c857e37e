"""Keeps the lines of a translation beside the segments of a text that is edited."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from core.domain.scripts import join_prose
from core.domain.translation import UNTRANSLATED, TranslatedLine, Translation


def is_outdated(line: TranslatedLine, text: str) -> bool:
    """Whether the text beside the line isn't the one that was translated any more."""
    return bool(text.strip()) and line.source != text


def aligned_lines(texts: Sequence[str], translation: Translation) -> list[TranslatedLine]:
    """A line for each text: its own, else that of the text which it was made of. Takes a while for thousands."""
    lines = translation.lines
    sources = [line.source for line in lines]
    aligned: list[TranslatedLine] = []
    for kind, first, last, begin, end in SequenceMatcher(None, sources, texts, autojunk=False).get_opcodes():
        if kind == "equal":
            aligned += lines[first:last]
        else:
            aligned += realigned_lines(texts[begin:end], lines[first:last], translation)
    return aligned


def realigned_lines(
    texts: Sequence[str], before: Sequence[TranslatedLine], translation: Translation
) -> list[TranslatedLine]:
    """A line for each of the texts that stand in place of those that had the lines `before`.

    A text that was translated gets its own line, also where an edit was taken back. Of the others each keeps the line
    that was there, the last one all that are left over.
    """
    carried = list(before[: len(texts)])
    if len(before) > len(texts) > 0:
        carried[-1] = _joined(before[len(texts) - 1 :])
    carried += [UNTRANSLATED] * (len(texts) - len(carried))
    known = translation.by_source
    return [line if line.source == text else known.get(text, line) for text, line in zip(texts, carried, strict=True)]


def _joined(lines: Iterable[TranslatedLine]) -> TranslatedLine:
    kept = list(lines)
    return TranslatedLine(join_prose(one.source for one in kept), join_prose(one.text for one in kept))
