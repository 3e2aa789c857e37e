"""The queue's table: one row a job, with room for its name and for why it failed."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from core.i18n import Translator
from gui.pages.queue.job_delegate import ROW_HEIGHT, StateDelegate
from gui.pages.queue.job_table import ELAPSED, LENGTH, NAME, REMAINING, STATE, JobTableModel

_STATE_SHARE = 0.45
"""Of what the numbers leave to name and state, as long as a person hasn't chosen a width."""

_NARROWEST_STATE, _WIDEST_STATE = 130, 420
_NARROWEST_NAME = 160


class JobList(QTableView):
    """A table whose column with the states follows the window until a person drags its edge."""

    def __init__(self, model: JobTableModel, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen_width = 0
        self._is_fitting = False
        self.setObjectName("list")
        self.setModel(model)
        self.setItemDelegateForColumn(STATE, StateDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAccessibleName(tr("Recordings in the queue"))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(50)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(STATE, QHeaderView.ResizeMode.Interactive)
        for column in (LENGTH, ELAPSED, REMAINING):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.sectionResized.connect(self._section_resized)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    @property
    def chosen_width(self) -> int:
        """The width in pixels that a person gave the states, 0 where they follow the window."""
        return self._chosen_width

    @chosen_width.setter
    def chosen_width(self, width: int) -> None:
        self._chosen_width = width
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        header = self.horizontalHeader()
        numbers = sum(header.sectionSize(column) for column in (LENGTH, ELAPSED, REMAINING))
        room = self.viewport().width() - numbers
        wanted = self._chosen_width or min(_WIDEST_STATE, int(room * _STATE_SHARE))
        self._is_fitting = True
        header.resizeSection(STATE, max(_NARROWEST_STATE, min(wanted, room - _NARROWEST_NAME)))
        self._is_fitting = False

    def _section_resized(self, section: int, _before: int, width: int) -> None:
        if section == STATE and not self._is_fitting:
            self._chosen_width = width
