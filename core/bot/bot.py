"""The running bot: its parts are put together, started, reconfigured and stopped here."""

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from aiogram import Dispatcher
from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.utils.token import TokenValidationError

from core.bot.api.backoff import backoff_s
from core.bot.api.rate_limiter import MAX_REFILL_S
from core.bot.api.responses import response_of, text_field
from core.bot.api.sender import MessageSender
from core.bot.api.server import server_of
from core.bot.api.session import NamedBot, TelegramSession
from core.bot.command_table import COMMANDS
from core.bot.delivery.delivery_context import DeliveryContext
from core.bot.delivery.outbox import Outbox, OutboxCallbacks
from core.bot.dispatcher import dispatcher_of
from core.bot.error_reports import ErrorReports
from core.bot.event_log import BotEventLog, NotedAuditLog
from core.bot.files.albums import Albums
from core.bot.files.bot_api_source import MAX_DOWNLOAD_BYTES
from core.bot.files.file_opener import TelegramFileOpener
from core.bot.files.large_files import OnDemandLargeFiles
from core.bot.files.mtproto.session_store import SessionStore
from core.bot.middlewares.access import AccessMiddleware
from core.bot.middlewares.errors import ErrorMiddleware
from core.bot.ports import Host
from core.bot.request_context import BotContext
from core.bot.ui.command_menus import set_menus
from core.bot.ui.event_texts import delivery_text
from core.bot.updates.chosen_webhook import webhook_settings_of
from core.bot.updates.inbox import Inbox
from core.bot.updates.parsing import parse_update
from core.bot.updates.transport import Transport, TransportCallbacks, TransportTiming
from core.bot.updates.webhook import Webhook
from core.concurrency.supervision import Supervisor, end
from core.config import Settings
from core.domain import TranslatableText, mark
from core.domain.bot import BotCondition, BotState, Delivery, ReceivedUpdate, TransportKind
from core.domain.bot_events import BotEventKind
from core.domain.errors import BotTokenRefused, TelegramUnreachable
from core.observability.redaction import key_ending
from core.secrets.api_credentials import TELEGRAM_API
from core.store import Stores
from core.store.bot_stores import BotPeople

logger = logging.getLogger(__name__)
logging.getLogger("aiogram.event").setLevel(logging.WARNING)
"""It logs every update, as `AccessMiddleware` does."""

_UNKNOWN_USERNAME = "bot"
"""The username where a server doesn't tell one. No account has it: usernames have four letters at least."""

_MAX_USERNAME_ATTEMPTS = 2

_MAX_RECORDED_REFUSALS = 1000

_BY_POLLING = mark("Runs as @{name}, by polling")
_BY_WEBHOOK = mark("Runs as @{name}, by webhook")
_STOPPED = mark("Was stopped")
_ANSWERS_AGAIN = mark("Telegram can be reached again")

UPDATES = ("message", "callback_query", "my_chat_member")
"""The kinds of updates that the bot handles."""


class TelegramBot:
    """One bot from `start` to `stop`. Belongs to one event loop. `wake` is called when `state` has changed.

    `sessions_folder` is for logins on a system without a keyring. `clock` gives seconds since the epoch.
    """

    def __init__(
        self,
        token: str,
        stores: Stores,
        host: Host,
        *,
        sessions_folder: Path,
        clock: Callable[[], float],
        wake: Callable[[], None],
        events: BotEventLog,
    ) -> None:
        """Raises `BotTokenRefused` for what can't be a token."""
        self._token = token
        self._host = host
        self._clock = clock
        self._wake = wake
        self._events = events
        try:
            self._session = TelegramSession(api=server_of(host.settings))
            self.aiogram = NamedBot(token, self._session)
        except TokenValidationError as error:
            raise BotTokenRefused(ending=key_ending(token)) from error
        sessions = SessionStore(host.keys.store, host.settings.profile, sessions_folder)
        self._large_files = OnDemandLargeFiles(
            token, partial(host.keys.secrets, TELEGRAM_API), sessions, max_megabytes=MAX_DOWNLOAD_BYTES // 1024**2
        )
        self.sources = TelegramFileOpener(
            lambda: self.aiogram,
            reads_server_files=lambda: host.settings.bot_server_files,
            large_files=lambda: self._large_files,
        )
        self._username = ""
        of_bot = stores.for_bot(self.aiogram.id)
        self._stores = replace(of_bot, audit_log=NotedAuditLog(of_bot.audit_log, events))
        self._sender = MessageSender(self.aiogram)
        self._reports = ErrorReports(self._sender, self._stores.people, self._stores.preferences, host, clock)
        self._outbox = Outbox(
            DeliveryContext(self._stores.deliveries, host, self._stores.personal_records, self._sender),
            OutboxCallbacks(
                unreachable=self._stores.people.set_unreachable,
                unexpected_error=self._reports.report,
                changed=wake,
                finished=self._note_delivery,
            ),
        )
        self._supervisor = Supervisor(wake)
        self._inbox = Inbox(self._stores.updates, self._handle, supervisor=self._supervisor)
        self._transport = Transport(
            self.aiogram,
            self._inbox,
            UPDATES,
            TransportCallbacks(self._transport_changed, self._refused),
            TransportTiming(clock),
            supervisor=self._supervisor,
        )
        self._dispatcher: Dispatcher | None = None
        self._setting_menus: asyncio.Task[None] | None = None
        self._condition = BotCondition.STARTING
        self._recorded_refusals: set[tuple[str, str]] = set()
        self._noted_problem: TranslatableText | None = None

    @property
    def people(self) -> BotPeople:
        """Who may use it."""
        return self._stores.people

    @property
    def webhook(self) -> Webhook | None:
        """The webhook that listens, None without one."""
        return self._transport.webhook

    @property
    def claim_link(self) -> str:
        """A link that makes the person who opens it the owner, while there is none; empty before `start`."""
        is_known = self._username not in ("", _UNKNOWN_USERNAME)
        return f"https://t.me/{self._username}?start={_claim_code(self._token)}" if is_known else ""

    @property
    def state(self) -> BotState:
        """The state that panels show."""
        return BotState(
            condition=self._condition,
            transport=self._transport.kind,
            username=self._username,
            problem=self._transport.problem or next(iter(self._supervisor.notices), None),
            waiting_updates=self._inbox.waiting,
            open_deliveries=self._outbox.open_count,
            last_contact_at=self._transport.last_contact_at,
            claim_link="" if self._host.settings.bot_owner else self.claim_link,
            last_update_at=self._transport.last_update_at,
            latency_s=self._session.latency_s,
        )

    async def start(self) -> None:
        """Ask Telegram for the bot's name, resume what an earlier run has left unfinished, and receive updates.

        Waits as long as Telegram can't be reached. Raises `BotTokenRefused`, `WebhookUnusable` and `StoreError`.
        """
        await self._stores.people.load()
        await self._learn_username()
        self._dispatcher = self._make_dispatcher()
        self._sender.restore(await self._stores.deliveries.silences(MAX_REFILL_S))
        await self._outbox.resume()
        await self._inbox.start()
        await self.follow(self._host.settings)
        self._transport_changed()
        self._condition = BotCondition.RUNNING
        is_webhook = self._transport.kind is TransportKind.WEBHOOK
        self._note(TranslatableText(_BY_WEBHOOK if is_webhook else _BY_POLLING, {"name": self._username}))
        self._setting_menus = self._supervisor.start_once(
            "bot-menus", set_menus(self.aiogram, COMMANDS, self._host.settings.bot_owner)
        )
        self._wake()

    async def follow(self, settings: Settings) -> None:
        """Receive updates by polling or webhook, as these settings say. Raises `WebhookUnusable`."""
        await self._transport.open(webhook_settings_of(settings))

    async def stop(self) -> None:
        """Receive no more updates; unfinished deliveries are resumed at the next start.

        Every part is stopped even if another one raises; the error is raised afterwards.
        """
        async with AsyncExitStack() as ending:  # Called from the last one to the first.
            ending.callback(self._note_stopped)
            for close in (self._session.end, self._large_files.close, self._outbox.close, self._inbox.close):
                ending.push_async_callback(close)
            ending.push_async_callback(self._transport.close)
            await end(self._setting_menus)

    def _note_stopped(self) -> None:
        if self._condition is BotCondition.RUNNING:
            self._note(TranslatableText(_STOPPED))
        self._condition = BotCondition.OFF

    def _note(self, text: TranslatableText, *, is_bad: bool = False) -> None:
        self._events.note(BotEventKind.CONNECTION, text, is_bad=is_bad)

    def _transport_changed(self) -> None:
        """Note a new problem of the connection, or that the last one has passed."""
        problem = self._transport.problem
        if problem != self._noted_problem:
            self._noted_problem = problem
            self._note(problem or TranslatableText(_ANSWERS_AGAIN), is_bad=problem is not None)
        self._wake()

    def _note_delivery(self, delivery: Delivery, is_answered: bool) -> None:
        self._events.note(
            BotEventKind.ANSWER,
            delivery_text(delivery, is_answered=is_answered),
            actor=str(delivery.user_id),
            is_bad=not is_answered,
        )

    async def _learn_username(self) -> None:
        failures = empty_responses = 0
        while not self._username:
            try:
                answer = await response_of(self.aiogram.get_me())
            except (TelegramUnauthorizedError, TelegramNotFound) as error:
                raise BotTokenRefused(ending=key_ending(self._token)) from error
            except AiogramError as error:
                failures += 1
                logger.info("Telegram, attempt %d: %s", failures, type(error).__name__)
                self._transport.problem = TelegramUnreachable().message
                self._transport_changed()
                await asyncio.sleep(backoff_s(failures))
            else:
                self._username = text_field(answer, "username")
                empty_responses += not self._username
                if empty_responses == _MAX_USERNAME_ATTEMPTS:
                    self._username = _UNKNOWN_USERNAME
                elif empty_responses:
                    await asyncio.sleep(backoff_s(empty_responses))
        self.aiogram.set_username(self._username)

    def _make_dispatcher(self) -> Dispatcher:
        context = BotContext(
            bot=self.aiogram,
            host=self._host,
            outbox=self._outbox,
            sender=self._sender,
            stores=self._stores,
            commands=COMMANDS,
            albums=Albums(),
            events=self._events,
            clock=self._clock,
        )
        errors = ErrorMiddleware(self._reports.report, self._clock)
        return dispatcher_of(context, errors, AccessMiddleware(context, _claim_code(self._token)))

    async def _handle(self, received: ReceivedUpdate) -> object:
        """Handle one update, and return its handler's result. Raises `StoreError`; then the inbox retries it."""
        assert self._dispatcher is not None
        update = parse_update(json.loads(received.body), self.aiogram, self._clock)
        return await self._dispatcher.feed_update(self.aiogram, update) if update is not None else None

    async def _refused(self, source: str, reason: str) -> None:
        """Record a request to the webhook that wasn't Telegram's in the audit log, once a source and reason."""
        if (source, reason) not in self._recorded_refusals and len(self._recorded_refusals) < _MAX_RECORDED_REFUSALS:
            await self._stores.audit_log.record(source, "refused-request", reason)
            self._recorded_refusals.add((source, reason))


def _claim_code(token: str) -> str:
    """A secret that can be derived from the token alone."""
    return hmac.new(token.encode(), b"notula owner", hashlib.sha256).hexdigest()[:32]
