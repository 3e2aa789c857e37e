"""Tells when all jobs of the queue have ended, for notifications."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from core.domain import JobId, JobState, JobView, Snapshot
from gui.runtime.core_thread import CoreThread


class EndedJobs(QObject):
    """Collects the jobs that have ended until the queue is empty."""

    batch_ended = Signal(object)
    """No job is left to run: the list of `JobView`s that have become done or failed since the last time."""

    def __init__(self, core: CoreThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._states: dict[JobId, JobState] | None = None
        self._ended: dict[JobId, JobView] = {}
        core.published.connect(self._collect)

    def _collect(self, snapshot: Snapshot) -> None:
        before, self._states = self._states, {job.id: job.state for job in snapshot.jobs}
        if before is not None:  # What earlier sessions have finished is not announced.
            self._compare(before, snapshot.jobs)

    def _compare(self, before: dict[JobId, JobState], jobs: Sequence[JobView]) -> None:
        for job in jobs:
            if job.state in (JobState.DONE, JobState.FAILED) and before.get(job.id) != job.state:
                self._ended[job.id] = job
            elif not job.state.is_final:
                self._ended.pop(job.id, None)  # It runs again.
        if self._ended and all(job.state.is_final for job in jobs):
            ended, self._ended = list(self._ended.values()), {}
            self.batch_ended.emit(ended)
