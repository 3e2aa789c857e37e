"""How far all work is, in one number, for the tray and the taskbar."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from core.domain import JobId, JobState, JobView, Snapshot
from gui.job_differences import changed_pairs
from gui.runtime.core_thread import CoreThread

_STEPS = 100


@dataclass(frozen=True, slots=True)
class WorkState:
    """`progress` is 0 to 1, in hundredths, since the queue was empty; None while nothing is to be done."""

    progress: float | None = None
    unfinished: int = 0
    is_paused: bool = False


class WorkProgress(QObject):
    """Follows the snapshots. A batch begins with the first job after the queue was empty."""

    changed = Signal(object)
    """Another `WorkState` than before."""

    def __init__(self, core: CoreThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = WorkState()
        self._ended_before = 0
        self._jobs: Sequence[JobView] = ()
        self._running: dict[JobId, float] = {}
        core.published.connect(self._follow)

    def _follow(self, snapshot: Snapshot) -> None:
        self._follow_running(snapshot.jobs)
        statistics = snapshot.statistics
        ended = statistics.done + statistics.failed + statistics.cancelled
        if not statistics.unfinished:
            self._ended_before = ended
        self._ended_before = min(self._ended_before, ended)  # Some were removed from the table.
        progress = self._share(ended - self._ended_before, statistics.unfinished)
        state = WorkState(progress, statistics.unfinished, statistics.is_paused)
        if state != self.state:
            self.state = state
            self.changed.emit(state)

    def _follow_running(self, jobs: Sequence[JobView]) -> None:
        """Know how far each job is that runs; of ten thousand only those that differ are looked at."""
        pairs, self._jobs = changed_pairs(self._jobs, jobs), jobs
        if pairs is None:
            self._running = {}
        for job in jobs if pairs is None else [new for _, new in pairs]:
            if job.state is JobState.RUNNING:
                self._running[job.id] = job.progress or 0.0
            else:
                self._running.pop(job.id, None)

    def _share(self, ended: int, unfinished: int) -> float | None:
        if not unfinished:
            return None
        done = ended + sum(self._running.values())
        return min(int(_STEPS * done / (ended + unfinished)), _STEPS) / _STEPS
