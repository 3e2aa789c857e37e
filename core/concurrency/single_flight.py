"""Single flight: concurrent callers with the same key share one run, and each gets its result and its progress."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, Protocol, TypeVar

from core.domain import CacheKey, Segment

T = TypeVar("T")


class Report(Protocol):
    """Receives the progress of a running job."""

    def duration(self, seconds: float) -> None:
        """The recording is this long."""

    def progress(self, fraction: float) -> None:
        """This share, 0 to 1, is done."""

    def segment(self, segment: Segment) -> None:
        """The next piece of text, in the recording's order."""

    def speakers_known(self, segments: tuple[Segment, ...]) -> None:
        """All of the text once more, with who says it: it replaces what `segment` has told."""


class SharedReport:
    """Passes progress on to several reports; one that is added later first gets what the others have got."""

    def __init__(self) -> None:
        self._reports: list[Report] = []
        self._duration_s: float | None = None
        self._fraction: float | None = None
        self._segments: list[Segment] = []

    def add(self, report: Report) -> None:
        """Pass progress on to this one from now on."""
        self._reports.append(report)
        if self._duration_s is not None:
            report.duration(self._duration_s)
        if self._fraction is not None:
            report.progress(self._fraction)
        for segment in self._segments:
            report.segment(segment)

    def remove(self, report: Report) -> None:
        """Pass nothing on to this one any more."""
        self._reports = [other for other in self._reports if other is not report]

    def duration(self, seconds: float) -> None:
        """The recording is this long."""
        self._duration_s = seconds
        for report in self._reports:
            report.duration(seconds)

    def progress(self, fraction: float) -> None:
        """This share, 0 to 1, is done."""
        self._fraction = fraction
        for report in self._reports:
            report.progress(fraction)

    def segment(self, segment: Segment) -> None:
        """The next piece of text, in the recording's order."""
        self._segments.append(segment)
        for report in self._reports:
            report.segment(segment)

    def speakers_known(self, segments: tuple[Segment, ...]) -> None:
        """All of the text once more, with who says it."""
        self._segments = list(segments)
        for report in self._reports:
            report.speakers_known(segments)


class _SharedRun(Generic[T]):
    """A run and the number of callers that wait for it."""

    def __init__(self, work: Callable[[Report], Coroutine[Any, Any, T]], key: CacheKey) -> None:
        self.report = SharedReport()
        self.waiters = 0
        self.task = asyncio.create_task(work(self.report), name=f"single-flight-{key}")


class SingleFlight(Generic[T]):
    """The runs that are going on, by key. Belongs to one event loop."""

    def __init__(self) -> None:
        self._runs: dict[CacheKey, _SharedRun[T]] = {}
        self.ended = 0
        """How many runs have ended; where that differs since a cache was looked into, it may have the result now."""

    def __contains__(self, key: CacheKey) -> bool:
        """Whether a run with this key is going on."""
        return key in self._runs

    async def run(self, key: CacheKey, report: Report, work: Callable[[Report], Coroutine[Any, Any, T]]) -> T:
        """What `work` returns or raises; it is called only where there is no run with this key.

        A cancelled caller stops waiting; once none waits, the run is cancelled, and the last caller waits for its end.
        """
        shared = self._runs.get(key)
        if shared is None:
            shared = self._runs[key] = _SharedRun(work, key)
        shared.waiters += 1
        shared.report.add(report)
        try:
            return await asyncio.shield(shared.task)
        finally:
            shared.report.remove(report)
            shared.waiters -= 1
            if shared.waiters == 0:
                # A call that comes now must not wait for a run that is being cancelled.
                if self._runs.get(key) is shared:
                    del self._runs[key]
                    self.ended += 1
                await _end(shared.task)


async def _end(task: asyncio.Task[Any]) -> None:
    """Cancel a task, unless it is done, and wait for its end."""
    if not task.done():
        task.cancel()
        await asyncio.wait([task])
    if not task.cancelled():
        task.exception()  # Read, or asyncio logs that it never was.
