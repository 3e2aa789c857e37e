"""The limit of minutes of recordings that each person may have transcribed in any 24 hours."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from core.domain import Job, Requester
from core.domain.errors import LongerThanMinutesLeft, MinutesUsed, StoreError

logger = logging.getLogger(__name__)

DAY_S = 24 * 3600.0
_STEP_S = 300.0
"""How many seconds are reserved at a time for a recording without a length in its header."""


class WorkLedger(Protocol):
    """Where seconds are counted; see `core.store.WorkedRecordings`."""

    async def reserve(
        self, work: str, requester: Requester, seconds: float, most_s: float, *, at: float, since: float
    ) -> float:
        """Count so many seconds if the sum is at most `most_s`; returns what is counted for the person's other work."""

    async def settle(self, work: str, requester: Requester, seconds: float, *, at: float) -> None:
        """The work has taken so many seconds in the end."""


class DailyMinutes:
    """Counts the seconds of everybody but the owner. `clock` gives seconds since the epoch.

    The window is the last 24 hours, so that midnight doesn't double the limit. Where the ledger can't be read or
    written, nothing is transcribed.
    """

    def __init__(self, ledger: WorkLedger, clock: Callable[[], float]) -> None:
        self._ledger = ledger
        self._clock = clock
        self.most_minutes = 0
        """For each person; 0 for no limit."""

    @asynccontextmanager
    async def work(self, job: Job) -> AsyncIterator["Allowance"]:
        """The allowance of a job, while it is worked on. Raises `MinutesUsed` where none is left, and `StoreError`."""
        if job.requester.is_owner or not self.most_minutes:
            yield Allowance()
            return
        allowance = _Limited(self._ledger, job, self.most_minutes, self._clock)
        await allowance.announce(0.0)
        try:
            yield allowance
        finally:
            await asyncio.shield(allowance.settle())


class Allowance:
    """How much of one recording may be transcribed: all of it."""

    async def announce(self, seconds: float) -> None:
        """The recording is this long by its header. Raises `MinutesError` where that is more than is left."""

    async def reached(self, seconds: float) -> None:
        """The recording is transcribed up to here. Raises `MinutesError` where no more is allowed."""


@asynccontextmanager
async def unlimited(job: Job) -> AsyncIterator[Allowance]:
    """Allow all of every recording."""
    yield Allowance()


class _Limited(Allowance):
    """At most what is left of a person's minutes."""

    def __init__(self, ledger: WorkLedger, job: Job, most_minutes: int, clock: Callable[[], float]) -> None:
        self._ledger = ledger
        self._job = job
        # Automatic retries count once; a new submission, or a retry by the person, counts again.
        self._work = f"{job.id} {job.submitted_at}"
        self._most_minutes = most_minutes
        self._clock = clock
        self._reserved_s = -1.0
        self._reached_s = 0.0

    async def announce(self, seconds: float) -> None:
        """Reserve so many seconds."""
        if seconds <= self._reserved_s:
            return
        now = self._clock()
        requester, most_s = self._job.requester, self._most_minutes * 60.0
        used_s = await self._ledger.reserve(self._work, requester, seconds, most_s, at=now, since=now - DAY_S)
        if used_s >= most_s:
            raise MinutesUsed.of(requester, minutes=self._most_minutes)
        if used_s + seconds > most_s:
            left = int((most_s - used_s) / 60)
            raise LongerThanMinutesLeft.of(requester, name=self._job.source.name, left=left, minutes=self._most_minutes)
        self._reserved_s = seconds

    async def reached(self, seconds: float) -> None:
        """Reserve more, some minutes at once where as much is left."""
        self._reached_s = max(self._reached_s, seconds)
        if seconds <= self._reserved_s:
            return
        try:
            await self.announce(seconds + _STEP_S)
        except LongerThanMinutesLeft:
            await self.announce(seconds)

    async def settle(self) -> None:
        """Count what was transcribed instead of what was reserved. If that can't be written, the reservation stays."""
        try:
            await self._ledger.settle(self._work, self._job.requester, self._reached_s, at=self._clock())
        except StoreError:
            logger.warning("The seconds that were transcribed can't be written down; what was reserved stays counted")
