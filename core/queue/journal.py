"""What the queue asks of the place where jobs are kept."""

from collections.abc import Sequence
from typing import Protocol

from core.domain import Job, JobId, SourceReference, TranscriptionOptions


class Journal(Protocol):
    """Where jobs are kept so that they survive a crash."""

    async def record(self, jobs: Sequence[Job]) -> None:
        """Write new jobs, durably."""

    async def update(self, job: Job) -> None:
        """Write a job's new state."""

    async def adopt_all(self) -> list[Job]:
        """Take over all that dead instances left unfinished."""

    async def adopt(self, source: SourceReference, options: TranscriptionOptions) -> list[Job]:
        """Take over what a dead instance left unfinished of this request."""

    async def finished(self, limit: int) -> list[Job]:
        """The newest finished jobs that nobody removed."""

    async def set_removed(self, job_ids: Sequence[JobId], removed: bool) -> None:
        """Hide jobs from the table, or show them again."""
