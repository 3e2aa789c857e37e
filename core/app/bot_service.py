"""The owner's bot within a running Notula: on and off, one connection at a time."""

import asyncio
import gc
import importlib
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from core.app.bot_host import TELEGRAM, BotHost
from core.bot.event_log import BotEventLog
from core.concurrency.supervision import Supervisor, complete, end
from core.config import Settings
from core.domain import NotulaError
from core.domain.bot import BotCondition, BotState
from core.domain.bot_events import BotEventKind
from core.domain.errors import BotError, BotOff, BotTokenMissing
from core.media import MediaSource
from core.store import Stores

if TYPE_CHECKING:
    from core.bot.bot import TelegramBot

logger = logging.getLogger(__name__)

_CONNECTION = tuple(
    name
    for name in Settings.model_fields
    if name.startswith(("bot_transport", "bot_server", "webhook_")) or name in ("profile", "unsafe_keyring")
)
"""The settings that make the bot connect anew."""

_MODULE = "core.bot.bot"
_TYPES_FIRST = "core.bot.api.deferred_models"


@dataclass(frozen=True, slots=True)
class _DesiredConnection:
    """The connection that should run: its settings, and the number of the request that started it."""

    settings: tuple[object, ...]
    request: int


@dataclass(slots=True)
class _Run:
    """A bot that is there, or about to be, or on its way out."""

    desired: _DesiredConnection
    task: asyncio.Task[None]
    problem: NotulaError | None = None


@dataclass(frozen=True, slots=True)
class BotParts:
    """What each bot is built from, but for its token.

    `sessions_folder` is for logins on a system without a keyring. `clock` gives seconds since the epoch.
    """

    stores: Stores
    host: BotHost
    sessions_folder: Path
    clock: Callable[[], float]


class BotService:
    """Runs the bot in the background, where Telegram may be out of reach. Lives on one event loop.

    The desired connection may change at any time; one task reconciles the bot with it, and it alone starts and stops
    bots, one at a time, because two with one token would take each other's messages. `changed` is called when
    `state` may be another one. `load` gives the bot's module.
    """

    def __init__(
        self,
        parts: BotParts,
        *,
        changed: Callable[[], None] = lambda: None,
        supervisor: Supervisor | None = None,
        load: Callable[[], ModuleType] | None = None,
    ) -> None:
        self._tell = changed
        self._parts = parts
        self.events = BotEventLog(parts.clock, changed)
        self._host = parts.host
        self._supervisor = supervisor or Supervisor()
        self._load = load or _load_bot
        self._is_on = False
        self._requests = 0
        """How often a connection was requested; each number is a connection of its own, perhaps with another token."""
        self._run: _Run | None = None
        self._bot: TelegramBot | None = None
        self._loading: asyncio.Task[ModuleType] | None = None
        self._reconciling: asyncio.Task[None] | None = None
        self._is_closed = False
        self._work = asyncio.Event()
        """Set when the desired connection, or the running bot, may have changed."""
        self._changed = asyncio.Event()
        self._moved = asyncio.Event()
        """Set, and replaced by another one, whenever something about the bot is new."""

    @property
    def state(self) -> BotState:
        """For panels."""
        desired = self._desired
        if desired is None:
            return BotState(BotCondition.OFF)
        run = self._run
        if run is not None and run.desired == desired:
            if run.problem is not None:
                return BotState(BotCondition.FAILED, problem=run.problem.message)
            if self._bot is not None:
                return self._bot.state
        return BotState(BotCondition.STARTING)

    @property
    def running(self) -> "TelegramBot | None":
        """The bot that is there, perhaps still on its way to Telegram."""
        return self._bot

    def start(self) -> None:
        """Start the bot in the background; `state` says how it is. A bot that has failed is started again."""
        if self._run is None or self._run.problem is not None:
            self._requests += 1
        self._is_on = True
        self._reconcile_soon()

    async def stop(self) -> None:
        """Stop the bot, if it runs; what isn't delivered is gone on with at the next start."""
        self._is_on = False
        self._reconcile_soon()
        while self._run is not None and not self._is_on:
            await self._moved.wait()

    async def restart(self) -> None:
        """Connect anew, with another token perhaps, if the bot is to run."""
        self._is_on = self._is_on or self._host.settings.bot_enabled
        self._requests += 1
        self._reconcile_soon()

    async def close(self) -> None:
        """Stop the bot for good."""
        self._is_closed = True
        await end(self._reconciling)
        if self._run is not None:
            await self._end(self._run)
        await end(self._loading)

    def follow_settings(self) -> None:
        """Begin to follow the settings: on or off, another way for updates, another server."""
        was_enabled = self._host.settings.bot_enabled

        def follow_switch(settings: Settings) -> None:
            nonlocal was_enabled
            if settings.bot_enabled is was_enabled:
                return
            was_enabled = settings.bot_enabled
            if was_enabled:
                self.start()
            else:
                self._is_on = False
                self._reconcile_soon()

        self._host.settings_service.follow(follow_switch, "bot_enabled")
        self._host.settings_service.follow(lambda _: self._reconcile_soon(), *_CONNECTION)

    async def wait_for_change(self) -> None:
        """Return once `state` may be another one."""
        self._changed.clear()
        await self._changed.wait()

    async def open(self, location: str, name: str) -> MediaSource:
        """A recording that was sent to the bot; one that is being started is waited for.

        Raises `SourceError` and its children, and `BotOff`.
        """
        while self._bot is None:
            if self.state.condition in (BotCondition.OFF, BotCondition.FAILED):
                raise BotOff
            await self._moved.wait()
        return await self._bot.sources.open(location, name)

    @property
    def _desired(self) -> _DesiredConnection | None:
        if not self._is_on or self._is_closed:
            return None
        settings = self._host.settings
        return _DesiredConnection(tuple(getattr(settings, name) for name in _CONNECTION), self._requests)

    def _reconcile_soon(self) -> None:
        if self._reconciling is None and self._is_on and not self._is_closed:
            self._reconciling = self._supervisor.start("bot-control", self._reconcile)
        self._wake()

    async def _reconcile(self) -> None:
        """Reconcile the running bot with the desired connection, for ever. Both may change at each `await`."""
        while True:
            self._work.clear()
            run, desired = self._run, self._desired
            if run is not None and run.desired != desired:
                await self._end(run)
            elif run is None and desired is not None:
                self._begin(desired)
            else:
                await self._work.wait()

    def _begin(self, desired: _DesiredConnection) -> None:
        run = _Run(desired, asyncio.create_task(self._run_bot(), name="telegram-bot"))

        def ended(task: asyncio.Task[None]) -> None:
            """A bot ends by itself where it can't run. It isn't restarted before the desired connection changes."""
            failure = None if task.cancelled() else task.exception()
            if isinstance(failure, NotulaError):
                logger.warning("The bot can't run: %s", type(failure).__name__)
                run.problem = failure
            elif not task.cancelled():
                logger.error("The bot can't run", exc_info=failure)
                run.problem = BotError()
            if run.problem is not None:
                self.events.note(BotEventKind.CONNECTION, run.problem.message, is_bad=True)
            self._wake()

        self._run = run
        run.task.add_done_callback(ended)
        self._wake()

    async def _end(self, run: _Run) -> None:
        """Return once this bot is gone, and with it its connection."""
        if not run.task.done():
            await end(run.task)
        if self._run is run:
            self._run = None
        self._wake()

    async def _run_bot(self) -> None:
        """From the token to the end. Raises what keeps the bot from running."""
        bot: TelegramBot | None = None
        try:
            module = await self.load()
            token = await self._host.keys.secret(TELEGRAM)
            if not token:
                raise BotTokenMissing
            bot = self._bot = module.TelegramBot(
                token,
                self._parts.stores,
                self._host,
                sessions_folder=self._parts.sessions_folder,
                clock=self._parts.clock,
                wake=self._wake,
                events=self.events,
            )
            self._wake()
            self._host.skip_retry_delays()
            await bot.start()
            self._wake()
            await asyncio.Event().wait()
        finally:
            self._bot = None
            self._wake()
            if bot is not None:
                await complete(bot.stop())  # Half stopped, it would go on asking Telegram beside the next one.

    async def load(self) -> ModuleType:
        """The bot's module, which takes some seconds to import, and most people have no bot.

        All that wait for it wait for one thread: with one each, bots that are begun and ended in a row would take all
        threads that there are for other work.
        """
        loading = self._loading
        if loading is None or (loading.done() and (loading.cancelled() or loading.exception() is not None)):
            loading = self._loading = asyncio.create_task(asyncio.to_thread(self._load), name="load-bot")
        return await asyncio.shield(loading)

    def _wake(self) -> None:
        self._work.set()
        self._changed.set()
        self._moved.set()
        self._moved = asyncio.Event()
        self._tell()


def _load_bot() -> ModuleType:
    """The bot's module. What its import creates is never freed, and so is kept out of garbage collections.

    It is 130,000 objects, and looking at all of them now and then would stop everything for 0.1 seconds.
    https://docs.python.org/3/library/gc.html#gc.freeze
    """
    is_new = _MODULE not in sys.modules
    importlib.import_module(_TYPES_FIRST).import_types()
    module = importlib.import_module(_MODULE)
    if is_new:
        gc.freeze()
    return module
