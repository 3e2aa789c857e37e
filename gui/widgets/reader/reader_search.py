"""The search in the text that is read: its field, the count of matches, and the buttons to go through them."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from core.i18n import Translator
from gui.widgets.reader.match_controls import MatchControls
from gui.widgets.reader.transcript_text import TranscriptText


class ReaderSearch(QObject):
    """Searches in one `TranscriptText`. The reader puts `row` into its layout."""

    def __init__(self, text: TranscriptText, tr: Translator, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = text
        self._given = ""
        """What was searched for in the history, and not typed here."""

        text.search_went_on.connect(self._search_went_on)
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Search in this text"))
        self.line.setAccessibleName(tr("Search in this text"))
        self.line.setClearButtonEnabled(True)
        self.line.textChanged.connect(self._find)
        self.line.returnPressed.connect(self.find_next)
        self.matches = MatchControls(tr, self._go)
        self.row = QHBoxLayout()
        self.row.addWidget(self.line, 1)
        for widget in (self.matches.found, self.matches.previous, self.matches.next):
            self.row.addWidget(widget)
        self._show_count()

    def refresh(self) -> None:
        """Search again: the text is another one, or has grown."""
        self._find(self.line.text())

    def clear(self) -> None:
        """Search for nothing any more."""
        self._given = ""
        self.line.clear()

    def search_for(self, search: str) -> None:
        """Mark what was searched for in the history, once; what a person types here afterwards stays."""
        if search != self._given:
            self._given = search
            self.line.setText(search)
            self._search_went_on()

    def focus(self) -> None:
        """Let the next key go into the field."""
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()

    def find_next(self) -> None:
        """Go to the next match."""
        self._go(1)

    def find_previous(self) -> None:
        """Go to the previous match."""
        self._go(-1)

    def _go(self, step: int) -> None:
        self._text.go_to_match(step)
        self._show_count()

    def _find(self, wanted: str) -> None:
        self._text.find_all(wanted)
        self._show_count()

    def _search_went_on(self) -> None:
        """All of the text is there. What the history found in a name alone isn't searched for in the text."""
        is_given = bool(self._given) and self.line.text() == self._given
        if is_given and self._text.is_whole and not self._text.match_count:
            self.line.clear()
        self._show_count()

    def _show_count(self) -> None:
        text = self._text
        self.matches.show(text.match_number, text.match_count, is_searching=bool(self.line.text()))
