"""How updates arrive: by polling or by webhook, which can be switched while the bot runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from aiogram import Bot
from aiogram.exceptions import AiogramError

from core.bot.api.errors import TRANSIENT_ERRORS
from core.bot.api.responses import as_integer, field_of, integer_field, response_of, text_field
from core.bot.updates.inbox import Inbox
from core.bot.updates.polling import POLL_S, Polling
from core.bot.updates.update_receiver import UpdateReceiver
from core.bot.updates.webhook import Webhook
from core.concurrency.supervision import Supervisor
from core.domain import NotulaError, TranslatableText
from core.domain.bot import ReceivedUpdate, TransportKind
from core.domain.errors import BotConflict, BotError, TelegramUnreachable, WebhookUnreachable
from core.domain.webhook_settings import WebhookSettings

logger = logging.getLogger(__name__)

WEBHOOK_CHECK_INTERVAL_S = 60.0
_AFTER_FAILURE_S = 30.0


@dataclass(frozen=True, slots=True)
class TransportCallbacks:
    """`wake` is called when `Transport.problem` or `last_contact_at` have changed.

    `refused` is called with the client's address and a reason for each request to the webhook that isn't Telegram's.
    """

    wake: Callable[[], None]
    refused: Callable[[str, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class TransportTiming:
    """`clock` gives seconds since the epoch, `pause` waits for so many seconds.

    Telegram holds a request for updates for up to `poll_s`, and is asked about the webhook every
    `webhook_check_interval_s`.
    """

    clock: Callable[[], float]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    poll_s: int = POLL_S
    webhook_check_interval_s: float = WEBHOOK_CHECK_INTERVAL_S


class Transport:
    """Feeds the inbox by polling or by webhook, one at a time. Telegram keeps updates while neither is open."""

    def __init__(
        self,
        bot: Bot,
        inbox: Inbox,
        allowed_updates: Sequence[str],
        callbacks: TransportCallbacks,
        timing: TransportTiming,
        *,
        supervisor: Supervisor | None = None,
    ) -> None:
        self._supervisor = supervisor or Supervisor(callbacks.wake)
        self._bot = bot
        self._inbox = inbox
        self._allowed_updates = allowed_updates
        self._callbacks = callbacks
        self._timing = timing
        self._last_webhook_request_at = 0.0
        self._polling: asyncio.Task[None] | None = None
        self._webhook: Webhook | None = None
        self._webhook_watch: asyncio.Task[None] | None = None
        self.problem: TranslatableText | None = None
        """Why updates don't arrive at the moment; None while they do."""
        self.last_contact_at: float | None = None
        self.last_update_at: float | None = None
        """When the last update has come, in seconds since the epoch; None before the first one of this run."""

    @property
    def kind(self) -> TransportKind:
        """The transport in use."""
        return TransportKind.WEBHOOK if self._webhook is not None else TransportKind.POLLING

    @property
    def webhook(self) -> Webhook | None:
        """The webhook that listens, None without one."""
        return self._webhook

    @property
    def webhook_port(self) -> int | None:
        """The port that the webhook listens on, None without one."""
        return self._webhook.port if self._webhook is not None else None

    async def open(self, settings: WebhookSettings | None) -> None:
        """Start polling, or with settings the webhook, after closing what was open.

        A webhook is registered with retries for as long as Telegram can't be reached. Raises `WebhookUnusable`.
        """
        await self.close()
        self.problem = None
        if settings is None:
            self._polling = self._supervisor.start("telegram-polling", self._poll)
            return
        webhook = Webhook(
            settings,
            self._bot,
            UpdateReceiver(self._record, self._note_webhook_request, self._note_problem),
            self._allowed_updates,
            refused=self._callbacks.refused,
            pause=self._timing.pause,
        )
        await webhook.start()
        self._webhook = webhook
        self._webhook_watch = self._supervisor.start("watch-webhook", partial(self._watch_webhook, webhook))

    async def close(self) -> None:
        """Receive no more updates. A webhook stays registered, and Telegram keeps what it can't deliver."""
        for task in (self._polling, self._webhook_watch):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
        self._polling = self._webhook_watch = None
        if self._webhook is not None:
            await self._webhook.stop()
            self._webhook = None

    async def _poll(self) -> None:
        polling = Polling(
            self._bot,
            UpdateReceiver(self._record, self._note_contact, self._note_problem),
            self._allowed_updates,
            pause=self._timing.pause,
            poll_s=self._timing.poll_s,
        )
        while True:
            try:
                await polling.run()
            except NotulaError as error:
                logger.warning("Polling has ended: %s", type(error).__name__)
                self._note_problem(error)
                return
            except Exception:  # Any error: the bot must not stop receiving updates without a problem being shown.
                logger.exception("Polling failed")
                self._note_problem(BotError())
                await self._timing.pause(_AFTER_FAILURE_S)

    async def _watch_webhook(self, webhook: Webhook) -> None:
        """Poll Telegram's view of the webhook: nothing else tells that it can't reach it."""
        while True:
            await asyncio.sleep(self._timing.webhook_check_interval_s)
            try:
                answer = await response_of(self._bot.get_webhook_info())
            except TRANSIENT_ERRORS:
                self._note_problem(TelegramUnreachable())
            except AiogramError as error:
                logger.info("The state of the webhook could not be fetched: %s", type(error).__name__)
            else:
                url = field_of(answer, "url")
                if isinstance(url, str) and url != webhook.address:
                    self._note_problem(BotConflict())  # Another program with this token has registered its own.
                elif (
                    integer_field(answer, "pending_update_count")
                    and _last_error_at(answer) > self._last_webhook_request_at
                ):
                    self._note_problem(WebhookUnreachable(reason=text_field(answer, "last_error_message") or "?"))
                else:
                    self._note_contact()

    async def _record(self, updates: Sequence[ReceivedUpdate]) -> None:
        await self._inbox.record(updates)
        self.last_update_at = self._timing.clock()
        self._callbacks.wake()

    def _note_webhook_request(self) -> None:
        self._last_webhook_request_at = self._timing.clock()
        self._note_contact()

    def _note_contact(self) -> None:
        self.last_contact_at = self._timing.clock()
        if self.problem is not None:
            self.problem = None
            self._callbacks.wake()

    def _note_problem(self, error: NotulaError) -> None:
        if self.problem != error.message:
            self.problem = error.message
            self._callbacks.wake()


def _last_error_at(answer: object) -> float:
    """When Telegram last failed to reach the webhook, in seconds since the epoch; 0 where it doesn't tell."""
    at = field_of(answer, "last_error_date")
    return at.timestamp() if isinstance(at, datetime) else float(as_integer(at) or 0)
