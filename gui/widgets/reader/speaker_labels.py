"""The speakers' names in a transcript: each in a colour of its own, in front of what they say."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QFont, QPalette, QTextCharFormat, QTextCursor

from core.domain.visible import one_line
from gui.theme import speaker_colour

_SCHEME = "speaker"


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
