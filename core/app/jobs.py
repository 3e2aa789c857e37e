"""The jobs as people use them: submit, follow, cancel, repeat and remove them, and read what is done of one."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.app.exports import Exports
from core.app.job_factory import JobFactory
from core.domain import Job, JobId, JobView, Requester, StoredTranscript, TranscriptionOptions
from core.domain.job_move import Move, MoveBefore
from core.domain.left_out import LeftOut
from core.domain.part import partial_transcript
from core.queue import QueueService, RequestLimits
from core.store import JobParts, PartRow


@dataclass(frozen=True, slots=True)
class FinishedParts:
    """The text of finished parts of unfinished jobs. `erase` takes deleted rows out of the database's files, too."""

    store: JobParts
    erase: Callable[[], Awaitable[None]]


def ignore_left_out(left_out: LeftOut) -> None:
    """For callers that name no folders."""


class Jobs:
    """Lives on one event loop."""

    def __init__(
        self,
        queue: QueueService,
        request_limits: RequestLimits,
        factory: JobFactory,
        exports: Exports,
        parts: FinishedParts,
    ) -> None:
        self._queue = queue
        self._request_limits = request_limits
        self._factory = factory
        self._exports = exports
        self._parts = parts
        self._removed_parts: list[PartRow] = []

    async def submit(
        self,
        wanted: Iterable[Path | str],
        requester: Requester,
        *,
        options: TranscriptionOptions | None = None,
        on_left_out: Callable[[LeftOut], None] = ignore_left_out,
    ) -> tuple[JobId, ...]:
        """Put recordings in the queue: files, folders, which stand for the media in them, and addresses as text.

        `on_left_out` is told what was left out of the folders. Returns once all are in the journal. Raises
        `TooManyRequests` and `TooManyWaiting`, but never at the owner.
        """
        await self._request_limits.admit(requester)
        jobs, left_out = await asyncio.to_thread(self._factory.of_recordings, list(wanted), requester, options)
        submitted = await self._queue.submit(jobs)
        on_left_out(left_out)
        return submitted

    async def wait(self, job_id: JobId) -> Job:
        """Return the job once it has reached a final state. Raises KeyError for an unknown one."""
        return await self._queue.wait(job_id)

    def view(self, job_id: JobId) -> JobView | None:
        """One job as panels show it, None where it isn't in the table."""
        return self._queue.view(job_id)

    async def cancel(self, job_ids: Sequence[JobId]) -> None:
        """Stop these jobs and return once they are stopped; those that have ended stay as they are."""
        await self._queue.cancel(job_ids)

    async def retry(self, job_ids: Sequence[JobId]) -> None:
        """Run failed or cancelled jobs again."""
        await self._queue.retry(job_ids)

    async def move(self, job_ids: Sequence[JobId], to: Move | MoveBefore) -> tuple[JobId, ...]:
        """Let those of these jobs that wait and are the owner's begin earlier or later than the owner's others.

        Returns the owner's waiting jobs in the order that they had, for `arrange`; none where that stays.
        """
        return await self._queue.move(job_ids, to)

    async def arrange(self, job_ids: Sequence[JobId]) -> None:
        """Undo `move`: let the owner's waiting jobs among these begin in this order."""
        await self._queue.arrange(job_ids)

    async def transcribe_again(
        self, job_ids: Sequence[JobId], requester: Requester, track: int | None = None
    ) -> tuple[JobId, ...]:
        """Put the recordings of these jobs in the queue once more, as new jobs with the settings of now.

        `track` is the number of a track of sound, from 1; None for the usual one that isn't silent. Whether the cache
        answers depends on what settings and track change, as for every recording.
        """
        return await self._queue.submit(self._factory.of_jobs(await self._find(job_ids), requester, track))

    async def transcribe_with(
        self, job_ids: Sequence[JobId], requester: Requester, provider: str, model: str
    ) -> tuple[JobId, ...]:
        """Put the recordings of these jobs in the queue once more, with the options that they had, but another model.

        `provider` has that model.
        """
        return await self._queue.submit(
            self._factory.of_jobs(await self._find(job_ids), requester, model=(provider, model))
        )

    async def remove(self, job_ids: Sequence[JobId]) -> None:
        """Take finished jobs out of the table. Their transcripts stay in the history.

        The finished parts of those that have no transcript are erased, except for those of the last call, which
        `restore` can bring back until Notula ends.
        """
        self._removed_parts = await self._parts.store.of_jobs(job_ids)
        await self._queue.remove(job_ids)
        self._exports.forget(job_ids)
        if self._removed_parts:
            await self._parts.store.note_erased()
            await self._parts.erase()

    async def restore(self, job_ids: Sequence[JobId]) -> None:
        """Undo `remove`."""
        await self._queue.remove(job_ids, removed=False)
        parts, self._removed_parts = self._removed_parts, []
        await self._parts.store.put_back(parts)

    async def partial(self, job_id: JobId) -> StoredTranscript | None:
        """What is done of a job that has ended without a transcript; None where nothing is. Its id is no one else's."""
        job = await self._queue.find(job_id)
        segments = await self._parts.store.shown(job_id) if job is not None and job.transcript_id is None else ()
        return partial_transcript(job, segments) if job is not None and segments else None

    async def exported(self, job_id: JobId) -> None:
        """Return once this job's automatic export, if one is due, has been tried; `JobView.export_error` tells how."""
        job = await self._queue.find(job_id)
        if job is not None:
            await self._exports.tried(job)

    async def export_again(self, job_ids: Sequence[JobId]) -> None:
        """Write these jobs' transcripts into the folder for exports now, and return once that has been tried."""
        due = [replace(job, export_due=True) for job in await self._find(job_ids) if job.transcript_id is not None]
        for job in due:
            self._exports.add(job)
        for job in due:
            await self._exports.tried(job)

    async def _find(self, job_ids: Sequence[JobId]) -> list[Job]:
        return [job for job_id in job_ids if (job := await self._queue.find(job_id)) is not None]
