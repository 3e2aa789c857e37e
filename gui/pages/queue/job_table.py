"""The job table's model: rows follow snapshots, and only what changed is redrawn."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.domain import JobState, JobView, TranslatableText
from core.i18n import Translator
from gui.widgets.text import clock, harmless, state_name, tooltip

NAME, STATE, LENGTH, ELAPSED, REMAINING = range(5)
JOB_ROLE = Qt.ItemDataRole.UserRole

_Index = QModelIndex | QPersistentModelIndex


class JobTableModel(QAbstractTableModel):
    """Jobs, the newest first. `apply` brings the rows up to date with a snapshot."""

    def __init__(self, tr: Translator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._jobs: list[JobView] = []
        self._headers = (tr("Recording"), tr("State"), tr("Length"), tr("Elapsed"), tr("Remaining"))

    def apply(self, jobs: Sequence[JobView]) -> None:
        """Show these jobs, given in the order of submission."""
        wanted = list(reversed(jobs))
        keep = {job.id for job in wanted}
        for first, last in reversed(list(_runs(i for i, job in enumerate(self._jobs) if job.id not in keep))):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._jobs[first : last + 1]
            self.endRemoveRows()
        known = {job.id for job in self._jobs}
        if [job.id for job in wanted if job.id in known] != [job.id for job in self._jobs]:
            self.beginResetModel()  # A retried job keeps its place, so this is not expected to happen.
            self._jobs = wanted
            self.endResetModel()
            return
        for first, last in list(_runs(i for i, job in enumerate(wanted) if job.id not in known)):
            self.beginInsertRows(QModelIndex(), first, last)
            self._jobs[first:first] = wanted[first : last + 1]
            self.endInsertRows()
        changed = [i for i, (old, new) in enumerate(zip(self._jobs, wanted, strict=True)) if old is not new]
        self._jobs = wanted
        for first, last in _runs(iter(changed)):
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._headers) - 1))

    def job(self, row: int) -> JobView:
        """The job in this row."""
        return self._jobs[row]

    def row_where(self, fits: Callable[[JobView], bool]) -> int | None:
        """The first row whose job fits, None where none does."""
        return next((row for row, job in enumerate(self._jobs) if fits(job)), None)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else len(self._jobs)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else len(self._headers)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            return right if section >= LENGTH else Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        job = self._jobs[index.row()]
        column = index.column()
        if role == JOB_ROLE:
            return job
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(job, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self._explained(job) if column == STATE else harmless(job.location))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._headers[column]}: {self._explained(job) if column == STATE else self._text(job, column)}"
        if role == Qt.ItemDataRole.TextAlignmentRole and column >= LENGTH:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _text(self, job: JobView, column: int) -> str:
        if column == NAME:
            return harmless(job.name)
        if column == STATE:
            return self._explained(job) if job.state is JobState.FAILED else self._state(job)
        if column == LENGTH:
            return clock(job.duration_s) if job.duration_s is not None else ""
        if column == ELAPSED:
            return clock(job.elapsed_s) if job.elapsed_s else ""
        return clock(job.remaining_s) if job.remaining_s is not None else ""

    def _state(self, job: JobView) -> str:
        if job.state is JobState.RUNNING and job.progress:
            return f"{int(job.progress * 100)} %"
        if job.state is JobState.DONE and job.export_error is not None:
            return self._tr("Done, but not exported")
        if job.state is JobState.DONE and job.notes:
            return self._tr("Done, with a note")
        if job.state is JobState.DONE and job.from_cache:
            return self._tr("Done, from the cache")
        return state_name(self._tr, job.state)

    def _explained(self, job: JobView) -> str:
        """The whole state for tooltips and screen readers: why a job failed, how far it is."""
        name = state_name(self._tr, job.state)
        told = [self._tr.message(note) for note in (*([job.error] if job.error else []), *notes_of(job))]
        detail = "\n".join(told) if told else self._state(job)
        return f"{name}: {detail}" if detail != name else name


def notes_of(job: JobView) -> tuple[TranslatableText, ...]:
    """The job's notes, and why its export has failed."""
    return (*([job.export_error] if job.export_error is not None else []), *job.notes)


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
