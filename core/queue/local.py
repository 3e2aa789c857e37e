"""The queue of one process: asyncio workers in front of the SQLite journal."""

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

from core.domain import (
    Job,
    JobId,
    JobState,
    JobView,
    NotulaError,
    QueueStatistics,
    TranscriptId,
)
from core.domain.errors import InternalError, StoreError, TooManyWaiting
from core.pipeline import Outcome, Report
from core.queue.entry import JobEntry
from core.queue.journal import Journal
from core.queue.meter import QueueMeter
from core.queue.waiting import WaitingJobs
from core.queue.workers import Workers
from core.retry import RetryPolicy

logger = logging.getLogger(__name__)

MOST_WAITING = 20
FINISHED_JOBS_SHOWN = 200
"""How many finished jobs of earlier sessions the table starts with; the history has them all."""


class LocalQueue:
    """Runs jobs by priority, several at once, each until it is done, failed for good, or cancelled.

    `run` does one attempt at a job. `clock` gives seconds since the epoch.
    """

    def __init__(
        self,
        journal: Journal,
        run: Callable[[Job, Report], Awaitable[Outcome]],
        *,
        workers: int,
        clock: Callable[[], float],
        retry: RetryPolicy | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal = journal
        self._run = run
        self._clock = clock
        self._retry = retry or RetryPolicy()
        self._entries: dict[JobId, JobEntry] = {}
        self._waiting = WaitingJobs(monotonic)
        self._meter = QueueMeter(monotonic)
        self._monotonic = monotonic
        self._workers = Workers(workers, self._meter)
        self._sequence = 0
        self._wake = asyncio.Event()
        self._changed = asyncio.Event()
        self._draining = False
        self._stopping = False
        self._dispatcher: asyncio.Task[None] | None = None
        self._most_waiting = MOST_WAITING

    async def start(self, *, resume: bool) -> None:
        """Begin to work. With `resume`, jobs that a crash left unfinished are queued again."""
        if resume:
            for job in await self._journal.finished(FINISHED_JOBS_SHOWN):
                self._add(job)
            for job in await self._journal.adopt_all():
                self._enqueue(self._add(job))
        self._dispatcher = asyncio.create_task(self._dispatch(), name="queue-dispatcher")

    async def stop(self, grace_s: float = 0.0) -> None:
        """Stop working. What still runs after `grace_s` seconds goes back into the queue, for the next start."""
        self._draining = True
        if grace_s > 0 and not await self._workers.all_idle(grace_s):
            logger.info("%d jobs still run after %.0f s and go on at the next start", len(self._workers), grace_s)
        self._stopping = True
        self._wake.set()
        if self._dispatcher is not None:
            await self._dispatcher

    async def submit(self, jobs: Sequence[Job]) -> tuple[JobId, ...]:
        """Put jobs in the queue. When this returns they are in the journal.

        A job that a dead instance left unfinished of the same request is taken over instead of doubled. Raises
        `TooManyWaiting` and takes none where somebody would have too many waiting.
        """
        for requester, added in Counter(job.requester for job in jobs).items():
            waiting = self._waiting.count_of(requester)
            if not requester.is_owner and waiting + added > self._most_waiting:
                raise TooManyWaiting(waiting=waiting)
        accepted: list[Job] = []
        new: list[Job] = []
        for job in jobs:
            adopted = await self._journal.adopt(job.source, job.options)
            accepted += adopted or [job]
            new += [] if adopted else [job]
        if new:
            await self._journal.record(new)
        for job in accepted:
            self._enqueue(self._add(job))
        return tuple(job.id for job in accepted)

    async def wait(self, job_id: JobId) -> Job:
        """Return the job once it has reached a final state. Raises KeyError for an unknown one."""
        entry = self._entries[job_id]
        await entry.settled.wait()
        return entry.job

    async def cancel(self, job_ids: Sequence[JobId]) -> None:
        """Stop these jobs and return once they are stopped. Those that have ended stay as they are."""
        entries = [entry for entry in self._of(job_ids) if not entry.job.state.is_final]
        for entry in entries:
            entry.cancel_requested = True
            if entry.task is not None:
                entry.task.cancel()
            else:
                self._waiting.discard(entry.job.id)
                await self._move(entry, entry.job.moved_to(JobState.CANCELLED, finished_at=self._clock()))
        for entry in entries:
            await entry.settled.wait()

    async def retry(self, job_ids: Sequence[JobId]) -> None:
        """Queue failed or cancelled jobs again."""
        for entry in self._of(job_ids):
            if entry.job.state in (JobState.FAILED, JobState.CANCELLED):
                again = entry.job.moved_to(
                    JobState.QUEUED,
                    attempt=0,
                    error=None,
                    started_at=None,
                    finished_at=None,
                    submitted_at=self._clock(),
                )
                await self._move(entry, again)
                entry.cancel_requested = False
                self._enqueue(entry)

    async def remove(self, job_ids: Sequence[JobId], *, removed: bool = True) -> None:
        """Take finished jobs out of the table, or with `removed` False put them back."""
        entries = [entry for entry in self._of(job_ids) if entry.job.state.is_final]
        await self._journal.set_removed([entry.job.id for entry in entries], removed)
        for entry in entries:
            entry.removed = removed
        self._changed.set()

    def forget_transcripts(self, transcript_ids: Sequence[TranscriptId]) -> None:
        """Drop jobs whose transcripts were deleted for good; the journal has dropped them already."""
        forgotten = set(transcript_ids)
        self._entries = {
            job_id: entry for job_id, entry in self._entries.items() if entry.job.transcript_id not in forgotten
        }
        self._changed.set()

    def set_workers(self, workers: int) -> None:
        """How many jobs run at once from now on. Running ones are never interrupted."""
        self._workers.count = workers
        self._wake.set()

    def set_limits(self, *, running: int, waiting: int) -> None:
        """How many jobs of one person may run, and wait, from now on. The owner's are not limited."""
        self._workers.most_of_one = running
        self._most_waiting = waiting
        self._wake.set()

    def views(self) -> tuple[JobView, ...]:
        """The rows of the job table, in the order of submission. Resets what `wait_for_change` waits for."""
        self._changed.clear()
        return tuple(entry.view for entry in self._entries.values() if not entry.removed)

    def statistics(self, cache_hits: int, cache_misses: int) -> QueueStatistics:
        """Counts of the jobs in the table, and what the workers have been doing."""
        states = Counter(entry.job.state for entry in self._entries.values() if not entry.removed)
        return QueueStatistics(
            **{state.value: states[state] for state in JobState},
            workers=self._workers.count,
            cache_hits=cache_hits,
            cache_misses=cache_misses,
            waiting_by_priority=tuple(self._waiting.by_priority().values()),
            oldest_waiting_s=self._waiting.oldest_age_s(),
            utilization_1_minute=self._meter.utilization(60),
            utilization_5_minutes=self._meter.utilization(300),
            ended_per_minute=self._meter.ended_per_minute(),
            retries=self._meter.retries,
            failures=tuple(sorted(self._meter.failures.items())),
            median_s=self._meter.duration_s(0.5),
            p95_s=self._meter.duration_s(0.95),
        )

    async def wait_for_change(self) -> None:
        """Return once the views differ from the last ones taken."""
        await self._changed.wait()

    @property
    def is_busy(self) -> bool:
        """Whether any job is being worked on."""
        return len(self._workers) > 0

    def _of(self, job_ids: Sequence[JobId]) -> list[JobEntry]:
        return [self._entries[job_id] for job_id in job_ids if job_id in self._entries]

    def _add(self, job: Job) -> JobEntry:
        self._sequence += 1
        entry = JobEntry(job, self._sequence, self._changed.set, self._clock)
        self._entries[job.id] = entry
        self._changed.set()
        return entry

    def _enqueue(self, entry: JobEntry) -> None:
        if entry.is_ready:
            self._waiting.add(entry.job.id, entry.job.requester, entry.job.priority, entry.sequence)
            self._wake.set()

    async def _dispatch(self) -> None:
        """Start a task for each ready job while there is a free worker, until the queue stops."""
        async with asyncio.TaskGroup() as running:
            while not self._stopping:
                self._wake.clear()
                while not self._draining and self._workers.has_free:
                    job_id = self._waiting.take(self._workers.may_run)
                    if job_id is None:
                        break
                    entry = self._entries[job_id]
                    self._workers.occupy(job_id, entry.job.requester)
                    entry.task = running.create_task(self._work(entry), name=f"job-{job_id}")
                await self._wake.wait()
            for entry in self._entries.values():
                if entry.task is not None:
                    entry.task.cancel()

    async def _work(self, entry: JobEntry) -> None:
        """One attempt at a job. Ends in a final state, in a wait for the next attempt, or back in the queue."""
        try:
            await self._attempt(entry)
        except asyncio.CancelledError:
            # Cancelled by a person, or by stop(). Nobody awaits this task's result, so it ends here.
            if entry.cancel_requested:
                await self._move(entry, entry.job.moved_to(JobState.CANCELLED, finished_at=self._clock()))
            elif entry.job.state is JobState.RUNNING:
                await self._move(entry, entry.job.moved_to(JobState.QUEUED))
        finally:
            entry.task = None
            self._workers.free(entry.job.id)
            self._wake.set()

    async def _attempt(self, entry: JobEntry) -> None:
        running = entry.job.moved_to(
            JobState.RUNNING, attempt=entry.job.attempt + 1, started_at=self._clock(), finished_at=None, error=None
        )
        await self._move(entry, running)
        begun = self._monotonic()
        try:
            outcome = await self._run(entry.job, entry)
        except NotulaError as error:
            await self._failed(entry, error)
        except Exception:
            logger.exception("Job %s failed unexpectedly", entry.job.id)
            await self._failed(entry, InternalError())
        else:
            done = entry.job.moved_to(
                JobState.DONE,
                finished_at=self._clock(),
                transcript_id=outcome.transcript_id,
                from_cache=outcome.from_cache,
            )
            self._meter.ended(self._monotonic() - begun)
            await self._move(entry, done)

    async def _failed(self, entry: JobEntry, error: NotulaError) -> None:
        """Fail the job, or queue it for another attempt; the worker is free for others meanwhile."""
        logger.info("Job %s, attempt %d: %s", entry.job.id, entry.job.attempt, type(error).__name__)
        delay_s = self._retry.delay_s(error, entry.job.attempt)
        if delay_s is None:
            self._meter.failed(type(error).__name__)
            failed = entry.job.moved_to(JobState.FAILED, finished_at=self._clock(), error=error.message)
            await self._move(entry, failed)
        else:
            self._meter.retries += 1
            await self._move(entry, entry.job.moved_to(JobState.RETRYING, error=error.message))
            asyncio.get_running_loop().call_later(delay_s, self._enqueue, entry)

    async def _move(self, entry: JobEntry, job: Job) -> None:
        """Show the new state once it is in the journal; where the journal can't be written, the job goes on."""
        with contextlib.suppress(StoreError):  # It is in the log; what is in memory must not be lost with it.
            await asyncio.shield(self._journal.update(job))
        entry.set_job(job)
