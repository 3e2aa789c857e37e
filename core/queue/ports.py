"""The queue as its users see it; `core.queue.local` is the implementation for one process.

The suite in `tests/contract/` (begin with `queues.py`) says what any
implementation promises. Whatever is a coroutine may ask another process.
Whatever isn't never waits: it answers at once from what this process has heard, which for a job that another process
runs may be some seconds old.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from core.domain import Job, JobId, JobView, QueueStatistics, Requester, TranscriptId, TranslatableText
from core.domain.job_move import Move, MoveBefore


class Queue(Protocol):
    """Requests, and what becomes of them: what the bot and the app ask for.

    Jobs start by priority. Among jobs of the same priority requesters take turns, and those of one requester start in
    the order of submission. The owner is one requester, whichever ways the jobs come in, and may move them.
    """

    async def submit(self, jobs: Sequence[Job]) -> tuple[JobId, ...]:
        """Put jobs in the queue, all or none. When this returns they are durable.

        A job that a dead instance left unfinished of the same request is taken over instead of doubled, so the ids
        may be others than those of `jobs`. Raises `TooManyWaiting` and `StoreError`.
        """

    async def submit_once(self, job: Job) -> None:
        """Put a job in the queue unless there is, or was, one of its id. Raises `TooManyWaiting` and `StoreError`.

        For callers that repeat a request with the same id after a crash.
        """

    async def find(self, job_id: JobId) -> Job | None:
        """A job as it is now, or was when it was last written; None where there is none of this id.

        Raises `StoreError`.
        """

    async def wait(self, job_id: JobId) -> Job:
        """The job once it has reached a final state, wherever it runs.

        Raises KeyError where there is none of this id, and `StoreError`.
        """

    def view(self, job_id: JobId) -> JobView | None:
        """The job's last known progress; None where it isn't in the job table or nothing has been heard of it yet.

        None says nothing about whether the job exists: `find` does.
        """

    def place(self, job_id: JobId) -> int | None:
        """About how many jobs, this one included, will have begun once this one has; counted from 1.

        None where it doesn't wait, or where nothing has been heard of it yet. May be a second old.
        """

    async def cancel(self, job_ids: Sequence[JobId]) -> None:
        """Stop these jobs and return once each is in a final state. Finished and unknown ones are left alone.

        It is carried out to its end even if the caller is cancelled.
        """

    async def retry(self, job_ids: Sequence[JobId]) -> None:
        """Queue failed and cancelled jobs again, with their attempts counted from the beginning; leave others alone.

        It is carried out to its end even if the caller is cancelled.
        """

    def skip_retry_delays(self, source_kind: str) -> None:
        """End the delay between two attempts for every job whose source is of this kind (`SourceReference.kind`).

        It holds for every job that is shown as `RETRYING`.
        """

    async def forget(self, requester: Requester) -> None:
        """Cancel a person's jobs and drop them from memory and from the job table. Their rows are deleted elsewhere."""

    def forget_transcripts(self, transcript_ids: Sequence[TranscriptId]) -> None:
        """Drop the jobs of deleted transcripts from memory and the job table; their rows are marked as removed."""

    async def note_export(
        self, job_id: JobId, due: bool, problem: TranslatableText | None, notes: tuple[TranslatableText, ...] = ()
    ) -> None:
        """Write down whether a done job's transcript is still to be exported, and why the last try failed.

        `notes` are added to the job's, unless they are among them. Raises `StoreError`.
        """


class JobTable(Protocol):
    """The jobs that a window lists, and the numbers beside them."""

    def views(self) -> tuple[JobView, ...]:
        """The rows, in the order of submission. Resets what `wait_for_change` waits for.

        The same object comes back for a row in which nothing has changed.
        """

    def statistics(self) -> QueueStatistics:
        """How many jobs are in each state, and how busy the workers have been. Its cache counts are left at 0."""

    async def wait_for_change(self) -> None:
        """Return once the rows or the statistics may differ from those last taken."""

    def turns(self) -> Mapping[JobId, int]:
        """The place of each waiting job, as `Queue.place` gives it.

        The same object comes back where no place differs. May be a second old.
        """

    async def move(self, job_ids: Sequence[JobId], to: Move | MoveBefore) -> tuple[JobId, ...]:
        """Let those of these jobs that wait and are the owner's begin earlier or later than the owner's others.

        The owner's jobs exchange their turns, priorities included, so no other person's job begins later or earlier.
        Jobs between two attempts keep their turns. Returns the owner's waiting jobs in the order that they had, for
        `arrange`; none where that stays. Raises `StoreError` where the new order can't be written: it holds until a
        restart then.
        """

    async def arrange(self, job_ids: Sequence[JobId]) -> None:
        """Let those of these jobs that wait and are the owner's begin in this order, in the turns that they have.

        Raises `StoreError`, as `move` does.
        """

    def touch(self) -> None:
        """Make `wait_for_change` return: something else that is shown beside the rows has changed."""

    async def remove(self, job_ids: Sequence[JobId], *, removed: bool = True) -> None:
        """Take finished jobs out of the table, or with `removed` False put them back. Raises `StoreError`."""

    @property
    def is_busy(self) -> bool:
        """Whether any job is running, so that elapsed times change by themselves."""


class QueueService(Queue, JobTable, Protocol):
    """The whole of it, for the composition root alone: it starts the queue, configures it and stops it."""

    async def start(self, *, resume: bool) -> None:
        """Begin to run jobs; with `resume`, also those that a crash left unfinished. Raises `StoreError`."""

    async def stop(self, grace_s: float = 0.0) -> None:
        """Stop running jobs. What still runs after `grace_s` seconds is queued again for the next start.

        Being interrupted by this doesn't count as an attempt.
        """

    def hurry(self) -> None:
        """Make a `stop` that has been or will be called ignore what is left of its `grace_s`."""

    def set_workers(self, workers: int) -> None:
        """How many jobs run at once from now on. Running ones are never interrupted."""

    def set_paused(self, paused: bool) -> None:
        """Whether no waiting job begins from now on. Running ones go on, and what is submitted waits."""

    def set_limits(self, *, running: int, waiting: int) -> None:
        """How many jobs of one person may run, and wait, from now on. The owner's are not limited."""
