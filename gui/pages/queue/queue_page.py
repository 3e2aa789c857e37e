"""The queue: what runs, what waits and what has become of the rest, with the text of what is selected."""

from collections.abc import Mapping, Sequence, Set
from functools import partial
from pathlib import Path
from typing import Self

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from core.domain import JobId, JobView, Snapshot
from core.domain.job_move import Move, MoveBefore
from core.domain.left_out import LeftOut, left_out_sentences
from core.domain.window_page import WindowPage
from gui.job_differences import changed_pairs, has_other_states
from gui.job_options import DESKTOP
from gui.kept_values import path_text
from gui.page_context import PageContext
from gui.pages.page import Page
from gui.pages.queue.batch_bar import BatchBar
from gui.pages.queue.job_actions import JobActions
from gui.pages.queue.job_groups import Groups
from gui.pages.queue.job_list import JobList
from gui.pages.queue.job_moves import JobMoves
from gui.pages.queue.job_order import Arrangement, found
from gui.pages.queue.job_reader import JobReader
from gui.pages.queue.job_table import JobTableModel
from gui.pages.queue.kept_selection import KeptSelection
from gui.pages.queue.listing_bar import ListingBar
from gui.pages.queue.menu_separator import separator
from gui.pages.queue.queue_controls import QueueControls
from gui.pages.queue.queue_status import status_text
from gui.pages.queue.selection_panel import SelectionPanel
from gui.pages.queue.text_part import TextPart
from gui.pages.queue.transcript_actions import TranscriptActions
from gui.scale import Gap
from gui.widgets.action_button import ActionButton
from gui.widgets.drop_card import DropCard
from gui.widgets.job_operations import JobOperations
from gui.widgets.reader.reader import Reader
from gui.widgets.reader.reader_actions import ReaderActions
from gui.widgets.recording_chooser import RecordingChooser
from gui.widgets.text import ElidedLabel, label, paragraph

_SEVERAL = 2


class QueuePage(Page):
    """The job table beside the reading view; an invitation to drop recordings while there are no jobs."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = JobOperations(self, context)
        self._messages = context.messages
        self._settings = context.settings
        self._job_options = context.job_options
        self._navigation = context.navigation
        self._actions = context.actions
        self._tr = tr = context.tr
        self._awaited: JobId | None = None
        """A job to be selected as soon as its row is there."""
        self._snapshot = Snapshot()
        self._groups = Groups.of(())
        self._counts = self._groups.counts
        self._arrangement = Arrangement()

        self._model = JobTableModel(tr, self)
        self._table = JobList(self._model, tr, self)
        self._kept = KeptSelection(self._table, self._model)
        self._table.selectionModel().selectionChanged.connect(self._selection_changed)
        self.chooser = RecordingChooser(context.actions, "queue", tr, self)
        self.chooser.chosen.connect(context.navigation.add_recordings)
        self._status = ElidedLabel("muted")
        self.reader = Reader(context.actions, tr, context.messages, self)
        self.reader_actions = ReaderActions(self.reader, context)
        self._job_reader = JobReader(self.reader, self.selected, context)
        self.open_action = self.chooser.add_action
        self.job_actions = JobActions(self, self.selected, context)
        self.job_actions.submitted.connect(self._select_new)
        self.job_moves = JobMoves(self, self.selected, context)
        self.job_moves.moved.connect(self._show_current)
        self._model.dropped.connect(self._drop)
        self.transcript_actions = TranscriptActions(self, self.selected, context)
        self.controls = QueueControls(self, self.job_actions, context)
        self._table.opened.connect(self.transcript_actions.open)
        self._table.remedy_wanted.connect(self.job_actions.remedies.apply)
        self._lay_out()
        context.core.published.connect(self.apply)
        self._selection_changed()

    def first_control(self) -> QWidget:
        return self._table if self._parts.currentWidget() is self._working else self._invitation.choose

    def saved_state(self) -> Mapping[str, object]:
        return {
            "last_folder": self.chooser.folder,
            "export": self.transcript_actions.exporting.saved_state(),
            **self.listing.saved_state(),
            **self.text_part.saved_state(),
        }

    def restore_state(self, state: Mapping[str, object]) -> None:
        self.chooser.folder = path_text(state.get("last_folder"))
        self.listing.restore_state(state)
        self.text_part.restore_state(state)
        self.transcript_actions.exporting.restore(state.get("export"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.text_part.follow_height(self.height())

    def take_over(self, before: Self) -> None:
        self.listing.take_over(before.listing)
        self._kept.select(job.id for job in before.selected())
        if self._snapshot.jobs:
            self._arrange()

    def add(self, recordings: Sequence[Path | str]) -> None:
        """Put files, folders and web addresses in the queue, with the options that are chosen on the first page."""
        if recordings:
            wanted, told = list(recordings), list[LeftOut]()
            options = self._job_options.current.of_jobs(self._settings.current)
            self._operations.start(
                lambda notula: notula.jobs.submit(wanted, DESKTOP, options=options, on_left_out=told.append),
                partial(self._added, len(wanted), told),
            )

    def apply(self, snapshot: Snapshot) -> None:
        """Bring the page up to date with a snapshot of the core."""
        pairs = changed_pairs(self._snapshot.jobs, snapshot.jobs)
        self._groups = Groups.of(snapshot.jobs) if pairs is None else self._groups.changed(pairs, snapshot.jobs)
        is_progress = pairs is not None and not has_other_states(pairs) and snapshot.turns is self._snapshot.turns
        self._snapshot, statistics = snapshot, snapshot.statistics
        self._show_part(self._working if snapshot.jobs else self._invitation)
        self._status.set_whole_text(status_text(self._tr, snapshot.providers))
        if is_progress and pairs is not None:
            self._show_progress([new for _, new in pairs])
        else:
            self._counts = self._groups.counts
            self.chips.set_counts({shown.value: count for shown, count in self._counts.items()})
            self._batch.follow(self._groups, statistics.workers, is_paused=statistics.is_paused)
            self._arrange({new.id for old, new in pairs or () if old.state is not new.state})
        self.controls.follow(snapshot.jobs, self._counts, is_paused=statistics.is_paused)

    def _show_progress(self, changed: Sequence[JobView]) -> None:
        """These jobs differ in anything but their states, as most of the time while they run."""
        self._model.update(changed)
        statistics, running = self._snapshot.statistics, tuple(self._groups.running.values())
        self._batch.follow_running(running, statistics.workers, is_paused=statistics.is_paused)
        selected = self.selected()
        if len(selected) < _SEVERAL:
            self._show_selected(selected)

    def _arrange(self, begun_or_ended: Set[JobId] = frozenset()) -> None:
        """Show the rows that a person wants to see. Since the last time nothing but these jobs' states differs."""
        turns = self._snapshot.turns
        listing = self.listing
        chosen = self._arrangement.arranged(self._groups.chosen(listing.shown), turns, listing.order)
        wanted = found(chosen, self.search.text())
        self._model.set_can_be_dragged(listing.order.is_by_turn)
        show = partial(self._model.apply, wanted, turns, begun_or_ended)
        self._kept.while_listing(show, is_restricted=listing.is_restricted)
        self._nothing.setVisible(bool(self._snapshot.jobs) and not wanted)
        self._table.setVisible(not self._snapshot.jobs or bool(wanted))
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

    def selected(self) -> list[JobView]:
        """The jobs that are selected in the table."""
        return self._table.selected_jobs()

    def _show_current(self) -> None:
        self._table.scrollTo(self._table.currentIndex())

    def _drop(self, ids: Sequence[JobId], before: JobId | None) -> None:
        """Jobs were let go in the list before this one, or behind all that wait."""
        self.job_moves.move(ids, MoveBefore(before) if before is not None else Move.BACK)

    def _added(self, wanted: int, told: Sequence[LeftOut], job_ids: Sequence[JobId]) -> None:
        """So many files, folders and addresses have become these jobs. Only folders become none."""
        self._job_options.part_is_used()
        sentences = [sentence for left_out in told for sentence in left_out_sentences(self._tr, left_out)]
        if job_ids and self.selected():  # A transcript is being read; it stays selected.
            first = job_ids[0]
            added = self._tr.plural("{count} recording was added.", "{count} recordings were added.", len(job_ids))
            text = " ".join([added, *sentences])
            self._messages.information(text, self._tr("Show"), lambda: self._show_added(first))
            return
        self._select_new(job_ids)
        if not job_ids:
            none = self._tr.plural(
                "There are no recordings in that folder.", "There are no recordings in those folders.", wanted
            )
            sentences = [none, *sentences]
        if sentences:
            self._messages.information(" ".join(sentences))

    def _select_new(self, job_ids: Sequence[JobId]) -> None:
        if job_ids:
            self._awaited = job_ids[0]
            self.listing.show_all()

    def _show_added(self, job_id: JobId) -> None:
        self._navigation.open_page(WindowPage.QUEUE.value)
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
        self._show_selected(self.selected())

    def _show_selected(self, jobs: Sequence[JobView]) -> None:
        """Show what these jobs allow, and the text of a single one."""
        self.job_actions.update(jobs)
        self.job_moves.update(jobs, self._snapshot.turns)
        self.transcript_actions.update(jobs)
        self._job_reader.update(jobs)
        self._selection_panel.show_count(len(jobs))
        self._details.setCurrentWidget(self._selection_panel if len(jobs) >= _SEVERAL else self.reader)
        for button in self._for_one:
            button.setVisible(len(jobs) < _SEVERAL or not self.text_part.is_shown)

    def _lay_out(self) -> None:
        tr = self._tr
        self.listing = ListingBar(self._actions, tr, self)
        self.listing.changed.connect(lambda: self._arrange())
        self.chips, self.search = self.listing.chips, self.listing.search
        self._batch = BatchBar(tr)
        self._invitation = DropCard(self.chooser, self._actions, tr)
        toolbar = QHBoxLayout()
        toolbar.addWidget(label(tr("Queue"), "title"))
        toolbar.addStretch(1)
        toolbar.addWidget(self.controls.pause)
        toolbar.addWidget(self.controls.more)
        toolbar.addWidget(ActionButton(self.open_action))
        toolbar.addWidget(self.chooser.more_button())
        actions = self.job_actions
        below = QHBoxLayout()
        self._details = QStackedWidget()
        self.text_part = TextPart(self._details, self._table, self._actions, self)
        self.text_part.changed.connect(lambda: self._show_selected(self.selected()))
        self.reader.search_opened.connect(self.text_part.show)
        below.addWidget(self._status, 1)
        main_actions = (actions.cancel_action, actions.retry_action, actions.remove_action)
        self._for_one = [ActionButton(action) for action in main_actions]
        for button in self._for_one:
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(True)  # Nothing moves under the mouse while several are being selected.
            button.setSizePolicy(policy)
            below.addWidget(button)
        below.addWidget(self.text_part.button)
        self._fill_menu()
        self._nothing = paragraph(tr("No recording here fits. Choose All, or search for another name."), "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.hide()
        working = QWidget()
        column = QVBoxLayout(working)
        column.setContentsMargins(0, 0, 0, Gap.SMALL)
        column.addLayout(toolbar)
        column.addWidget(self.listing)
        column.addWidget(self._batch)
        column.addWidget(self._table, 1)
        column.addWidget(self._nothing, 1)
        column.addWidget(self.transcript_actions.export_bar)
        column.addLayout(below)
        self._selection_panel = SelectionPanel(tr, self.transcript_actions.export_many_action, main_actions)
        self._details.addWidget(self.reader)
        self._details.addWidget(self._selection_panel)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(working)
        splitter.addWidget(self._details)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        splitter.setChildrenCollapsible(False)
        self._working = splitter
        self._parts = QStackedWidget()
        self._parts.addWidget(self._invitation)
        self._parts.addWidget(splitter)
        # Until the first snapshot tells whether there are jobs, neither the table nor the invitation is shown.
        starting = label(tr("Notula is starting …"), "muted")
        starting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._parts.addWidget(starting)
        self._parts.setCurrentWidget(starting)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._parts)

    def _fill_menu(self) -> None:
        """The menu of the rows."""
        transcripts = self.transcript_actions
        exports = (transcripts.export_menu.menuAction(), transcripts.export_many_action)
        first = (transcripts.open_action, transcripts.copy_action, *exports)
        self._table.addActions((*first, transcripts.folder_action))
        for actions in (self.job_actions.all, self.job_moves.all, (self.open_action,)):
            self._table.addActions((separator(self), *actions))
