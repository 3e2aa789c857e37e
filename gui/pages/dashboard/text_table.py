"""A small table of texts that is as high as its rows."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView, QWidget

from gui.widgets.text import tooltip

_MOST_ROWS = 8
"""Beyond these it scrolls."""

_ROW_HEIGHTS = 2
"""The height of a row in lines of text."""

_Index = QModelIndex | QPersistentModelIndex
Row = tuple[str, ...]


class TextTableModel(QAbstractTableModel):
    """Rows of texts. `show_rows` changes what differs, so that a selection stays."""

    def __init__(self, headers: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headers = tuple(headers)
        self.rows: list[Row] = []

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

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else len(self._headers)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        text = self.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(text)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._headers[index.column()]}: {text}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        return None

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        """The last column holds numbers."""
        is_last = column == len(self._headers) - 1
        return (Qt.AlignmentFlag.AlignRight if is_last else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter


class TextTable(QTableView):
    """Column `widest` takes what room the others leave."""

    def __init__(self, name: str, headers: Sequence[str], *, widest: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cardlist")
        self.setAccessibleName(name)
        self.table = TextTableModel(headers, self)
        self.setModel(self.table)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHTS * self.fontMetrics().height())
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(widest, QHeaderView.ResizeMode.Stretch)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.table.rowsInserted.connect(self.updateGeometry)
        self.table.rowsRemoved.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        rows = min(_MOST_ROWS, max(1, self.table.rowCount()))
        height = self.horizontalHeader().sizeHint().height() + rows * self.verticalHeader().defaultSectionSize()
        return QSize(super().sizeHint().width(), height + 2 * self.frameWidth() + _ROW_HEIGHTS)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())
