"""Where jobs are kept so that they survive a crash: the port of `LocalQueue` to the store.

What in it assumes that one process runs a job from its acceptance to its end, and that another implementation of the
queue can't use as it is:

- `update` is unconditional. A process that was declared dead and goes on would overwrite what its successor has
  written; with several processes each write has to name the attempt that it belongs to.
- `adopt_all` and `adopt` decide who is dead. The SQLite journal asks file locks of this computer
  (`core.store.sqlite.instance`), to which a process on another computer always looks dead.
- `find` gives a job's last written state. `JobEntry` (`core.queue.local.entry`) holds the current one, in the memory of
  the process that runs it.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from core.domain import Job, JobId, SourceReference, TranscriptionOptions


class Journal(Protocol):
    """Where jobs are kept so that they survive a crash. Every call raises `StoreError` where the store fails."""

    async def record(self, jobs: Sequence[Job]) -> None:
        """Write new jobs, durably, all or none."""

    async def update(self, job: Job) -> None:
        """Write a job's new state, but not its priority, which `exchange_turns` alone changes."""

    async def exchange_turns(self, turns: Mapping[JobId, JobId]) -> None:
        """Give each of these jobs the priority and the turn (`Job.turn`) that the other one has, all at once."""

    async def adopt_all(self) -> list[Job]:
        """Take over every job that dead instances left unfinished."""

    async def adopt(self, source: SourceReference, options: TranscriptionOptions) -> list[Job]:
        """Take over the jobs that dead instances left unfinished of this request."""

    async def find(self, job_id: JobId) -> Job | None:
        """A job as it was last written, None where there is none of this id."""

    async def finished(self, limit: int) -> list[Job]:
        """The newest finished jobs that were not removed from the job table."""

    async def set_removed(self, job_ids: Sequence[JobId], removed: bool) -> None:
        """Hide jobs from the table, or show them again."""
