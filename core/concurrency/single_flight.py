"""One run for all who ask for the same at the same time, and what each of them is told of it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, Protocol, TypeVar

from core.domain import CacheKey, Segment

T = TypeVar("T")


class Report(Protocol):
    """Where a running job tells how far it is."""

    def duration(self, seconds: float) -> None:
        """The recording is this long."""

    def progress(self, fraction: float) -> None:
        """This share, 0 to 1, is done."""

    def segment(self, segment: Segment) -> None:
        """The next piece of text, in the recording's order."""


class SharedReport:
    """A report that passes everything on to several; who comes late is told first what the others know."""

    def __init__(self) -> None:
        self._reports: list[Report] = []
        self._duration_s: float | None = None
        self._fraction: float | None = None
        self._segments: list[Segment] = []

    def add(self, report: Report) -> None:
        """Tell this one too from now on."""
        self._reports.append(report)
        if self._duration_s is not None:
            report.duration(self._duration_s)
        if self._fraction is not None:
            report.progress(self._fraction)
        for segment in self._segments:
            report.segment(segment)

    def remove(self, report: Report) -> None:
        """Tell this one no more."""
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


class _Flight(Generic[T]):
    """A run under way and how many wait for it."""

    def __init__(self, run: Callable[[Report], Coroutine[Any, Any, T]], key: CacheKey) -> None:
        self.report = SharedReport()
        self.passengers = 0
        self.task = asyncio.create_task(run(self.report), name=f"flight-{key}")


class SingleFlight(Generic[T]):
    """Runs that several wait for. Lives on one event loop."""

    def __init__(self) -> None:
        self._single_flight: dict[CacheKey, _Flight[T]] = {}

    def __contains__(self, key: CacheKey) -> bool:
        """Whether there is a run under this key that may be joined."""
        return key in self._single_flight

    async def join(self, key: CacheKey, report: Report, run: Callable[[Report], Coroutine[Any, Any, T]]) -> T:
        """What `run` returns or raises; it is called only where nothing runs under this key already.

        Who is cancelled leaves; when the last one has left, the run is cancelled and waited for.
        """
        flight = self._single_flight.get(key)
        if flight is None:
            flight = self._single_flight[key] = _Flight(run, key)
        flight.passengers += 1
        flight.report.add(report)
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.report.remove(report)
            flight.passengers -= 1
            if flight.passengers == 0:
                # Whoever comes now must not board a run that is being cancelled.
                if self._single_flight.get(key) is flight:
                    del self._single_flight[key]
                await _end(flight.task)


async def _end(task: asyncio.Task[Any]) -> None:
    """Cancel a task that nobody waits for any more, unless it is done."""
    if not task.done():
        task.cancel()
        await asyncio.wait([task])
    if not task.cancelled():
        task.exception()  # Taken, or asyncio would complain that nobody did.
