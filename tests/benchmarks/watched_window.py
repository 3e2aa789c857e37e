"""The window with files given on the command line, and a timer that notes its own gaps until they are done."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer

import gui.desktop
from core.domain import JobState, Snapshot
from gui.desktop import Desktop
from gui.main import run

INTERVAL_MS = 16


class Watch(QObject):
    """Notes the gaps between ticks from the first job's first words on, when start-up is over."""

    def __init__(self, stop: Callable[[], object], jobs: int) -> None:
        super().__init__()
        self.gaps_ms: list[float] = []
        self._stop = stop
        self._jobs = jobs
        self._last: float | None = None
        self._timer = QTimer(self, interval=INTERVAL_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def look(self, snapshot: Snapshot) -> None:
        """Begin once all jobs run, end once none does."""
        running = [job for job in snapshot.jobs if job.state is JobState.RUNNING]
        if len(running) == self._jobs and not self._timer.isActive():
            self._timer.start()
        elif self._timer.isActive() and not running:
            self._timer.stop()
            self._stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        if self._last is not None:
            self.gaps_ms.append((now - self._last) * 1000)
        self._last = now


class WatchedDesktop(Desktop):
    """The app as it is, watched; what is watched begins and ends as it does for its user."""

    watch: Watch

    def start(self, *arguments: Any, **options: Any) -> None:
        WatchedDesktop.watch = Watch(self.window.quit_wanted.emit, len(sys.argv) - 1)
        self.core.published.connect(self.watch.look)
        super().start(*arguments, **options)


def main() -> int:
    gui.desktop.Desktop = WatchedDesktop  # type: ignore[misc] # gui.main imports it when it is about to make one.
    status = run(sys.argv[1:])
    print(json.dumps(WatchedDesktop.watch.gaps_ms))
    return status


if __name__ == "__main__":
    sys.exit(main())
