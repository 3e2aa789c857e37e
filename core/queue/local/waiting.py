"""Jobs that wait for a worker, and which of them is next."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.domain import JobId, Priority, Requester

AGEING_S = 120.0
"""A job that has waited so long goes with those one priority above, so that nothing waits for ever."""


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    sequence: int
    job_id: JobId


class WaitingJobs:
    """Takes the most urgent first, and among the equally urgent each person in turn.

    `clock` gives seconds that never go back, and need not run while the computer sleeps.
    """

    def __init__(self, clock: Callable[[], float], ageing_s: float = AGEING_S) -> None:
        self._clock = clock
        self._ageing_s = ageing_s
        self._lines: dict[Requester, dict[Priority, list[_Place]]] = {}
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
        """The job waits; of one person's equally urgent jobs the one with the lower sequence goes first."""
        if job_id in self._of:
            return
        self._of[job_id] = (requester, priority)
        self._since[job_id] = self._clock()
        self._counts[requester] += 1
        self._by_priority[priority] += 1
        heapq.heappush(self._lines.setdefault(requester, {}).setdefault(priority, []), _Place(sequence, job_id))

    def discard(self, job_id: JobId) -> None:
        """The job waits no more. Its place in the line is dropped when it comes to the front."""
        if job_id in self._of:
            requester, priority = self._of.pop(job_id)
            del self._since[job_id]
            self._by_priority[priority] -= 1
            self._counts[requester] -= 1
            if not self._counts[requester]:
                del self._counts[requester]

    def hold(self, requesters: Iterable[Requester]) -> None:
        """Keep a place for each of these who can't be in line yet, so that they count."""
        self._held.update(requesters)

    def release(self, requesters: Iterable[Requester]) -> None:
        """Give up places that were held."""
        self._held.subtract(requesters)
        self._held = +self._held

    def take(self, may_run: Callable[[Requester], bool]) -> JobId | None:
        """Remove and return the next job of anybody who may run one; None where there is none."""
        now = self._clock()
        best: tuple[tuple[int, int, float], Requester, Priority] | None = None
        for requester in tuple(self._lines):
            if not may_run(requester):
                continue
            for priority, place in self._fronts(requester):
                waited_s = now - self._since[place.job_id]
                level = max(0, int(priority) - int(waited_s / self._ageing_s))
                rank = (level, self._served.get(requester, 0), -waited_s)
                if best is None or rank < best[0]:
                    best = (rank, requester, priority)
        if best is None:
            return None
        _, requester, priority = best
        job_id = heapq.heappop(self._lines[requester][priority]).job_id
        self.discard(job_id)
        self._turn += 1
        self._served[requester] = self._turn
        return job_id

    def count_of(self, requester: Requester) -> int:
        """How many jobs of this person wait, or have a place held for them."""
        return self._counts[requester] + self._held[requester]

    def by_priority(self) -> dict[Priority, int]:
        """How many wait at each priority."""
        return {priority: self._by_priority[priority] for priority in Priority}

    def places(self) -> dict[JobId, int]:
        """Each job's place in the line, from 1, as if people didn't take turns: enough to tell somebody who waits."""
        now = self._clock()

        def rank(job_id: JobId) -> tuple[int, float]:
            since = self._since[job_id]
            return max(0, int(self._of[job_id][1]) - int((now - since) / self._ageing_s)), since

        return {job_id: place for place, job_id in enumerate(sorted(self._of, key=rank), 1)}

    def oldest_age_s(self) -> float:
        """How long the one that has waited the longest has waited."""
        oldest = next(iter(self._since.values()), None)  # They came in this order.
        return max(0.0, self._clock() - oldest) if oldest is not None else 0.0

    def _fronts(self, requester: Requester) -> list[tuple[Priority, _Place]]:
        """The first of each of this person's lines. Who has nothing waiting is forgotten."""
        lines = self._lines[requester]
        for priority, line in tuple(lines.items()):
            while line and line[0].job_id not in self._of:
                heapq.heappop(line)
            if not line:
                del lines[priority]
        if not lines:
            del self._lines[requester]
            self._served.pop(requester, None)
        return [(priority, line[0]) for priority, line in lines.items()]
