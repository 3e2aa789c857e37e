"""The table of people and groups, as rows of texts that are shown without losing what is selected."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from core.domain.bot import Access
from core.domain.bot_chats import BotChat
from gui.theme import colours_of
from gui.widgets.text import named, tooltip

_ROW_HEIGHTS = 2.1
"""The height of a row in lines of text."""

_Index = QModelIndex | QPersistentModelIndex

NUMERIC = frozenset({2, 3})
"""The columns with numbers."""


class ChatModel(QAbstractTableModel):
    """A row is a chat, and its texts."""

    def __init__(self, headers: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headers = tuple(headers)
        self.rows: list[tuple[BotChat, tuple[str, ...]]] = []

    def show(self, rows: Sequence[tuple[BotChat, tuple[str, ...]]]) -> None:
        """Show these rows; where only texts differ, what is selected stays."""
        if [chat.chat_id for chat, _ in rows] == [chat.chat_id for chat, _ in self.rows]:
            self.rows = list(rows)
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self._headers) - 1))
            return
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else len(self._headers)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        chat, texts = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return texts[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(texts[index.column()] if index.column() else f"{texts[0]} ({chat.chat_id})")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._headers[index.column()]}: {texts[index.column()]}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 1 and chat.access is Access.BLOCKED:
            return QColor(colours_of(QGuiApplication.palette()).bad)
        return None


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in NUMERIC else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def plain_table(name: str, model: QAbstractTableModel, *, widest: int, parent: QWidget | None = None) -> QTableView:
    """A table without a grid, whose column `widest` takes the room that the others leave."""
    made = named(QTableView(parent), "cardlist")
    made.setAccessibleName(name)
    made.setModel(model)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    made.setTabKeyNavigation(False)
    made.setShowGrid(False)
    made.setWordWrap(False)
    made.verticalHeader().hide()
    made.verticalHeader().setDefaultSectionSize(round(_ROW_HEIGHTS * made.fontMetrics().height()))
    header = made.horizontalHeader()
    header.setHighlightSections(False)
    header.setResizeContentsPrecision(-1)  # All rows: none of them is visible yet when the first ones come.
    header.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(widest, QHeaderView.ResizeMode.Stretch)
    return made
