"""How a job that this process runs changes its state: in the journal first, then in memory, where views read it."""

import asyncio
import logging

from core.concurrency.supervision import is_being_cancelled
from core.domain import Job
from core.domain.errors import StoreError
from core.queue.journal import Journal
from core.queue.local.entry import JobEntry

logger = logging.getLogger(__name__)


async def write_state(journal: Journal, entry: JobEntry, job: Job, *, again: bool = False) -> None:
    """Give the entry a new state once the journal has it, even if the caller is cancelled meanwhile.

    Where the journal can't be written, the job continues in memory; it is run again after a restart. With `again` a
    state that the entry has already is written once more.
    """

    async def write_and_show() -> None:
        if again or job is not entry.job:
            try:
                await journal.update(job)
            except (Exception, asyncio.CancelledError) as error:
                if isinstance(error, asyncio.CancelledError) and is_being_cancelled():
                    raise
                if not isinstance(error, StoreError):  # The store logs those, and shows a notice.
                    logger.exception("Job %s could not be written as %s", job.id, job.state)
        entry.set_job(job)

    await asyncio.shield(write_and_show())
