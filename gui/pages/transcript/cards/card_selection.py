"""Which cards are selected: the current one, or several of which that is one."""

from collections.abc import Iterable
from typing import cast

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Signal,
)
from PySide6.QtWidgets import QTableView

_Flag = QItemSelectionModel.SelectionFlag


class CardSelection(QObject):
    """Of one view, which shows it. Rows are told by their numbers."""

    changed = Signal()
    """Other cards are selected."""

    def __init__(self, view: QTableView) -> None:
        """`view` has its model already."""
        super().__init__(view)
        self._view = view
        self._model = view.model()
        self._anchor = QPersistentModelIndex()
        """Where a selection of several begins; the row that was chosen last by itself."""
        self._picked.selectionChanged.connect(self._tell)

    @property
    def _picked(self) -> QItemSelectionModel:
        """Qt has made it, and PySide 6.11 may declare a kept one as deleted while it lives."""
        return self._view.selectionModel()

    @property
    def rows(self) -> list[int]:
        """The selected rows from top to bottom."""
        return sorted(row for part in self._parts() for row in range(part.top(), part.bottom() + 1))

    @property
    def count(self) -> int:
        """How many are selected."""
        return sum(part.height() for part in self._parts())

    @property
    def is_several(self) -> bool:
        """Whether more than one is selected."""
        return self.count > 1

    def __contains__(self, row: int) -> bool:
        return self._picked.isRowSelected(row, QModelIndex())

    def choose(self, row: int) -> None:
        """Select this row alone; it is the current one."""
        index = self._model.index(row, 0)
        self._anchor = QPersistentModelIndex(index)
        self._picked.setCurrentIndex(index, _Flag.ClearAndSelect | _Flag.Rows)

    def extend(self, row: int) -> None:
        """Select all from the row that was chosen last to this one, which is the current one."""
        if not self._anchor.isValid():
            self._anchor = QPersistentModelIndex(self._picked.currentIndex())
        first, last = sorted((max(0, self._anchor.row()), row))
        wanted = QItemSelection(self._model.index(first, 0), self._model.index(last, 0))
        self._picked.select(wanted, _Flag.ClearAndSelect | _Flag.Rows)
        self.go(row)

    def toggle(self, row: int) -> None:
        """Select this row, too, or not any more; it is the current one. One that is left is selected alone."""
        index = self._model.index(row, 0)
        self._anchor = QPersistentModelIndex(index)
        self._picked.select(index, _Flag.Toggle | _Flag.Rows)
        if self.is_several:
            self.go(row)
        else:
            self.choose((self.rows or [row])[0])

    def choose_all(self) -> None:
        """Select every row; the current one stays."""
        if self._model.rowCount():
            wanted = QItemSelection(self._model.index(0, 0), self._model.index(self._model.rowCount() - 1, 0))
            self._picked.select(wanted, _Flag.ClearAndSelect | _Flag.Rows)

    def go(self, row: int) -> None:
        """Make this row the current one, with the same rows selected."""
        self._picked.setCurrentIndex(self._model.index(row, 0), _Flag.NoUpdate)

    def _parts(self) -> Iterable[QItemSelectionRange]:
        # A list, which Qt's types don't say.
        return cast("Iterable[QItemSelectionRange]", self._picked.selection())

    def _tell(self) -> None:
        self.changed.emit()
