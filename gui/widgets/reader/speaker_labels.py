"""The speakers' names in a transcript: each in a colour of its own, in front of what they say."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QFont, QPalette, QTextCharFormat, QTextCursor

from core.domain.visible import one_line
from gui.theme import DARK, colours_of

_HUES = (215, 25, 150, 285, 340, 185)
"""Degrees. The name tells who speaks; a colour comes again where there are more speakers."""

_LIGHTNESS = 0.26
_LIGHTNESS_ON_DARK = 0.75
"""With these each hue has a contrast of at least 4.5 on its theme's panel: https://www.w3.org/TR/WCAG22/#contrast-minimum"""

_SATURATION = 0.75
_SCHEME = "speaker"


def speaker_colour(number: int, palette: QPalette) -> QColor:
    """The colour of a speaker by number, from 1."""
    lightness = _LIGHTNESS_ON_DARK if colours_of(palette) is DARK else _LIGHTNESS
    return QColor.fromHslF(_HUES[(number - 1) % len(_HUES)] / 360, _SATURATION, lightness)


class SpeakerLabels:
    """Numbers the speakers of one text by first appearance. `explained` is the tooltip of a name."""

    def __init__(self, explained: str) -> None:
        self._explained = explained
        self._numbers: dict[str, int] = {}

    def insert(self, cursor: QTextCursor, name: str, palette: QPalette, after: QTextCharFormat) -> None:
        """Insert a speaker's name, as a link whose address `speaker_at` reads, and a colon in the format `after`."""
        name = one_line(name)
        number = self._numbers.setdefault(name, len(self._numbers) + 1)
        shown = QTextCharFormat()
        shown.setForeground(speaker_colour(number, palette))
        shown.setFontWeight(QFont.Weight.DemiBold)
        shown.setAnchor(True)
        shown.setAnchorHref(f"{_SCHEME}:{number}")
        shown.setToolTip(self._explained)
        cursor.insertText(name, shown)
        cursor.insertText(": ", after)

    def speaker_at(self, link: QUrl) -> str:
        """The speaker whose name has this address, empty for any other."""
        return next((name for name, number in self._numbers.items() if link == QUrl(f"{_SCHEME}:{number}")), "")
