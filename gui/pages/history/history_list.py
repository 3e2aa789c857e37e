"""The history's list: entries that are fetched a page at a time, drawn with the matches of the search."""

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.domain import HistoryEntry, HistoryPage
from core.i18n import Translator
from gui.pages.history.excerpts import fitted_excerpt, utf16_length
from gui.theme import colours_of
from gui.widgets.text import clock, harmless, moment, tooltip

ENTRY_ROLE = Qt.ItemDataRole.UserRole

_MARGIN = 10
_LINES = 3
_Index = QModelIndex | QPersistentModelIndex


class HistoryModel(QAbstractListModel):
    """The entries that were fetched; more are requested when the view is scrolled to the last one."""

    more_wanted = Signal(int)
    """The entries from this place on are wanted."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[HistoryEntry] = []
        self._total = 0
        self._asked = 0

    def replace(self, page: HistoryPage) -> None:
        """Show these entries instead of all before."""
        self.beginResetModel()
        self._entries = list(page.entries)
        self._total = page.total
        self._asked = 0
        self.endResetModel()

    def add(self, page: HistoryPage) -> None:
        """Show these after the others."""
        if page.entries:
            first = len(self._entries)
            self.beginInsertRows(QModelIndex(), first, first + len(page.entries) - 1)
            self._entries += page.entries
            self.endInsertRows()
        self._total = page.total if page.entries else len(self._entries)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else len(self._entries)

    def canFetchMore(self, parent: _Index) -> bool:
        return not parent.isValid() and self._asked < len(self._entries) < self._total

    def fetchMore(self, parent: _Index) -> None:
        self._asked = len(self._entries)
        self.more_wanted.emit(self._asked)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self._entries[index.row()]
        if role == ENTRY_ROLE:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return harmless(entry.name)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(harmless(entry.location))
        return None


class EntryDelegate(QStyledItemDelegate):
    """Draws name, date and length, and a line of text with the matches in bold."""

    def __init__(self, tr: Translator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._locale = QLocale(tr.language)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(120, option.fontMetrics.height() * _LINES + 2 * _MARGIN + 8)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        entry: HistoryEntry = index.data(ENTRY_ROLE)
        colours = colours_of(option.palette)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(colours.selection))
        painter.setPen(QColor(colours.border))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        height = option.fontMetrics.height()
        line = QRect(
            option.rect.left() + _MARGIN, option.rect.top() + _MARGIN, option.rect.width() - 2 * _MARGIN, height
        )
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(QColor(colours.text))
        name = painter.fontMetrics().elidedText(harmless(entry.name), Qt.TextElideMode.ElideMiddle, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, name)
        painter.setFont(option.font)
        painter.setPen(QColor(colours.muted))
        line.translate(0, height + 4)
        facts = painter.fontMetrics().elidedText(self.facts(entry), Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, facts)
        line.translate(0, height + 4)
        self._draw_excerpt(painter, option, entry, line, QColor(colours.text))
        painter.restore()

    def facts(self, entry: HistoryEntry) -> str:
        """The second line: when it was made and how long it is, and whose it is where it isn't the owner's."""
        facts = [moment(self._locale, entry.created_at), clock(entry.duration_s)]
        if entry.requester is not None:
            facts.append(self._tr("from Telegram user {user}", user=harmless(entry.requester.user)))
        return "  ·  ".join(facts)

    def _draw_excerpt(
        self, painter: QPainter, option: QStyleOptionViewItem, entry: HistoryEntry, line: QRect, colour: QColor
    ) -> None:
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.Bold)
        pieces = [(harmless(piece), is_match) for piece, is_match in entry.excerpt]
        text = ""
        formats = []
        for piece, is_match in fitted_excerpt(pieces, line.width(), QFontMetricsF(bold)):
            if is_match:
                found = QTextLayout.FormatRange()
                found.start, found.length = utf16_length(text), utf16_length(piece)
                found.format = QTextCharFormat()
                found.format.setFontWeight(QFont.Weight.Bold)
                found.format.setForeground(option.palette.link())
                formats.append(found)
            text += piece
        layout = QTextLayout(text, option.font)
        layout.setFormats(formats)
        wrapping = QTextOption()
        wrapping.setWrapMode(QTextOption.WrapMode.NoWrap)
        layout.setTextOption(wrapping)
        layout.beginLayout()
        layout.createLine()
        layout.endLayout()
        painter.setPen(colour)
        painter.setClipRect(line)
        layout.draw(painter, QPointF(line.topLeft()))
