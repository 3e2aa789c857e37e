"""What can be done with the selected jobs: cancel, retry, transcribe again, export again, remove."""

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from core.domain import JobId, JobState, JobView, Requester
from gui.changes import Changes
from gui.page_context import PageContext
from gui.theme import icon

if TYPE_CHECKING:
    from core.app.notula import Notula

T = TypeVar("T")

DESKTOP = Requester("desktop")
"""On whose behalf the window asks for jobs."""

_RETRIABLE = (JobState.FAILED, JobState.CANCELLED)


class JobActions(QObject):
    """The actions, each with its shortcut, and the operations that they start."""

    submitted = Signal(object)
    """The ids of the jobs that `transcribe_again` has added."""

    def __init__(self, page: QWidget, selected: Callable[[], list[JobView]], context: PageContext) -> None:
        """The shortcuts work while `page` is the one that is shown; `selected` returns the jobs to act on."""
        super().__init__(page)
        self._page = page
        self._selected = selected
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._tr = tr = context.tr
        self.cancel_action = self._action("cancel", tr("Cancel"), QKeySequence("Ctrl+."), self.cancel)
        self.retry_action = self._action("retry", tr("Retry"), QKeySequence("Ctrl+R"), self.retry)
        self.again_action = self._action(
            "retry", tr("Transcribe again"), QKeySequence("Ctrl+Shift+R"), self.transcribe_again
        )
        self.export_action = self._action("export", tr("Export again"), QKeySequence("Ctrl+Shift+E"), self.export_again)
        self.remove_action = self._action("remove", tr("Remove"), QKeySequence.StandardKey.Delete, self.remove)

    @property
    def all(self) -> tuple[QAction, ...]:
        """In the order of a menu."""
        return self.cancel_action, self.retry_action, self.again_action, self.export_action, self.remove_action

    def update(self) -> None:
        """Enable the actions that any of the selected jobs allows."""
        jobs = self._selected()
        states = [job.state for job in jobs]
        self.cancel_action.setEnabled(any(not state.is_final for state in states))
        self.retry_action.setEnabled(any(state in _RETRIABLE for state in states))
        self.export_action.setEnabled(any(job.export_error is not None for job in jobs))
        for action in (self.again_action, self.remove_action):
            action.setEnabled(any(state.is_final for state in states))

    def cancel(self) -> None:
        """Stop the selected jobs."""
        ids = [job.id for job in self._selected() if not job.state.is_final]
        self._start(lambda notula: notula.jobs.cancel(ids))

    def retry(self) -> None:
        """Run the selected jobs again."""
        ids = [job.id for job in self._selected() if job.state in _RETRIABLE]
        self._start(lambda notula: notula.jobs.retry(ids))

    def transcribe_again(self) -> None:
        """Transcribe the recordings of the selected jobs once more, with the current settings."""
        ids = [job.id for job in self._selected() if job.state.is_final]
        if ids:
            self._start(lambda notula: notula.jobs.transcribe_again(ids, DESKTOP), self.submitted.emit)

    def export_again(self) -> None:
        """Write the selected jobs whose automatic export has failed into the folder for exports."""
        ids = [job.id for job in self._selected() if job.export_error is not None]
        self._start(lambda notula: notula.jobs.export_again(ids))

    def remove(self) -> None:
        """Take the selected finished jobs out of the table, and offer to put them back."""
        ids = [job.id for job in self._selected() if job.state.is_final]
        if ids:
            self._start(lambda notula: notula.jobs.remove(ids), lambda _: self._offer_undo(ids))

    def _offer_undo(self, ids: Sequence[JobId]) -> None:
        removed = self._tr.plural("{count} job removed.", "{count} jobs removed.", len(ids))
        self._messages.information(
            removed, self._tr("Undo"), lambda: self._start(lambda notula: notula.jobs.restore(ids)), shortcut="Ctrl+Z"
        )

    def _start(
        self, ask: "Callable[[Notula], Coroutine[Any, Any, T]]", done: Callable[[T], None] | None = None
    ) -> None:
        self._operations.start(self._core.call(ask), done=done, changes=Changes(jobs=True), initiator=self._page)

    def _action(
        self,
        icon_name: str,
        text: str,
        shortcut: QKeySequence | QKeySequence.StandardKey,
        slot: Callable[[], None],
    ) -> QAction:
        return page_action(self._page, icon_name, text, shortcut, slot)


def page_action(
    page: QWidget,
    icon_name: str,
    text: str,
    shortcut: QKeySequence | QKeySequence.StandardKey,
    slot: Callable[[], None],
) -> QAction:
    """An action of a page. Its shortcut works wherever the focus is while the page is shown: Qt ignores hidden ones."""
    action = QAction(icon(icon_name), text, page)
    action.setShortcut(QKeySequence(shortcut))
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    action.triggered.connect(slot)
    page.addAction(action)
    return action
