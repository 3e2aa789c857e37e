"""The jobs that one process has in memory, in the order of their submission."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from core.domain import Job, JobId, JobState, JobView
from core.queue.local.entry import JobEntry
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
        entry = JobEntry(job, self._sequence, self._changed.set, self._monotonic, self._meter.reached)
        self._entries[job.id] = entry
        if self._sequence % FINISHED_JOBS_SHOWN == 0 and len(self._entries) > MOST_SHOWN:
            finished = [other for other, one in self._entries.items() if one.job.state.is_final]
            for other in finished[:-FINISHED_JOBS_SHOWN]:
                del self._entries[other]
        self._changed.set()
        return entry

    def drop(self, is_dropped: Callable[[Job], bool]) -> None:
        """Forget the jobs for which this is true."""
        self._entries = {job_id: one for job_id, one in self._entries.items() if not is_dropped(one.job)}
        self._changed.set()

    def views(self) -> tuple[JobView, ...]:
        """The rows of the job table. Resets what `wait_for_change` waits for."""
        self._changed.clear()
        # Ten times a second for ten thousand jobs, most of which have no other view than before.
        return tuple([entry.kept_view or entry.view for entry in self._entries.values() if not entry.removed])

    def count_by_state(self) -> Counter[JobState]:
        """How many rows of the table there are in each state."""
        states = [entry.job.state for entry in self if not entry.removed]
        counts = Counter(map(id, states))  # The hash of a state is slow, and this is asked for ten times a second.
        return Counter({state: counts[id(state)] for state in JobState})

    def touch(self) -> None:
        """Make `wait_for_change` return."""
        self._changed.set()

    async def wait_for_change(self) -> None:
        """Return once the views differ from the last ones taken."""
        await self._changed.wait()
