"""A small table of texts that is as high as its rows."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QTableView, QWidget

from gui.widgets.text_table import TextTableModel, set_up_table

_MOST_ROWS = 8
"""Beyond these it scrolls."""

_MOST_OF_WIDTH = 0.4
"""So much of the table's width a column has at most, but the one that takes what the others leave."""

_ROW_HEIGHTS = 2
"""The height of a row in lines of text."""

Row = tuple[str, ...]


class RowsModel(TextTableModel):
    """Rows of texts, with numbers in the last column. `show_rows` changes what differs, so that a selection stays."""

    rows: list[Row]

    def __init__(self, headers: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(headers, (len(headers) - 1,), parent)

    def texts_of(self, row: int) -> Row:
        return self.rows[row]

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows, each with a text for every column."""
        before, now = len(self.rows), len(rows)
        if now < before:
            self.beginRemoveRows(QModelIndex(), now, before - 1)
            del self.rows[now:]
            self.endRemoveRows()
        for number, row in enumerate(rows[:before]):
            if self.rows[number] != row:
                self.rows[number] = row
                self.dataChanged.emit(self.index(number, 0), self.index(number, len(self._headers) - 1))
        if now > before:
            self.beginInsertRows(QModelIndex(), before, now - 1)
            self.rows.extend(rows[before:])
            self.endInsertRows()


class TextTable(QTableView):
    """Column `widest` takes what room the others leave."""

    def __init__(self, name: str, headers: Sequence[str], *, widest: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = RowsModel(headers, self)
        set_up_table(self, name, self.table, widest=widest, row_heights=_ROW_HEIGHTS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.table.rowsInserted.connect(self.updateGeometry)
        self.table.rowsRemoved.connect(self.updateGeometry)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a long text in one column from pushing the others out of sight."""
        super().resizeEvent(event)
        header = self.horizontalHeader()
        widest = round(_MOST_OF_WIDTH * self.viewport().width())
        if widest != header.maximumSectionSize():
            header.setMaximumSectionSize(max(widest, *map(header.sectionSizeHint, range(header.count()))))
            header.resizeSections()

    def sizeHint(self) -> QSize:
        rows = min(_MOST_ROWS, max(1, self.table.rowCount()))
        height = self.horizontalHeader().sizeHint().height() + rows * self.verticalHeader().defaultSectionSize()
        return QSize(super().sizeHint().width(), height + 2 * self.frameWidth() + _ROW_HEIGHTS)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())
