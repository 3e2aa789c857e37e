"""How far the whole queue is: what has been done since it was empty, and how long the rest will take."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain import JobId, JobState, JobView
from gui.pages.queue.job_groups import Groups


@dataclass(frozen=True, slots=True)
class Progress:
    """So many of all have ended. `remaining_s` is None until it can be estimated."""

    ended: int
    total: int
    remaining_s: float | None


class BatchProgress:
    """A batch begins with the first job after the queue was empty, and ends when it is empty again."""

    def __init__(self) -> None:
        self._unfinished: set[JobId] = set()
        self._ended: set[JobId] = set()
        self._waiting = 0
        self._mean_s: float | None = None

    def follow(self, groups: Groups, workers: int) -> Progress | None:
        """How far the batch is with these jobs of the queue, of which `workers` run at once. None where all have ended.

        Jobs that were removed count no more.
        """
        if not groups.running and not groups.waiting:
            self._unfinished, self._ended = set(), set()
            return None
        batch = [job for job in groups.ended if job.id in self._ended or job.id in self._unfinished]
        self._ended = {job.id for job in batch}
        self._unfinished = {*groups.waiting, *groups.running}
        self._waiting = len(groups.waiting)
        # What the cache has answered says nothing about the others.
        worked = [job.elapsed_s for job in batch if job.state is JobState.DONE and not job.from_cache]
        self._mean_s = sum(worked) / len(worked) if worked else None
        return self.progress(tuple(groups.running.values()), workers)

    def progress(self, running: Sequence[JobView], workers: int) -> Progress:
        """The same, where nothing but the progress of these jobs differs since `follow`."""
        total = len(self._ended) + len(self._unfinished)
        return Progress(len(self._ended), total, self._remaining_s(running, max(1, workers)))

    def _remaining_s(self, running: Sequence[JobView], workers: int) -> float | None:
        """By the mean time that those jobs took which are done."""
        left_s = [self._left_of(job) for job in running]
        known_s = [seconds for seconds in left_s if seconds is not None]
        if len(known_s) < len(left_s) or (self._waiting and self._mean_s is None):
            return None
        total_s = sum(known_s) + self._waiting * (self._mean_s or 0.0)
        return max([*known_s, total_s / min(workers, len(self._unfinished))])

    def _left_of(self, job: JobView) -> float | None:
        if job.is_finishing:  # What its rate says is little, and stays so.
            return 0.0
        if job.remaining_s is not None:
            return job.remaining_s
        return max(0.0, self._mean_s - job.elapsed_s) if self._mean_s is not None else None
