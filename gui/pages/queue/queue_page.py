"""The first page: drop recordings, watch their progress, read their transcripts."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from core.domain import JobId, JobView, Snapshot, TranscriptId, mark
from gui.changes import Changes
from gui.kept_values import path_text, whole_number
from gui.page_context import PageContext
from gui.pages.page import Page, PageDeclaration
from gui.pages.queue.drop_area import DropArea
from gui.pages.queue.job_actions import DESKTOP, JobActions, page_action
from gui.pages.queue.job_list import JobList
from gui.pages.queue.job_reader import JobReader
from gui.pages.queue.job_table import JobTableModel
from gui.pages.queue.queue_status import status_text
from gui.pages.queue.recording_chooser import RecordingChooser
from gui.widgets.action_button import ActionButton
from gui.widgets.reader.reader import Reader
from gui.widgets.reader.reader_actions import ReaderActions
from gui.widgets.text import label


class QueuePage(Page):
    """The job table beside the reading view; an invitation to drop recordings while there are no jobs."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._tr = tr = context.tr
        self._awaited: JobId | None = None
        """A job to be selected as soon as its row is there."""

        self._model = JobTableModel(tr, self)
        self._table = JobList(self._model, tr, self)
        self._table.selectionModel().selectionChanged.connect(self._selection_changed)
        self.chooser = RecordingChooser(tr, self)
        self.chooser.chosen.connect(self.add)
        self._status = label(name="muted")
        self._status.setAccessibleName(tr("State of the queue"))
        self.reader = Reader(tr, context.messages, self)
        self.reader_actions = ReaderActions(self.reader, context)
        self._job_reader = JobReader(self.reader, self.selected, context)
        self.open_action = page_action(
            self, "open", tr("Add recordings …"), QKeySequence.StandardKey.Open, self.choose_files
        )
        self.job_actions = JobActions(self, self.selected, context)
        self.job_actions.submitted.connect(self._select_new)
        self._lay_out()
        context.core.published.connect(self.apply)
        self.job_actions.update()

    def first_control(self) -> QWidget:
        return self._table if self._parts.currentWidget() is self._working else self._invitation.choose

    def saved_state(self) -> Mapping[str, object]:
        return {"state_column": self._table.chosen_width, "last_folder": self.chooser.folder}

    def restore_state(self, state: Mapping[str, object]) -> None:
        self._table.chosen_width = whole_number(state.get("state_column")) or 0
        self.chooser.folder = path_text(state.get("last_folder"))

    def add(self, recordings: Sequence[Path | str]) -> None:
        """Put files, folders and web addresses in the queue."""
        if recordings:
            wanted = list(recordings)
            self._operations.start(
                self._core.call(lambda notula: notula.jobs.submit(wanted, DESKTOP)),
                done=self._added,
                changes=Changes(jobs=True),
                initiator=self,
            )

    def apply(self, snapshot: Snapshot) -> None:
        """Bring the page up to date with a snapshot of the core."""
        self._model.apply(snapshot.jobs)
        self._show_part(self._working if snapshot.jobs else self._invitation)
        self._status.setText(status_text(self._tr, snapshot.statistics, snapshot.providers))
        self._select_awaited()
        self._selection_changed()

    def choose_files(self) -> None:
        """Ask for recordings."""
        self.chooser.ask_for_files()

    def select(self, job_id: JobId) -> bool:
        """Select one job and show its text. False where it isn't in the table."""
        row = self._model.row_where(lambda job: job.id == job_id)
        if row is None:
            return False
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self._table.selectionModel().setCurrentIndex(self._model.index(row, 0), flags)
        return True

    def select_transcript(self, transcript_id: TranscriptId) -> None:
        """Select the job that has made this transcript."""
        row = self._model.row_where(lambda job: job.transcript_id == transcript_id)
        if row is not None:
            self.select(self._model.job(row).id)

    def selected(self) -> list[JobView]:
        """The jobs that are selected in the table."""
        return [self._model.job(index.row()) for index in self._table.selectionModel().selectedRows()]

    def _added(self, job_ids: Sequence[JobId]) -> None:
        if not job_ids:
            self._messages.information(self._tr("There are no recordings in that folder."))
        elif not self.selected():
            self._select_new(job_ids)
        else:  # A transcript is being read; it stays selected.
            first = job_ids[0]
            added = self._tr.plural("{count} recording was added.", "{count} recordings were added.", len(job_ids))
            self._messages.information(added, self._tr("Show"), lambda: self._show_added(first))

    def _select_new(self, job_ids: Sequence[JobId]) -> None:
        if job_ids:
            self._awaited = job_ids[0]
            self._select_awaited()

    def _show_added(self, job_id: JobId) -> None:
        self._select_new([job_id])
        self._table.setFocus()

    def _select_awaited(self) -> None:
        if self._awaited is not None and self.select(self._awaited):
            self._awaited = None

    def _show_part(self, part: QWidget) -> None:
        if self._parts.currentWidget() is not part:
            self._parts.setCurrentWidget(part)
            self.rearranged.emit()

    def _selection_changed(self) -> None:
        self.job_actions.update()
        self._job_reader.update()

    def _lay_out(self) -> None:
        self._invitation = DropArea(self._tr, self)
        self._invitation.open_wanted.connect(self.choose_files)
        self._invitation.folder_wanted.connect(self.chooser.ask_for_folder)
        self._invitation.address_wanted.connect(self.chooser.ask_for_addresses)
        toolbar = QHBoxLayout()
        toolbar.addWidget(label(self._tr("Queue"), "title"))
        toolbar.addStretch(1)
        toolbar.addWidget(ActionButton(self.open_action))
        toolbar.addWidget(self.chooser.more_button())
        actions = self.job_actions
        for action in (actions.cancel_action, actions.retry_action, actions.remove_action):
            toolbar.addWidget(ActionButton(action))
        for action in (self.open_action, *actions.all):
            self._table.addAction(action)
        working = QWidget()
        column = QVBoxLayout(working)
        column.setContentsMargins(0, 0, 0, 6)
        column.addLayout(toolbar)
        column.addWidget(self._table, 1)
        column.addWidget(self._status)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(working)
        splitter.addWidget(self.reader)
        splitter.setStretchFactor(0, 2)
        splitter.setStretchFactor(1, 3)
        splitter.setChildrenCollapsible(False)
        self._working = splitter
        self._parts = QStackedWidget()
        self._parts.addWidget(self._invitation)
        self._parts.addWidget(splitter)
        # Until the first snapshot tells whether there are jobs, neither the table nor the invitation is shown.
        starting = label(self._tr("Notula is starting …"), "muted")
        starting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._parts.addWidget(starting)
        self._parts.setCurrentWidget(starting)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._parts)


PAGE = PageDeclaration("queue", mark("Queue"), "queue", QueuePage)
