"""What the bot needs of the Notula that it runs in."""

from collections.abc import Sequence
from typing import Any, Protocol

from core.app.providers import ProviderSetup
from core.app.transcripts import Transcripts
from core.config import Settings
from core.domain import Job, JobId, JobView, QueueStatistics, Requester, TranslatableText


class Host(Protocol):
    """A running Notula."""

    transcripts: Transcripts
    providers: ProviderSetup

    async def admit(self, requester: Requester, *, waited_s: float = 0.0) -> None:
        """Count one request, made so many seconds ago. Raises `TooManyRequests`."""

    async def submit_once(self, job: Job) -> None:
        """Put a job in the queue unless there is, or was, one of its id. Raises `TooManyWaiting` and `StoreError`."""

    async def job(self, job_id: JobId) -> Job | None:
        """A job as it is now, None where there is none of this id."""

    async def wait(self, job_id: JobId) -> Job:
        """The job once it has ended. Raises KeyError where there is none of this id."""

    def view(self, job_id: JobId) -> JobView | None:
        """How far a job is, None where it isn't in the table."""

    def place(self, job_id: JobId) -> int | None:
        """A job's place in the line, None where it doesn't wait."""

    async def cancel(self, job_ids: Sequence[JobId]) -> None:
        """Stop these jobs."""

    async def forget(self, requester: Requester) -> None:
        """Cancel this person's jobs and show them no more. They stay in the database."""

    def notices(self) -> tuple[TranslatableText, ...]:
        """What the owner ought to know of."""

    def statistics(self) -> QueueStatistics:
        """What the queue is doing."""

    @property
    def settings(self) -> Settings:
        """The settings in use."""

    async def change_settings(self, **values: Any) -> None:
        """Use these values and keep them. Raises what `SettingsService.change_by` does; then nothing is changed."""

    async def claim(self, user_id: int) -> bool:
        """Make this person the owner, unless there is one: whether that was done. Raises as `change_settings` does."""
