"""How jobs come into the queue: within a person's limit, written down, and only then waiting for a worker."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from core.domain import Job, JobId, Requester
from core.domain.errors import TooManyWaiting
from core.queue.journal import Journal
from core.queue.local.dispatcher import Dispatcher
from core.queue.local.entries import JobEntries
from core.queue.local.waiting import WaitingJobs
from core.queue.meter import QueueMeter

MOST_WAITING = 20
"""Jobs of one person that may wait, until that is set."""


class Admission:
    """Raises `TooManyWaiting`, and accepts none, where a requester would have more than `most_waiting` waiting."""

    def __init__(
        self,
        journal: Journal,
        waiting: WaitingJobs,
        entries: JobEntries,
        dispatcher: Dispatcher,
        meter: QueueMeter,
    ) -> None:
        self._journal = journal
        self._waiting = waiting
        self._entries = entries
        self._dispatcher = dispatcher
        self._meter = meter
        self.most_waiting = MOST_WAITING

    async def submit(self, jobs: Sequence[Job]) -> tuple[JobId, ...]:
        """Accept jobs, taking over what dead instances left of the same requests, even if the caller is cancelled."""
        requesters = [job.requester for job in jobs]
        self._hold(requesters)
        return await asyncio.shield(self._accept(jobs, requesters))

    async def record(self, job: Job) -> None:
        """Accept a job, and take nothing over, even if the caller is cancelled."""
        self._hold([job.requester])
        await asyncio.shield(self._record([job], [job.requester]))

    def _hold(self, requesters: Sequence[Requester]) -> None:
        """Count these as waiting while they are being written. Raises `TooManyWaiting` where they are too many."""
        for requester, added in Counter(requesters).items():
            waiting = self._waiting.count_of(requester)
            if not requester.is_owner and waiting + added > self.most_waiting:
                raise TooManyWaiting(waiting=waiting)
        self._waiting.hold(requesters)

    async def _accept(self, jobs: Sequence[Job], requesters: Sequence[Requester]) -> tuple[JobId, ...]:
        """Take over what dead instances left of these and record the others, even if the caller is cancelled."""
        try:
            accepted, new = await self._adopt(jobs)
        except BaseException:
            self._waiting.release(requesters)
            raise
        await self._record(new, requesters)
        return tuple(accepted)

    async def _record(self, jobs: Sequence[Job], requesters: Sequence[Requester]) -> None:
        """Write jobs down and enqueue them; they no longer count as held."""
        try:
            if jobs:
                await self._journal.record(jobs)
                self._meter.submitted(len(jobs))
        finally:
            self._waiting.release(requesters)
        for job in jobs:
            self._dispatcher.enqueue(self._entries.add(job))

    async def _adopt(self, jobs: Sequence[Job]) -> tuple[list[JobId], list[Job]]:
        """Take over what dead instances left of these. Returns all accepted ids, and the jobs that are new."""
        accepted: list[JobId] = []
        new: list[Job] = []
        for job in jobs:
            adopted = await self._journal.adopt(job.source, job.options)
            for left in adopted:
                self._dispatcher.enqueue(self._entries.add(left))
            accepted += [left.id for left in adopted] or [job.id]
            new += [] if adopted else [job]
        return accepted, new
