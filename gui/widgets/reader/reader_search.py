"""The search in the text that is read: its field, the count of matches, and the buttons to go through them."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from core.i18n import Translator
from gui.widgets.reader.match_controls import MatchControls
from gui.widgets.reader.tool_button import tool_button
from gui.widgets.reader.transcript_text import TranscriptText


class ReaderSearch(QWidget):
    """A line above one `TranscriptText`, hidden until something is searched for there."""

    opened = Signal()
    """A person wants to search in the text."""

    closed = Signal()
    """The line was hidden while it had the focus, so the next key belongs to the text."""

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
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line, 1)
        for widget in (self.matches.found, self.matches.previous, self.matches.next):
            row.addWidget(widget)
        row.addWidget(tool_button("close", tr("Close (Esc)"), self.close_line))
        self._show_count()
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether the line is there, be it on a page that isn't shown."""
        return not self.isHidden()

    def close_at_escape(self, page: QWidget) -> None:
        """Close the line at Escape wherever on this page the focus is, unless what has it needs Escape itself."""
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A key comes to the page when nothing in it has taken it."""
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if is_escape and event.type() is QEvent.Type.KeyPress and self.is_open:
            self.close_line()
            return True
        return False

    def refresh(self) -> None:
        """Search again: the text is another one, or has grown."""
        self._find(self.line.text())

    def open(self) -> None:
        """Show the line, and let the next key go into its field."""
        self.opened.emit()
        self.show()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()

    def close_line(self) -> None:
        """Hide the line and mark nothing any more."""
        had_focus = self.isAncestorOf(self.window().focusWidget() or self.window())
        self.line.clear()
        self.hide()
        if had_focus:
            self.closed.emit()

    def clear(self) -> None:
        """Search for nothing any more: another recording is shown."""
        self._given = ""
        self.close_line()

    def search_for(self, search: str) -> None:
        """Mark what was searched for in the history, once; what a person types here afterwards stays."""
        if search != self._given:
            self._given = search
            self.line.setText(search)
            self.setVisible(bool(search))
            self._search_went_on()

    def find_next(self) -> None:
        """Go to the next match; ask what to search for where nothing is."""
        self._go_or_open(1)

    def find_previous(self) -> None:
        """Go to the previous match; ask what to search for where nothing is."""
        self._go_or_open(-1)

    def _go_or_open(self, step: int) -> None:
        if self.is_open:
            self._go(step)
        else:
            self.open()

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
            self.close_line()
        self._show_count()

    def _show_count(self) -> None:
        text = self._text
        self.matches.show(text.match_number, text.match_count, is_searching=bool(self.line.text()))
