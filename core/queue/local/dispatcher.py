"""Gives waiting jobs their turns, and takes each through its attempts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from core.concurrency.retry import RetryPolicy
from core.concurrency.supervision import Supervisor, complete, is_being_cancelled
from core.domain import Job, JobId, JobState, NotulaError, Segment, TranslatableText, mark
from core.domain.errors import InternalError, StoreError
from core.pipeline import Outcome, Report
from core.queue.journal import Journal
from core.queue.local.entry import JobEntry
from core.queue.local.interruption import Interrupted, Interruption
from core.queue.local.state_changes import write_state
from core.queue.local.waiting import WaitingJobs
from core.queue.local.workers import Workers
from core.queue.meter import QueueMeter

logger = logging.getLogger(__name__)


STUMBLED = TranslatableText(
    mark("A mistake of Notula's own has stopped a recording. It is marked as failed; choose it and press Retry.")
)


class Timer(Protocol):
    """A call that comes later."""

    def cancel(self) -> object:
        """Don't make the call."""


KeepText = Callable[[JobId, Sequence[Segment]], Awaitable[None]]
"""Keeps the text of a job that ends before it is done. Raises `StoreError`."""

CallLater = Callable[[float, Callable[[], None]], Timer]
"""Calls back after so many seconds, as `asyncio.loop.call_later` does."""


@dataclass(frozen=True, slots=True)
class _Ending:
    """How a job leaves an attempt, after how many seconds it is tried again, if it is, and what a done one took."""

    job: Job
    delay_s: float | None = None
    worked_s: float | None = None


class Dispatcher:
    """Starts an attempt at the next waiting job whenever a worker is free, and writes down how it ended.

    `run` does one attempt; `ended` is told of each job that has ended, once that is written down.
    `clock` gives seconds since the epoch, `monotonic` seconds that never go back.
    """

    def __init__(
        self,
        journal: Journal,
        run: Callable[[Job, Report], Awaitable[Outcome]],
        *,
        workers: Workers,
        waiting: WaitingJobs,
        meter: QueueMeter,
        retry: RetryPolicy,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
        supervisor: Supervisor,
        ended: Callable[[Job], None],
        keep_text: KeepText,
        call_later: CallLater | None = None,
    ) -> None:
        self._journal = journal
        self._supervisor = supervisor
        self._ended = ended
        self._keep_text = keep_text
        self._run = run
        self._workers = workers
        self._waiting = waiting
        self._meter = meter
        self._retry = retry
        self._clock = clock
        self._monotonic = monotonic
        self._call_later = call_later
        self._ready: dict[JobId, JobEntry] = {}
        self._delayed: dict[JobId, tuple[Timer, Callable[[], None]]] = {}
        """What brings each job back for its next attempt, and what it does then."""
        self._attempts: set[Interruption] = set()
        self._wake = asyncio.Event()
        self._draining = False
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to give turns, until `stop`."""
        self._task = asyncio.create_task(self._dispatch(), name="queue-dispatcher")

    async def stop(self, grace_s: float) -> None:
        """Start nothing more, and end what still runs after `grace_s` seconds. What has ended is written down first."""
        self._draining = True
        if grace_s > 0 and not await self._workers.all_idle(grace_s):
            logger.info("%d jobs still run and go on at the next start", len(self._workers))
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await complete(self._task)  # Who is tired of waiting must not cancel the jobs' bookkeeping.

    def hurry(self) -> None:
        """Let `stop` wait no longer for jobs that run."""
        self._workers.hurry()

    def wake(self) -> None:
        """Look again whether a job may begin: a limit has changed."""
        self._wake.set()

    def enqueue(self, entry: JobEntry) -> None:
        """Let a job wait for its turn, unless it has something else to do."""
        if entry.is_ready:
            self._ready[entry.job.id] = entry
            self._waiting.add(entry.job.id, entry.job.requester, entry.job.priority, entry.sequence)
            self._wake.set()

    def withdraw(self, entry: JobEntry) -> None:
        """The job waits no more for a turn, or for its next attempt; one that runs is ended."""
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
        """Those of these that wait for their next attempt wait for nothing but their turn any more."""
        for job_id in job_ids:
            if job_id in self._delayed:
                timer, come_back = self._delayed[job_id]
                timer.cancel()
                come_back()

    async def cancel_waiting(self, entry: JobEntry) -> None:
        """Write down that a job is cancelled, unless it has ended or an attempt is yet to."""
        async with entry.commands:
            if entry.attempt is None and not entry.job.state.is_final:
                await write_state(self._journal, entry, self._cancelled(entry.job))

    async def _dispatch(self) -> None:
        """Give turns until the queue stops, whatever a turn raises; then wait for the jobs that still run."""
        async with asyncio.TaskGroup() as tasks:
            # Within the group: what fails here must not cancel the jobs, as an exception that leaves it would.
            await self._supervisor.keep_running("queue-dispatcher", partial(self._give_turns, tasks))
            for attempt in self._attempts:
                attempt.request()
        for timer, _ in self._delayed.values():
            timer.cancel()

    async def _give_turns(self, tasks: asyncio.TaskGroup) -> None:
        """Start a task for each ready job while there is a free worker, until the queue stops."""
        while not self._stopping:
            self._wake.clear()
            while not self._draining and self._workers.has_free:
                job_id = self._waiting.take(self._workers.may_run)
                if job_id is None:
                    break
                entry = self._ready.pop(job_id)
                try:
                    self._begin(entry, tasks)
                except Exception:
                    logger.exception("Job %s could not begin", job_id)
                    self._give_up(entry)
            await self._wake.wait()

    def _begin(self, entry: JobEntry, tasks: asyncio.TaskGroup) -> None:
        self._workers.occupy(entry.job.id, entry.job.requester)
        entry.attempt = Interruption()
        self._attempts.add(entry.attempt)
        tasks.create_task(self._work(entry, entry.attempt), name=f"job-{entry.job.id}")

    async def _work(self, entry: JobEntry, attempt: Interruption) -> None:
        """One attempt and what is written down of it. Only `attempt` is ever cancelled, this never is.

        Whatever else goes wrong here costs this job alone: a task that raised would end all the others with it.
        """
        ending: _Ending | None = None
        try:
            try:
                ending = await self._attempt(entry, attempt)
            finally:  # The worker is free for others while the end is written.
                self._attempts.discard(attempt)
                self._workers.free(entry.job.id)
                self._wake.set()
            await self._record(entry, ending)
        except (Exception, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError) and is_being_cancelled():
                raise
            logger.exception("Job %s could not be brought to its end", entry.job.id)
            self._give_up(entry, ending)
            await write_state(self._journal, entry, entry.job, again=True)

    async def _record(self, entry: JobEntry, ending: _Ending) -> None:
        """Write down how an attempt has ended, and let the job wait for the next one if there is to be one."""
        if ending.worked_s is not None:
            self._meter.ended(ending.worked_s)
        if ending.delay_s is not None:  # From here on it counts among its person's waiting ones.
            self._waiting.hold([entry.job.requester])
        if ending.job.state is not JobState.DONE and entry.segments:
            await self._keep_shown(entry)
        try:
            await write_state(self._journal, entry, ending.job)
            if entry.cancel_requested:  # While that was being written.
                await self.cancel_waiting(entry)
        except BaseException:
            if ending.delay_s is not None:
                self._waiting.release([entry.job.requester])
            raise
        if entry.job.state.is_final:
            self._ended(entry.job)
        if ending.delay_s is not None:
            self._postpone(entry, ending)

    async def _keep_shown(self, entry: JobEntry) -> None:
        """Keep what is on the screen of a job that ends without a transcript. Where that fails, the job goes on."""
        try:
            await self._keep_text(entry.job.id, entry.segments)
        except StoreError as error:
            logger.warning("What is done of job %s can't be kept: %s", entry.job.id, type(error).__name__)
        except Exception:
            logger.exception("What is done of job %s can't be kept", entry.job.id)

    def _give_up(self, entry: JobEntry, ending: _Ending | None = None) -> None:
        """Show the job as failed by a mistake of ours, unless it has ended already: a text that is there is kept."""
        job = entry.job
        self._supervisor.tell(f"job-{job.id}", STUMBLED)
        self._workers.free(job.id)
        self._waiting.discard(job.id)
        if job.state.is_final:
            entry.attempt = None
            return
        if ending is not None and ending.job.state is JobState.DONE:
            entry.set_job(ending.job)
            return
        entry.set_job(
            self._cancelled(job)
            if entry.cancel_requested
            else job.moved_to(JobState.FAILED, finished_at=self._clock(), error=InternalError().message)
        )

    async def _attempt(self, entry: JobEntry, attempt: Interruption) -> _Ending:
        """Run the job once, and say what becomes of it."""
        try:
            attempt.check()
            running = entry.job.moved_to(
                JobState.RUNNING, attempt=entry.job.attempt + 1, started_at=self._clock(), finished_at=None, error=None
            )
            await write_state(self._journal, entry, running)
            begun = self._monotonic()
            outcome = await attempt.guard(partial(self._run, entry.job, entry))
        except Interrupted:
            return _Ending(self._cancelled(entry.as_far) if entry.cancel_requested else _put_back(entry.as_far))
        except NotulaError as error:
            return self._failed(entry.as_far, error)
        except asyncio.CancelledError:
            if is_being_cancelled():
                raise
            # Nobody has asked for it: something that the job waited for was cancelled by others.
            logger.exception("Job %s was cancelled by itself", entry.job.id)
            return self._failed(entry.as_far, InternalError())
        except Exception:
            logger.exception("Job %s failed unexpectedly", entry.job.id)
            return self._failed(entry.as_far, InternalError())
        done = entry.as_far.moved_to(
            JobState.DONE,
            finished_at=self._clock(),
            transcript_id=outcome.transcript_id,
            from_cache=outcome.from_cache,
            notes=outcome.notes,
            export_due=outcome.export_due,
            export_error=None,
            done_share=None,
        )
        return _Ending(done, worked_s=self._monotonic() - begun)

    def _failed(self, job: Job, error: NotulaError) -> _Ending:
        """Failed for good, or to be tried again after a while."""
        logger.info("Job %s, attempt %d: %s", job.id, job.attempt, type(error).__name__)
        delay_s = self._retry.delay_s(error, job.attempt)
        if delay_s is None:
            self._meter.failed(type(error).__name__)
            return _Ending(job.moved_to(JobState.FAILED, finished_at=self._clock(), error=error.message))
        told = error.message_while_retrying
        if error.is_retried_indefinitely:
            return _Ending(job.moved_to(JobState.RETRYING, attempt=job.attempt - 1, error=told), delay_s)
        self._meter.retried()
        return _Ending(job.moved_to(JobState.RETRYING, error=told), delay_s)

    def _cancelled(self, job: Job) -> Job:
        # What went wrong before it was cancelled may say that Notula tries again.
        return job.moved_to(JobState.CANCELLED, finished_at=self._clock(), error=None)

    def _postpone(self, entry: JobEntry, ending: _Ending) -> None:
        """Let the job wait for its next attempt, unless something else has become of it."""
        requester = ending.job.requester

        def come_back() -> None:
            try:
                self._delayed.pop(ending.job.id, None)
                self._waiting.release([requester])
                self.enqueue(entry)
            except Exception:  # Out of here it would reach nobody, and the job would wait for ever.
                logger.exception("Job %s could not wait for its next attempt's turn", ending.job.id)
                self._give_up(entry)

        if entry.job is ending.job and ending.delay_s is not None:
            call_later = self._call_later or asyncio.get_running_loop().call_later
            self._delayed[ending.job.id] = (call_later(ending.delay_s, come_back), come_back)
        else:
            self._waiting.release([requester])


def _put_back(job: Job) -> Job:
    """The job as it goes on at the next start. An attempt that was broken off only because Notula ended counts not."""
    if job.state is not JobState.RUNNING:
        return job
    return job.moved_to(JobState.QUEUED, attempt=job.attempt - 1, started_at=None)
