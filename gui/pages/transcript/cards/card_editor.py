"""The text field on the current card."""

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QTextBlockFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from core.domain.visible import one_line
from core.i18n import Translator
from gui.pages.transcript.cards.card_delegate import LEADING
from gui.pages.transcript.cards.line_end_marks import LineEndMarks
from gui.pages.transcript.text_places import place_in_python, place_in_qt

_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CardEditor(QTextEdit):
    """One line of text, wrapped where it has no room. Where the rules break lines small marks show that."""

    typed = Signal(str)
    """The text is another one, written by a person."""

    step_wanted = Signal(int, int)
    """The next card (1), the previous one (-1), with the cursor as far from the left as it is; -1 for its beginning."""

    extend_wanted = Signal(int)
    """The next (1) or the previous (-1) card is to be selected, too."""

    page_wanted = Signal(int)
    """A card that is a screen further (1) or back (-1)."""

    end_wanted = Signal(int)
    """The first (-1) or the last (1) card."""

    split_wanted = Signal()
    """The card is to be cut at the cursor."""

    join_wanted = Signal(int)
    """The card is to be joined with the next (1) or the previous (-1) one."""

    menu_wanted = Signal(QPoint)
    """The context menu is to be shown at this place of the screen."""

    def __init__(self, tr: Translator, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("cardeditor")
        self.setAccessibleName(tr("Text of this card"))
        self.setAcceptRichText(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)  # Recordings are dropped on the window.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self._lines = QTextBlockFormat()
        self._lines.setLineHeight(LEADING, QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value)
        self.line_ends = LineEndMarks(self)
        self._is_showing = False
        self.textChanged.connect(self._tell_typed)

    @property
    def segment_text(self) -> str:
        """The text as a segment has it."""
        return one_line(self.toPlainText())

    def show_text(self, text: str) -> None:
        """Show another text. The cursor stays where it is, as far as there is text."""
        if self.segment_text == text:
            return
        at = self.textCursor().position()
        self._is_showing = True
        try:
            self.setPlainText(text)
            whole = QTextCursor(self.document())
            whole.select(QTextCursor.SelectionType.Document)
            whole.mergeBlockFormat(self._lines)
        finally:
            self._is_showing = False
        cursor = self.textCursor()
        cursor.setPosition(min(at, self.document().characterCount() - 1))
        self.setTextCursor(cursor)

    def show_breaks(self, parts: Sequence[Sequence[str]]) -> None:
        """Mark where these lines end, which together are the text."""
        text, breaks, at = self.segment_text, [], 0
        for line in (line for part in parts for line in part):
            found = text.find(line, at)
            if found < 0:  # The text is another one by now.
                return
            if at:
                breaks.append(at)
            at = found + len(line)
        was_showing, self._is_showing = self._is_showing, True
        self.line_ends.show(breaks)  # To Qt another look is another text.
        self._is_showing = was_showing

    def show_found(self, spans: Sequence[tuple[int, int, bool]]) -> None:
        """Mark these parts of the segment's text, and those with True as the current one."""
        palette, marks = self.palette(), []
        for begin, end, is_current in spans:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = self._cursor(begin, end)
            mark.format.setBackground(palette.link().color() if is_current else palette.highlight())
            if is_current:
                mark.format.setForeground(palette.base())
            marks.append(mark)
        self.setExtraSelections(marks)

    def span(self) -> tuple[int, int]:
        """Where in the segment's text the cursor is, or what is selected."""
        cursor, line = self.textCursor(), self.toPlainText()
        begin, end = cursor.selectionStart(), cursor.selectionEnd()
        return place_in_python(line, begin), place_in_python(line, end)

    def select(self, begin: int, end: int) -> None:
        """Select this part of the segment's text, or put the cursor there."""
        self.setTextCursor(self._cursor(begin, end))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (self._goes_elsewhere(event) or self._rearranges(event)):
            super().keyPressEvent(event)

    def _goes_elsewhere(self, event: QKeyEvent) -> bool:
        """Go to another card if the key does that."""
        key, modifiers = event.key(), event.modifiers()
        is_plain = modifiers in _PLAIN
        if key in _RETURN and (is_plain or modifiers & ~Qt.KeyboardModifier.KeypadModifier == _SHIFT):
            self.step_wanted.emit(1 if is_plain else -1, -1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and (is_plain or modifiers == _CONTROL):
            step = 1 if key == Qt.Key.Key_Down else -1
            if is_plain and self._has_line(step):
                return False
            self.step_wanted.emit(step, self.cursorRect().left() if is_plain else -1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and modifiers & ~Qt.KeyboardModifier.KeypadModifier == _SHIFT:
            step = 1 if key == Qt.Key.Key_Down else -1
            if self._has_line(step):
                return False
            self.extend_wanted.emit(step)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and is_plain:
            self.page_wanted.emit(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and modifiers == _CONTROL:
            self.end_wanted.emit(1 if key == Qt.Key.Key_End else -1)
        else:
            return False
        return True

    def _rearranges(self, event: QKeyEvent) -> bool:
        """Split or join cards if the key does that here."""
        key, modifiers, cursor = event.key(), event.modifiers(), self.textCursor()
        if self.isReadOnly():
            return False
        if key in _RETURN:
            if modifiers & _CONTROL:
                self.split_wanted.emit()
            return True  # A card is one line.
        if cursor.hasSelection() or modifiers not in (*_PLAIN, _CONTROL):
            return False
        if key == Qt.Key.Key_Backspace and cursor.atStart():
            self.join_wanted.emit(-1)
        elif key == Qt.Key.Key_Delete and cursor.atEnd():
            self.join_wanted.emit(1)
        else:
            return False
        return True

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste text alone, as one line."""
        self.textCursor().insertText(one_line(source.text()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self.viewport()) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.line_ends.draw(painter)

    def _cursor(self, begin: int, end: int) -> QTextCursor:
        """A cursor with this part of the segment's text, as far as the field has it."""
        cursor, line, most = self.textCursor(), self.toPlainText(), self.document().characterCount() - 1
        cursor.setPosition(min(most, place_in_qt(line, begin)))
        cursor.setPosition(min(most, place_in_qt(line, end)), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _has_line(self, step: int) -> bool:
        """Whether the text has another line below (1) or above (-1) that with the cursor."""
        cursor = self.textCursor()
        return cursor.movePosition(QTextCursor.MoveOperation.Down if step > 0 else QTextCursor.MoveOperation.Up)

    def _tell_typed(self) -> None:
        if not self._is_showing:
            self.typed.emit(self.segment_text)
