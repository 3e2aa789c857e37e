"""Cuts excerpts to the width of a line: between letters, never in one, and with the first match in sight."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from core.domain.graphemes import graphemes

Piece = tuple[str, bool]
"""A part of an excerpt, and whether it is what was searched for."""

_MATCH_AT = 0.7
"""How far to the right the first match may end, as a share of the line."""

_ELLIPSIS = "…"


def utf16_length(text: str) -> int:
    """The length of a text in Qt, in UTF-16 code units: characters beyond U+FFFF count twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fitted_excerpt(pieces: Sequence[Piece], width: float, metrics: QFontMetricsF) -> list[Piece]:
    """The pieces cut to `width` pixels, with an ellipsis where something was cut off.

    `metrics` are those of the widest font that any of the pieces is drawn in.
    """
    before = ""
    rest = list(pieces)
    while rest and not rest[0][1]:
        before += rest.pop(0)[0]
    if not rest:  # Nothing was searched for: the beginning.
        return _pieces_of([(metrics.elidedText(before, Qt.TextElideMode.ElideRight, width), False)])
    room = _MATCH_AT * width - metrics.horizontalAdvance(rest[0][0])
    shown = [(_end_of(before, max(room, 0.0), metrics), False)]
    left = width - metrics.horizontalAdvance(shown[0][0])
    for number, (text, is_match) in enumerate(rest):
        is_last = number == len(rest) - 1
        wide = metrics.horizontalAdvance(text)
        if wide + (0 if is_last else metrics.horizontalAdvance(_ELLIPSIS)) > left:
            shown.append((metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(left, 0.0)), is_match))
            break
        shown.append((text, is_match))
        left -= wide
    return _pieces_of(shown)


def _end_of(text: str, width: float, metrics: QFontMetricsF) -> str:
    """The last words of a text that fit; of a word that is too long itself, its last letters."""
    if metrics.horizontalAdvance(text) <= width:
        return text
    longest = last_word = ""
    for cluster in reversed(graphemes(text)):
        end = cluster + longest
        if metrics.horizontalAdvance(_ELLIPSIS + end) > width:
            break
        longest = end
        if end.startswith(" "):
            last_word = end
    return _ELLIPSIS + (last_word.lstrip() if last_word.strip() else longest)


def _pieces_of(shown: list[Piece]) -> list[Piece]:
    return [(text, is_match) for text, is_match in shown if text]
