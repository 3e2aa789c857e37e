"""One attempt at a job, and the state that the job has after it."""

import asyncio
import logging
from dataclasses import dataclass
from functools import partial

from core.concurrency.supervision import is_being_cancelled
from core.domain import Job, JobState, NotulaError
from core.domain.errors import InternalError
from core.queue.journal import Journal
from core.queue.local.clocks import QueueClocks
from core.queue.local.entry import JobEntry
from core.queue.local.handling import JobHandling
from core.queue.local.interruption import Interrupted, Interruption
from core.queue.local.state_changes import write_state
from core.queue.meter import QueueMeter

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ending:
    """The job after an attempt.

    `retry_delay_s` is the delay before the next attempt, None where there is none. `worked_s` is how long a job that is
    done has taken.
    """

    job: Job
    retry_delay_s: float | None = None
    worked_s: float | None = None


class Attempts:
    """Runs attempts and says how they end; the endings are for the caller to write down."""

    def __init__(self, journal: Journal, handling: JobHandling, clocks: QueueClocks, meter: QueueMeter) -> None:
        self._journal = journal
        self._handling = handling
        self._clocks = clocks
        self._meter = meter

    async def run(self, entry: JobEntry, interruption: Interruption) -> Ending:
        """Run the job once, in the state `RUNNING`, unless it is interrupted."""
        try:
            interruption.check()
            running = entry.job.moved_to(
                JobState.RUNNING,
                attempt=entry.job.attempt + 1,
                started_at=self._clocks.wall(),
                finished_at=None,
                error=None,
            )
            await write_state(self._journal, entry, running)
            begun = self._clocks.monotonic()
            outcome = await interruption.guard(partial(self._handling.run, entry.job, entry))
        except Interrupted:
            return Ending(self.cancelled(entry.with_progress) if entry.cancel_requested else _requeued(entry))
        except NotulaError as error:
            return self._after_failure(entry.with_progress, error)
        except asyncio.CancelledError:
            if is_being_cancelled():
                raise
            # Without a request to cancel: a task that the attempt awaited was cancelled elsewhere.
            logger.exception("Job %s was cancelled by itself", entry.job.id)
            return self._after_failure(entry.with_progress, InternalError())
        except Exception:
            logger.exception("Job %s failed unexpectedly", entry.job.id)
            return self._after_failure(entry.with_progress, InternalError())
        done = entry.with_progress.moved_to(
            JobState.DONE,
            finished_at=self._clocks.wall(),
            transcript_id=outcome.transcript_id,
            from_cache=outcome.from_cache,
            provider=outcome.provider,
            notes=outcome.notes,
            export_due=outcome.export_due,
            export_error=None,
            done_share=None,
        )
        return Ending(done, worked_s=self._clocks.monotonic() - begun)

    def cancelled(self, job: Job) -> Job:
        """The job as a cancelled one. Its last error may announce another attempt, so it is dropped."""
        return job.moved_to(JobState.CANCELLED, finished_at=self._clocks.wall(), error=None)

    def failed_internally(self, job: Job) -> Job:
        """The job as one that was failed by a mistake in Notula."""
        return job.moved_to(JobState.FAILED, finished_at=self._clocks.wall(), error=InternalError().message)

    def _after_failure(self, job: Job, error: NotulaError) -> Ending:
        """Failed for good, or to be retried after a delay."""
        logger.info("Job %s, attempt %d: %s", job.id, job.attempt, type(error).__name__)
        delay_s = self._handling.retry.delay_s(error, job.attempt)
        if delay_s is None:
            self._meter.failed(type(error).__name__)
            return Ending(job.moved_to(JobState.FAILED, finished_at=self._clocks.wall(), error=error.message))
        shown = error.message_while_retrying
        if error.is_retried_indefinitely:
            return Ending(job.moved_to(JobState.RETRYING, attempt=job.attempt - 1, error=shown), delay_s)
        self._meter.retried()
        return Ending(job.moved_to(JobState.RETRYING, error=shown), delay_s)


def _requeued(entry: JobEntry) -> Job:
    """The job as it waits for the next start. An attempt that only the end of Notula interrupted doesn't count."""
    job = entry.with_progress
    if job.state is not JobState.RUNNING:
        return job
    return job.moved_to(JobState.QUEUED, attempt=job.attempt - 1, started_at=None)
