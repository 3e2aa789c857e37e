"""Starts waiting jobs whenever a worker is free, and takes each through its attempts to a final state."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from core.concurrency.supervision import Supervisor, complete, is_being_cancelled
from core.domain import Job, JobId, JobState, TranslatableText
from core.domain.errors import StoreError
from core.domain.notice_pages import RECORDING_STOPPED
from core.queue.journal import Journal
from core.queue.local.attempts import Attempts, Ending
from core.queue.local.clocks import QueueClocks, Timer
from core.queue.local.entry import JobEntry
from core.queue.local.handling import JobHandling
from core.queue.local.interruption import Interruption
from core.queue.local.state_changes import write_state
from core.queue.local.waiting import WaitingJobs
from core.queue.local.workers import Workers
from core.queue.meter import QueueMeter

logger = logging.getLogger(__name__)


INTERNAL_FAILURE = TranslatableText(RECORDING_STOPPED)


@dataclass(frozen=True, slots=True)
class Scheduling:
    """Which job is next, how many run, and the meter of both."""

    waiting: WaitingJobs
    workers: Workers
    meter: QueueMeter


class Dispatcher:
    """Starts an attempt at the next waiting job whenever a worker is free, and writes down how it ended."""

    def __init__(
        self,
        journal: Journal,
        handling: JobHandling,
        scheduling: Scheduling,
        clocks: QueueClocks,
        supervisor: Supervisor,
    ) -> None:
        self._journal = journal
        self._handling = handling
        self._waiting = scheduling.waiting
        self._workers = scheduling.workers
        self._meter = scheduling.meter
        self._clocks = clocks
        self._supervisor = supervisor
        self._attempts = Attempts(journal, handling, clocks, scheduling.meter)
        self._ready: dict[JobId, JobEntry] = {}
        """The entries of the jobs that wait for a worker."""
        self._delayed: dict[JobId, tuple[Timer, Callable[[], None]]] = {}
        """The jobs that wait for the end of a delay before their next attempt: its timer, and what that calls."""
        self._delays_to_come: set[JobId] = set()
        """The jobs whose failed attempt is being written down and whose delay has not been skipped meanwhile."""
        self._running: set[Interruption] = set()
        """One for each attempt that runs."""
        self._wake = asyncio.Event()
        self._is_paused = False
        self._draining = False
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to start jobs, until `stop`."""
        self._task = asyncio.create_task(self._dispatch(), name="queue-dispatcher")

    async def stop(self, grace_s: float) -> None:
        """Start no more jobs, interrupt what still runs after `grace_s` seconds, and write every ending down."""
        self._draining = True
        if grace_s > 0 and not await self._workers.all_idle(grace_s):
            logger.info("%d jobs still run; they are queued again for the next start", len(self._workers))
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await complete(self._task)  # A cancelled caller must not cancel the writing of endings.

    def hurry(self) -> None:
        """Make `stop` ignore what is left of its grace."""
        self._workers.hurry()

    @property
    def is_paused(self) -> bool:
        """Whether no job begins; running ones go on."""
        return self._is_paused

    @is_paused.setter
    def is_paused(self, paused: bool) -> None:
        self._is_paused = paused
        self._wake.set()

    def wake(self) -> None:
        """Check again whether a job can start: a limit has changed."""
        self._wake.set()

    def enqueue(self, entry: JobEntry) -> None:
        """Let a job wait for a worker, if its state is one that waits."""
        if entry.is_ready:
            self._ready[entry.job.id] = entry
            self._waiting.add(entry.job.id, entry.job.requester, entry.job.priority, entry.sequence)
            self._wake.set()

    def withdraw(self, entry: JobEntry) -> None:
        """Let a job wait no more, neither for a worker nor for a retry; interrupt it if it runs."""
        job = entry.job
        self._waiting.discard(job.id)
        self._ready.pop(job.id, None)
        delayed = self._delayed.pop(job.id, None)
        if delayed is not None:
            timer, _ = delayed
            timer.cancel()
            self._waiting.release([job.requester])
        if entry.attempt is not None:
            entry.attempt.request()

    def skip_retry_delays(self, job_ids: Iterable[JobId]) -> None:
        """Let those of these jobs that are between two attempts wait for a worker at once."""
        for job_id in job_ids:
            self._delays_to_come.discard(job_id)
            if job_id in self._delayed:
                timer, end_delay = self._delayed[job_id]
                timer.cancel()
                end_delay()

    async def cancel_waiting(self, entry: JobEntry) -> None:
        """Write down that a job is cancelled, unless it has ended or an attempt will do so."""
        async with entry.commands:
            if entry.attempt is None and not entry.job.state.is_final:
                await write_state(self._journal, entry, self._attempts.cancelled(entry.job))

    async def _dispatch(self) -> None:
        """Start jobs until the queue stops, restarting after any exception; then wait for those that still run."""
        async with asyncio.TaskGroup() as tasks:
            # Within the group: an exception that left it would cancel all running jobs.
            await self._supervisor.keep_running("queue-dispatcher", partial(self._start_ready_jobs, tasks))
            for interruption in self._running:
                interruption.request()
        for timer, _ in self._delayed.values():
            timer.cancel()

    async def _start_ready_jobs(self, tasks: asyncio.TaskGroup) -> None:
        """Start a task for each ready job while there is a free worker, until the queue stops."""
        while not self._stopping:
            self._wake.clear()
            while not (self._draining or self._is_paused) and self._workers.has_free:
                job_id = self._waiting.take(self._workers.may_run)
                if job_id is None:
                    break
                entry = self._ready.pop(job_id)
                try:
                    self._begin(entry, tasks)
                except Exception:
                    logger.exception("Job %s could not begin", job_id)
                    self._fail_internally(entry)
            await self._wake.wait()

    def _begin(self, entry: JobEntry, tasks: asyncio.TaskGroup) -> None:
        entry.worker = self._workers.occupy(entry.job.id, entry.job.requester)
        entry.attempt = Interruption()
        self._running.add(entry.attempt)
        tasks.create_task(self._work(entry, entry.attempt), name=f"job-{entry.job.id}")

    async def _work(self, entry: JobEntry, interruption: Interruption) -> None:
        """One attempt and the writing of its ending. Only the attempt is ever cancelled, this task never is.

        Any other exception fails this job alone: if the task raised it, the task group would cancel all others.
        """
        ending: Ending | None = None
        try:
            try:
                ending = await self._attempts.run(entry, interruption)
            finally:  # The worker is free for other jobs while the ending is written.
                self._running.discard(interruption)
                self._workers.free(entry.job.id)
                self._wake.set()
            await self._record(entry, ending)
        except (Exception, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError) and is_being_cancelled():
                raise
            logger.exception("Job %s could not be brought to its end", entry.job.id)
            self._fail_internally(entry, ending)
            await write_state(self._journal, entry, entry.job, again=True)

    async def _record(self, entry: JobEntry, ending: Ending) -> None:
        """Write down how an attempt has ended, and schedule the next one if there is one."""
        if ending.worked_s is not None:
            self._meter.ended(ending.worked_s)
        if ending.retry_delay_s is not None:  # From here on it counts as one of its requester's waiting jobs.
            self._waiting.hold([entry.job.requester])
            self._delays_to_come.add(entry.job.id)
        if ending.job.state is not JobState.DONE and entry.segments:
            await self._keep_partial_text(entry)
        try:
            await write_state(self._journal, entry, ending.job)
            if entry.cancel_requested:  # While that was being written.
                await self.cancel_waiting(entry)
        except BaseException:
            if ending.retry_delay_s is not None:
                self._waiting.release([entry.job.requester])
                self._delays_to_come.discard(entry.job.id)
            raise
        if entry.job.state.is_final:
            self._handling.ended(entry.job)
        if ending.retry_delay_s is not None:
            is_skipped = entry.job.id not in self._delays_to_come
            self._delays_to_come.discard(entry.job.id)
            self._schedule_retry(entry, ending.job, 0.0 if is_skipped else ending.retry_delay_s)

    async def _keep_partial_text(self, entry: JobEntry) -> None:
        """Keep the text of a job that ends without a transcript. The job continues where that fails."""
        try:
            await self._handling.keep_text(entry.job.id, entry.segments)
        except StoreError as error:
            logger.warning("The partial text of job %s can't be kept: %s", entry.job.id, type(error).__name__)
        except Exception:
            logger.exception("The partial text of job %s can't be kept", entry.job.id)

    def _fail_internally(self, entry: JobEntry, ending: Ending | None = None) -> None:
        """Show the job as failed by a mistake in Notula. One that is done already stays so: its text is there."""
        job = entry.job
        self._supervisor.tell(f"job-{job.id}", INTERNAL_FAILURE)
        self._workers.free(job.id)
        self._waiting.discard(job.id)
        if job.state.is_final:
            entry.attempt = None
            return
        if ending is not None and ending.job.state is JobState.DONE:
            entry.set_job(ending.job)
            return
        failed = self._attempts.cancelled if entry.cancel_requested else self._attempts.failed_internally
        entry.set_job(failed(job))

    def _schedule_retry(self, entry: JobEntry, job: Job, delay_s: float) -> None:
        """Let the job wait for a worker after a delay, unless its state has changed since."""

        def end_delay() -> None:
            try:
                self._delayed.pop(job.id, None)
                self._waiting.release([job.requester])
                self.enqueue(entry)
            except Exception:  # Raised into the event loop, it would leave the job waiting for ever.
                logger.exception("Job %s could not wait for its next attempt", job.id)
                self._fail_internally(entry)

        if entry.job is job:
            self._delayed[job.id] = (self._clocks.schedule(delay_s, end_delay), end_delay)
        else:
            self._waiting.release([job.requester])
