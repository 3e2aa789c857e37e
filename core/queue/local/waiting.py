"""Jobs that wait for a worker, and which of them is next."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.domain import JobId, Priority, Requester

AGEING_S = 120.0
"""A job that has waited so long is ranked one priority higher, so that no job waits for ever."""


@dataclass(frozen=True, slots=True, order=True)
class _HeapEntry:
    sequence: int
    job_id: JobId


class WaitingJobs:
    """A priority queue with ageing; among jobs of the same priority, requesters are served in turn (fair queueing).

    `clock` gives seconds that never go back, and need not run while the computer sleeps.
    """

    def __init__(self, clock: Callable[[], float], ageing_s: float = AGEING_S) -> None:
        self._clock = clock
        self._ageing_s = ageing_s
        self._heaps: dict[Requester, dict[Priority, list[_HeapEntry]]] = {}
        self._since: dict[JobId, float] = {}
        self._of: dict[JobId, tuple[Requester, Priority]] = {}
        self._counts: Counter[Requester] = Counter()
        self._held: Counter[Requester] = Counter()
        self._by_priority: Counter[Priority] = Counter()
        self._served: dict[Requester, int] = {}
        self._turn = 0

    def __len__(self) -> int:
        return len(self._of)

    def add(self, job_id: JobId, requester: Requester, priority: Priority, sequence: int) -> None:
        """Let a job wait; of one requester's jobs with the same priority, the lowest `sequence` is taken first."""
        if job_id in self._of:
            return
        self._of[job_id] = (requester, priority)
        self._since[job_id] = self._clock()
        self._counts[requester] += 1
        self._by_priority[priority] += 1
        heapq.heappush(self._heaps.setdefault(requester, {}).setdefault(priority, []), _HeapEntry(sequence, job_id))

    def discard(self, job_id: JobId) -> None:
        """Let a job wait no more. Its heap entry is dropped once it is the first of its heap."""
        if job_id in self._of:
            requester, priority = self._of.pop(job_id)
            del self._since[job_id]
            self._by_priority[priority] -= 1
            self._counts[requester] -= 1
            if not self._counts[requester]:
                del self._counts[requester]

    def hold(self, requesters: Iterable[Requester]) -> None:
        """Count one more waiting job for each of these, before it can be added: `count_of` includes them."""
        self._held.update(requesters)

    def release(self, requesters: Iterable[Requester]) -> None:
        """Undo `hold`."""
        self._held.subtract(requesters)
        self._held = +self._held

    def take(self, may_run: Callable[[Requester], bool]) -> JobId | None:
        """Remove and return the next job of those requesters that may run one; None where there is none."""
        now = self._clock()
        best: tuple[tuple[int, int, float], Requester, Priority] | None = None
        for requester in tuple(self._heaps):
            if not may_run(requester):
                continue
            for priority, first in self._first_of_each(requester):
                waited_s = now - self._since[first.job_id]
                level = max(0, int(priority) - int(waited_s / self._ageing_s))
                rank = (level, self._served.get(requester, 0), -waited_s)
                if best is None or rank < best[0]:
                    best = (rank, requester, priority)
        if best is None:
            return None
        _, requester, priority = best
        job_id = heapq.heappop(self._heaps[requester][priority]).job_id
        self.discard(job_id)
        self._turn += 1
        self._served[requester] = self._turn
        return job_id

    def count_of(self, requester: Requester) -> int:
        """How many jobs of this requester wait or are held."""
        return self._counts[requester] + self._held[requester]

    def by_priority(self) -> dict[Priority, int]:
        """How many jobs wait at each priority."""
        return {priority: self._by_priority[priority] for priority in Priority}

    def places(self) -> dict[JobId, int]:
        """Each job's approximate place, from 1: by rank and waiting time, without the turns of requesters."""
        now = self._clock()

        def rank(job_id: JobId) -> tuple[int, float]:
            since = self._since[job_id]
            return max(0, int(self._of[job_id][1]) - int((now - since) / self._ageing_s)), since

        return {job_id: place for place, job_id in enumerate(sorted(self._of, key=rank), 1)}

    def oldest_age_s(self) -> float:
        """How long the oldest waiting job has waited, in seconds; 0 where none waits."""
        oldest = next(iter(self._since.values()), None)  # The order of insertion is the order of time.
        return max(0.0, self._clock() - oldest) if oldest is not None else 0.0

    def _first_of_each(self, requester: Requester) -> list[tuple[Priority, _HeapEntry]]:
        """The first job of each of this requester's heaps. A requester without waiting jobs is forgotten."""
        heaps = self._heaps[requester]
        for priority, heap in tuple(heaps.items()):
            while heap and heap[0].job_id not in self._of:
                heapq.heappop(heap)
            if not heap:
                del heaps[priority]
        if not heaps:
            del self._heaps[requester]
            self._served.pop(requester, None)
        return [(priority, heap[0]) for priority, heap in heaps.items()]
