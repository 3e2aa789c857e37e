"""Which jobs the queue's page shows, and in which order."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.domain import JobId, JobView
from gui.pages.queue.job_groups import Groups

_MOST_NAMES = 50_000
"""So many are remembered as they are compared, which are several for each row that there may be."""


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


def found(jobs: list[JobView], search: str) -> list[JobView]:
    """The jobs with every word of the search in their name, whatever its capitals."""
    words = search.casefold().split()
    return [job for job in jobs if all(word in job.name.casefold() for word in words)] if words else jobs


def can_be_moved(job: JobView, turns: Mapping[JobId, int]) -> bool:
    """Whether it waits for a worker, and is the owner's."""
    return job.id in turns and job.requester.is_owner
