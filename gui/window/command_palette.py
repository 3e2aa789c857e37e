"""The command palette: typed words find what can be done, pages, settings and recent transcripts."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from core.i18n import Translator
from gui.theme import colours_of
from gui.widgets.styled_list import StyledList
from gui.widgets.text import harmless, label, named
from gui.window.palette_entries import PaletteEntry, fitting

MOST_SHOWN = 200
"""More than anybody reads; what is typed next finds the rest."""

_WIDTH, _HEIGHT, _ROW = 620, 420, 36
_MARGIN, _GAP = 12, 14
_ENTRY = Qt.ItemDataRole.UserRole


class CommandPalette(QDialog):
    """Closes itself before it does what was chosen, so that this has the window as it was."""

    def __init__(self, entries: Sequence[PaletteEntry], tr: Translator, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setObjectName("palette")
        self.setWindowTitle(tr("Find anything"))
        self._entries = list(entries)
        self._window = window
        self.line = _Line(self)
        self.line.setPlaceholderText(tr("Find an action, a page, a setting or a transcript"))
        self.line.setAccessibleName(tr("Find an action, a page, a setting or a transcript"))
        self.line.textChanged.connect(self._search)
        self.line.returnPressed.connect(self._run_current)
        self.list = named(StyledList(), "list")
        self.list.setAccessibleName(tr("What was found"))
        self.list.setItemDelegate(_EntryDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Arrows move in it while one types.
        self.list.itemClicked.connect(lambda _: self._run_current())
        self._nothing = label(tr("Nothing here is called that."), "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint = label(tr("↑ ↓ choose    Return does it    Esc closes"), "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        for part in (self.line, self.list, self._nothing):
            column.addWidget(part, 0 if part is self.line else 1)
        column.addWidget(self._hint)
        self._place(window)
        self._search("")

    def add(self, entries: Sequence[PaletteEntry]) -> None:
        """Entries that were read meanwhile. What is chosen stays so."""
        self._entries += entries
        chosen = self.current
        self._search(self.line.text())
        for row in range(self.list.count()):
            if self.list.item(row).data(_ENTRY) is chosen:
                self.list.setCurrentRow(row)

    @property
    def current(self) -> PaletteEntry | None:
        """The entry that Return does."""
        item = self.list.currentItem()
        entry: PaletteEntry | None = item.data(_ENTRY) if item is not None else None
        return entry

    @property
    def shown(self) -> list[PaletteEntry]:
        """What is listed, from top to bottom."""
        return [self.list.item(row).data(_ENTRY) for row in range(self.list.count())]

    def step(self, by: int) -> None:
        """Choose the next entry or the one before, after the last the first."""
        count = self.list.count()
        if count:
            self.list.setCurrentRow((self.list.currentRow() + by) % count)

    def turn(self, pages: int) -> None:
        """Choose the entry a page further, or before."""
        rows = max(1, self.list.viewport().height() // _ROW - 1)
        self.list.setCurrentRow(min(max(0, self.list.currentRow() + pages * rows), self.list.count() - 1))

    def _search(self, typed: str) -> None:
        self.list.clear()
        for entry in fitting(self._entries, typed)[:MOST_SHOWN]:
            item = QListWidgetItem(self.list)
            item.setData(_ENTRY, entry)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole,
                ", ".join(filter(None, (harmless(entry.title), harmless(entry.where), entry.keys))),
            )
        self.list.setCurrentRow(0)
        self.list.setVisible(self.list.count() > 0)
        self._nothing.setVisible(self.list.count() == 0)

    def _run_current(self) -> None:
        entry = self.current
        if entry is not None:
            self.accept()
            self._window.activateWindow()  # Not every system goes back to it by itself, and keys go there next.
            entry.run()

    def _place(self, window: QWidget) -> None:
        width, height = min(_WIDTH, window.width() - 40), min(_HEIGHT, window.height() - 80)
        self.setFixedSize(width, height)
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - width) // 2, corner.y() + max(20, window.height() // 9))


class _Line(QLineEdit):
    """The field: arrows and Page Up and Down move in the list."""

    def __init__(self, palette: CommandPalette) -> None:
        super().__init__(palette)
        self._palette = palette

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        pages = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
        key = Qt.Key(event.key())
        if key in steps:
            self._palette.step(steps[key])
        elif key in pages:
            self._palette.turn(pages[key])
        else:
            super().keyPressEvent(event)


class _EntryDelegate(QStyledItemDelegate):
    """The title, behind it in grey where it is, and at the right the keys."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: PaletteEntry = index.data(_ENTRY)
        style, rect, font = option.widget.style(), option.rect, option.font
        colours = colours_of(option.palette)
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        painter.save()
        painter.setFont(font)
        metrics = QFontMetrics(font)
        inside = rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(colours.muted)
        painter.drawText(inside, middle | Qt.AlignmentFlag.AlignRight, entry.keys)
        room = inside.width() - (metrics.horizontalAdvance(entry.keys) + _GAP if entry.keys else 0)
        title = metrics.elidedText(harmless(entry.title), Qt.TextElideMode.ElideRight, room)
        painter.setPen(colours.text)
        painter.drawText(QRect(inside.left(), inside.top(), room, inside.height()), middle, title)
        taken = metrics.horizontalAdvance(title) + _GAP
        where = metrics.elidedText(harmless(entry.where), Qt.TextElideMode.ElideRight, max(0, room - taken))
        painter.setPen(colours.muted)
        painter.drawText(inside.adjusted(taken, 0, 0, 0), middle, where)
        painter.restore()
