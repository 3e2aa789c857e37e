"""Widgets side by side, in as many columns as there is room for."""

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from gui.scale import Gap


class ReflowingGrid(QWidget):
    """`columns` are the numbers of columns that it may have; a column is at least `smallest` characters wide."""

    def __init__(
        self, widgets: Sequence[QWidget], columns: Sequence[int], smallest: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._widgets = tuple(widgets)
        self._columns = sorted(columns, reverse=True)
        self._smallest = smallest
        self._shown = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(Gap.MEDIUM)
        self._arrange(self._columns[-1])

    @property
    def columns(self) -> int:
        """How many columns there are now."""
        return self._shown

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() // max(1, self._smallest * self.fontMetrics().averageCharWidth())
        self._arrange(next((count for count in self._columns if count <= room), self._columns[-1]))

    def _arrange(self, columns: int) -> None:
        if columns == self._shown:
            return
        for number in range(max(columns, self._shown)):
            self._grid.setColumnStretch(number, 1 if number < columns else 0)
        self._shown = columns
        for number, widget in enumerate(self._widgets):
            self._grid.addWidget(widget, number // columns, number % columns)
