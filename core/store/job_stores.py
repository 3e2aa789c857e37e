"""What is kept of jobs: the journal, and the parts of unfinished ones that are done."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from core.domain import CacheKey, Job, JobId, Segment, SourceReference, TranscriptionOptions
from core.domain.part import FinishedPart
from core.domain.usage import Usage, UsageKey

PartRow = tuple[str, str, str, bytes]
"""Some parts of a job as `JobParts.of_jobs` reads it and `put_back` writes it: job, key, run, body."""


class JobJournal(Protocol):
    """Every job from before it is acknowledged until a person removes it.

    A job belongs to one running instance; those of a dead one may be adopted.
    """

    async def record(self, jobs: Sequence[Job]) -> None:
        """Write new jobs. When this returns they survive a power cut."""

    async def update(self, job: Job) -> None:
        """Write a job's new state: durably where it is final, else so that it survives a crash.

        Its priority is written by `exchange_turns` alone. Raises `StoreError`; what could not be written then is
        written with the next update that can be.
        """

    async def exchange_turns(self, turns: Mapping[JobId, JobId]) -> None:
        """Give each of these jobs the priority and the turn (`Job.turn`) that the other one has, all at once."""

    async def adopt_all(self) -> list[Job]:
        """Take over what instances that died left unfinished, in the order of first submission, queued again."""

    async def forget_the_dead(self) -> None:
        """Delete the files of dead instances, except those whose jobs no instance has adopted yet."""

    async def adopt(self, source: SourceReference, options: TranscriptionOptions) -> list[Job]:
        """Take over what a dead instance left unfinished of this very request."""

    async def due_exports(self) -> list[Job]:
        """Done jobs of this instance, and of those that died, whose transcripts are still to be exported."""

    async def find(self, job_id: JobId) -> Job | None:
        """A job as it was last written, of any instance; None where there is none of this id."""

    async def unfinished_of(self, location: str) -> list[JobId]:
        """The jobs that wait or run, in any process, of what is at this location."""

    async def finished(self, limit: int) -> list[Job]:
        """The newest finished jobs that were not removed from the table, in the order of their first submission."""

    async def set_removed(self, job_ids: Sequence[JobId], removed: bool) -> None:
        """Hide jobs from the table, or show them again."""


class JobParts(Protocol):
    """The finished parts of unfinished jobs, deleted together with their jobs. All methods raise `StoreError`."""

    async def of_run(self, run: CacheKey) -> tuple[FinishedPart, ...]:
        """The parts that are finished of all jobs with this answer. Damaged ones are left out."""

    async def keep(
        self,
        job_id: JobId,
        run: CacheKey,
        parts: Sequence[FinishedPart],
        usage: Mapping[UsageKey, Usage],
        month: str,
    ) -> float:
        """Write parts of an unfinished job, so that they survive a crash, and with them what they have used.

        All or none is written, but of a job that is over the usage alone. Returns what the whole month, as `2026-11`,
        costs by now, in US dollars.
        """

    async def keep_shown(self, job_id: JobId, segments: Sequence[Segment]) -> None:
        """Write what was shown of a job that ends without a transcript, in place of what was before."""

    async def shown(self, job_id: JobId) -> tuple[Segment, ...]:
        """What was shown of this job when it ended; nothing where nothing was, or it is damaged."""

    async def of_jobs(self, job_ids: Sequence[JobId]) -> list[PartRow]:
        """All that there is of these jobs, for `put_back`."""

    async def note_erased(self) -> None:
        """What was deleted with its job has to leave the file; the next `Database.erase` sees to that."""

    async def put_back(self, rows: Sequence[PartRow]) -> None:
        """Write again what `of_jobs` has found, of those jobs that are there again."""
