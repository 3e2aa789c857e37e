"""The job table's model: rows follow snapshots, and only what changed is redrawn."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from itertools import compress, filterfalse
from operator import is_not, ne
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from core.domain import JobId, JobView
from core.i18n import Translator
from gui.pages.queue.job_order import can_be_moved
from gui.pages.queue.job_texts import JobTexts
from gui.widgets.text import harmless, tooltip

JOB_ROLE = Qt.ItemDataRole.UserRole
SECOND_LINE_ROLE = Qt.ItemDataRole.UserRole + 1
ORIGIN_ROLE = Qt.ItemDataRole.UserRole + 2

JOBS_FORMAT = "application/x-notula-jobs"
"""What is dragged within the list: the ids of jobs, as JSON."""

_Index = QModelIndex | QPersistentModelIndex

_FEW = 8
"""Rows that are moved one by one. More are brought into their order in one step, for which all rows are counted."""

_MOST_MOVES = 40
"""So many may begin and end between two snapshots without all rows being counted anew."""

_NO_TURNS: Mapping[JobId, int] = {}


class JobTableModel(QAbstractTableModel):
    """One column of jobs. `apply` brings the rows up to date with a snapshot."""

    dropped = Signal(object, object)
    """Jobs were dragged: their ids, and the id of the one before which they were let go, None behind all that wait."""

    def __init__(self, tr: Translator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts = JobTexts(tr)
        self._header = tr("Recording")
        self._jobs: list[JobView] = []
        self._ids: list[JobId] = []
        self._turns = _NO_TURNS
        self._can_be_dragged = False
        self._rows: dict[JobId, int] | None = None
        """The row of each job, counted when it is needed."""

    def apply(
        self, jobs: Sequence[JobView], turns: Mapping[JobId, int] = _NO_TURNS, begun_or_ended: Set[JobId] = frozenset()
    ) -> None:
        """Show these jobs from top to bottom; `turns` are the places of those that wait.

        Rows that stay keep their selection wherever they move to. If nothing but the jobs `begun_or_ended` has another
        place among the others, which is the caller's guess, that costs no look at each row.
        """
        wanted, ids = list(jobs), [job.id for job in jobs]
        is_turned, self._turns = turns is not self._turns and turns != self._turns, turns
        if ids != self._ids:
            self._rows = None
        if ids != self._ids and not (self._move_these(begun_or_ended, ids) or self._move_few(ids)):
            keep, known = set(ids), set(self._ids)
            if keep != known:
                self._remove_all_but(keep)
                self._reorder([job_id for job_id in ids if job_id in known])
                self._insert(wanted, ids, known)
            else:
                self._reorder(ids)
        before, self._jobs = self._jobs, wanted
        if is_turned and wanted:  # Mostly nearly all of those that wait, and only what is on the screen is drawn.
            self.dataChanged.emit(self.index(0, 0), self.index(len(wanted) - 1, 0))
            return
        changed = iter(list(compress(range(len(wanted)), map(is_not, before, wanted))))
        for first, last in _runs(changed):
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0))

    def set_can_be_dragged(self, can_be_dragged: bool) -> None:
        """Whether jobs that wait can be dragged to another place among those that wait."""
        self._can_be_dragged = can_be_dragged

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid():  # Between the rows of the table itself.
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = super().flags(index)
        is_dragged = self._can_be_dragged and can_be_moved(self._jobs[index.row()], self._turns)
        return flags | Qt.ItemFlag.ItemIsDragEnabled if is_dragged else flags

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [JOBS_FORMAT]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        ids = [self._jobs[row].id for row in sorted({index.row() for index in indexes})]
        data.setData(JOBS_FORMAT, QByteArray(json.dumps(ids).encode()))
        return data

    def canDropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: _Index) -> bool:
        return self._can_be_dragged and data.hasFormat(JOBS_FORMAT) and self._is_beside_waiting(row)

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: _Index) -> bool:
        """Tell of it. The rows move with the next snapshot, so False: the view has nothing to do."""
        if self.canDropMimeData(data, action, row, column, parent):
            ids = [JobId(job_id) for job_id in json.loads(data.data(JOBS_FORMAT).toStdString())]
            behind = (job.id for job in self._jobs[row:] if job.id in self._turns)
            self.dropped.emit(ids, next(behind, None))
        return False

    def _is_beside_waiting(self, row: int) -> bool:
        """Whether the place above this row is above or below a job that waits for a worker."""
        return any(job.id in self._turns for job in self._jobs[max(0, row - 1) : row + 1]) if row >= 0 else False

    def update(self, jobs: Iterable[JobView]) -> None:
        """Redraw these jobs, those of them that have a row. No job has come, gone or moved."""
        if self._rows is None:
            self._rows = {job_id: row for row, job_id in enumerate(self._ids)}
        for job in jobs:
            row = self._rows.get(job.id)
            if row is not None:
                self._jobs[row] = job
                self.dataChanged.emit(self.index(row, 0), self.index(row, 0))

    @property
    def ids(self) -> Sequence[JobId]:
        """Those of the jobs from top to bottom."""
        return self._ids

    def jobs_between(self, first: int, last: int) -> list[JobView]:
        """The jobs in these rows, both included."""
        return self._jobs[first : last + 1]

    def job(self, row: int) -> JobView:
        """The job in this row."""
        return self._jobs[row]

    def row_where(self, fits: Callable[[JobView], bool]) -> int | None:
        """The first row whose job fits, None where none does."""
        return next((row for row, job in enumerate(self._jobs) if fits(job)), None)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else len(self._jobs)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """For screen readers; the header isn't shown."""
        is_told = orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._header if is_told else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        job = self._jobs[index.row()]
        if role == JOB_ROLE:
            return job
        if role == Qt.ItemDataRole.DisplayRole:
            return harmless(job.name)
        if role == SECOND_LINE_ROLE:
            return self._texts.second_line(job, self._turns.get(job.id))
        if role == ORIGIN_ROLE:
            return self._texts.origin(job)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(f"{harmless(job.location)}\n{self._texts.explained(job)}")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            origin = self._texts.origin(job)
            return ". ".join(part for part in (harmless(job.name), self._texts.explained(job), origin) if part)
        return None

    def _move_these(self, moved: Set[JobId], ids: list[JobId]) -> bool:
        """Bring the rows into this order by moving these alone. False where others would have to move, too."""
        if not 0 < len(moved) <= _MOST_MOVES or len(ids) != len(self._ids):
            return False
        if list(filterfalse(moved.__contains__, self._ids)) != list(filterfalse(moved.__contains__, ids)):
            return False
        if set(filter(moved.__contains__, self._ids)) != set(filter(moved.__contains__, ids)):
            return False  # One has taken the place of another, as in a filtered list.
        last, below = -1, 0
        for target in compress(range(len(ids)), map(moved.__contains__, ids)):  # Each behind the one before it.
            if target and target - 1 != last:
                below = self._ids.index(ids[target - 1]) + 1
            origin = self._ids.index(ids[target])
            below = self._move(origin, below) + 1
            last = target
        return True

    def _move(self, origin: int, below: int) -> int:
        """Have a row stand above another one. Returns its new number."""
        if below in (origin, origin + 1):
            return origin
        target = below - 1 if below > origin else below
        self.beginMoveRows(QModelIndex(), origin, origin, QModelIndex(), below)
        self._jobs.insert(target, self._jobs.pop(origin))
        self._ids.insert(target, self._ids.pop(origin))
        self.endMoveRows()
        return target

    def _move_few(self, ids: list[JobId]) -> bool:
        """Bring the rows into this order by moving a few of them, as when jobs begin and end.

        False where too many would have to move, or not all are the same jobs: then nothing has been done.
        """
        moves: list[tuple[int, int]] = []
        rows = list(self._ids)
        if len(rows) != len(ids):
            return False
        while rows != ids:
            if len(moves) == _FEW:
                return False
            at = next(compress(range(len(ids)), map(ne, rows, ids)))
            try:
                if at + 1 < len(rows) and rows[at + 1] == ids[at]:  # This row goes down, and those below it go up.
                    move = (at, ids.index(rows[at], at))
                else:
                    move = (rows.index(ids[at], at), at)
            except ValueError:
                return False
            moves.append(move)
            rows.insert(move[1], rows.pop(move[0]))
        for origin, target in moves:
            self._move(origin, target + 1 if target > origin else target)
        return True

    def _remove_all_but(self, keep: set[JobId]) -> None:
        for first, last in reversed(list(_runs(row for row, one in enumerate(self._ids) if one not in keep))):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._jobs[first : last + 1]
            del self._ids[first : last + 1]
            self.endRemoveRows()

    def _reorder(self, ids: list[JobId]) -> None:
        """Bring the rows that are there into this order, in one step however many move."""
        if ids == self._ids:
            return
        self.layoutAboutToBeChanged.emit()
        before, jobs = self._ids, {job.id: job for job in self._jobs}
        persistent = self.persistentIndexList()
        self._ids = ids
        self._jobs = [jobs[job_id] for job_id in ids]
        rows = {job_id: row for row, job_id in enumerate(ids)} if persistent else {}
        moved = [self.index(rows[before[index.row()]], index.column()) for index in persistent]
        self.changePersistentIndexList(persistent, moved)
        self.layoutChanged.emit()

    def _insert(self, wanted: Sequence[JobView], ids: Sequence[JobId], known: set[JobId]) -> None:
        for first, last in list(_runs(row for row, one in enumerate(ids) if one not in known)):
            self.beginInsertRows(QModelIndex(), first, last)
            self._jobs[first:first] = wanted[first : last + 1]
            self._ids[first:first] = ids[first : last + 1]
            self.endInsertRows()


def _runs(numbers: Iterator[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring numbers as (first, last)."""
    first = last = None
    for number in numbers:
        if last is not None and first is not None and number != last + 1:
            yield first, last
            first = None
        first = number if first is None else first
        last = number
    if first is not None and last is not None:
        yield first, last
