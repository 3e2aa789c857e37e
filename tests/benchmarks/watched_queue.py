"""The window with ten thousand recordings in the queue, five of which run, and a timer that notes its own gaps.

Everything is real but the work on a recording, which only tells of its progress a hundred times a second.
"""

import asyncio
import json
import sys
from typing import Any

import gui.desktop
from core.app.transcription import Transcription
from core.domain import Job, JobState, Segment, Snapshot, TranscriptId
from core.pipeline import Outcome, Report
from gui.desktop import Desktop
from gui.main import run
from gui.pages.queue.queue_page import QueuePage
from tests.benchmarks.queued_job import queued_job
from tests.benchmarks.watched_window import Watch

EVENTS_A_JOB = 100
EVENT_S = 0.01

JOBS = int(sys.argv[1])
SECONDS = float(sys.argv[2])
SELECTS_ALL = sys.argv[3] == "all"


async def tell_of_progress(transcription: Transcription, job: Job, report: Report) -> Outcome:
    """Stands where the pipeline does."""
    report.duration(60.0)
    for event in range(EVENTS_A_JOB):
        await asyncio.sleep(EVENT_S)
        report.progress((event + 1) / EVENTS_A_JOB)
        if event % 20 == 0:
            report.segment(Segment(event * 0.6, event * 0.6 + 12, "It was the best of times."))
    return Outcome(TranscriptId(1), from_cache=False, provider="on-device")


class WatchedQueue(Desktop):
    """The app as it is, with the queue's page shown and the jobs submitted as one batch."""

    watch: Watch

    def start(self, *arguments: Any, **options: Any) -> None:
        WatchedQueue.watch = Watch(self.window.quit_wanted.emit, 0)
        self._is_watched = False
        self.core.published.connect(self._look)
        super().start(*arguments, **options)
        self.window.show_queue()
        jobs = [queued_job(number) for number in range(JOBS)]
        self.operations.start(self.core.call(lambda notula: notula._queue.submit(jobs)))

    def _look(self, snapshot: Snapshot) -> None:
        """Begin once all are listed and five run, and end after some seconds."""
        # It must cost nothing while it measures, so it looks at the jobs only until it has begun.
        if self._is_watched or len(snapshot.jobs) < JOBS:
            return
        if not any(one.state is JobState.RUNNING for one in snapshot.jobs):
            return
        self._is_watched = True
        if SELECTS_ALL:
            self.window.page(QueuePage)._table.selectAll()
        self.watch._timer.start()
        asyncio.get_event_loop().call_later(SECONDS, self._end)

    def _end(self) -> None:
        self.watch._timer.stop()
        self.window.quit_wanted.emit()


def main() -> int:
    Transcription.run = tell_of_progress  # type: ignore[method-assign]
    gui.desktop.Desktop = WatchedQueue  # type: ignore[misc] # gui.main imports it when it is about to make one.
    status = run([])
    print(json.dumps(WatchedQueue.watch.gaps_ms))
    return status


if __name__ == "__main__":
    sys.exit(main())
