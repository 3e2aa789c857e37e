"""The times beside a transcript: painted, not part of its text, so that neither a search nor a copy has them."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QTextBlock
from PySide6.QtWidgets import QTextEdit, QWidget

from gui.widgets.text import clock

_GAP = 14
"""Between a time and the text, in pixels."""


class TimeGutter(QWidget):
    """A time in front of each block of a text edit; a click on one activates its block."""

    activated = Signal(int)
    """The number of the block whose time was clicked on."""

    def __init__(self, edit: QTextEdit, time_of: Callable[[int], float | None], explained: str) -> None:
        """`time_of` gives the seconds of a block by its number, None where it has no time."""
        super().__init__(edit)
        self._edit = edit
        self._time_of = time_of
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(explained)
        edit.verticalScrollBar().valueChanged.connect(self.update)
        edit.document().documentLayout().documentSizeChanged.connect(self.update)

    def width_for(self, longest_s: float) -> int:
        """The width in pixels of times up to this one."""
        return self._edit.fontMetrics().horizontalAdvance("0" * len(clock(longest_s))) + _GAP

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._edit.font())
        painter.setPen(self.palette().link().color())
        top = self._edit.verticalScrollBar().value()
        block = self._first_block()
        while block.isValid():
            layout = block.layout()
            at = layout.position().y() - top
            if at > self.height():
                break
            time_s = self._time_of(block.blockNumber())
            if time_s is not None and layout.lineCount():
                line = layout.lineAt(0)
                painter.drawText(QPointF(0, at + line.y() + line.ascent()), clock(time_s))
            block = block.next()
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            block = self._edit.cursorForPosition(QPoint(0, event.position().toPoint().y())).block()
            if self._time_of(block.blockNumber()) is not None:
                self.activated.emit(block.blockNumber())

    def _first_block(self) -> QTextBlock:
        return self._edit.cursorForPosition(QPoint(0, 0)).block()
