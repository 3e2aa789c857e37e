"""The window and its core with very many short jobs, one after another; prints as JSON what memory it took when.

Arguments: how many jobs come first, and how many after them. Everything is real but the work on a recording.
"""

import asyncio
import gc
import json
import sys
from typing import Any

import psutil

import gui.desktop
from core.app.notula import Notula
from core.app.transcription import Transcription
from core.domain import Job, TranscriptId
from core.pipeline import Outcome, Report
from gui.desktop import Desktop
from gui.main import run
from tests.benchmarks.queued_job import queued_job

AT_ONCE = 100
"""How many are in the queue together."""


async def end_at_once(transcription: Transcription, job: Job, report: Report) -> Outcome:
    """Stands where the pipeline does."""
    report.duration(60.0)
    report.progress(1.0)
    return Outcome(TranscriptId(1), from_cache=False, provider="on-device")


async def work_off(notula: Notula, numbers: range) -> None:
    """Have the queue do these jobs, some at a time."""
    for first in range(numbers.start, numbers.stop, AT_ONCE):
        ids = await notula._queue.submit([queued_job(number) for number in range(first, first + AT_ONCE)])
        await asyncio.gather(*map(notula._queue.wait, ids))


def used_bytes() -> int:
    """What this process has in memory, after what is garbage was collected."""
    gc.collect()
    return int(psutil.Process().memory_info().rss)


class ManyJobs(Desktop):
    """The app as it is, with the queue's page shown."""

    used: list[int]

    def start(self, *arguments: Any, **options: Any) -> None:
        super().start((), *arguments[1:], **options)
        self.window.show_queue()
        self.operations.start(self._measure(), done=lambda _: self.quit())

    async def _measure(self) -> None:
        first, more = int(sys.argv[1]), int(sys.argv[2])
        await self.core.call(lambda notula: work_off(notula, range(first)))
        ManyJobs.used = [used_bytes()]
        await self.core.call(lambda notula: work_off(notula, range(first, first + more)))
        ManyJobs.used.append(used_bytes())


def main() -> int:
    Transcription.run = end_at_once  # type: ignore[method-assign]
    gui.desktop.Desktop = ManyJobs  # type: ignore[misc] # gui.main imports it when it is about to make one.
    status = run([])
    print(json.dumps(ManyJobs.used))
    return status


if __name__ == "__main__":
    sys.exit(main())
