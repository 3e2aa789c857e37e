"""The queue of one process: asyncio workers in front of the journal. It implements `core.queue.ports.QueueService`."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace

from core.concurrency.supervision import Supervisor
from core.domain import Job, JobId, JobState, JobView, QueueStatistics, Requester, TranscriptId, TranslatableText
from core.domain.job_move import Move, MoveBefore
from core.domain.metrics import Metric
from core.domain.translatable_text import distinct
from core.observability.metrics import Metrics
from core.queue.journal import Journal
from core.queue.local.admission import Admission
from core.queue.local.clocks import QueueClocks
from core.queue.local.dispatcher import Dispatcher, Scheduling
from core.queue.local.entries import FINISHED_JOBS_SHOWN, JobEntries
from core.queue.local.entry import JobEntry
from core.queue.local.handling import JobHandling
from core.queue.local.state_changes import write_state
from core.queue.local.waiting import WaitingJobs
from core.queue.local.waiting_order import WaitingOrder
from core.queue.local.workers import Workers, ignore_whether_busy
from core.queue.meter import QueueMeter


class LocalQueue:
    """Runs jobs by priority, several at once, each until it is done, failed for good, or cancelled.

    `supervisor` restarts the dispatcher and shows notices, events are counted in `metrics`. `busy_changed` is called
    with whether any job runs, when that is another answer than before.
    """

    def __init__(
        self,
        journal: Journal,
        handling: JobHandling,
        *,
        workers: int,
        clocks: QueueClocks | None = None,
        supervisor: Supervisor | None = None,
        metrics: Metrics | None = None,
        busy_changed: Callable[[bool], None] = ignore_whether_busy,
    ) -> None:
        clocks, metrics = clocks or QueueClocks(), metrics or Metrics()
        self._journal = journal
        self._clocks = clocks
        self._waiting = WaitingJobs(clocks.monotonic)
        self._meter = QueueMeter(clocks.monotonic, metrics)
        self._workers = Workers(workers, self._meter, busy_changed)
        self._entries = JobEntries(clocks.monotonic, self._meter)
        scheduling = Scheduling(self._waiting, self._workers, self._meter)
        self._dispatcher = Dispatcher(journal, handling, scheduling, clocks, supervisor or Supervisor())
        self._order = WaitingOrder(self._waiting, clocks.monotonic)
        self._admission = Admission(journal, self._waiting, self._entries, self._dispatcher, self._meter)
        metrics.watch(Metric.WORKERS, lambda: self._workers.count)
        metrics.watch(Metric.WORKERS_BUSY, lambda: len(self._workers))
        metrics.watch(Metric.JOBS_WAITING, lambda: len(self._waiting))
        metrics.watch(Metric.OLDEST_WAITING_SECONDS, self._waiting.oldest_age_s)

    async def start(self, *, resume: bool) -> None:
        """Begin to run jobs; with `resume`, also those that a crash left unfinished. Raises `StoreError`."""
        if resume:
            adopted = await self._journal.adopt_all()  # First: it fails jobs that have crashed too often.
            finished = await self._journal.finished(FINISHED_JOBS_SHOWN)
            # Rows have the order of submission, and what waits its turns, as before the restart.
            entries = [self._entries.add(job) for job in sorted([*finished, *adopted], key=lambda job: job.number)]
            waiting = [entry for entry in entries if not entry.job.state.is_final]
            sequences = [entry.sequence for entry in waiting]
            for entry, sequence in zip(sorted(waiting, key=lambda entry: entry.job.turn), sequences, strict=True):
                entry.sequence = sequence
                self._dispatcher.enqueue(entry)
        self._dispatcher.start()

    async def stop(self, grace_s: float = 0.0) -> None:
        """Stop running jobs. What still runs after `grace_s` seconds is queued again for the next start.

        Being interrupted by this doesn't count as an attempt.
        """
        await self._dispatcher.stop(grace_s)

    def hurry(self) -> None:
        """Make a `stop` that has been or will be called ignore what is left of its `grace_s`."""
        self._dispatcher.hurry()

    async def submit(self, jobs: Sequence[Job]) -> tuple[JobId, ...]:
        """Put jobs in the queue. When this returns they are in the journal.

        A job that a dead instance left unfinished of the same request is taken over instead of doubled. Raises
        `TooManyWaiting`, and accepts none, where a requester would have too many waiting.
        """
        return await self._admission.submit(jobs)

    async def submit_once(self, job: Job) -> None:
        """Put a job in the queue unless there is, or was, one of its id. Raises `TooManyWaiting` as `submit` does.

        For callers that repeat a request with the same id after a crash; no job of another id is taken over instead.
        """
        if job.id in self._entries or await self._journal.find(job.id) is not None:
            return
        await self._admission.record(job)

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
        """About how many jobs, this one included, will have begun once this one has; None where it doesn't wait."""
        entry = self._entries.get(job_id)
        return self.turns().get(job_id, len(self._waiting)) if entry is not None and entry.is_ready else None

    def turns(self) -> Mapping[JobId, int]:
        """The place of each waiting job, as `place` gives it; the same object for a second, and where none differs."""
        return self._order.places()

    async def move(self, job_ids: Sequence[JobId], to: Move | MoveBefore) -> tuple[JobId, ...]:
        """Let those of these jobs that wait and are the owner's begin earlier or later than the owner's others.

        Returns the owner's waiting jobs in the order that they had, for `arrange`; none where that stays.
        """
        before, after = self._order.after(job_ids, to)
        if after == before:
            return ()
        await self.arrange(after)
        return tuple(before)

    async def arrange(self, job_ids: Sequence[JobId]) -> None:
        """Let those of these jobs that wait and are the owner's begin in this order, in the turns that they have."""
        given = self._order.arrange(job_ids)
        if not given:
            return
        for entry in self._entries.of(tuple(given)):  # At once, so that the right one is taken while that is written.
            turn = self._waiting.turn_of(entry.job.id)
            entry.take_turn(turn.priority, turn.sequence)
        self._entries.touch()
        await asyncio.shield(self._journal.exchange_turns(given))

    async def cancel(self, job_ids: Sequence[JobId]) -> None:
        """Stop these jobs and return once they are stopped. Those that have ended stay as they are.

        Like `retry` and `submit` it is carried out to the end even if the caller doesn't wait for that.
        """
        entries = [entry for entry in self._entries.of(job_ids) if not entry.job.state.is_final]
        for entry in entries:  # All before the first is written, so that none begins meanwhile.
            entry.cancel_requested = True
            self._dispatcher.withdraw(entry)
        await asyncio.shield(_all_of([self._cancel(entry) for entry in entries]))

    async def _cancel(self, entry: JobEntry) -> None:
        await self._dispatcher.cancel_waiting(entry)
        await entry.settled.wait()

    async def retry(self, job_ids: Sequence[JobId]) -> None:
        """Queue failed or cancelled jobs again."""
        await asyncio.shield(_all_of([self._queue_again(entry) for entry in self._entries.of(job_ids)]))

    async def _queue_again(self, entry: JobEntry) -> None:
        async with entry.commands:
            if entry.job.state not in (JobState.FAILED, JobState.CANCELLED):
                return
            entry.cancel_requested = False
            again = entry.job.moved_to(
                JobState.QUEUED,
                attempt=0,
                error=None,
                started_at=None,
                finished_at=None,
                submitted_at=self._clocks.wall(),
            )
            await write_state(self._journal, entry, again)
            self._dispatcher.enqueue(entry)

    def skip_retry_delays(self, source_kind: str) -> None:
        """End the delay between two attempts for every job whose source is of this kind."""
        self._dispatcher.skip_retry_delays([one.job.id for one in self._entries if one.job.source.kind == source_kind])

    async def remove(self, job_ids: Sequence[JobId], *, removed: bool = True) -> None:
        """Take finished jobs out of the table, or with `removed` False put them back."""
        entries = [entry for entry in self._entries.of(job_ids) if entry.job.state.is_final]
        ended = [entry.job.id for entry in entries]
        await self._journal.set_removed(ended, removed)
        self._entries.set_removed(ended, removed)

    async def note_export(
        self, job_id: JobId, due: bool, problem: TranslatableText | None, notes: tuple[TranslatableText, ...] = ()
    ) -> None:
        """Write down whether a done job's transcript is still to be exported, why the last try failed, and notes."""

        def noted(job: Job) -> Job:
            return replace(job, export_due=due, export_error=problem, notes=distinct((*job.notes, *notes)))

        entry = self._entries.get(job_id)
        if entry is not None:
            async with entry.commands:
                await write_state(self._journal, entry, noted(entry.job), again=True)
        elif (job := await self._journal.find(job_id)) is not None:
            await self._journal.update(noted(job))

    def forget_transcripts(self, transcript_ids: Sequence[TranscriptId]) -> None:
        """Drop the jobs of deleted transcripts from memory; the journal has dropped them already."""
        forgotten = set(transcript_ids)
        self._entries.drop(lambda job: job.transcript_id in forgotten)

    async def forget(self, requester: Requester) -> None:
        """Cancel this person's jobs and drop them from memory; their rows are deleted elsewhere."""
        await self.cancel([entry.job.id for entry in self._entries if entry.job.requester == requester])
        self._entries.drop(lambda job: job.requester == requester)

    def set_workers(self, workers: int) -> None:
        """How many jobs run at once from now on. Running ones are never interrupted."""
        self._workers.count = workers
        self._dispatcher.wake()

    def set_limits(self, *, running: int, waiting: int) -> None:
        """How many jobs of one person may run, and wait, from now on. The owner's are not limited."""
        self._workers.most_of_one = running
        self._admission.most_waiting = waiting
        self._dispatcher.wake()

    def set_paused(self, paused: bool) -> None:
        """Whether no waiting job begins from now on. Running ones go on, and what is submitted waits."""
        if paused != self._dispatcher.is_paused:
            self._dispatcher.is_paused = paused
            self._entries.touch()

    def views(self) -> tuple[JobView, ...]:
        """The rows of the job table, in the order of submission. Resets what `wait_for_change` waits for."""
        return self._entries.views()

    def statistics(self) -> QueueStatistics:
        """How many rows are in each state, and how busy the workers have been."""
        states = self._entries.count_by_state()
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
            is_paused=self._dispatcher.is_paused,
        )

    def touch(self) -> None:
        """Make `wait_for_change` return: something else that is shown beside the rows has changed."""
        self._entries.touch()

    async def wait_for_change(self) -> None:
        """Return once the views differ from the last ones taken."""
        await self._entries.wait_for_change()

    @property
    def is_busy(self) -> bool:
        """Whether any job is being worked on."""
        return len(self._workers) > 0


async def _all_of(steps: Sequence[Coroutine[object, object, None]]) -> None:
    """Run all of these at the same time, so that the journal writes them together.

    All are run even if some fail; then the first exception is raised.
    """
    for outcome in await asyncio.gather(*steps, return_exceptions=True):
        if outcome is not None:
            raise outcome
