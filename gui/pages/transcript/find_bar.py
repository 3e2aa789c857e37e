"""Find and replace in the transcript that is edited, and its words that were heard uncertainly."""

from typing import Self

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QWidget

from core.editing import Edit, Place, Query, find, replace_all, replace_text
from core.i18n import Translator
from gui.pages.transcript.editing_session import EditingSession
from gui.pages.transcript.text_modes import TextModes
from gui.widgets.reader.match_controls import MatchControls
from gui.widgets.reader.tool_button import tool_button

_PAUSE_MS = 120
"""From the last change of the text to the next search in it, so that no key waits for a search in hours of text."""


class FindBar(QWidget):
    """Two lines above the text. `open` shows it, Escape hides it."""

    closed = Signal()
    """The bar was hidden; the next key belongs to the text."""

    def __init__(self, session: EditingSession, text: TextModes, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._text = text
        self._tr = tr
        self._places: list[Place] = []
        self._number = 0
        self._goes_there = False
        self._searching = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._searching.timeout.connect(self._search)
        self.wanted = self._line(tr("Find in this text"))
        self.replacement = self._line(tr("Replace with"))
        self.matches = MatchControls(tr, self.go)
        self.match_case = QCheckBox(tr("Match case"))
        self.whole_words = QCheckBox(tr("Whole words"))
        self.replace_one = QPushButton(tr("Replace"))
        self.replace_everywhere = QPushButton(tr("Replace all"))
        self.wanted.textChanged.connect(self._begin)
        for box in (self.match_case, self.whole_words):
            box.toggled.connect(self._begin)
        self.wanted.returnPressed.connect(lambda: self.go(1))
        self.replacement.returnPressed.connect(self._replace)
        self.replace_one.clicked.connect(self._replace)
        self.replace_everywhere.clicked.connect(self._replace_all)
        session.changed.connect(self._searching.start)
        session.opened.connect(self._searching.start)
        self._lay_out()
        self.hide()
        self._tell()

    def take_over(self, before: Self) -> None:
        """Go on with what is searched for there: in a window in another language."""
        self.match_case.setChecked(before.match_case.isChecked())
        self.whole_words.setChecked(before.whole_words.isChecked())
        self.replacement.setText(before.replacement.text())
        self.wanted.setText(before.wanted.text())

    def open(self, search: str = "") -> None:
        """Show the bar with this search, or with the one before."""
        self.show()
        if search:
            self.wanted.setText(search)
        self.wanted.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.wanted.selectAll()
        self._begin()

    def search_for(self, search: str) -> None:
        """Find this and go there, without taking the focus."""
        self.show()
        self.wanted.setText(search)
        self._begin()

    def close_bar(self) -> None:
        """Hide the bar and mark nothing any more; the place that was marked is selected, to be typed over."""
        self.hide()
        self._text.show_found([], None)
        if self.current is not None:
            self._text.go_to(self.current)
        self.closed.emit()

    @property
    def current(self) -> Place | None:
        """The place that is marked, None where nothing was found."""
        return self._places[self._number] if self._places else None

    def go(self, step: int) -> None:
        """Go to the next (1) or the previous (-1) place, around the end if need be."""
        if self._searching.isActive():
            self._search()
        if self._places:
            self._number = (self._number + step) % len(self._places)
            self._show()
            self._go_there()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)

    @property
    def _query(self) -> Query:
        return Query(self.wanted.text(), self.match_case.isChecked(), self.whole_words.isChecked())

    def _begin(self) -> None:
        """Search anew, and go to the first place from the cursor on."""
        self._goes_there = True
        self._searching.start()

    def _search(self) -> None:
        """Search now, and not once more by the timer."""
        self._searching.stop()
        if not self.isVisible():
            return
        self._places = list(find(self._session.document, self._query))
        self._number = self._first_from_cursor()
        self._show()
        if self._goes_there:
            self._go_there()
        self._goes_there = False

    def _go_there(self) -> None:
        """Put the cursor before the place that is marked. Selected, it would look like all the others."""
        if self.current is not None:
            self._text.go_to(Place(self.current.segment_id, self.current.begin, self.current.begin))

    def _first_from_cursor(self) -> int:
        at = self._text.cursor_place()
        if at is None:
            return 0
        index = self._session.document.index
        here = (index(at.segment_id), at.begin)
        after = (n for n, place in enumerate(self._places) if (index(place.segment_id), place.begin) >= here)
        return next(after, 0)

    def _show(self) -> None:
        self._text.show_found(self._places, self._number if self._places else None)
        self._tell()

    def _tell(self) -> None:
        count = len(self._places)
        self.matches.show(self._number + 1, count, is_searching=bool(self.wanted.text().strip()))
        for button in (self.replace_one, self.replace_everywhere):
            button.setEnabled(count > 0)

    def _replace(self) -> None:
        """Replace the place that is marked, and go to the next."""
        if self._searching.isActive():
            self._search()
        place = self.current
        if place is None:
            return
        text = self._session.document[place.segment_id].text
        new = text[: place.begin] + self.replacement.text() + text[place.end :]
        edit = replace_text(self._session.document, place.segment_id, new)
        self._session.do(edit, self._tr("Replacing"))
        behind = place.begin + len(self.replacement.text())
        self._text.go_to(Place(place.segment_id, behind, behind))
        self._begin()

    def _replace_all(self) -> None:
        count = len(list(find(self._session.document, self._query)))
        edit: Edit = replace_all(self._session.document, self._query, self.replacement.text())
        self._session.do(edit, self._tr("Replacing all"))
        self._search()
        self.matches.found.setText(
            self._tr.plural("{count} place was replaced.", "{count} places were replaced.", count)
        )

    def _line(self, name: str) -> QLineEdit:
        line = QLineEdit()
        line.setPlaceholderText(name)
        line.setAccessibleName(name)
        line.setClearButtonEnabled(True)
        return line

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(self.wanted, 0, 0)
        finding = QHBoxLayout()
        matches = self.matches
        for widget in (matches.previous, matches.next, self.match_case, self.whole_words, matches.found):
            finding.addWidget(widget)
        finding.addStretch(1)
        finding.addWidget(tool_button("close", self._tr("Close (Esc)"), self.close_bar))
        grid.addLayout(finding, 0, 1)
        grid.addWidget(self.replacement, 1, 0)
        replacing = QHBoxLayout()
        for button in (self.replace_one, self.replace_everywhere):
            replacing.addWidget(button)
        replacing.addStretch(1)
        grid.addLayout(replacing, 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
