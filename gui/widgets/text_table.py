"""Tables of texts with headers, without a grid, whose rows are selected as a whole."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from gui.widgets.text import tooltip

Index = QModelIndex | QPersistentModelIndex


class TextTableModel(QAbstractTableModel):
    """Rows, each with a text for every column. A subclass keeps `rows`, and says what their texts are.

    `numeric` are the columns with numbers, which are aligned at the right.
    """

    def __init__(self, headers: Sequence[str], numeric: Collection[int] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headers = tuple(headers)
        self._numeric = frozenset(numeric)
        self.rows: list[Any] = []

    def texts_of(self, row: int) -> Sequence[str]:
        """The texts of a row."""
        raise NotImplementedError

    def tooltip_of(self, row: int, column: int) -> str:
        """What the tooltip of a cell says, as plain text."""
        return self.texts_of(row)[column]

    def colour_of(self, row: int, column: int) -> QColor | None:
        """The colour of a cell's text; None for the usual one."""
        return None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else len(self._headers)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.texts_of(row)[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self.tooltip_of(row, column))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._headers[column]}: {self.texts_of(row)[column]}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self.colour_of(row, column)
        return None

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column in self._numeric else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


def set_up_table(view: QTableView, name: str, model: TextTableModel, *, widest: int, row_heights: float) -> None:
    """Let `view` show `model`, in rows of so many lines of text. Column `widest` takes the room that others leave."""
    view.setObjectName("cardlist")
    view.setAccessibleName(name)
    view.setModel(model)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setTabKeyNavigation(False)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(round(row_heights * view.fontMetrics().height()))
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(widest, QHeaderView.ResizeMode.Stretch)


def keeping_place(view: QTableView, key_of: Callable[[int], object], change: Callable[[], None]) -> None:
    """Change the rows of a view's model. The row that is selected stays so by its key, and the view scrolled as far."""
    selection, place = view.selectionModel(), view.verticalScrollBar().value()
    selected = [key_of(index.row()) for index in selection.selectedRows()]
    change()
    if selected and not selection.hasSelection():
        row = next((row for row in range(view.model().rowCount()) if key_of(row) in selected), None)
        if row is not None:
            view.selectRow(row)
    view.verticalScrollBar().setValue(place)
