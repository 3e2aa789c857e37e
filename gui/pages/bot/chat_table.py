"""The table of people and groups, as rows of texts that are shown without losing what is selected."""

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QTableView, QWidget

from core.domain.bot import Access
from core.domain.bot_chats import BotChat
from gui.theme import colours_of
from gui.widgets.first_key import FirstKey
from gui.widgets.text_table import TextTableModel, set_up_table

_ROW_HEIGHTS = 2.1
"""The height of a row in lines of text."""

_NUMERIC = (2, 3)
"""The columns with numbers."""


class ChatModel(TextTableModel):
    """A row is a chat, and its texts."""

    rows: list[tuple[BotChat, tuple[str, ...]]]

    def __init__(self, headers: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(headers, _NUMERIC, parent)

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

    def texts_of(self, row: int) -> tuple[str, ...]:
        return self.rows[row][1]

    def tooltip_of(self, row: int, column: int) -> str:
        chat, texts = self.rows[row]
        return texts[column] if column else f"{texts[0]} ({chat.chat_id})"

    def colour_of(self, row: int, column: int) -> QColor | None:
        is_blocked = column == 1 and self.rows[row][0].access is Access.BLOCKED
        return QColor(colours_of(QGuiApplication.palette()).bad) if is_blocked else None


def plain_table(name: str, model: TextTableModel, *, widest: int, parent: QWidget | None = None) -> QTableView:
    """A table without a grid, whose column `widest` takes the room that the others leave."""
    made = QTableView(parent)
    FirstKey(made)
    set_up_table(made, name, model, widest=widest, row_heights=_ROW_HEIGHTS)
    # All rows: none of them is visible yet when the first ones come.
    made.horizontalHeader().setResizeContentsPrecision(-1)
    return made
