"""A translation to read: a line for each segment of the text beside it, those that don't fit any more marked."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMouseEvent, QResizeEvent, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QTextEdit, QWidget

from core.domain.visible import one_line
from core.i18n import Translator
from gui.theme import colours_of
from gui.widgets.reader.segment_blocks import SLICE, begin_block, block_format, finish_layout
from gui.widgets.reader.time_gutter import TimeGutter

MISSING = "\N{EN DASH}"
"""Stands for a segment that has no translation."""

ShownLine = tuple[str, bool]
"""A line's text, and whether it is outdated."""


class TranslationView(QTextEdit):
    """Its blocks are the first of the lines; the rest is laid out a slice at a time."""

    line_chosen = Signal(int)
    """A person has clicked on the line with this number."""

    grown = Signal()
    """More of the lines can be scrolled to."""

    time_chosen = Signal(int)
    """A person has clicked on the time of the line with this number."""

    def __init__(self, tr: Translator, time_of: Callable[[int], float | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[ShownLine] = []
        self._shown = 0
        self._current = -1
        self._is_filling = False
        self._longest_s = 0.0
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)  # Recordings are dropped on the window.
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setAccessibleName(tr("Translation"))
        self._pending = QTimer(self, interval=0, singleShot=True)
        self._pending.timeout.connect(self._show_slice)
        self._gutter = TimeGutter(self, time_of, tr("A click on a time plays from there"))
        self._gutter.activated.connect(self.time_chosen)

    @property
    def is_filled(self) -> bool:
        """Whether all lines are there, and none of them is being changed."""
        return not self._is_filling and not self._pending.isActive()

    def show_lines(self, lines: Sequence[ShownLine], longest_s: float) -> None:
        """Show these; times reach up to `longest_s`."""
        self._lines = list(lines)
        self._longest_s = longest_s
        self._restart()

    def replace_lines(self, index: int, count: int, lines: Sequence[ShownLine]) -> None:
        """In place of `count` lines there are these."""
        before = self._lines[index : index + count]
        self._lines[index : index + count] = lines
        if self._pending.isActive() or (not self._shown and lines):
            self._restart()
            return
        difference = len(lines) - count
        with self._filling():
            finish_layout(self.document())
            if difference > 0:
                self._insert_blocks(index + count, difference)
            elif difference < 0:
                self._delete_blocks(index + len(lines), -difference)
            for number, line in enumerate(lines):
                if difference or line != before[number]:  # At most keys it is the same: what is typed in was outdated.
                    self._set_block(index + number)
        if difference:
            self._gutter.update()

    def mark(self, number: int) -> bool:
        """Have this line stand out: the one beside the cursor. Returns whether it is another one than before."""
        if number == self._current:
            return False
        self._current = number
        self._mark()
        if not self.hasFocus() and 0 <= number < self._shown:  # There a person begins to read by keys.
            with self._filling():
                self.setTextCursor(QTextCursor(self.document().findBlockByNumber(number)))
        return True

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and self._lines:
            self._restart()

    def resizeEvent(self, event: QResizeEvent) -> None:
        with self._filling():
            super().resizeEvent(event)
        self._gutter.place()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        is_plain_click = event.button() is Qt.MouseButton.LeftButton and not self.textCursor().hasSelection()
        if is_plain_click and self._shown:
            self.line_chosen.emit(self.cursorForPosition(event.position().toPoint()).blockNumber())

    def _restart(self) -> None:
        self._pending.stop()
        self._shown = 0
        with self._filling():
            self.clear()
            self._gutter.make_room(self._gutter.width_for(self._longest_s) if self._lines else 0)
        self._show_slice()
        with self._filling():
            self.moveCursor(QTextCursor.MoveOperation.Start)

    @contextmanager
    def _filling(self) -> Iterator[None]:
        """What is scrolled meanwhile isn't by a person."""
        was_filling, self._is_filling = self._is_filling, True
        try:
            yield
        finally:
            self._is_filling = was_filling

    def _show_slice(self) -> None:
        last = min(len(self._lines), self._shown + SLICE)
        with self._filling():
            cursor = QTextCursor(self.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.beginEditBlock()
            block = block_format()
            for number in range(self._shown, last):
                begin_block(cursor, number, block)
                cursor.insertText(*self._drawn(number))
            cursor.endEditBlock()
        self._shown = last
        self._mark()
        self._gutter.update()
        if last < len(self._lines):
            self._pending.start()
        self.grown.emit()

    def _drawn(self, number: int) -> tuple[str, QTextCharFormat]:
        text, is_outdated = self._lines[number]
        colours = colours_of(self.palette())
        drawn = QTextCharFormat()
        drawn.setForeground(QColor(colours.text if not is_outdated else colours.warning if text else colours.muted))
        drawn.setFontItalic(is_outdated)
        return one_line(text) or (MISSING if is_outdated else ""), drawn

    def _set_block(self, number: int) -> None:
        cursor = QTextCursor(self.document().findBlockByNumber(number))
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(*self._drawn(number))

    def _insert_blocks(self, index: int, count: int) -> None:
        cursor = QTextCursor(self.document())
        if index < self._shown:
            cursor.setPosition(self.document().findBlockByNumber(index).position())
        else:
            cursor.movePosition(QTextCursor.MoveOperation.End)
        for _ in range(count):
            cursor.insertBlock(block_format())
        self._shown += count

    def _delete_blocks(self, index: int, count: int) -> None:
        cursor = QTextCursor(self.document())
        last = self.document().findBlockByNumber(index + count - 1)
        if index + count < self._shown:
            cursor.setPosition(self.document().findBlockByNumber(index).position())
            cursor.setPosition(last.position() + last.length(), QTextCursor.MoveMode.KeepAnchor)
        else:  # An empty text has one block, too.
            before = self.document().findBlockByNumber(max(0, index - 1))
            cursor.setPosition(before.position() + (before.length() - 1 if index else 0))
            cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        self._shown -= count

    def _mark(self) -> None:
        if not 0 <= self._current < self._shown:
            self.setExtraSelections([])
            return
        marked = QTextEdit.ExtraSelection()
        marked.cursor = QTextCursor(self.document().findBlockByNumber(self._current))
        marked.cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        marked.format.setBackground(self.palette().highlight())
        marked.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        self.setExtraSelections([marked])
