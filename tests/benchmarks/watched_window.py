"""The window with files given on the command line, and a timer that notes its own gaps until they are done."""

import asyncio
import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from core.config import Folders, load_settings
from core.domain import JobState, Snapshot
from core.translate import Translator
from gui.desktop import Desktop
from gui.loop import GuiLoop

INTERVAL_MS = 16


class Watch(QObject):
    """Notes the gaps between ticks from the first job's first words on, when start-up is over."""

    def __init__(self, stop: asyncio.Event, jobs: int) -> None:
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
            self._stop.set()

    def _tick(self) -> None:
        now = time.perf_counter()
        if self._last is not None:
            self.gaps_ms.append((now - self._last) * 1000)
        self._last = now


async def watched(application: QApplication, files: list[Path]) -> list[float]:
    """Transcribe the files in the window and return the gaps in milliseconds."""
    folders = Folders.of_this_user()
    stop = asyncio.Event()
    loaded = load_settings(folders.settings_file)
    desktop = Desktop(application, loaded, folders, Translator(), asyncio.get_running_loop(), stop)
    watch = Watch(stop, len(files))
    desktop.core.published.connect(watch.look)
    desktop.start(files, None)
    await stop.wait()
    await desktop.close()
    return watch.gaps_ms


def main() -> None:
    application = QApplication(sys.argv[:1])
    with asyncio.Runner(loop_factory=lambda: GuiLoop(application)) as runner:
        gaps_ms = runner.run(watched(application, [Path(name) for name in sys.argv[1:]]))
    print(json.dumps(gaps_ms))


if __name__ == "__main__":
    main()
