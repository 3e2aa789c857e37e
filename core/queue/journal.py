"""What the queue asks of the place where jobs are kept."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from core.concurrency.supervision import is_being_cancelled
from core.domain import Job, JobId, SourceReference, TranscriptionOptions
from core.domain.errors import StoreError
from core.queue.local.entry import JobEntry

logger = logging.getLogger(__name__)


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


async def move(journal: Journal, entry: JobEntry, job: Job, *, anew: bool = False) -> None:
    """Show the entry's new state once it is in the journal, even if the caller is cancelled meanwhile.

    Where the journal can't be written, the job goes on in memory. With `anew` the state that is shown already is
    written once more.
    """

    async def write_and_show() -> None:
        if anew or job is not entry.job:
            try:
                await journal.update(job)
            except (Exception, asyncio.CancelledError) as error:
                if isinstance(error, asyncio.CancelledError) and is_being_cancelled():
                    raise
                if not isinstance(error, StoreError):  # Those are in the log, and told.
                    logger.exception("Job %s could not be written as %s", job.id, job.state)
        entry.set_job(job)

    await asyncio.shield(write_and_show())
