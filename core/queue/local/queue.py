"""The queue of one process: asyncio workers in front of the SQLite journal."""

import asyncio
import math
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace

from core.concurrency.retry import RetryPolicy
from core.concurrency.supervision import Supervisor
from core.domain import (
    Job,
    JobId,
    JobState,
    JobView,
    QueueStatistics,
    Requester,
    Segment,
    TranscriptId,
    TranslatableText,
)
from core.domain.errors import TooManyWaiting
from core.domain.metrics import Metric
from core.observability.metrics import Metrics
from core.pipeline import Outcome, Report
from core.queue.journal import Journal
from core.queue.local.dispatcher import CallLater, Dispatcher, KeepText
from core.queue.local.entry import JobEntry
from core.queue.local.state_changes import write_state
from core.queue.local.waiting import WaitingJobs
from core.queue.local.workers import Workers
from core.queue.meter import QueueMeter

MOST_WAITING = 20
FINISHED_JOBS_SHOWN = 200
"""How many finished jobs of earlier sessions the table starts with; the history has them all."""

MOST_SHOWN = 1000
"""Above this all but the newest finished jobs leave the table now and then; the history has them all."""

PLACES_LAST_S = 1.0


def ignore_end(job: Job) -> None:
    """For owners who do nothing with a job that has ended."""


async def ignore_text(job_id: JobId, segments: Sequence[Segment]) -> None:
    """For owners who keep nothing of a job that isn't done."""


class LocalQueue:
    """Runs jobs by priority, several at once, each until it is done, failed for good, or cancelled.

    `run` does one attempt at a job. `clock` gives seconds since the epoch; it may be set while jobs run. `monotonic`
    gives seconds that never go back and need not pass while the computer sleeps, nor need they for `call_later`, which
    brings jobs back for their next attempt: after a sleep they wait for what was left of the delay.
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
        call_later: CallLater | None = None,
        supervisor: Supervisor | None = None,
        ended: Callable[[Job], None] = ignore_end,
        keep_text: KeepText = ignore_text,
        metrics: Metrics | None = None,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._monotonic = monotonic
        self._entries: dict[JobId, JobEntry] = {}
        self._waiting = WaitingJobs(monotonic)
        metrics = metrics or Metrics()
        self._meter = QueueMeter(monotonic, metrics)
        self._workers = Workers(workers, self._meter)
        metrics.watch(Metric.WORKERS, lambda: self._workers.count)
        metrics.watch(Metric.WORKERS_BUSY, lambda: len(self._workers))
        metrics.watch(Metric.JOBS_WAITING, lambda: len(self._waiting))
        metrics.watch(Metric.OLDEST_WAITING_SECONDS, self._waiting.oldest_age_s)
        self._dispatcher = Dispatcher(
            journal,
            run,
            workers=self._workers,
            waiting=self._waiting,
            meter=self._meter,
            retry=retry or RetryPolicy(),
            clock=clock,
            monotonic=monotonic,
            call_later=call_later,
            supervisor=supervisor or Supervisor(),
            ended=ended,
            keep_text=keep_text,
        )
        self._sequence = 0
        self._places: dict[JobId, int] = {}
        self._placed_at = -math.inf
        self._changed = asyncio.Event()
        self._most_waiting = MOST_WAITING

    async def start(self, *, resume: bool) -> None:
        """Begin to work. With `resume`, jobs that a crash left unfinished are queued again."""
        if resume:
            adopted = await self._journal.adopt_all()  # First: what has crashed too often ends by that.
            finished = await self._journal.finished(FINISHED_JOBS_SHOWN)
            for job in sorted([*finished, *adopted], key=lambda job: job.number):  # As they were shown before.
                entry = self._add(job)
                if not job.state.is_final:
                    self._dispatcher.enqueue(entry)
        self._dispatcher.start()

    async def stop(self, grace_s: float = 0.0) -> None:
        """Stop working. What still runs after `grace_s` seconds goes back into the queue, for the next start.

        It loses none of its attempts by that.
        """
        await self._dispatcher.stop(grace_s)

    def hurry(self) -> None:
        """Let a `stop` that has been or will be called wait for no job any more."""
        self._dispatcher.hurry()

    async def submit(self, jobs: Sequence[Job]) -> tuple[JobId, ...]:
        """Put jobs in the queue. When this returns they are in the journal.

        A job that a dead instance left unfinished of the same request is taken over instead of doubled. Raises
        `TooManyWaiting` and takes none where somebody would have too many waiting.
        """
        requesters = [job.requester for job in jobs]
        self._hold(requesters)
        return await asyncio.shield(self._accept(jobs, requesters))

    async def submit_once(self, job: Job) -> None:
        """Put a job in the queue unless there is, or was, one of its id. Raises `TooManyWaiting` as `submit` does.

        For who may ask again after a crash with the same id, and would not know of another job taken over instead.
        """
        if job.id in self._entries or await self._journal.find(job.id) is not None:
            return
        self._hold([job.requester])
        await asyncio.shield(self._record([job], [job.requester]))

    def _hold(self, requesters: Sequence[Requester]) -> None:
        """Keep places for these, since others ask while this one is being written."""
        for requester, added in Counter(requesters).items():
            waiting = self._waiting.count_of(requester)
            if not requester.is_owner and waiting + added > self._most_waiting:
                raise TooManyWaiting(waiting=waiting)
        self._waiting.hold(requesters)

    async def _accept(self, jobs: Sequence[Job], requesters: Sequence[Requester]) -> tuple[JobId, ...]:
        """Take over what was left of these and record the others; who asked may have gone by then."""
        try:
            accepted, new = await self._adopt(jobs)
        except BaseException:
            self._waiting.release(requesters)
            raise
        await self._record(new, requesters)
        return tuple(accepted)

    async def _record(self, jobs: Sequence[Job], requesters: Sequence[Requester]) -> None:
        """Write jobs down and enqueue them, in the places that were held."""
        try:
            if jobs:
                await self._journal.record(jobs)
                self._meter.submitted(len(jobs))
        finally:
            self._waiting.release(requesters)
        for job in jobs:
            self._dispatcher.enqueue(self._add(job))

    async def _adopt(self, jobs: Sequence[Job]) -> tuple[list[JobId], list[Job]]:
        """Take over what dead instances left of these. Returns the ids of what there is now, and the jobs still new."""
        accepted: list[JobId] = []
        new: list[Job] = []
        for job in jobs:
            adopted = await self._journal.adopt(job.source, job.options)
            for left in adopted:
                self._dispatcher.enqueue(self._add(left))
            accepted += [left.id for left in adopted] or [job.id]
            new += [] if adopted else [job]
        return accepted, new

    async def wait(self, job_id: JobId) -> Job:
        """Return the job once it has reached a final state. Raises KeyError for an unknown one."""
        entry = self._entries.get(job_id)
        if entry is not None:
            await entry.settled.wait()
            return entry.job
        job = await self._journal.find(job_id)
        if job is None or not job.state.is_final:
            raise KeyError(job_id)
        return job

    async def find(self, job_id: JobId) -> Job | None:
        """A job as it is now, or was when it was last written; None where there is none of this id."""
        entry = self._entries.get(job_id)
        return entry.job if entry is not None else await self._journal.find(job_id)

    def view(self, job_id: JobId) -> JobView | None:
        """One job as the table shows it, None where it isn't there."""
        entry = self._entries.get(job_id)
        return entry.view if entry is not None else None

    def place(self, job_id: JobId) -> int | None:
        """About how many jobs will have begun once this one has, None where it doesn't wait."""
        now = self._monotonic()
        if now - self._placed_at >= PLACES_LAST_S:  # Everybody who waits asks, again and again.
            self._places, self._placed_at = self._waiting.places(), now
        entry = self._entries.get(job_id)
        return self._places.get(job_id, len(self._waiting)) if entry is not None and entry.is_ready else None

    async def cancel(self, job_ids: Sequence[JobId]) -> None:
        """Stop these jobs and return once they are stopped. Those that have ended stay as they are.

        Like `retry` and `submit` it is carried out to the end even if the caller doesn't wait for that.
        """
        entries = [entry for entry in self._of(job_ids) if not entry.job.state.is_final]
        for entry in entries:  # All of them before the first is written: none may begin meanwhile.
            entry.cancel_requested = True
            self._dispatcher.withdraw(entry)
        await asyncio.shield(_all_of([self._cancel(entry) for entry in entries]))

    async def _cancel(self, entry: JobEntry) -> None:
        await self._dispatcher.cancel_waiting(entry)
        await entry.settled.wait()

    async def retry(self, job_ids: Sequence[JobId]) -> None:
        """Queue failed or cancelled jobs again."""
        await asyncio.shield(_all_of([self._queue_again(entry) for entry in self._of(job_ids)]))

    async def _queue_again(self, entry: JobEntry) -> None:
        async with entry.commands:
            if entry.job.state not in (JobState.FAILED, JobState.CANCELLED):
                return
            entry.cancel_requested = False
            again = entry.job.moved_to(
                JobState.QUEUED, attempt=0, error=None, started_at=None, finished_at=None, submitted_at=self._clock()
            )
            await write_state(self._journal, entry, again)
            self._dispatcher.enqueue(entry)

    def skip_retry_delays(self, source_kind: str) -> None:
        """Whatever jobs from such sources have waited for is over: those between two attempts begin the next one."""
        self._dispatcher.skip_retry_delays(
            [job_id for job_id, entry in self._entries.items() if entry.job.source.kind == source_kind]
        )

    async def remove(self, job_ids: Sequence[JobId], *, removed: bool = True) -> None:
        """Take finished jobs out of the table, or with `removed` False put them back."""
        entries = [entry for entry in self._of(job_ids) if entry.job.state.is_final]
        await self._journal.set_removed([entry.job.id for entry in entries], removed)
        for entry in entries:
            entry.removed = removed
        self._changed.set()

    async def note_export(self, job_id: JobId, due: bool, problem: TranslatableText | None) -> None:
        """Show and write down whether a done job's transcript is still to be exported, and what went wrong last."""
        entry = self._entries.get(job_id)
        if entry is not None:
            async with entry.commands:
                noted = replace(entry.job, export_due=due, export_error=problem)
                await write_state(self._journal, entry, noted, again=True)
        elif (job := await self._journal.find(job_id)) is not None:
            await self._journal.update(replace(job, export_due=due, export_error=problem))

    def forget_transcripts(self, transcript_ids: Sequence[TranscriptId]) -> None:
        """Drop jobs whose transcripts were deleted for good; the journal has dropped them already."""
        forgotten = set(transcript_ids)
        self._entries = {
            job_id: entry for job_id, entry in self._entries.items() if entry.job.transcript_id not in forgotten
        }
        self._changed.set()

    async def forget(self, requester: Requester) -> None:
        """Cancel this person's jobs and drop them; the journal is for others to clear."""
        await self.cancel([job_id for job_id, entry in self._entries.items() if entry.job.requester == requester])
        self._entries = {one: entry for one, entry in self._entries.items() if entry.job.requester != requester}
        self._changed.set()

    def set_workers(self, workers: int) -> None:
        """How many jobs run at once from now on. Running ones are never interrupted."""
        self._workers.count = workers
        self._dispatcher.wake()

    def set_limits(self, *, running: int, waiting: int) -> None:
        """How many jobs of one person may run, and wait, from now on. The owner's are not limited."""
        self._workers.most_of_one = running
        self._most_waiting = waiting
        self._dispatcher.wake()

    def views(self) -> tuple[JobView, ...]:
        """The rows of the job table, in the order of submission. Resets what `wait_for_change` waits for."""
        self._changed.clear()
        return tuple(entry.view for entry in self._entries.values() if not entry.removed)

    def statistics(self) -> QueueStatistics:
        """Counts of the jobs in the table, and what the workers have been doing."""
        states = Counter(entry.job.state for entry in self._entries.values() if not entry.removed)
        return QueueStatistics(
            **{state.value: states[state] for state in JobState},
            workers=self._workers.count,
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

    def touch(self) -> None:
        """Have `wait_for_change` return: something else that is shown has changed."""
        self._changed.set()

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
        entry = JobEntry(job, self._sequence, self._changed.set, self._monotonic, self._meter.reached)
        self._entries[job.id] = entry
        if self._sequence % FINISHED_JOBS_SHOWN == 0 and len(self._entries) > MOST_SHOWN:
            ended = [other for other, one in self._entries.items() if one.job.state.is_final]
            for other in ended[:-FINISHED_JOBS_SHOWN]:
                del self._entries[other]
        self._changed.set()
        return entry


async def _all_of(steps: Sequence[Coroutine[object, object, None]]) -> None:
    """Take all of these steps at the same time, so that the journal writes them together.

    One that fails doesn't keep the others from being taken. Raises what the first of those raised.
    """
    for outcome in await asyncio.gather(*steps, return_exceptions=True):
        if outcome is not None:
            raise outcome
