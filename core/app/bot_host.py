"""The application as the bot sees it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.app.keys import Keys
from core.app.providers import ProviderSetup
from core.app.settings import SettingsService
from core.app.transcripts import Transcripts
from core.config import Settings
from core.domain import QueueStatistics, Requester, TranslatableText
from core.queue import Queue, RequestLimits

TELEGRAM = "telegram"
"""What the bot's token is kept under, and the kind of recordings that were sent to it."""


@dataclass(frozen=True, slots=True)
class BotHost:
    """What the bot may use of the application; implements `core.bot.ports.Host`."""

    settings_service: SettingsService
    queue: Queue
    request_limits: RequestLimits
    transcripts: Transcripts
    providers: ProviderSetup
    statistics: Callable[[], QueueStatistics]
    notices: Callable[[], tuple[TranslatableText, ...]]

    @property
    def keys(self) -> Keys:
        """The owner's keys and the bot's token."""
        return self.providers.keys

    @property
    def settings(self) -> Settings:
        """The settings in use."""
        return self.settings_service.current

    async def admit(self, requester: Requester, *, waited_s: float = 0.0) -> None:
        """Count one request, sent `waited_s` seconds ago. Raises `TooManyRequests`."""
        await self.request_limits.admit(requester, waited_s=waited_s)

    def skip_retry_delays(self) -> None:
        """Retry recordings in Telegram now: the bot, through which they are read, is running."""
        self.queue.skip_retry_delays(TELEGRAM)

    async def change_settings(self, **values: Any) -> None:
        """Use these values and save them. Raises `SettingsError` and its children; then nothing is changed."""
        await self.settings_service.change(**values)

    async def claim(self, user_id: int) -> bool:
        """Make this person the owner unless there is one, and return whether they are. Raises as `change_settings`."""

        def claimed(settings: Settings) -> dict[str, int]:
            return {} if settings.bot_owner else {"bot_owner": user_id}

        return (await self.settings_service.change_by(claimed)).bot_owner == user_id
