"""What is selected in the history's list and where it is scrolled to, kept while it is filled again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint
from PySide6.QtWidgets import QListView

from core.domain import HistoryEntry, TranscriptId
from gui.pages.history.history_list import ENTRY_ROLE

_MOST_ROWS = 1000
"""Of more the list isn't filled again at each change: what is selected beyond is given up."""


@dataclass(frozen=True, slots=True)
class ListPlace:
    """A place in a list of entries."""

    selected: frozenset[TranscriptId] = frozenset()
    current: TranscriptId | None = None
    """Where Return and the arrow keys go on from."""

    top: TranscriptId | None = None
    """The first entry in sight; None where the list isn't scrolled, so that what comes above it is seen."""

    top_y: int = 0
    """Where that begins, in pixels."""

    rows: int = 0
    """From the first entry to the last one that is selected or in sight."""

    @classmethod
    def of(cls, view: QListView) -> Self:
        """The place where this view is."""
        area = view.viewport().rect()
        top, bottom = view.indexAt(QPoint(1, 1)), view.indexAt(area.bottomLeft() - QPoint(-1, 1))
        current = view.currentIndex()
        selected = view.selectionModel().selectedIndexes()
        is_scrolled = view.verticalScrollBar().value() > 0 and top.isValid()
        last = max((index.row() for index in (*selected, bottom)), default=-1)
        return cls(
            frozenset(index.data(ENTRY_ROLE).id for index in selected),
            current.data(ENTRY_ROLE).id if current.isValid() else None,
            top.data(ENTRY_ROLE).id if is_scrolled else None,
            view.visualRect(top).top() if is_scrolled else 0,
            min(_MOST_ROWS, last + 1),
        )

    def restore(self, view: QListView, entries: Sequence[HistoryEntry], *, scrolls: bool) -> None:
        """Have the view, which shows these entries now, be there again, as far as they are the same."""
        model, selection = view.model(), view.selectionModel()
        chosen = QItemSelection()
        for row, entry in enumerate(entries):
            if entry.id in self.selected:
                chosen.select(model.index(row, 0), model.index(row, 0))
            if entry.id == self.current:
                selection.setCurrentIndex(model.index(row, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
        selection.select(chosen, QItemSelectionModel.SelectionFlag.Select)
        tops = (row for row, entry in enumerate(entries) if entry.id == self.top and scrolls)
        top = next(tops, None)
        if top is None:
            view.scrollToTop()
        else:
            view.scrollTo(model.index(top, 0), QListView.ScrollHint.PositionAtTop)
            bar = view.verticalScrollBar()
            bar.setValue(bar.value() - self.top_y)
