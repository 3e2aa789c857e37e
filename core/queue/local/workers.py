"""How many jobs run at once, and which requesters they are of."""

import asyncio
from collections import Counter
from collections.abc import Callable

from core.domain import JobId, Requester
from core.queue.meter import QueueMeter

MOST_RUNNING = 3


def ignore_whether_busy(busy: bool) -> None:
    """For queues whose computer may sleep."""


class Workers:
    """Limits running jobs, of all and of one requester. Tells the meter about every change.

    `busy_changed` is called with whether any job runs, when that is another answer than before.
    """

    def __init__(
        self, count: int, meter: QueueMeter, busy_changed: Callable[[bool], None] = ignore_whether_busy
    ) -> None:
        self._count = count
        self._meter = meter
        self._busy_changed = busy_changed
        self._running: dict[JobId, tuple[Requester, int]] = {}
        self._running_of: Counter[Requester] = Counter()
        self._idle = asyncio.Event()
        self._idle.set()
        self._hurried = asyncio.Event()
        self.most_of_one = MOST_RUNNING
        """How many jobs of one requester run at once; the owner's may use all workers."""
        meter.level(0, count)

    def __len__(self) -> int:
        return len(self._running)

    @property
    def count(self) -> int:
        """How many jobs may run at once."""
        return self._count

    @count.setter
    def count(self, count: int) -> None:
        self._count = count
        self._meter.level(len(self._running), count)

    @property
    def has_free(self) -> bool:
        """Whether another job may begin."""
        return len(self._running) < self._count

    def may_run(self, requester: Requester) -> bool:
        """Whether another job of this requester may begin."""
        return requester.is_owner or self._running_of[requester] < self.most_of_one

    def occupy(self, job_id: JobId, requester: Requester) -> int:
        """The job runs now. Returns the number of its worker: the lowest, from 1, that no other job has."""
        taken = {number for _, number in self._running.values()}
        number = next(one for one in range(1, len(taken) + 2) if one not in taken)
        is_first = not self._running
        self._running[job_id] = (requester, number)
        self._running_of[requester] += 1
        self._meter.level(len(self._running), self._count)
        self._idle.clear()
        if is_first:
            self._busy_changed(True)
        return number

    def free(self, job_id: JobId) -> None:
        """The job runs no more. Nothing changes where it doesn't run."""
        occupied = self._running.pop(job_id, None)
        if occupied is None:
            return
        requester, _ = occupied
        self._running_of[requester] -= 1
        if not self._running_of[requester]:
            del self._running_of[requester]
        self._meter.level(len(self._running), self._count)
        if not self._running:
            self._idle.set()
            self._busy_changed(False)

    async def all_idle(self, within_s: float) -> bool:
        """Wait until no job runs, at most so many seconds, and not after `hurry`. Returns whether none runs."""
        waiting = [asyncio.create_task(event.wait()) for event in (self._idle, self._hurried)]
        try:
            await asyncio.wait(waiting, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        return not self._running

    def hurry(self) -> None:
        """Make `all_idle` return at once from now on."""
        self._hurried.set()
