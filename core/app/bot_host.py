"""What the bot may use of the Notula that it runs in."""

from collections.abc import Callable, Sequence
from typing import Any

from core.app.providers import ProviderSetup
from core.app.settings import SettingsService
from core.app.transcripts import Transcripts
from core.config import Settings
from core.domain import Job, JobId, JobView, QueueStatistics, Requester, TranslatableText
from core.queue import Queue, RateLimits

TELEGRAM = "telegram"
"""What the bot's token is kept under, and the kind of recordings that were sent to it."""


class BotHost:
    """What the bot may use of the Notula that it runs in; see `core.bot.ports.Host`."""

    def __init__(
        self,
        settings: SettingsService,
        queue: Queue,
        rate_limits: RateLimits,
        transcripts: Transcripts,
        providers: ProviderSetup,
        statistics: Callable[[], QueueStatistics],
        notices: Callable[[], tuple[TranslatableText, ...]],
    ) -> None:
        self.settings_service = settings
        self.transcripts = transcripts
        self.providers = providers
        self._queue = queue
        self._rate_limits = rate_limits
        self._statistics = statistics
        self._notices = notices

    @property
    def settings(self) -> Settings:
        """The settings in use."""
        return self.settings_service.current

    async def admit(self, requester: Requester, *, waited_s: float = 0.0) -> None:
        """Count one request, made so many seconds ago. Raises `TooManyRequests`."""
        await self._rate_limits.admit(requester, waited_s=waited_s)

    async def submit_once(self, job: Job) -> None:
        """Put a job in the queue unless there is, or was, one of its id. Raises `TooManyWaiting` and `StoreError`."""
        await self._queue.submit_once(job)

    async def job(self, job_id: JobId) -> Job | None:
        """A job as it is now, None where there is none of this id."""
        return await self._queue.find(job_id)

    async def wait(self, job_id: JobId) -> Job:
        """The job once it has ended. Raises KeyError where there is none of this id."""
        return await self._queue.wait(job_id)

    def view(self, job_id: JobId) -> JobView | None:
        """How far a job is, None where it isn't in the table."""
        return self._queue.view(job_id)

    def place(self, job_id: JobId) -> int | None:
        """A job's place in the line, None where it doesn't wait."""
        return self._queue.place(job_id)

    async def cancel(self, job_ids: Sequence[JobId]) -> None:
        """Stop these jobs."""
        await self._queue.cancel(job_ids)

    def skip_retry_delays(self) -> None:
        """Recordings in Telegram that wait for their next attempt wait no more: the bot is there."""
        self._queue.skip_retry_delays(TELEGRAM)

    def statistics(self) -> QueueStatistics:
        """What the queue is doing."""
        return self._statistics()

    def notices(self) -> tuple[TranslatableText, ...]:
        """What the owner ought to know of."""
        return self._notices()

    async def forget(self, requester: Requester) -> None:
        """Cancel this person's jobs and show them no more. They stay in the database."""
        await self._queue.forget(requester)

    async def change_settings(self, **values: Any) -> None:
        """Use these values and keep them. Raises what `SettingsService.change_by` does; then nothing is changed."""
        await self.settings_service.change(**values)

    async def claim(self, user_id: int) -> bool:
        """Make this person the owner, unless there is one: whether that was done. Raises as `change_settings` does."""

        def claimed(settings: Settings) -> dict[str, int]:
            return {} if settings.bot_owner else {"bot_owner": user_id}

        return (await self.settings_service.change_by(claimed)).bot_owner == user_id
