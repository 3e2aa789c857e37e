"""Which jobs the queue's page shows, and in which order."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.domain import JobId, JobState, JobView

_FINAL = (JobState.FAILED, JobState.CANCELLED, JobState.DONE)
"""What a person can do something about is first."""


_MOST_NAMES = 50_000
"""So many are remembered as they are compared, which are several for each row that there may be."""


class Shown(StrEnum):
    """What a person can restrict the list to."""

    ALL = "all"
    RUNNING = "running"
    WAITING = "waiting"
    FAILED = "failed"
    DONE = "done"


class SortBy(StrEnum):
    """What a person can sort the list by."""

    TURN = "turn"
    NAME = "name"
    LENGTH = "length"
    ADDED = "added"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class RowOrder:
    """The order of the list."""

    by: SortBy = SortBy.TURN
    is_descending: bool = False

    @property
    def is_by_turn(self) -> bool:
        """Whether what waits is listed as it will begin, from top to bottom."""
        return self.by is SortBy.TURN and not self.is_descending


@dataclass(frozen=True, slots=True)
class Groups:
    """The jobs of a snapshot, in the order of submission. Cancelled ones are in `ended` alone."""

    running: Sequence[JobView]
    waiting: Sequence[JobView]
    ended: Sequence[JobView]
    jobs: Sequence[JobView]
    """All of them."""

    @classmethod
    def of(cls, jobs: Iterable[JobView]) -> "Groups":
        """Each job in one of them."""
        jobs = tuple(jobs)
        running: list[JobView] = []
        waiting: list[JobView] = []
        ended: list[JobView] = []
        for job in jobs:  # States are compared by identity: their hash costs more than all else that is done here.
            state = job.state
            if state is JobState.QUEUED or state is JobState.RETRYING:
                waiting.append(job)
            elif state is JobState.RUNNING:
                running.append(job)
            else:
                ended.append(job)
        return cls(running, waiting, ended, jobs)

    def chosen(self, shown: Shown) -> "Groups":
        """Those that are left by a restriction."""
        if shown is Shown.ALL:
            return self
        if shown is Shown.RUNNING:
            return Groups(self.running, (), (), self.running)
        if shown is Shown.WAITING:
            return Groups((), self.waiting, (), self.waiting)
        state = JobState.FAILED if shown is Shown.FAILED else JobState.DONE
        ended = [job for job in self.ended if job.state is state]
        return Groups((), (), ended, ended)

    @property
    def counts(self) -> dict[Shown, int]:
        """How many jobs each restriction leaves."""
        ended = [job.state for job in self.ended]
        return {
            Shown.ALL: len(self.running) + len(self.waiting) + len(self.ended),
            Shown.RUNNING: len(self.running),
            Shown.WAITING: len(self.waiting),
            Shown.FAILED: ended.count(JobState.FAILED),
            Shown.DONE: ended.count(JobState.DONE),
        }

    def by_turn(self, turns: Mapping[JobId, int]) -> list[JobView]:
        """What runs, by its worker; what waits, by its turn; what has ended, the latest first.

        A job whose turn isn't known yet waits behind all others. Of those that have ended at the same moment, or nobody
        knows when, the latest submitted is first.
        """
        running = sorted(self.running, key=lambda job: job.worker or 0)
        ended = list(self.ended)
        ended.reverse()
        ended.sort(key=lambda job: job.finished_at or 0.0, reverse=True)
        return [*running, *_by_turn(self.waiting, turns), *ended]

    def by_state(self, turns: Mapping[JobId, int]) -> list[JobView]:
        """The same, with what has ended by how that was: what a person can do something about is first."""
        by_turn = self.by_turn(turns)
        first = len(self.running) + len(self.waiting)
        return [*by_turn[:first], *(job for state in _FINAL for job in by_turn[first:] if job.state is state)]


class Arrangement:
    """Brings jobs into an order, and knows what that was for the jobs before, which are mostly the same."""

    def __init__(self) -> None:
        self._names: dict[str, tuple[tuple[str, int], ...]] = {}
        self._order = RowOrder()
        self._keys: list[Any] = []
        self._rows: list[int] = []
        """Which of the jobs, in the order of submission, are listed from top to bottom."""

    def arranged(self, groups: Groups, turns: Mapping[JobId, int], order: RowOrder) -> list[JobView]:
        """All of these jobs; those that are alike in what they are sorted by are listed in the order of submission.

        Recordings of unknown length come last.
        """
        if order.by is SortBy.TURN or order.by is SortBy.STATE:
            jobs = groups.by_turn(turns) if order.by is SortBy.TURN else groups.by_state(turns)
            return jobs[::-1] if order.is_descending else jobs
        key_of = self._key_of(order)
        keys = [key_of(job) for job in groups.jobs]
        if order != self._order or keys != self._keys:
            self._order, self._keys = order, keys
            self._rows = sorted(range(len(keys)), key=keys.__getitem__, reverse=order.is_descending)
        return [groups.jobs[row] for row in self._rows]

    def _key_of(self, order: RowOrder) -> Callable[[JobView], Any]:
        if order.by is SortBy.NAME:
            return self._name_key
        if order.by is SortBy.ADDED:
            return lambda job: job.submitted_at
        unknown = -1.0 if order.is_descending else float("inf")
        return lambda job: job.duration_s if job.duration_s is not None else unknown

    def _name_key(self, job: JobView) -> tuple[tuple[str, int], ...]:
        """Numbers in names count as numbers: 2.wav is before 10.wav."""
        key = self._names.get(job.name)
        if key is None:
            if len(self._names) > _MOST_NAMES:
                self._names.clear()
            parts = re.findall(r"(\D*)(\d{0,18})", job.name.casefold())
            key = self._names[job.name] = tuple((text, int(digits or -1)) for text, digits in parts)
        return key


def _by_turn(waiting: Sequence[JobView], turns: Mapping[JobId, int]) -> Sequence[JobView]:
    last = len(turns) + 1
    places = [turns.get(job.id, last) for job in waiting]
    if sorted(places) == places:  # As mostly: then nothing is to be moved.
        return waiting
    order = sorted(range(len(waiting)), key=places.__getitem__)
    return [waiting[number] for number in order]


def found(jobs: list[JobView], search: str) -> list[JobView]:
    """The jobs with every word of the search in their name, whatever its capitals."""
    words = search.casefold().split()
    return [job for job in jobs if all(word in job.name.casefold() for word in words)] if words else jobs


def can_be_moved(job: JobView, turns: Mapping[JobId, int]) -> bool:
    """Whether it waits for a worker, and is the owner's."""
    return job.id in turns and job.requester.is_owner
