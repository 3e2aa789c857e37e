"""How far all work is, in one number, for the tray and the taskbar."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from core.domain import JobState, Snapshot
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
        core.published.connect(self._follow)

    def _follow(self, snapshot: Snapshot) -> None:
        statistics = snapshot.statistics
        ended = statistics.done + statistics.failed + statistics.cancelled
        if not statistics.unfinished:
            self._ended_before = ended
        self._ended_before = min(self._ended_before, ended)  # Some were removed from the table.
        state = WorkState(
            self._share(snapshot, ended - self._ended_before), statistics.unfinished, statistics.is_paused
        )
        if state != self.state:
            self.state = state
            self.changed.emit(state)

    @staticmethod
    def _share(snapshot: Snapshot, ended: int) -> float | None:
        unfinished = snapshot.statistics.unfinished
        if not unfinished:
            return None
        begun = 0.0
        if snapshot.statistics.running:
            begun = sum(job.progress or 0.0 for job in snapshot.jobs if job.state is JobState.RUNNING)
        return int(_STEPS * (ended + begun) / (ended + unfinished)) / _STEPS
