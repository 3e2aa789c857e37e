"""The owner's bot within a running Notula: on and off, and what it may use of it."""

import asyncio
import gc
import importlib
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from core.config import Settings
from core.domain import Job, JobId, JobView, Message, NotulaError, QueueStatistics, Requester
from core.domain.bot import BotCondition, BotState
from core.domain.errors import BotError, BotOff, BotTokenMissing
from core.media import MediaSource
from core.provider_setup import ProviderSetup
from core.queue import LocalQueue, RateLimits
from core.store import Database
from core.transcripts import Transcripts

if TYPE_CHECKING:
    from core.bot.bot import TelegramBot

logger = logging.getLogger(__name__)

_MODULE = "core.bot.bot"

TELEGRAM = "telegram"
"""What the bot's token is kept under, and the kind of recordings that were sent to it."""


class BotHost:
    """What the bot may use of the Notula that it runs in; see `core.bot.host.Host`."""

    def __init__(
        self,
        settings: Settings,
        queue: LocalQueue,
        rate_limits: RateLimits,
        transcripts: Transcripts,
        providers: ProviderSetup,
        statistics: Callable[[], QueueStatistics],
        notices: Callable[[], tuple[Message, ...]],
        change_settings: Callable[[Settings, Iterable[str]], Awaitable[None]],
    ) -> None:
        self.settings = settings
        self.transcripts = transcripts
        self.providers = providers
        self._queue = queue
        self._rate_limits = rate_limits
        self._statistics = statistics
        self._notices = notices
        self._change_settings = change_settings

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

    def hasten(self) -> None:
        """Recordings in Telegram that wait for their next attempt wait no more: the bot is there."""
        self._queue.hasten(TELEGRAM)

    def statistics(self) -> QueueStatistics:
        """What the queue is doing."""
        return self._statistics()

    def notices(self) -> tuple[Message, ...]:
        """What the owner ought to know of."""
        return self._notices()

    async def forget(self, requester: Requester) -> None:
        """Cancel this person's jobs and show them no more. They stay in the database."""
        await self._queue.forget(requester)

    async def change_settings(self, settings: Settings, names: Iterable[str]) -> None:
        """Use these settings and keep those of the given names. Raises `SettingsNotSaved`."""
        await self._change_settings(settings, names)


class BotControl:
    """Starts and stops the bot, in the background: Telegram may be out of reach. Lives on one event loop.

    `sessions_folder` is for logins on a system without a keyring. `clock` gives seconds since the epoch. `changed` is
    called when `state` may be another one.
    """

    def __init__(
        self,
        database: Database,
        host: BotHost,
        sessions_folder: Path,
        *,
        clock: Callable[[], float],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._tell = changed
        self._database = database
        self._host = host
        self._sessions_folder = sessions_folder
        self._clock = clock
        self._bot: TelegramBot | None = None
        self._running: asyncio.Task[None] | None = None
        self._problem: NotulaError | None = None
        self._is_wanted = False
        """Whether the bot is there, or about to be."""
        self._changed = asyncio.Event()
        self._moved = asyncio.Event()
        """Set, and replaced by another one, whenever something about the bot is new."""

    @property
    def state(self) -> BotState:
        """For panels."""
        if self._problem is not None:
            return BotState(BotCondition.FAILED, problem=self._problem.message)
        if self._bot is not None:
            return self._bot.state
        return BotState(BotCondition.STARTING if self._running is not None else BotCondition.OFF)

    def start(self) -> None:
        """Begin to run the bot; `state` tells how that goes."""
        if self._running is None or self._running.done():
            self._problem = None
            self._is_wanted = True
            self._running = asyncio.create_task(self._run(), name="telegram-bot")
            self._wake()

    async def stop(self) -> None:
        """Stop the bot, if it runs; what isn't delivered is gone on with at the next start."""
        self._is_wanted = False
        await self._end()

    async def _end(self) -> None:
        if self._running is None:
            return
        self._running.cancel()
        await asyncio.wait([self._running])
        self._running = None
        self._problem = None
        self._wake()

    async def restart(self) -> None:
        """Connect anew, with another token perhaps, if the bot is to run."""
        self._is_wanted = self._host.settings.bot_enabled
        await self._end()
        if self._is_wanted:
            self.start()

    async def follow(self, settings: Settings) -> None:
        """Use these settings from now on: another way for updates, another server, on or off."""
        before, self._host.settings = self._host.settings, settings
        if settings.bot_enabled != before.bot_enabled:
            if settings.bot_enabled:
                self.start()
            else:
                await self.stop()
        elif self._running is not None and _connection(settings) != _connection(before):
            await self._end()
            self.start()

    async def wait_for_change(self) -> None:
        """Return once `state` may be another one."""
        self._changed.clear()
        await self._changed.wait()

    async def open(self, location: str, name: str) -> MediaSource:
        """A recording that was sent to the bot; one that is being started is waited for.

        Raises `SourceError` and its children, and `BotOff`.
        """
        while self._bot is None:
            if not self._is_wanted or self._problem is not None:
                raise BotOff
            await self._moved.wait()
        return await self._bot.sources.open(location, name)

    async def _run(self) -> None:
        """From the token to the end. What keeps the bot from running is told, and ends it."""
        bot: TelegramBot | None = None
        try:
            # Takes two seconds to import, and most people have no bot.
            module = await asyncio.to_thread(_load_bot)
            token = await self._host.providers.secret(TELEGRAM)
            if not token:
                raise BotTokenMissing
            bot = self._bot = module.TelegramBot(
                token,
                self._database,
                self._host,
                sessions_folder=self._sessions_folder,
                clock=self._clock,
                wake=self._wake,
            )
            self._wake()
            self._host.hasten()
            await bot.start()
            self._wake()
            await asyncio.Event().wait()
        except NotulaError as error:
            logger.warning("The bot can't run: %s", type(error).__name__)
            self._problem = error
        except Exception:
            logger.exception("The bot can't run")
            self._problem = BotError()
        finally:
            self._bot = None
            self._wake()
            if bot is not None:
                await bot.stop()

    def _wake(self) -> None:
        self._changed.set()
        self._moved.set()
        self._moved = asyncio.Event()
        self._tell()


def _load_bot() -> ModuleType:
    """The bot's module. What importing it has made stays for good, so that nobody need search it for garbage.

    It is 200,000 objects, and looking at all of them now and then would stop everything for 0.15 seconds.
    https://docs.python.org/3/library/gc.html#gc.freeze
    """
    is_new = _MODULE not in sys.modules
    module = importlib.import_module(_MODULE)
    if is_new:
        gc.freeze()
    return module


def _connection(settings: Settings) -> tuple[object, ...]:
    """What of the settings makes the bot connect anew."""
    values = settings.model_dump()
    prefixes = ("bot_transport", "bot_server", "webhook", "profile", "unsafe_keyring")
    return tuple(values[name] for name in sorted(values) if name.startswith(prefixes))
