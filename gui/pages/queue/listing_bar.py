"""The row above the list: which recordings are listed, and in which order."""

from collections.abc import Mapping
from typing import Self

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QWidget

from core.i18n import Translator
from gui.actions.actions import Actions
from gui.pages.queue.job_groups import Shown
from gui.pages.queue.job_order import RowOrder, SortBy
from gui.theme import icon
from gui.widgets.filter_chips import FilterChips
from gui.widgets.reader.tool_button import tool_button

_WIDEST_SEARCH = 240


class ListingBar(QWidget):
    """Chips by state, a search by name, and the order."""

    changed = Signal()
    """Others are to be listed, or in another order."""

    def __init__(self, actions: Actions, tr: Translator, page: QWidget) -> None:
        super().__init__(page)
        self._tr = tr
        self.chips = FilterChips(
            {
                Shown.ALL.value: tr("All"),
                Shown.RUNNING.value: tr("Running"),
                Shown.WAITING.value: tr("Waiting"),
                Shown.FAILED.value: tr("Failed"),
                Shown.CANCELLED.value: tr("Cancelled"),
                Shown.DONE.value: tr("Done"),
            },
            tr("Which recordings are listed"),
        )
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search by name"))
        self.search.setAccessibleName(tr("Search the queue by name"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(_WIDEST_SEARCH)
        self.sort = QComboBox()
        self.sort.setAccessibleName(tr("Order of the list"))
        for text, by in (
            (tr("By turn"), SortBy.TURN),
            (tr("By name"), SortBy.NAME),
            (tr("By length"), SortBy.LENGTH),
            (tr("By time added"), SortBy.ADDED),
            (tr("By state"), SortBy.STATE),
        ):
            self.sort.addItem(text, by.value)
        self.direction = tool_button("ascending", "")
        self.direction.setCheckable(True)
        self._tools = QWidget()
        row = QHBoxLayout(self._tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(self.search, 10)
        row.addWidget(self.sort)
        row.addWidget(self.direction)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self.chips, 0, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(self._tools, 0, 1)
        self._has_two_lines = False
        self._show_direction()
        self.chips.chosen.connect(self.changed)
        self.search.textChanged.connect(self.changed)
        self.sort.currentIndexChanged.connect(self.changed)
        self.direction.toggled.connect(self._turn_round)
        actions.bind("queue_search", page, self.search.setFocus)

    @property
    def shown(self) -> Shown:
        """The kind that is listed."""
        return Shown(self.chips.current)

    @property
    def is_restricted(self) -> bool:
        """Whether some of the queue's jobs may not be listed."""
        return self.shown is not Shown.ALL or bool(self.search.text().strip())

    @property
    def order(self) -> RowOrder:
        """The order of the list."""
        return RowOrder(SortBy(self.sort.currentData()), is_descending=self.direction.isChecked())

    def set_order(self, order: RowOrder) -> None:
        """List in this order from now on."""
        self.sort.setCurrentIndex(self.sort.findData(order.by.value))
        self.direction.setChecked(order.is_descending)

    def show_all(self) -> None:
        """Take back what restricts the list; its order stays."""
        self.search.clear()
        self.chips.choose(Shown.ALL)

    def take_over(self, before: Self) -> None:
        """List what is listed there: in a window in another language."""
        self.search.setText(before.search.text())
        self.chips.choose(before.chips.current)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have two lines where one would cut off the chips."""
        super().resizeEvent(event)
        needed = self.chips.sizeHint().width() + self._grid.horizontalSpacing() + self._tools.sizeHint().width()
        has_two_lines = needed > self.width()
        if has_two_lines != self._has_two_lines:
            self._has_two_lines = has_two_lines
            self._grid.addWidget(self._tools, int(has_two_lines), int(not has_two_lines), 1, 1 + has_two_lines)

    def saved_state(self) -> Mapping[str, object]:
        """The order, for the next start."""
        return {"sort": self.order.by.value, "descending": self.order.is_descending}

    def restore_state(self, state: Mapping[str, object]) -> None:
        """Take over what was saved, as far as it is an order."""
        by = state.get("sort")
        if isinstance(by, str) and by in set(SortBy):
            self.set_order(RowOrder(SortBy(by), is_descending=state.get("descending") is True))

    def _turn_round(self) -> None:
        self._show_direction()
        self.changed.emit()

    def _show_direction(self) -> None:
        is_descending = self.direction.isChecked()
        text = self._tr("Descending order") if is_descending else self._tr("Ascending order")
        self.direction.setIcon(icon("descending" if is_descending else "ascending"))
        self.direction.setToolTip(text)
        self.direction.setAccessibleName(text)
