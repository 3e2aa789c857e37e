"""The queue's table: one row of two lines a job."""

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from core.domain import JobView
from core.i18n import Translator
from gui.pages.queue.job_delegate import ROW_HEIGHT, JobDelegate
from gui.pages.queue.job_table import JobTableModel
from gui.theme import colours_of
from gui.widgets.first_key import FirstKey

_LINE_HEIGHT = 3


class JobList(QTableView):
    """The rows, of which any number can be selected."""

    opened = Signal(object)
    """The `JobView` that was double-clicked, or on which Return was pressed."""

    remedy_wanted = Signal(object)
    """The `JobView` whose button was clicked."""

    def __init__(self, model: JobTableModel, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = model
        self._line: int | None = None
        """Where what is dragged would be let go, from the top."""
        self.setObjectName("list")
        self.setModel(model)
        delegate = JobDelegate(tr, self)
        delegate.remedy_wanted.connect(self.remedy_wanted)
        self.setItemDelegate(delegate)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)
        # Of the two modes that move rows this is the one that leaves the moving to the model.
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDragDropOverwriteMode(False)
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
        FirstKey(self)

    def selected_jobs(self) -> list[JobView]:
        """From top to bottom. Read from ranges: with all of ten thousand selected an index each would be felt."""
        selection = self.selectionModel().selection()
        parts = [selection.at(number) for number in range(selection.count())]
        ranges = sorted((part.top(), part.bottom()) for part in parts)
        return [job for top, bottom in ranges for job in self._jobs.jobs_between(top, bottom)]

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)
        self._show_line(self._line_under(event.position().toPoint()) if event.isAccepted() else None)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._show_line(None)

    def dropEvent(self, event: QDropEvent) -> None:
        super().dropEvent(event)
        self._show_line(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._line is not None:  # Over Qt's own, which is hardly to be seen.
            with QPainter(self.viewport()) as painter:
                colour = QColor(colours_of(self.palette()).accent)
                top = min(max(0, self._line - _LINE_HEIGHT // 2), self.viewport().height() - _LINE_HEIGHT)
                painter.fillRect(0, top, self.viewport().width(), _LINE_HEIGHT, colour)

    def _line_under(self, place: QPoint) -> int | None:
        """The height of the edge between two rows at which what is dragged here would be let go."""
        index = self.indexAt(place)
        if not index.isValid():
            return None
        row = self.visualRect(index)
        is_above = self.dropIndicatorPosition() is QAbstractItemView.DropIndicatorPosition.AboveItem
        return row.top() if is_above else row.bottom() + 1

    def _show_line(self, line: int | None) -> None:
        if line != self._line:
            self._line = line
            self.viewport().update()

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self._jobs.job(index.row()))
