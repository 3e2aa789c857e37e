"""The jobs that one process has in memory, in the order of their submission."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from core.domain import Job, JobId, JobState, JobView
from core.queue.local.entry import JobEntry
from core.queue.local.rows import JobRows
from core.queue.meter import QueueMeter

FINISHED_JOBS_SHOWN = 200
"""How many finished jobs of earlier sessions the table starts with; the history has them all."""

MOST_SHOWN = 1000
"""Above this, all but the newest finished jobs leave the table now and then; the history has them all."""


class JobEntries:
    """Entries by id, bounded for finished ones, and the event that tells of their changes.

    `monotonic` gives seconds that never go back. Final states are counted in `meter`.
    """

    def __init__(self, monotonic: Callable[[], float], meter: QueueMeter) -> None:
        self._monotonic = monotonic
        self._meter = meter
        self._entries: dict[JobId, JobEntry] = {}
        self._rows = JobRows()
        self._sequence = 0
        self._changed = asyncio.Event()

    def __contains__(self, job_id: JobId) -> bool:
        """Whether the job is in memory."""
        return job_id in self._entries

    def __iter__(self) -> Iterator[JobEntry]:
        """All of them, in the order of their submission."""
        return iter(self._entries.values())

    def get(self, job_id: JobId) -> JobEntry | None:
        """The entry of a job, None where it isn't in memory."""
        return self._entries.get(job_id)

    def of(self, job_ids: Sequence[JobId]) -> list[JobEntry]:
        """The entries of those of these jobs that are in memory."""
        return [self._entries[job_id] for job_id in job_ids if job_id in self._entries]

    def add(self, job: Job) -> JobEntry:
        """Make an entry. Every few hundred jobs the oldest finished ones are dropped."""
        self._sequence += 1
        entry = JobEntry(job, self._sequence, self._follow, self._monotonic, self._meter.reached)
        self._entries[job.id] = entry
        if self._sequence % FINISHED_JOBS_SHOWN == 0 and len(self._entries) > MOST_SHOWN:
            finished = [other for other, one in self._entries.items() if one.job.state.is_final]
            for other in finished[:-FINISHED_JOBS_SHOWN]:
                del self._entries[other]
        self._rearrange()
        return entry

    def drop(self, is_dropped: Callable[[Job], bool]) -> None:
        """Forget the jobs for which this is true."""
        self._entries = {job_id: one for job_id, one in self._entries.items() if not is_dropped(one.job)}
        self._rearrange()

    def set_removed(self, job_ids: Sequence[JobId], removed: bool) -> None:
        """Take the rows of these jobs out of the table, or put them back."""
        for entry in self.of(job_ids):
            entry.removed = removed
        self._rearrange()

    def views(self) -> tuple[JobView, ...]:
        """The rows of the job table. Resets what `wait_for_change` waits for."""
        self._changed.clear()
        return self._rows.views(self._entries.values())

    def count_by_state(self) -> Counter[JobState]:
        """How many rows of the table there are in each state."""
        return self._rows.count_by_state(self._entries.values())

    def touch(self) -> None:
        """Make `wait_for_change` return."""
        self._changed.set()

    async def wait_for_change(self) -> None:
        """Return once the views differ from the last ones taken."""
        await self._changed.wait()

    def _follow(self, entry: JobEntry) -> None:
        self._rows.follow(entry)
        self._changed.set()

    def _rearrange(self) -> None:
        self._rows.rearrange()
        self._changed.set()
