"""The queue's table: one row of two lines a job."""

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from core.domain import JobView
from core.i18n import Translator
from gui.pages.queue.job_delegate import ROW_HEIGHT, JobDelegate
from gui.pages.queue.job_table import JobTableModel


class JobList(QTableView):
    """The rows, of which any number can be selected."""

    opened = Signal(object)
    """The `JobView` that was double-clicked, or on which Return was pressed."""

    remedy_wanted = Signal(object)
    """The `JobView` whose button was clicked."""

    def __init__(self, model: JobTableModel, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = model
        self.setObjectName("list")
        self.setModel(model)
        delegate = JobDelegate(tr, self)
        delegate.remedy_wanted.connect(self.remedy_wanted)
        self.setItemDelegate(delegate)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(tr("Recordings in the queue"))
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.activated.connect(self._open)

    def selected_jobs(self) -> list[JobView]:
        """From top to bottom. Read from ranges: with all of ten thousand selected an index each would be felt."""
        selection = self.selectionModel().selection()
        parts = [selection.at(number) for number in range(selection.count())]
        ranges = sorted((part.top(), part.bottom()) for part in parts)
        return [job for top, bottom in ranges for job in self._jobs.jobs_between(top, bottom)]

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self._jobs.job(index.row()))
