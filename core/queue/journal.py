"""What the queue asks of the place where jobs are kept."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Protocol

from core.domain import Job, JobId, SourceReference, TranscriptionOptions
from core.domain.errors import StoreError
from core.queue.entry import JobEntry


class Journal(Protocol):
    """Where jobs are kept so that they survive a crash."""

    async def record(self, jobs: Sequence[Job]) -> None:
        """Write new jobs, durably."""

    async def update(self, job: Job) -> None:
        """Write a job's new state."""

    async def adopt_all(self) -> list[Job]:
        """Take over all that dead instances left unfinished."""

    async def adopt(self, source: SourceReference, options: TranscriptionOptions) -> list[Job]:
        """Take over what a dead instance left unfinished of this request."""

    async def find(self, job_id: JobId) -> Job | None:
        """A job as it was last written, None where there is none of this id."""

    async def finished(self, limit: int) -> list[Job]:
        """The newest finished jobs that nobody removed."""

    async def set_removed(self, job_ids: Sequence[JobId], removed: bool) -> None:
        """Hide jobs from the table, or show them again."""


async def move(journal: Journal, entry: JobEntry, job: Job) -> None:
    """Show the entry's new state once it is in the journal, even if the caller is cancelled meanwhile.

    Where the journal can't be written, the job goes on in memory.
    """

    async def write_and_show() -> None:
        if job is not entry.job:
            with contextlib.suppress(StoreError):  # It is in the log; what is in memory must not be lost with it.
                await journal.update(job)
        entry.set_job(job)

    await asyncio.shield(write_and_show())
