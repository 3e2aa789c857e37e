"""A layout that puts widgets side by side, and begins a new line where there is no more room."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget, QWidgetItem


class FlowLayout(QLayout):
    """After Qt's example (https://doc.qt.io/qt-6/qtwidgets-layouts-flowlayout-example.html).

    Each widget has the size that it asks for, and is centred in the height of its line.
    """

    def __init__(self, parent: QWidget | None = None, *, gap: int, line_gap: int) -> None:
        """`gap` lies between widgets, `line_gap` between lines, in pixels."""
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap, self._line_gap = gap, line_gap
        self.setContentsMargins(0, 0, 0, 0)

    def addWidget(self, widget: QWidget) -> None:
        """Give it an item that is made here.

        PySide 6.11 may declare the wrappers of what Qt has made as deleted together with one above them, though all of
        that lives on (its `invalidate`). Asking such an item for its size raises, and that within a layout of Qt's is a
        crash. What Python has made is spared.
        """
        self.addChildWidget(widget)
        self.addItem(QWidgetItem(widget))

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), is_for_real=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, is_for_real=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return size

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _arrange(self, area: QRect, *, is_for_real: bool) -> int:
        """Place the widgets and return the height that they take."""
        top, line, left = area.top(), list[tuple[QLayoutItem, int]](), area.left()
        for item in self._shown():
            width = min(item.sizeHint().width(), area.width())
            if line and left + width > area.left() + area.width():
                top += self._finish(line, top, is_for_real=is_for_real) + self._line_gap
                line, left = [], area.left()
            line.append((item, left))
            left += width + self._gap
        return top + self._finish(line, top, is_for_real=is_for_real) - area.top()

    def _finish(self, line: list[tuple[QLayoutItem, int]], top: int, *, is_for_real: bool) -> int:
        height = max((item.sizeHint().height() for item, _ in line), default=0)
        for item, left in line if is_for_real else ():
            size = item.sizeHint()
            item.setGeometry(QRect(QPoint(left, top + (height - size.height()) // 2), size))
        return height
