"""The history's list: entries that are fetched a page at a time, drawn with the matches of the search."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QDate,
    QDateTime,
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
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.domain import HistoryEntry, HistoryPage
from core.i18n import Translator
from gui.pages.history.excerpts import Piece, fitted_excerpt, utf16_length
from gui.theme import colours_of
from gui.widgets.text import clock, day, harmless, time_of_day, tooltip

ENTRY_ROLE = Qt.ItemDataRole.UserRole
HEADING_ROLE = Qt.ItemDataRole.UserRole + 1
HAS_DAYS_ROLE = Qt.ItemDataRole.UserRole + 2
"""The day that begins with an entry, as a QDate; None for the rest of a day."""

_MARGIN = 10
_LINES = 4
_EXCERPT_LINES = 2
_NARROWER = (1.0, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5)
"""Lines end between words, so that two of them hold less than twice the width."""
_WITH_CONTROL = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_Index = QModelIndex | QPersistentModelIndex


class EntryList(QListView):
    """Tells of Return, too, which opens what is selected."""

    opened = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & _WITH_CONTROL:
            self.opened.emit()
        else:
            super().keyPressEvent(event)


class HistoryModel(QAbstractListModel):
    """The entries that were fetched; more are requested when the view is scrolled to the last one."""

    more_wanted = Signal(int)
    """The entries from this place on are wanted."""

    def __init__(self, tr: Translator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._entries: list[HistoryEntry] = []
        self._total = 0
        self._asked = 0
        self._has_days = True

    @property
    def total(self) -> int:
        """How many there are, whether they were fetched or not."""
        return self._total

    def replace(self, page: HistoryPage, *, has_days: bool = True) -> None:
        """Show these entries instead of all before, with days where they are in the order of their dates."""
        self.beginResetModel()
        self._has_days = has_days
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
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return self._tr("found in your notes") if entry.is_in_notes else None
        if role == HEADING_ROLE:
            return self._day_begun(index.row())
        if role == HAS_DAYS_ROLE:
            return self._has_days
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(harmless(entry.location))
        return None

    def _day_begun(self, row: int) -> QDate | None:
        if not self._has_days:
            return None
        day = _day(self._entries[row])
        return day if row == 0 or day != _day(self._entries[row - 1]) else None


def _day(entry: HistoryEntry) -> QDate:
    return QDateTime.fromSecsSinceEpoch(int(entry.created_at)).date()


class EntryDelegate(QStyledItemDelegate):
    """Draws name, date and length, and two lines of text with the matches in bold; above them a day that begins."""

    def __init__(
        self, tr: Translator, parent: QObject | None = None, now: Callable[[], datetime] = datetime.now
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._tr = tr
        self._locale = QLocale(tr.language)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        height = option.fontMetrics.height() * _LINES + 2 * _MARGIN + 8
        return QSize(120, height + (self._heading_height(option) if index.data(HEADING_ROLE) is not None else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        entry: HistoryEntry = index.data(ENTRY_ROLE)
        colours = colours_of(option.palette)
        painter.save()
        begun: QDate | None = index.data(HEADING_ROLE)
        if begun is not None:
            self._draw_heading(painter, option, begun)
            option.rect.setTop(option.rect.top() + self._heading_height(option))
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
        facts = painter.fontMetrics().elidedText(
            self.facts(entry, index.data(HAS_DAYS_ROLE)), Qt.TextElideMode.ElideRight, line.width()
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, facts)
        line.translate(0, height + 4)
        line.setHeight(_EXCERPT_LINES * height)
        self._draw_excerpt(painter, option, entry, line, QColor(colours.text))
        painter.restore()

    def day_text(self, day: QDate) -> str:
        """A day as people call it."""
        today = QDateTime.fromSecsSinceEpoch(int(self._now().timestamp())).date()
        days_ago = day.daysTo(today)
        if days_ago == 0:
            return self._tr("Today")
        return self._tr("Yesterday") if days_ago == 1 else self._locale.toString(day, QLocale.FormatType.LongFormat)

    def _heading_height(self, option: QStyleOptionViewItem) -> int:
        return option.fontMetrics.height() + _MARGIN

    def _draw_heading(self, painter: QPainter, option: QStyleOptionViewItem, day: QDate) -> None:
        colours = colours_of(option.palette)
        place = QRect(option.rect.left(), option.rect.top(), option.rect.width(), self._heading_height(option))
        painter.fillRect(place, QColor(colours.window))
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(QColor(colours.muted))
        place.adjust(_MARGIN, 0, -_MARGIN, 0)
        text = painter.fontMetrics().elidedText(self.day_text(day), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)

    def facts(self, entry: HistoryEntry, has_days: bool = False) -> str:
        """The second line: how long it is, when it was made, and whose it is where it isn't the owner's.

        Under a day that stands above (`has_days`) that is the time of day, else the day.
        """
        at = entry.created_at
        made = self._tr("at {time}", time=time_of_day(self._locale, at)) if has_days else day(self._locale, at)
        facts = [clock(entry.duration_s), made]
        if entry.requester is not None:
            facts.append(self._tr("from Telegram user {user}", user=harmless(entry.requester.user)))
        if entry.is_in_notes:  # First, as what doesn't fit into a narrow list is cut at the end.
            facts.insert(0, self._tr("found in your notes"))
        return "  ·  ".join(facts)

    def _draw_excerpt(
        self, painter: QPainter, option: QStyleOptionViewItem, entry: HistoryEntry, line: QRect, colour: QColor
    ) -> None:
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.Bold)
        pieces = [(harmless(piece), is_match) for piece, is_match in entry.excerpt]
        for share in _NARROWER:
            width = share * _EXCERPT_LINES * line.width()
            layout = self._excerpt_layout(fitted_excerpt(pieces, width, QFontMetricsF(bold)), option, line.width())
            if layout is not None:
                painter.setPen(colour)
                painter.setClipRect(line)
                layout.draw(painter, QPointF(line.topLeft()))
                return

    def _excerpt_layout(self, pieces: Sequence[Piece], option: QStyleOptionViewItem, width: int) -> QTextLayout | None:
        """The pieces on their lines, None where these are too many."""
        text = ""
        formats = []
        for piece, is_match in pieces:
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
        wrapping.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(wrapping)
        layout.beginLayout()
        for number in range(_EXCERPT_LINES):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
            line.setPosition(QPointF(0, number * option.fontMetrics.height()))
        is_whole = not layout.createLine().isValid()
        layout.endLayout()
        return layout if is_whole else None
