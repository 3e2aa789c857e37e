"""What is done to the whole queue: pause it, retry all that has failed, clear what is done."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from core.domain import JobId, JobState, JobView
from gui.page_context import PageContext
from gui.pages.queue.job_actions import JobActions
from gui.pages.queue.job_groups import Shown
from gui.theme import icon
from gui.widgets.action_button import ActionButton
from gui.widgets.job_operations import JobOperations
from gui.widgets.reader.tool_button import tool_button


class QueueControls(QObject):
    """Two buttons: one pauses the queue and lets it go on, the other has a menu."""

    def __init__(self, page: QWidget, job_actions: JobActions, context: PageContext) -> None:
        super().__init__(page)
        self._job_actions = job_actions
        self._operations = JobOperations(page, context)
        self._tr = tr = context.tr
        self._jobs: Sequence[JobView] = ()
        self._is_paused = False
        self.pause_action = context.actions.bind("queue_pause", page, self.toggle)
        self.pause = ActionButton(self.pause_action)
        self.menu = QMenu(page)
        self.retry_failed = context.actions.bind("queue_retry_failed", page, self._retry_failed)
        self.clear_done = context.actions.bind("queue_clear_done", page, self._clear_done)
        self.menu.addActions([self.retry_failed, self.clear_done])
        self.more = tool_button("more", tr("More for the whole queue"))
        self.more.setMenu(self.menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._show_pause(False)

    def follow(self, jobs: Sequence[JobView], counts: Mapping[Shown, int], *, is_paused: bool) -> None:
        """The queue has these jobs now, so many of each kind."""
        self._jobs = jobs
        self.retry_failed.setEnabled(counts[Shown.FAILED] > 0)
        self.clear_done.setEnabled(counts[Shown.DONE] > 0)
        if is_paused != self._is_paused:
            self._show_pause(is_paused)

    def toggle(self) -> None:
        """Pause the queue, or let it go on. It is a setting, so it stays as it is when Notula starts again."""
        paused = not self._is_paused
        self._operations.start(lambda notula: notula.settings_service.change(queue_paused=paused))

    def _show_pause(self, is_paused: bool) -> None:
        tr = self._tr
        self._is_paused = is_paused
        text = tr("Resume") if is_paused else tr("Pause")
        self.pause_action.setText(text)
        self.pause_action.setIcon(icon("play" if is_paused else "pause"))
        self.pause.setText(text)
        self.pause.setIcon(self.pause_action.icon())
        explained = tr("Begin with what waits") if is_paused else tr("Begin nothing new; what runs goes on")
        self.pause.explain(explained)
        self.pause.setAccessibleName(f"{text}: {explained}")

    def _retry_failed(self) -> None:
        ids = self._ids(JobState.FAILED)
        self._operations.start(lambda notula: notula.jobs.retry(ids))

    def _clear_done(self) -> None:
        self._job_actions.remove_jobs(self._ids(JobState.DONE))

    def _ids(self, state: JobState) -> list[JobId]:
        return [job.id for job in self._jobs if job.state is state]
