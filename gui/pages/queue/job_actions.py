"""What can be done with the selected jobs: cancel, retry, transcribe again, export again, remove."""

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from core.domain import JobId, JobState, JobView
from gui.job_options import DESKTOP
from gui.page_context import PageContext
from gui.widgets.dialogs.input_questions import NumberQuestion
from gui.widgets.dialogs.question import Asked
from gui.widgets.job_operations import JobOperations
from gui.widgets.job_remedies import JobRemedies, Remedy, remedy_of

if TYPE_CHECKING:
    from core.app.notula import Notula

_MOST_TRACKS = 99

_RETRIABLE = (JobState.FAILED, JobState.CANCELLED)


class JobActions(QObject):
    """The actions, each with its shortcut, and the operations that they start."""

    submitted = Signal(object)
    """The ids of the jobs that were added for others."""

    def __init__(self, page: QWidget, selected: Callable[[], list[JobView]], context: PageContext) -> None:
        """The shortcuts work while `page` is the one that is shown; `selected` returns the jobs to act on."""
        super().__init__(page)
        self._page = page
        self._selected = selected
        self._operations = JobOperations(page, context)
        self._messages = context.messages
        self._tr = context.tr
        self.remedies = JobRemedies(page, context)
        self.remedies.submitted.connect(self.submitted)
        bind = context.actions.bind
        self.cancel_action = bind("queue_cancel", page, self.cancel)
        self.retry_action = bind("queue_retry", page, self.retry)
        self.again_action = bind("queue_again", page, self.transcribe_again)
        self.track_action = bind("queue_track", page, self.ask_for_track)
        self.export_action = bind("queue_export_again", page, self.export_again)
        self.remove_action = bind("queue_remove", page, self.remove)
        self.find_action = bind("queue_find_file", page, self._find_file)

    @property
    def all(self) -> tuple[QAction, ...]:
        """In the order of a menu."""
        again = (self.retry_action, self.again_action, self.track_action)
        return self.cancel_action, *again, self.find_action, self.export_action, self.remove_action

    def update(self, jobs: Sequence[JobView]) -> None:
        """Enable the actions that any of these jobs allows."""
        states = {id(job.state): job.state for job in jobs}.values()  # The hash of a state is slow.
        self.cancel_action.setEnabled(any(not state.is_final for state in states))
        self.retry_action.setEnabled(any(state in _RETRIABLE for state in states))
        self.find_action.setEnabled(len(jobs) == 1 and remedy_of(jobs[0]) is Remedy.FIND_FILE)
        self.export_action.setEnabled(any(job.export_error is not None for job in jobs))
        for action in (self.again_action, self.track_action, self.remove_action):
            action.setEnabled(any(state.is_final for state in states))

    def cancel(self) -> None:
        """Stop the selected jobs, and offer to let several of them run again: a key may do that to thousands."""
        ids = [job.id for job in self._selected() if not job.state.is_final]

        def offer_undo(_: None) -> None:
            if len(ids) > 1:
                told = self._tr.plural("{count} recording cancelled.", "{count} recordings cancelled.", len(ids))
                self._offer_undo(told, lambda notula: notula.jobs.retry(ids))

        self._operations.start(lambda notula: notula.jobs.cancel(ids), offer_undo)

    def retry(self) -> None:
        """Run the selected jobs again."""
        ids = [job.id for job in self._selected() if job.state in _RETRIABLE]
        self._operations.start(lambda notula: notula.jobs.retry(ids))

    def transcribe_again(self) -> None:
        """Transcribe the recordings of the selected jobs once more, with the current settings."""
        self._transcribe_again(self._ended())

    def ask_for_track(self) -> None:
        """Let a person choose another track of sound of the selected jobs' recordings, and transcribe that."""
        ids, tr = self._ended(), self._tr
        if not ids:
            return
        asked = Asked(
            tr("Transcribe another track"),
            tr("Number of the track of sound, of films or recordings that have several:"),
        )
        dialog = NumberQuestion(asked, tr("Transcribe"), tr("Cancel"), self._page)
        dialog.number.setRange(1, _MOST_TRACKS)
        dialog.number.setValue(2)
        dialog.answered.connect(lambda track: self._transcribe_again(ids, track))
        dialog.open()

    def _ended(self) -> list[JobId]:
        return [job.id for job in self._selected() if job.state.is_final]

    def _transcribe_again(self, ids: Sequence[JobId], track: int | None = None) -> None:
        if ids:
            self._operations.start(
                lambda notula: notula.jobs.transcribe_again(ids, DESKTOP, track), self.submitted.emit
            )

    def _find_file(self) -> None:
        for job in self._selected()[:1]:
            self.remedies.ask_for_file(job)

    def export_again(self) -> None:
        """Write the selected jobs whose automatic export has failed into the folder for exports."""
        ids = [job.id for job in self._selected() if job.export_error is not None]
        self._operations.start(lambda notula: notula.jobs.export_again(ids))

    def remove(self) -> None:
        """Take the selected finished jobs out of the table, and offer to put them back."""
        self.remove_jobs(self._ended())

    def remove_jobs(self, ids: Sequence[JobId]) -> None:
        """Take these jobs, which have ended, out of the table, and offer to put them back."""
        if ids:
            told = self._tr.plural("{count} job removed.", "{count} jobs removed.", len(ids))
            self._operations.start(
                lambda notula: notula.jobs.remove(ids),
                lambda _: self._offer_undo(told, lambda notula: notula.jobs.restore(ids)),
            )

    def _offer_undo(self, told: str, undo: "Callable[[Notula], Coroutine[Any, Any, object]]") -> None:
        self._messages.information(told, self._tr("Undo"), lambda: self._operations.start(undo), is_undo=True)
