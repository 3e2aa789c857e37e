"""The selection of jobs that aren't listed for a while, as what failed and is tried again while only that is listed."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QItemSelection, QItemSelectionModel

from core.domain import JobId
from gui.pages.queue.job_list import JobList
from gui.pages.queue.job_table import JobTableModel


class KeptSelection:
    """Selects such jobs again once they are listed, unless a person has selected something else meanwhile."""

    def __init__(self, table: JobList, model: JobTableModel) -> None:
        self._table = table
        self._model = model
        self._unlisted: set[JobId] = set()
        self._is_listing = False
        table.selectionModel().selectionChanged.connect(self._follow)

    def select(self, ids: Iterable[JobId]) -> None:
        """Select these as soon as they are listed."""
        self._unlisted |= set(ids)

    def while_listing(self, show: Callable[[], None], *, is_restricted: bool) -> None:
        """Have `show` change the rows. `is_restricted` is whether the queue may have jobs that it doesn't list."""
        selected = {job.id for job in self._table.selected_jobs()} if is_restricted else set()
        wanted = self._unlisted | selected
        if not wanted:
            show()
            return
        self._is_listing = True
        show()
        rows = {job_id: row for row, job_id in enumerate(self._model.ids) if job_id in wanted}
        again = QItemSelection()
        for job_id in self._unlisted & rows.keys():
            again.select(self._model.index(rows[job_id], 0), self._model.index(rows[job_id], 0))
        self._table.selectionModel().select(again, QItemSelectionModel.SelectionFlag.Select)
        self._unlisted = wanted - rows.keys() if is_restricted else set()
        self._is_listing = False

    def _follow(self) -> None:
        if not self._is_listing:
            self._unlisted.clear()
