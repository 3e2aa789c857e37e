"""How many minutes of recordings each person may have transcribed in any 24 hours."""

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
"""How much is set aside at a time for a recording that doesn't say how long it is."""


class WorkLedger(Protocol):
    """Where it is counted; see `core.store.sqlite.worked_recordings`."""

    async def reserve(
        self, work: str, requester: Requester, seconds: float, most_s: float, *, at: float, since: float
    ) -> float:
        """Count so much if that is no more than `most_s`; returns what is counted for the person's other work."""

    async def settle(self, work: str, requester: Requester, seconds: float, *, at: float) -> None:
        """It came to so much in the end."""


class DailyMinutes:
    """Counts what is worked on for everybody but the owner. `clock` gives seconds since the epoch.

    The 24 hours go back from now, so no midnight gives anybody twice as much. Where the ledger can't be read or
    written nothing is worked on.
    """

    def __init__(self, ledger: WorkLedger, clock: Callable[[], float]) -> None:
        self._ledger = ledger
        self._clock = clock
        self.most_minutes = 0
        """For each person; 0 for no limit."""

    @asynccontextmanager
    async def work(self, job: Job) -> AsyncIterator["Allowance"]:
        """Work on a job's recording. Raises `MinutesUsed` where there is nothing left, and `StoreError`."""
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
    """What may be worked on of one recording: all of it."""

    async def announce(self, seconds: float) -> None:
        """The recording says that it is this long. Raises `MinutesError` where that is too long for the person."""

    async def reached(self, seconds: float) -> None:
        """Work has come so far. Raises `MinutesError` where it may go no further."""


@asynccontextmanager
async def unlimited(job: Job) -> AsyncIterator[Allowance]:
    """For whoever limits nobody."""
    yield Allowance()


class _Limited(Allowance):
    """No more than what is left of a person's minutes."""

    def __init__(self, ledger: WorkLedger, job: Job, most_minutes: int, clock: Callable[[], float]) -> None:
        self._ledger = ledger
        self._job = job
        # Attempts that Notula makes by itself count once. Asking for it again counts again.
        self._work = f"{job.id} {job.submitted_at}"
        self._most_minutes = most_minutes
        self._clock = clock
        self._reserved_s = -1.0
        self._reached_s = 0.0

    async def announce(self, seconds: float) -> None:
        """Set so much aside."""
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
        """Set more aside, a good piece at once where there is as much."""
        self._reached_s = max(self._reached_s, seconds)
        if seconds <= self._reserved_s:
            return
        try:
            await self.announce(seconds + _STEP_S)
        except LongerThanMinutesLeft:
            await self.announce(seconds)

    async def settle(self) -> None:
        """Count what it came to. Where that can't be written, what was set aside stays counted."""
        try:
            await self._ledger.settle(self._work, self._job.requester, self._reached_s, at=self._clock())
        except StoreError:
            logger.warning("what was worked on for somebody can't be written down")
