"""Jobs that wait for a worker, and which of them is next."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from core.domain import JobId, Priority, Requester
from core.domain.job import OWNER

AGEING_S = 120.0
"""A job that has waited so long is ranked one priority higher, so that no job waits for ever."""

_OWNER = Requester("", OWNER)
"""The owner is one person, who has one turn among the others, whichever ways the jobs came in."""


@dataclass(frozen=True, slots=True)
class Turn:
    """When a job begins, compared with others: by priority and by how long it has waited, then by its sequence."""

    priority: Priority
    sequence: int
    since: float


class WaitingJobs:
    """A priority queue with ageing; among jobs of the same priority, requesters are served in turn (fair queueing).

    `clock` gives seconds that never go back, and need not run while the computer sleeps.
    """

    def __init__(self, clock: Callable[[], float], ageing_s: float = AGEING_S) -> None:
        self._clock = clock
        self._ageing_s = ageing_s
        self._heaps: dict[Requester, dict[Priority, list[tuple[int, JobId]]]] = {}
        """By requester and priority, each job with its sequence. Those that don't wait any more are dropped late."""
        self._turns: dict[JobId, Turn] = {}
        """Those that have waited longest come first."""
        self._requesters: dict[JobId, Requester] = {}
        self._counts: Counter[Requester] = Counter()
        self._held: Counter[Requester] = Counter()
        self._by_priority: Counter[Priority] = Counter()
        self._served: dict[Requester, int] = {}
        self._turn = 0

    def __len__(self) -> int:
        return len(self._turns)

    def add(self, job_id: JobId, requester: Requester, priority: Priority, sequence: int) -> None:
        """Let a job wait; of one requester's jobs with the same priority, the lowest `sequence` is taken first."""
        if job_id in self._turns:
            return
        requester = _one_owner(requester)
        self._turns[job_id] = Turn(priority, sequence, self._clock())
        self._requesters[job_id] = requester
        self._counts[requester] += 1
        self._by_priority[priority] += 1
        heapq.heappush(self._heaps.setdefault(requester, {}).setdefault(priority, []), (sequence, job_id))

    def discard(self, job_id: JobId) -> None:
        """Let a job wait no more. Its heap entry is dropped once it is the first of its heap."""
        if job_id in self._turns:
            requester = self._requesters.pop(job_id)
            self._by_priority[self._turns.pop(job_id).priority] -= 1
            self._counts[requester] -= 1
            if not self._counts[requester]:
                del self._counts[requester]

    def hold(self, requesters: Iterable[Requester]) -> None:
        """Count one more waiting job for each of these, before it can be added: `count_of` includes them."""
        self._held.update(map(_one_owner, requesters))

    def release(self, requesters: Iterable[Requester]) -> None:
        """Undo `hold`."""
        self._held.subtract(map(_one_owner, requesters))
        self._held = +self._held

    def take(self, may_run: Callable[[Requester], bool]) -> JobId | None:
        """Remove and return the next job of those requesters that may run one; None where there is none."""
        now = self._clock()
        best: tuple[tuple[int, int, float, int], Requester, Priority] | None = None
        for requester in tuple(self._heaps):
            if not may_run(requester):
                continue
            for priority, first in self._first_of_each(requester):
                level, since, sequence = self._rank(first, now)
                rank = (level, self._served.get(requester, 0), since, sequence)
                if best is None or rank < best[0]:
                    best = (rank, requester, priority)
        if best is None:
            return None
        _, requester, priority = best
        _, job_id = heapq.heappop(self._heaps[requester][priority])
        self.discard(job_id)
        self._turn += 1
        self._served[requester] = self._turn
        return job_id

    def count_of(self, requester: Requester) -> int:
        """How many jobs of this requester wait or are held."""
        requester = _one_owner(requester)
        return self._counts[requester] + self._held[requester]

    def by_priority(self) -> dict[Priority, int]:
        """How many jobs wait at each priority."""
        return {priority: self._by_priority[priority] for priority in Priority}

    def order(self) -> list[JobId]:
        """All of them in the order in which `take` gives them, if none is added or ages and everybody may run one."""
        if len(self._heaps) == 1:
            (heaps,) = self._heaps.values()
            if len(heaps) == 1:  # As with thousands of one person: then nobody's rank makes a difference.
                (heap,) = heaps.values()
                return list(dict.fromkeys([job_id for _, job_id in sorted(heap) if job_id in self._turns]))
        now = self._clock()
        lines = [(requester, self._line(requester, now)) for requester in self._heaps]
        if len(lines) == 1:
            return [job_id for _, job_id in lines[0][1]]
        heads = [
            ((level, self._served.get(requester, 0), since, sequence), number, 0)
            for number, (requester, line) in enumerate(lines)
            for (level, since, sequence), _ in line[:1]
        ]
        heapq.heapify(heads)
        ordered: list[JobId] = []
        while heads:
            _, number, at = heapq.heappop(heads)
            line = lines[number][1]
            ordered.append(line[at][1])
            if at + 1 < len(line):
                level, since, sequence = line[at + 1][0]
                heapq.heappush(heads, ((level, self._turn + len(ordered), since, sequence), number, at + 1))
        return ordered

    def owners_of(self, job_ids: Iterable[JobId]) -> list[JobId]:
        """Those of these jobs that wait and are the owner's."""
        return [job_id for job_id in job_ids if self._requesters.get(job_id) == _OWNER]

    def arrange(self, job_ids: Sequence[JobId]) -> dict[JobId, JobId]:
        """Have these jobs, those of them that wait and are the owner's, begin in this order, in the turns they have.

        No turn of anybody else is another one then. Returns the jobs that have another turn now, each with the one
        whose turn it was.
        """
        wanted = self.owners_of(dict.fromkeys(job_ids))
        chosen = set(wanted)
        before = [job_id for job_id in self.order() if job_id in chosen]
        given = {job_id: other for job_id, other in zip(wanted, before, strict=True) if job_id != other}
        if given:
            self._turns.update({job_id: self._turns[other] for job_id, other in given.items()})
            self._turns = dict(sorted(self._turns.items(), key=lambda item: item[1].since))
            heaps: dict[Priority, list[tuple[int, JobId]]] = {}
            for job_id, requester in self._requesters.items():
                if requester == _OWNER:
                    turn = self._turns[job_id]
                    heaps.setdefault(turn.priority, []).append((turn.sequence, job_id))
            for heap in heaps.values():
                heap.sort()  # A sorted list is a heap.
            self._heaps[_OWNER] = heaps
        return given

    def turn_of(self, job_id: JobId) -> Turn:
        """The turn of a job that waits."""
        return self._turns[job_id]

    def oldest_age_s(self) -> float:
        """How long the oldest waiting job has waited, in seconds; 0 where none waits."""
        oldest = next(iter(self._turns.values()), None)
        return max(0.0, self._clock() - oldest.since) if oldest is not None else 0.0

    def _rank(self, job_id: JobId, now: float) -> tuple[int, float, int]:
        """The priority that a job has come to by waiting, since when it waits, and its sequence: the lesser goes first.

        Of two that came at the same moment and have come to the same priority, the order of the heaps would decide,
        which is another one after `arrange`.
        """
        turn = self._turns[job_id]
        return max(0, int(turn.priority) - int((now - turn.since) / self._ageing_s)), turn.since, turn.sequence

    def _line(self, requester: Requester, now: float) -> list[tuple[tuple[int, float, int], JobId]]:
        """One requester's jobs in their order, each with its rank. Those of one priority never pass each other."""
        parts = [
            [(self._rank(job_id, now), job_id) for _, job_id in sorted(heap) if job_id in self._turns]
            for heap in self._heaps[requester].values()
        ]
        line = parts[0] if len(parts) == 1 else list(heapq.merge(*parts, key=itemgetter(0)))
        if len(line) == self._counts[requester]:
            return line
        return list({ranked[1]: ranked for ranked in line}.values())  # One that has come back may be there twice.

    def _first_of_each(self, requester: Requester) -> list[tuple[Priority, JobId]]:
        """The first job of each of this requester's heaps. A requester without waiting jobs is forgotten."""
        heaps = self._heaps[requester]
        for priority, heap in tuple(heaps.items()):
            while heap and heap[0][1] not in self._turns:
                heapq.heappop(heap)
            if not heap:
                del heaps[priority]
        if not heaps:
            del self._heaps[requester]
            self._served.pop(requester, None)
        return [(priority, heap[0][1]) for priority, heap in heaps.items()]


def _one_owner(requester: Requester) -> Requester:
    return _OWNER if requester.is_owner else requester
