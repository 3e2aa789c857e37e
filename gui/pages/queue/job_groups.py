"""The jobs of the queue by what becomes of them, brought up to date without a look at each."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.domain import JobId, JobState, JobView
from gui.job_differences import Pairs

_FINAL = (JobState.FAILED, JobState.CANCELLED, JobState.DONE)
"""What a person can do something about is first."""


class Shown(StrEnum):
    """What a person can restrict the list to."""

    ALL = "all"
    RUNNING = "running"
    WAITING = "waiting"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DONE = "done"


_STATES = {Shown.FAILED: JobState.FAILED, Shown.CANCELLED: JobState.CANCELLED, Shown.DONE: JobState.DONE}
"""Each way in which a job may have ended has a kind of its own, so that the counts add up to that of all."""


@dataclass(frozen=True, slots=True)
class Groups:
    """The jobs of a snapshot. Those that run and those that wait are in the order of submission."""

    running: Mapping[JobId, JobView]
    waiting: Mapping[JobId, JobView]
    ended: Sequence[JobView]
    """The latest first. Of those that have ended at the same moment, or nobody knows when, the latest submitted."""

    jobs: Sequence[JobView]
    """All of them, in the order of submission."""

    @classmethod
    def of(cls, jobs: Iterable[JobView]) -> "Groups":
        """Each job in one of them."""
        jobs = tuple(jobs)
        running: dict[JobId, JobView] = {}
        waiting: dict[JobId, JobView] = {}
        ended: list[JobView] = []
        for job in jobs:  # States are compared by identity: their hash costs more than all else that is done here.
            state = job.state
            if state is JobState.QUEUED or state is JobState.RETRYING:
                waiting[job.id] = job
            elif state is JobState.RUNNING:
                running[job.id] = job
            else:
                ended.append(job)
        ended.reverse()
        ended.sort(key=_ended_at_s, reverse=True)
        return cls(running, waiting, ended, jobs)

    def changed(self, pairs: Pairs, jobs: Sequence[JobView]) -> "Groups":
        """The groups of `jobs`, of which only these differ, each as it was here and as it is.

        Mostly a few jobs begin and end, for which thousands of others need no look.
        """
        running, waiting, ended = dict(self.running), self.waiting, self.ended
        begun = [new.id for old, new in pairs if old.id in waiting and new.state is JobState.RUNNING]
        if begun:
            waiting = dict(waiting)
            for job_id in begun:
                del waiting[job_id]
        if any(old.state.is_final for old, _ in pairs) or any(new.state.is_final for _, new in pairs):
            ended = list(ended)
        for old, new in pairs:
            if new.state is JobState.RUNNING and not old.state.is_final:
                running[new.id] = new
            elif new.state.is_final and old.state is JobState.RUNNING:
                del running[new.id]
                assert isinstance(ended, list)
                at = bisect_left(ended, -_ended_at_s(new), key=lambda job: -_ended_at_s(job))
                if at < len(ended) and _ended_at_s(ended[at]) == _ended_at_s(new):
                    return self.of(jobs)
                ended.insert(at, new)
            elif new.state is old.state and new.finished_at == old.finished_at and new.state.is_final:
                assert isinstance(ended, list)
                ended[ended.index(old)] = new
            else:  # It waits again, or was cancelled before it began: its place among the others isn't known.
                return self.of(jobs)
        return Groups(running, waiting, ended, jobs)

    def chosen(self, shown: Shown) -> "Groups":
        """Those that are left by a restriction."""
        if shown is Shown.ALL:
            return self
        if shown is Shown.RUNNING:
            return Groups(self.running, {}, (), [job for job in self.jobs if job.state is JobState.RUNNING])
        if shown is Shown.WAITING:
            return Groups({}, self.waiting, (), tuple(self.waiting.values()))
        state = _STATES[shown]
        ended = [job for job in self.ended if job.state is state]
        return Groups({}, {}, ended, [job for job in self.jobs if job.state is state])

    @property
    def counts(self) -> dict[Shown, int]:
        """How many jobs each restriction leaves."""
        ended = [job.state for job in self.ended]
        return {
            Shown.ALL: len(self.jobs),
            Shown.RUNNING: len(self.running),
            Shown.WAITING: len(self.waiting),
            Shown.FAILED: ended.count(JobState.FAILED),
            Shown.CANCELLED: ended.count(JobState.CANCELLED),
            Shown.DONE: ended.count(JobState.DONE),
        }

    def by_turn(self, turns: Mapping[JobId, int]) -> list[JobView]:
        """What runs, by its worker; what waits, by its turn; what has ended, the latest first.

        A job whose turn isn't known yet waits behind all others.
        """
        running = sorted(self.running.values(), key=lambda job: job.worker or 0)
        return [*running, *_by_turn(self.waiting, turns), *self.ended]

    def by_state(self, turns: Mapping[JobId, int]) -> list[JobView]:
        """The same, with what has ended by how that was: what a person can do something about is first."""
        by_turn = self.by_turn(turns)
        first = len(self.running) + len(self.waiting)
        return [*by_turn[:first], *(job for state in _FINAL for job in by_turn[first:] if job.state is state)]


def _ended_at_s(job: JobView) -> float:
    return job.finished_at or 0.0


def _by_turn(waiting: Mapping[JobId, JobView], turns: Mapping[JobId, int]) -> list[JobView]:
    places = list(turns.values())
    # As mostly they are in their order already. Built-in functions alone: there may be ten thousand, at each change.
    ids = turns if sorted(places) == places else sorted(turns, key=turns.__getitem__)
    ordered = list(filter(None, map(waiting.get, ids)))
    if len(ordered) < len(waiting):
        ordered += [job for job_id, job in waiting.items() if job_id not in turns]
    return ordered
