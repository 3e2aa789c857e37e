"""Tells when all jobs of the queue have ended, for notifications."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from core.domain import JobId, JobState, JobView, Snapshot
from gui.job_differences import changed_pairs
from gui.runtime.core_thread import CoreThread


class EndedJobs(QObject):
    """Collects the jobs that have ended until the queue is empty."""

    batch_ended = Signal(object)
    """No job is left to run: the list of `JobView`s that have become done or failed since the last time."""

    def __init__(self, core: CoreThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: Sequence[JobView] | None = None
        self._ended: dict[JobId, JobView] = {}
        core.published.connect(self._collect)

    def _collect(self, snapshot: Snapshot) -> None:
        before, self._jobs = self._jobs, snapshot.jobs
        if before is None:  # What earlier sessions have finished is not announced.
            return
        pairs = changed_pairs(before, snapshot.jobs)
        if pairs is not None:
            states = {old.id: old.state for old, _ in pairs}
            self._compare(states, [new for _, new in pairs], snapshot.jobs)
        else:
            self._compare({job.id: job.state for job in before}, snapshot.jobs, snapshot.jobs)

    def _compare(self, before: dict[JobId, JobState], changed: Sequence[JobView], jobs: Sequence[JobView]) -> None:
        for job in changed:
            if job.state in (JobState.DONE, JobState.FAILED) and before.get(job.id) != job.state:
                self._ended[job.id] = job
            elif not job.state.is_final:
                self._ended.pop(job.id, None)  # It runs again.
        if self._ended and all(job.state.is_final for job in jobs):
            ended, self._ended = list(self._ended.values()), {}
            self.batch_ended.emit(ended)
