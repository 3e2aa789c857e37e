"""Which jobs the queue's page shows, and in which order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.domain import JobId, JobState, JobView

_FINAL = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
"""A tuple, as it is searched by identity: the hash of a state costs more than all else that is done with a row."""


class Shown(StrEnum):
    """What a person can restrict the list to."""

    ALL = "all"
    RUNNING = "running"
    WAITING = "waiting"
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Groups:
    """The jobs of a snapshot, in the order of submission. Cancelled ones are in `ended` alone."""

    running: Sequence[JobView]
    waiting: Sequence[JobView]
    ended: Sequence[JobView]

    @classmethod
    def of(cls, jobs: Iterable[JobView]) -> "Groups":
        """Each job in one of them."""
        jobs = tuple(jobs)
        running = [job for job in jobs if job.state is JobState.RUNNING]
        waiting = [job for job in jobs if job.state is JobState.QUEUED or job.state is JobState.RETRYING]
        return cls(running, waiting, [job for job in jobs if job.state in _FINAL])

    def chosen(self, shown: Shown) -> "Groups":
        """Those that are left by a restriction."""
        if shown is Shown.ALL:
            return self
        if shown in (Shown.RUNNING, Shown.WAITING):
            is_running = shown is Shown.RUNNING
            return Groups(self.running if is_running else (), () if is_running else self.waiting, ())
        state = JobState.FAILED if shown is Shown.FAILED else JobState.DONE
        return Groups((), (), [job for job in self.ended if job.state is state])

    @property
    def counts(self) -> dict[Shown, int]:
        """How many jobs each restriction leaves."""
        return {
            Shown.ALL: len(self.running) + len(self.waiting) + len(self.ended),
            Shown.RUNNING: len(self.running),
            Shown.WAITING: len(self.waiting),
            Shown.FAILED: sum(job.state is JobState.FAILED for job in self.ended),
            Shown.DONE: sum(job.state is JobState.DONE for job in self.ended),
        }

    def arranged(self, turns: Mapping[JobId, int]) -> list[JobView]:
        """What runs, by its worker; what waits, by its turn; what has ended, the latest first.

        A job whose turn isn't known yet waits behind all others. Of those that have ended at the same moment, or nobody
        knows when, the latest submitted is first.
        """
        running = sorted(self.running, key=lambda job: job.worker or 0)
        ended = list(self.ended)
        ended.reverse()
        ended.sort(key=lambda job: job.finished_at or 0.0, reverse=True)
        return [*running, *_by_turn(self.waiting, turns), *ended]


def _by_turn(waiting: Sequence[JobView], turns: Mapping[JobId, int]) -> Sequence[JobView]:
    last = len(turns) + 1
    places = [turns.get(job.id, last) for job in waiting]
    if places == sorted(places):  # As mostly: then nothing is to be moved.
        return waiting
    order = sorted(range(len(waiting)), key=places.__getitem__)
    return [waiting[number] for number in order]


def found(jobs: list[JobView], search: str) -> list[JobView]:
    """The jobs with every word of the search in their name, whatever its capitals."""
    words = search.casefold().split()
    return [job for job in jobs if all(word in job.name.casefold() for word in words)] if words else jobs
