"""The list of cards. The current one has a text field; the others are drawn."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from core.editing import SegmentId
from core.export import STANDARD
from core.i18n import Translator
from gui.pages.transcript.cards.card_delegate import LEADING, CardDelegate
from gui.pages.transcript.cards.card_editor import CardEditor
from gui.pages.transcript.cards.card_model import CardModel
from gui.pages.transcript.cards.card_selection import CardSelection
from gui.pages.transcript.cards.card_texts import CardTexts

_Index = QModelIndex | QPersistentModelIndex

_AROUND_TEXT = 5
"""The text field's border and padding, which lie around the text that it stands for."""

_CURSOR_ROOM = 24
"""More than a line of the rules needs, so that a letter that is typed at its end doesn't go to the next line."""

_CONTROL = Qt.KeyboardModifier.ControlModifier
_LEAVING = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CardView(QTableView):
    """Rows of `CardModel`, as high as their cards. What a person does to the text is told by the editor's signals."""

    time_clicked = Signal(int)
    """The times of the card in this row were clicked on."""

    current_changed = Signal()
    """Another card has the text field."""

    selection_changed = Signal()
    """Other cards are selected."""

    delete_wanted = Signal()
    """The cards that are selected are to be deleted."""

    menu_wanted = Signal(QPoint)
    """The context menu is to be shown at this place of the screen."""

    def __init__(self, model: CardModel, texts: CardTexts, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("list")
        self.setAccessibleName(tr("Cards of the subtitles"))
        self._cards = model
        self._is_several = False
        self._delegate = CardDelegate(texts, self)
        self.line_columns = STANDARD.line_columns
        """How many characters a line has by the rules."""
        self.editor = CardEditor(tr, self.viewport())
        self.editor.hide()
        self.editor.menu_wanted.connect(self.menu_wanted)
        self.editor.document().documentLayout().documentSizeChanged.connect(self.fit_current)
        self.setItemDelegate(self._delegate)
        self.setModel(model)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.selection = CardSelection(self)
        self.selection.changed.connect(self._follow_selection)
        model.is_told_selected = lambda row: self._is_several and row in self.selection
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalScrollBar().valueChanged.connect(self._place_editor)
        model.rowsInserted.connect(lambda _, first, last: self.fit(range(first, last + 1)))
        model.dataChanged.connect(lambda first, last: self.fit(range(first.row(), last.row() + 1)))

    @property
    def current_row(self) -> int:
        """The row with the text field, -1 where there is none."""
        return self.currentIndex().row()

    @property
    def current_id(self) -> SegmentId | None:
        """The segment of that row."""
        return self._cards.id_at(self.current_row) if self.current_row >= 0 else None

    @property
    def selected_ids(self) -> list[SegmentId]:
        """The segments of the cards that are selected, in their order, or of the current one."""
        rows = self.selection.rows if self._is_several else [self.current_row]
        return [self._cards.id_at(row) for row in rows if row >= 0]

    @property
    def _edited_row(self) -> int:
        """The row with the text field: none while several are selected, whose keys are others."""
        return -1 if self._is_several else self.current_row

    def go_to_row(self, row: int) -> None:
        """Select this row alone, put the text field on it and scroll there."""
        self.selection.choose(row)
        self.keep_in_sight(row)
        self._place_editor()

    def keep_in_sight(self, row: int) -> None:
        """Scroll so that this card can be read, and what follows it, unless it can be."""
        top, height = self.rowViewportPosition(row), self.viewport().height()
        if not (top >= 0 and top + self.rowHeight(row) <= height):
            self.updateGeometries()  # The bar may not know of cards that are higher than before.
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + top - height // 3)

    def row_at_page(self, step: int) -> int:
        """The row that is a screen further (1) or back (-1) than the current one."""
        header = self.verticalHeader()
        place = header.sectionPosition(max(0, self.current_row)) + step * self.viewport().height() * 9 // 10
        row = header.visualIndexAt(place - header.offset())
        return row if row >= 0 else (self._cards.rowCount() - 1 if step > 0 else 0)

    def fit(self, rows: range) -> None:
        """Give these rows the height of their cards. What is seen at the top stays there."""
        anchor = self.rowAt(0)
        before = self.rowViewportPosition(anchor) if anchor >= 0 else 0
        metrics, is_changed = self.fontMetrics(), False
        for row in rows:
            text_height = self._delegate.edited_height if row == self._delegate.edited_row else 0
            height = self._delegate.height_of(self._cards.card(row), metrics, text_height)
            if height != self.rowHeight(row):
                self.setRowHeight(row, height)
                is_changed = True
        if not is_changed:
            return
        self.updateGeometries()
        moved = self.rowViewportPosition(anchor) - before if anchor >= 0 else 0
        if moved:
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + moved)
        self._place_editor()

    def update_rows(self, first: int, last: int) -> None:
        """Draw these rows anew, if any of them is in sight."""
        top, bottom = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        if first <= (bottom if bottom >= 0 else last) and last >= top:
            self.viewport().update()

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        self.show_current()
        for index in (current, previous):
            if index.isValid():
                self.fit(range(index.row(), index.row() + 1))
                self.update(index)
        self._place_editor()
        self.current_changed.emit()

    def show_current(self) -> None:
        """Show the text of the current card in the text field."""
        self._delegate.edited_row = self._edited_row
        if self._edited_row < 0:
            self.editor.hide()
            self.editor.show_text("")
            return
        card = self._cards.card(self.current_row)
        self.editor.show_text(card.segment.text)
        self.editor.show_breaks(card.checked.parts if card.checked is not None else ())

    def extend_selection(self, row: int) -> None:
        """Select all cards from the one that was chosen last to this row, as far as there are any."""
        if self._cards.rowCount():
            row = min(max(0, row), self._cards.rowCount() - 1)
            self.selection.extend(row)
            self.keep_in_sight(row)

    def leave_selection(self) -> None:
        """Select the current card alone, and go to its text."""
        if self.current_row >= 0:
            self.go_to_row(self.current_row)
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys while several cards are selected; the text field has its own."""
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        row = self._row_of_key(key)
        if row is not None:
            self._go_by_key(row, modifiers)
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.selection.choose_all()
        elif key in _LEAVING:
            self.leave_selection()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_wanted.emit()
        elif key == Qt.Key.Key_Space and not modifiers:
            self.selection.toggle(self.current_row)
        else:
            event.ignore()

    def _row_of_key(self, key: Qt.Key) -> int | None:
        if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            return self.row_at_page(1 if key == Qt.Key.Key_PageDown else -1)
        row, last = self.current_row, self._cards.rowCount() - 1
        key_rows = {Qt.Key.Key_Up: max(0, row - 1), Qt.Key.Key_Down: min(last, row + 1), Qt.Key.Key_Home: 0}
        return last if key == Qt.Key.Key_End else key_rows.get(key)

    def _go_by_key(self, row: int, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.extend_selection(row)
        elif modifiers == _CONTROL:
            self.selection.go(row)
            self.keep_in_sight(row)
        else:
            self.go_to_row(row)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a text puts the cursor there, one on times plays from there; with Shift or Ctrl it selects."""
        row = self.rowAt(event.position().toPoint().y())
        if row < 0:
            return
        self.setAutoScroll(False)  # What is clicked on stays under the pointer.
        try:
            if event.button() is Qt.MouseButton.LeftButton:
                self._click(row, event)
            elif row not in self.selection:
                self.selection.choose(row)
        finally:
            self.setAutoScroll(True)

    def _click(self, row: int, event: QMouseEvent) -> None:
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.selection.extend(row)
        elif modifiers & _CONTROL:
            self.selection.toggle(row)
        else:
            self.selection.choose(row)
            if event.position().x() < self._delegate.left_width(self.fontMetrics()):
                self.time_clicked.emit(row)
            else:
                inside = self.editor.viewport().mapFrom(self.viewport(), event.position().toPoint())
                self.editor.setTextCursor(self.editor.cursorForPosition(inside))
        (self if self._is_several else self.editor).setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Nothing is selected by dragging: a hand that trembles on a click would leave the text."""
        if not event.buttons():
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The press has done all."""

    def _follow_selection(self) -> None:
        """Have the text field while one card is selected, and the keys of several while there are more."""
        is_several = self.selection.is_several
        if is_several != self._is_several:
            self._is_several = is_several
            if is_several and self.editor.hasFocus():
                self.setFocus(Qt.FocusReason.OtherFocusReason)  # Before it is hidden, which would lose the focus.
            self.show_current()
            self.fit_current()
            self._place_editor()
            if not is_several and self.hasFocus() and not self.editor.isHidden():
                self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.selection_changed.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self._is_several and not self.editor.isHidden():
            self.editor.setFocus(event.reason())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_editor()
        self.fit_current()

    def fit_current(self) -> None:
        """Give the current row the height of its card, and of the text field where it has that."""
        row = self.current_row
        self._delegate.edited_height = int(self.editor.document().size().height() + 0.5)
        if 0 <= row < self._cards.rowCount():
            self.fit(range(row, row + 1))

    def _place_editor(self) -> None:
        """Have the text field stand on the current card, wherever that is."""
        row = self._edited_row
        if not 0 <= row < self._cards.rowCount():
            self.editor.hide()
            return
        rect, metrics = self.visualRect(self.currentIndex()), self.fontMetrics()
        text = self._delegate.text_rect(rect, self._cards.card(row), metrics, self._delegate.edited_height)
        # As wide as a line of the rules, so that the text is wrapped about where files break it.
        text.setHeight(max(metrics.lineSpacing() + LEADING, self._delegate.edited_height))
        text.setWidth(min(text.width(), metrics.averageCharWidth() * self.line_columns + _CURSOR_ROOM))
        self.editor.setGeometry(text.adjusted(-_AROUND_TEXT, -_AROUND_TEXT, _AROUND_TEXT, _AROUND_TEXT))
        self.editor.show()
