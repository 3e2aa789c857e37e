"""The question how several transcripts are to be exported, and the progress of that."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.domain import StoredTranscript, TranscriptId
from core.domain.file_location import folder_of
from core.export import FORMATS, ExistingFile, ExportPlace, ExportPlan, pattern_problem
from gui.page_context import PageContext
from gui.widgets.export.export_bar import ExportBar
from gui.widgets.export.export_dialog import ExportDialog
from gui.widgets.export.export_many import export_many

FIRST_PLAN = ExportPlan(("txt",), ExportPlace.FOLDER)


class ExportingMany(QObject):
    """One a page that lists transcripts. `plan` is what was chosen last."""

    _progressed = Signal(int)
    """From the core's thread into the window's."""

    def __init__(self, context: PageContext, bar: ExportBar, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._bar = bar
        self._parent = parent
        self._task: asyncio.Task[None] | None = None
        self._dialog: ExportDialog | None = None
        self.plan = FIRST_PLAN
        self._progressed.connect(bar.set_done)
        bar.cancel_wanted.connect(self.cancel)

    def ask(self, ids: Sequence[TranscriptId], locations: Iterable[str]) -> None:
        """Ask how these are to be exported, and export them. `locations` are those of their recordings."""
        near = next(filter(None, map(folder_of, locations)), Path.home())
        dialog = ExportDialog(self._context.tr, len(ids), self.plan, near, self._parent.window())
        dialog.planned.connect(lambda plan: self.export(ids, plan))

        def show_example(stored: StoredTranscript | None) -> None:
            if dialog is self._dialog:
                dialog.set_example(stored)

        self._dialog = dialog
        dialog.finished.connect(self._forget_dialog)
        dialog.open()
        first = ids[0]
        self._context.operations.start(
            self._context.core.call(lambda notula: notula.transcripts.get(first)), done=show_example, kind="example"
        )

    def export(self, ids: Sequence[TranscriptId], plan: ExportPlan) -> None:
        """Export these by a plan."""
        if self._task is not None:
            return
        self.plan = replace(plan, with_notes=False)  # Asked for each time anew.
        self._bar.begin(len(ids))
        self._task = export_many(self._context, ids, plan, self._progressed.emit)
        self._task.add_done_callback(lambda _: self._ended())

    @property
    def is_running(self) -> bool:
        """Whether an export is under way."""
        return self._task is not None

    def cancel(self) -> None:
        """Stop; files that are written stay."""
        if self._task is not None and self._task.cancel():
            self._context.messages.information(self._context.tr("The export was stopped. What is written stays."))

    def saved_state(self) -> Mapping[str, object]:
        """What `restore` takes."""
        return {
            "formats": list(self.plan.formats),
            "place": self.plan.place.value,
            "pattern": self.plan.pattern,
            "existing": self.plan.existing.value,
        }

    def restore(self, state: object) -> None:
        """Take over what was chosen last, as far as it can be used."""
        if not isinstance(state, dict):
            return
        formats, pattern = state.get("formats"), state.get("pattern")
        known = tuple(name for name in FORMATS if isinstance(formats, list) and name in formats)
        is_usable = isinstance(pattern, str) and pattern_problem(pattern) is None
        self.plan = ExportPlan(
            known or FIRST_PLAN.formats,
            ExportPlace(state["place"]) if state.get("place") in list(ExportPlace) else FIRST_PLAN.place,
            None,
            str(pattern) if is_usable else FIRST_PLAN.pattern,
            ExistingFile(state["existing"]) if state.get("existing") in list(ExistingFile) else FIRST_PLAN.existing,
        )

    def _forget_dialog(self) -> None:
        self._dialog = None

    def _ended(self) -> None:
        self._task = None
        self._bar.end()
