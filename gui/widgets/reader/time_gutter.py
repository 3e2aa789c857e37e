"""The times beside a transcript: painted, not part of its text, so that neither a search nor a copy has them."""

from collections.abc import Callable
from math import ceil, floor

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QTextBlock
from PySide6.QtWidgets import QTextEdit, QWidget

from gui.widgets.reader.segment_blocks import block_at
from gui.widgets.text import clock

GAP = 14
"""Between a time and what follows it, in pixels."""


class TimeGutter(QWidget):
    """A time in front of each block of a text edit; a click on one activates its block.

    The edit calls `make_room` where other times are shown, and `place` when its size has changed.
    """

    activated = Signal(int)
    """The number of the block whose time was clicked on."""

    def __init__(self, edit: QTextEdit, time_of: Callable[[int], float | None], explained: str) -> None:
        """`time_of` gives the seconds of a block by its number, None where it has no time."""
        super().__init__(edit)
        self._edit = edit
        self._near = 0
        """The block that was looked for last; the next one is seldom far from it."""
        self._time_of = time_of
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(explained)
        edit.verticalScrollBar().valueChanged.connect(self.update)
        layout = edit.document().documentLayout()
        layout.documentSizeChanged.connect(self.update)
        layout.update.connect(self._update_beside)

    def width_for(self, longest_s: float) -> int:
        """The width in pixels of times up to this one."""
        return self._edit.fontMetrics().horizontalAdvance("0" * len(clock(longest_s))) + GAP

    def make_room(self, width: int) -> None:
        """Be so many pixels wide, and move the text aside; with 0 there is no gutter."""
        if width != self._edit.viewportMargins().left():
            self._edit.setViewportMargins(width, 0, 0, 0)
        self.place()

    def place(self) -> None:
        """Stand where the text has left room."""
        inside, width = self._edit.viewport().geometry(), self._edit.viewportMargins().left()
        self.setGeometry(inside.left() - width, inside.top(), width, inside.height())
        self.setVisible(width > 0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setFont(self._edit.font())
            top = self._edit.verticalScrollBar().value()
            block = self._block_at(event.rect().top())
            while block.isValid():
                layout = block.layout()
                at = layout.position().y() - top
                if at > event.rect().bottom():
                    break
                time_s = self._time_of(block.blockNumber())
                if time_s is not None and layout.lineCount():
                    line = layout.lineAt(0)
                    baseline = at + line.y() + line.ascent()
                    painter.setPen(self.palette().link().color())
                    painter.drawText(QPointF(0, baseline), clock(time_s))
                    self._paint_after_time(painter, block.blockNumber(), baseline)
                block = block.next()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            number = self._block_at(event.position().toPoint().y()).blockNumber()
            if self._time_of(number) is not None:
                self._click(number, event.position().x())

    def _update_beside(self, changed: QRectF) -> None:
        """Paint again beside what is painted again of the text: at a key a line or two, not all times."""
        top = self._edit.verticalScrollBar().value()
        above, below = max(0, floor(changed.top()) - top), min(self.height(), ceil(changed.bottom()) - top)
        if above < below:
            self.update(0, above, self.width(), below - above)

    def _paint_after_time(self, painter: QPainter, number: int, baseline: float) -> None:
        """Paint what else stands beside the block with this number, at the baseline of its first line."""

    def _click(self, number: int, x: float) -> None:
        """There was a click beside the block with this number, so far from the left."""
        self.activated.emit(number)

    def _block_at(self, height: int) -> QTextBlock:
        found = block_at(self._edit, height, self._near)
        self._near = found.blockNumber()
        return found
