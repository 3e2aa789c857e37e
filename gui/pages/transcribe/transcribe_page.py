"""The page on which recordings are added, with options, and on which what runs and what was made last is seen."""

from collections.abc import Mapping
from typing import Self

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from core.domain import Snapshot
from gui.kept_values import path_text, whole_number
from gui.page_context import PageContext
from gui.pages.page import Page
from gui.pages.transcribe.first_start import FirstStart
from gui.pages.transcribe.options_row import OptionsRow
from gui.pages.transcribe.recent_transcripts import RecentTranscripts
from gui.pages.transcribe.recording_card import RecordingCard
from gui.pages.transcribe.running_jobs import RunningJobs
from gui.pages.transcribe.saved_recordings import SavedRecordings
from gui.pages.transcribe.watching_line import WatchingLine
from gui.scale import Gap
from gui.widgets.drop_card import DropCard
from gui.widgets.model_list import ModelList
from gui.widgets.recording_chooser import RecordingChooser
from gui.widgets.text import label, named


class TranscribePage(Page):
    """Adds recordings through the window, as drops anywhere on it do."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = context.tr
        self._chosen = context.job_options
        self._models = ModelList(context, self)
        self.chooser = RecordingChooser(context.actions, "transcribe", context.tr, self)
        self.chooser.chosen.connect(context.navigation.add_recordings)
        self._recording = context.recording
        record = context.actions.bind("transcribe_record", self, self._recording.toggle)
        self.drop_card = DropCard(self.chooser, context.actions, context.tr, record=record)
        self.recording = RecordingCard(record, context)
        self.saved = SavedRecordings(context)
        self.options = OptionsRow(self._models, context)
        self.watching = WatchingLine(context)
        self.first_start = FirstStart(self._models, self.chooser, context)
        self.running = RunningJobs(self._models, context)
        self.recent = RecentTranscripts(context)
        self._is_introduced = False
        self._has_jobs: bool | None = None
        self._transcripts: int | None = None
        """None until the core has answered."""
        self._lay_out()
        self.first_start.done.connect(self._introduced)
        self.recent.counted.connect(self._count)
        self.running.appeared.connect(self.rearranged)
        self.saved.appeared.connect(self.rearranged)
        self._recording.changed.connect(self._show_recording)
        self._show_recording()
        context.core.published.connect(self._apply)

    def on_shown(self) -> None:
        if self._has_jobs is not None:  # Before the first snapshot there is no core to ask, or it can't start.
            self._models.refresh()
            self.recent.refresh()

    def take_over(self, before: Self) -> None:
        self._chosen.choose(before._chosen.current)  # With the part, which is never saved.

    def first_control(self) -> QWidget:
        return self.recording.stop if self._recording.is_running else self.drop_card.choose

    def saved_state(self) -> Mapping[str, object]:
        return {
            **self._chosen.saved(),
            "last_folder": self.chooser.folder,
            "record_from": self._recording.device_id,
            "is_introduced": self._is_introduced,
            "step": self.first_start.step,
        }

    def restore_state(self, state: Mapping[str, object]) -> None:
        self._chosen.restore(state)
        self.chooser.folder = path_text(state.get("last_folder"))
        device = state.get("record_from")
        if not self._recording.is_running:  # Else the window is made anew, in another language.
            self._recording.device_id = device if isinstance(device, str) else ""
        self._is_introduced = state.get("is_introduced") is True
        self.first_start.show_step(whole_number(state.get("step")) or 0)

    def _apply(self, snapshot: Snapshot) -> None:
        is_first = self._has_jobs is None
        self._has_jobs = bool(snapshot.jobs)
        if is_first and self.isVisible():
            self.on_shown()
        self.running.apply(snapshot)
        self._show_introduction()

    def _show_recording(self) -> None:
        """While something is recorded, that takes the place of the invitation."""
        is_running = self._recording.is_running
        if is_running != self.recording.isVisibleTo(self):
            self.drop_card.setVisible(not is_running)
            self.recording.setVisible(is_running)
            self.rearranged.emit()

    def _count(self, transcripts: int) -> None:
        self._transcripts = transcripts
        self._show_introduction()

    def _introduced(self) -> None:
        self._is_introduced = True
        self._show_introduction()

    def _show_introduction(self) -> None:
        """Show it while nothing was transcribed yet; not before that is known."""
        is_new = self._has_jobs is False and self._transcripts == 0 and not self._is_introduced
        if is_new != self.first_start.isVisibleTo(self):
            self.first_start.setVisible(is_new)
            self.rearranged.emit()

    def _lay_out(self) -> None:
        content = named(QWidget(), "plain")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, Gap.MEDIUM, 0)
        column.setSpacing(Gap.LARGE)
        column.addWidget(label(self._tr("Transcribe"), "title"))
        for above in (self.saved, self.drop_card, self.recording, self.options):
            column.addWidget(above)
        column.addWidget(self.watching, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self.first_start, self.running, self.recent):
            column.addWidget(part)
        column.addStretch(1)
        self.first_start.hide()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setObjectName("plain")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
