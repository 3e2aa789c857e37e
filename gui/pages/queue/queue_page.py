"""The first page: drop recordings, watch them being transcribed, read what came of them."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from core.domain import JobId, JobState, JobView, QueueStatistics, Requester, Snapshot, StoredTranscript, TranscriptId
from core.domain.errors.pages import page_of_error
from core.domain.provider_state import ProviderState
from core.i18n import Translator
from gui.messages import Messages
from gui.operations import Operations
from gui.pages.providers.provider_texts import troubles
from gui.pages.queue.drop_area import DropArea
from gui.pages.queue.job_list import JobList
from gui.pages.queue.job_table import JobTableModel, notes_of
from gui.pages.queue.recording_chooser import RecordingChooser
from gui.runtime.core_thread import CoreThread
from gui.theme import icon
from gui.widgets.action_button import ActionButton
from gui.widgets.reader.reader import Reader
from gui.widgets.text import harmless, label, state_name

DESKTOP = Requester("desktop")

_AGAIN = (JobState.FAILED, JobState.CANCELLED)


class QueuePage(QWidget):
    """The job table beside the reading view; an invitation while there is nothing in it."""

    job_ended = Signal(object)
    """A `JobView` that has just become done or failed."""

    batch_ended = Signal(object)
    """All of the queue is done: the list of `JobView`s that have become done or failed since it was the last time."""

    filled = Signal()
    """The page shows something else than before: jobs, or the invitation."""

    statistics_changed = Signal(object)
    """The `QueueStatistics` of a new snapshot."""

    def __init__(
        self,
        core: CoreThread,
        operations: Operations,
        messages: Messages,
        tr: Translator,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._core = core
        self._operations = operations
        self._messages = messages
        self._tr = tr
        self._states: dict[JobId, JobState] | None = None
        self._ended: dict[JobId, JobView] = {}
        self._awaited: JobId | None = None
        self._is_wanted = False
        self._asked_for: TranscriptId | JobId | None = None
        self._model = JobTableModel(tr, self)
        self._table = JobList(self._model, tr, self)
        self._table.selectionModel().selectionChanged.connect(self._selection_changed)
        self.chooser = RecordingChooser(tr, self)
        self.chooser.chosen.connect(self.add)
        self._status = label(name="muted")
        self._status.setAccessibleName(tr("State of the queue"))
        self.reader = Reader(tr, messages, self)
        self.open_action = self._action(
            "open", tr("Add recordings …"), QKeySequence.StandardKey.Open, self.choose_files
        )
        self.cancel_action = self._action("cancel", tr("Cancel"), QKeySequence("Ctrl+."), self.cancel)
        self.retry_action = self._action("retry", tr("Retry"), QKeySequence("Ctrl+R"), self.retry)
        self.again_action = self._action(
            "retry", tr("Transcribe again"), QKeySequence("Ctrl+Shift+R"), self.transcribe_again
        )
        self.export_action = self._action("export", tr("Export again"), QKeySequence("Ctrl+Shift+E"), self.export_again)
        self.remove_action = self._action("remove", tr("Remove"), QKeySequence.StandardKey.Delete, self.remove)
        self._lay_out()
        core.published.connect(self.apply)
        self._update_actions()

    def add(self, recordings: Sequence[Path | str]) -> None:
        """Put files, folders and web addresses in the queue."""
        if recordings:
            wanted = list(recordings)
            self._operations.start(
                self._core.call(lambda notula: notula.submit(wanted, DESKTOP)), done=self._after_submitting
            )

    def apply(self, snapshot: Snapshot) -> None:
        """Bring the page up to date with a snapshot of the core."""
        self._model.apply(snapshot.jobs)
        self._show_part(self._working if snapshot.jobs else self._invitation)
        self._announce_ended(snapshot.jobs)
        self._show_status(snapshot.statistics, snapshot.providers)
        self._select_awaited()
        self._update_actions()
        self._show_current()
        self.statistics_changed.emit(snapshot.statistics)

    @property
    def last_folder(self) -> str:
        """Where recordings were chosen last; empty before the first time."""
        return self.chooser.folder

    @last_folder.setter
    def last_folder(self, folder: str) -> None:
        self.chooser.folder = folder

    @property
    def state_column(self) -> int:
        """The width that a person gave the column with the states; 0 where it follows the window."""
        return self._table.chosen_width

    @state_column.setter
    def state_column(self, width: int) -> None:
        self._table.chosen_width = width

    def focus_home(self) -> QWidget:
        """What the next key is meant for when nobody has chosen anything else on this page."""
        return self._table if self._pages.currentWidget() is self._working else self._invitation.choose

    def choose_files(self) -> None:
        """Ask for recordings."""
        self.chooser.ask_for_files()

    def cancel(self) -> None:
        """Stop the selected jobs."""
        ids = [job.id for job in self.selected() if not job.state.is_final]
        self._operations.start(self._core.call(lambda notula: notula.cancel(ids)))

    def retry(self) -> None:
        """Run the selected jobs again."""
        ids = [job.id for job in self.selected() if job.state in _AGAIN]
        self._operations.start(self._core.call(lambda notula: notula.retry(ids)))

    def transcribe_again(self) -> None:
        """Transcribe the recordings of the selected jobs once more, with the settings of now."""
        ids = [job.id for job in self.selected() if job.state.is_final]
        if ids:
            self._is_wanted = True
            self._operations.start(
                self._core.call(lambda notula: notula.transcribe_again(ids, DESKTOP)), done=self._after_submitting
            )

    def export_again(self) -> None:
        """Write those of the selected jobs into the folder for exports that could not be written there."""
        ids = [job.id for job in self.selected() if job.export_error is not None]
        self._operations.start(self._core.call(lambda notula: notula.export_again(ids)))

    def remove(self) -> None:
        """Take the selected finished jobs out of the table, and offer to put them back."""
        ids = [job.id for job in self.selected() if job.state.is_final]
        if ids:
            self._operations.start(
                self._core.call(lambda notula: notula.remove(ids)), done=lambda _: self._offer_undo(ids)
            )

    def select(self, job_id: JobId) -> bool:
        """Select one job and show its text. False where it isn't in the table."""
        row = self._model.row_where(lambda job: job.id == job_id)
        if row is None:
            return False
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self._table.selectionModel().setCurrentIndex(self._model.index(row, 0), flags)
        return True

    def select_transcript(self, transcript_id: TranscriptId) -> None:
        """Select the job that this transcript came of."""
        row = self._model.row_where(lambda job: job.transcript_id == transcript_id)
        if row is not None:
            self.select(self._model.job(row).id)

    def selected(self) -> list[JobView]:
        """The jobs that are selected in the table."""
        return [self._model.job(index.row()) for index in self._table.selectionModel().selectedRows()]

    def _after_submitting(self, job_ids: Sequence[JobId]) -> None:
        if not job_ids:
            self._messages.information(self._tr("There are no recordings in that folder."))
        elif self._is_wanted or not self.selected():
            self._is_wanted = False
            self._awaited = job_ids[0]
            self._select_awaited()
        else:  # Something is being read, and stays where it is.
            first = job_ids[0]
            added = self._tr.plural("{count} recording was added.", "{count} recordings were added.", len(job_ids))
            self._messages.information(added, self._tr("Show"), lambda: self._show_added(first))

    def _show_added(self, job_id: JobId) -> None:
        self._awaited = job_id
        self._select_awaited()
        self._table.setFocus()

    def _select_awaited(self) -> None:
        """A recording that was just added is selected as soon as its row is there."""
        if self._awaited is not None and self.select(self._awaited):
            self._awaited = None

    def _offer_undo(self, ids: list[JobId]) -> None:
        def undo() -> None:
            self._operations.start(self._core.call(lambda notula: notula.restore(ids)))

        removed = self._tr.plural("{count} job removed.", "{count} jobs removed.", len(ids))
        self._messages.information(removed, self._tr("Undo"), undo, shortcut="Ctrl+Z")

    def _announce_ended(self, jobs: Sequence[JobView]) -> None:
        before = self._states
        self._states = {job.id: job.state for job in jobs}
        if before is None:
            return  # What earlier sessions have finished is no news.
        for job in jobs:
            if job.state in (JobState.DONE, JobState.FAILED) and before.get(job.id) != job.state:
                self._ended[job.id] = job
                self.job_ended.emit(job)
            elif not job.state.is_final:
                self._ended.pop(job.id, None)  # It is tried again.
        if self._ended and all(job.state.is_final for job in jobs):
            ended, self._ended = list(self._ended.values()), {}
            self.batch_ended.emit(ended)

    def _show_part(self, part: QWidget) -> None:
        if self._pages.currentWidget() is not part:
            self._pages.setCurrentWidget(part)
            self.filled.emit()

    def _show_status(self, statistics: QueueStatistics, providers: Sequence[ProviderState]) -> None:
        tr = self._tr
        parts = [
            tr("{running} of {workers} workers busy", running=statistics.running, workers=statistics.workers),
            tr("{count} waiting", count=statistics.queued + statistics.retrying),
            tr("{count} done", count=statistics.done),
        ]
        if statistics.failed:
            parts.append(tr("{count} failed", count=statistics.failed))
        if statistics.cache_hit_rate is not None:
            parts.append(tr("cache hits {percent} %", percent=round(100 * statistics.cache_hit_rate)))
        parts.extend(f"{harmless(one.title)}: {', '.join(found)}" for one in providers if (found := troubles(tr, one)))
        self._status.setText("  ·  ".join(parts))

    def _show_current(self) -> None:
        chosen = self.selected()
        if len(chosen) != 1:
            self._asked_for = None
            self.reader.clear()
            return
        (job,) = chosen
        self.reader.show_notes([self._tr.message(note) for note in notes_of(job)])
        if job.state is JobState.DONE and job.transcript_id is not None:
            self._show_stored(job.transcript_id)
            return
        if job.state.is_final and job.done_share:
            self._show_partial(job)
            return
        self._asked_for = None
        if job.segments:
            self.reader.show_live(job.name, job.segments, job.id)
        elif job.error is not None:
            self.reader.show_problem(job.name, self._tr.message(job.error), job.id, page_of_error(job.error))
        elif job.state.is_final:  # Cancelled, or its text was deleted for good.
            self.reader.show_problem(job.name, state_name(self._tr, job.state), job.id)
        else:
            self.reader.show_problem(job.name, self._tr("The text appears here as it is transcribed."), job.id)

    def _show_stored(self, transcript_id: TranscriptId) -> None:
        if transcript_id == self._asked_for:
            return  # Snapshots come faster than a long text does.
        self._asked_for = transcript_id
        if self.reader.transcript_id != transcript_id:
            self._operations.start(
                self._core.call(lambda notula: notula.transcripts.get(transcript_id)), done=self._read, kind="read-job"
            )

    def _read(self, stored: StoredTranscript | None) -> None:
        chosen = self.selected()
        if stored is not None and len(chosen) == 1 and chosen[0].transcript_id == stored.entry.id:
            self.reader.show_stored(stored, subject=chosen[0].id)

    def _show_partial(self, job: JobView) -> None:
        """What is done of a job that was cancelled or has failed, and how it goes on from there."""
        percent = round(100 * (job.done_share or 0.0))
        how = (
            self._tr("Cancelled at {percent} %. What was done until then is below; Retry goes on from there.")
            if job.state is JobState.CANCELLED
            else self._tr("What was done until then, {percent} %, is below; Retry goes on from there.")
        ).format(percent=percent)
        why = [self._tr.message(job.error)] if job.error is not None else []
        self.reader.show_notes([*why, how])
        if self._asked_for == job.id:
            return
        self._asked_for = job.id
        self.reader.show_problem(job.name, state_name(self._tr, job.state))
        self._operations.start(
            self._core.call(lambda notula: notula.partial(job.id)),
            done=lambda stored: self._read_partial(job.id, stored),
            kind="read-job",
        )

    def _read_partial(self, job_id: JobId, stored: StoredTranscript | None) -> None:
        chosen = self.selected()
        if stored is not None and len(chosen) == 1 and chosen[0].id == job_id:
            self.reader.show_partial(stored)

    def _selection_changed(self) -> None:
        self._update_actions()
        self._show_current()

    def _update_actions(self) -> None:
        states = [job.state for job in self.selected()]
        self.cancel_action.setEnabled(any(not state.is_final for state in states))
        self.retry_action.setEnabled(any(state in _AGAIN for state in states))
        self.export_action.setEnabled(any(job.export_error is not None for job in self.selected()))
        for action in (self.again_action, self.remove_action):
            action.setEnabled(any(state.is_final for state in states))

    def _action(
        self, icon_name: str, text: str, shortcut: QKeySequence | QKeySequence.StandardKey, slot: object
    ) -> QAction:
        action = QAction(icon(icon_name), text, self)
        action.setShortcut(QKeySequence(shortcut))
        # Wherever the focus is in the window, as long as this page is the open one: Qt passes over what is hidden.
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(slot)
        self.addAction(action)
        return action

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
        for action in (self.cancel_action, self.retry_action, self.remove_action):
            toolbar.addWidget(ActionButton(action))
        for action in (
            self.open_action, self.cancel_action, self.retry_action, self.again_action, self.export_action,
            self.remove_action,
        ):  # fmt: skip
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
        self._pages = QStackedWidget()
        self._pages.addWidget(self._invitation)
        self._pages.addWidget(splitter)
        # Until the core has told what there is: who has a full queue isn't invited as if it were empty.
        starting = label(self._tr("Notula is starting …"), "muted")
        starting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages.addWidget(starting)
        self._pages.setCurrentWidget(starting)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)
