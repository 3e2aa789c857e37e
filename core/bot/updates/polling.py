"""Long polling: updates are confirmed to Telegram only once they are journaled."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from pydantic import Field

from core.bot.api.backoff import backoff_s
from core.bot.api.responses import response_of
from core.bot.updates.inbox import received_update
from core.bot.updates.update_receiver import UpdateReceiver
from core.domain.errors import BotConflict, BotError, BotTokenRefused, StoreError, TelegramUnreachable
from core.observability.redaction import key_ending

logger = logging.getLogger(__name__)

POLL_S = 50
"""How long Telegram holds a request while there are no updates."""

_RESPONSE_MARGIN_S = 15.0
"""How much longer than that a response may take."""


_MIN_POLL_INTERVAL_S = 1.0
"""The interval for servers that don't hold requests, but respond at once with nothing new, as emulators do."""


class GetRawUpdates(TelegramMethod[Any]):
    """getUpdates with a raw result: aiogram's own rejects all updates where it can't validate one of them.

    https://core.telegram.org/bots/api#getupdates
    """

    __returning__ = Any
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = 100
    timeout: int = POLL_S
    allowed_updates: list[str] = Field(default_factory=list)


class Polling:
    """Long polling until it is cancelled. `allowed_updates` are the kinds that Telegram is to send.

    `pause` waits for so many seconds, `clock` gives seconds that never go back.
    """

    def __init__(
        self,
        bot: Bot,
        receiver: UpdateReceiver,
        allowed_updates: Sequence[str],
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        poll_s: int = POLL_S,
    ) -> None:
        self._bot = bot
        self._receiver = receiver
        self._allowed_updates = list(allowed_updates)
        self._pause = pause
        self._clock = clock
        self._poll_s = poll_s
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll without end. Raises `BotTokenRefused`; other errors are retried."""
        failures = 0
        has_webhook = True
        while True:
            try:
                if has_webhook:  # Possibly; while one is set, Telegram refuses polling.
                    await self._delete_webhook()
                    has_webhook = False
                # After a failure at once, to know that Telegram answers again before an update comes.
                await self._poll(0 if failures else self._poll_s)
            except (TelegramUnauthorizedError, TelegramNotFound) as error:  # A malformed token results in 404.
                raise BotTokenRefused(ending=key_ending(self._bot.token)) from error
            except (AiogramError, StoreError) as error:
                failures += 1
                self._receiver.note_problem(_problem_of(error))
                await self._pause(_retry_delay_s(error, failures))
            else:
                failures = 0
                self._receiver.note_contact()

    async def _delete_webhook(self) -> None:
        try:
            await response_of(self._bot.delete_webhook(drop_pending_updates=False))
        except TelegramNotFound:  # An emulator without webhooks; a wrong token would fail the next request, too.
            logger.info("The server doesn't support webhooks")

    async def _poll(self, wait_s: int) -> None:
        """Ask for updates; where there are none, Telegram waits so long for one before it answers."""
        method = GetRawUpdates(offset=self._offset, timeout=wait_s, allowed_updates=self._allowed_updates)
        started_at = self._clock()
        results = await response_of(self._bot(method, request_timeout=round(wait_s + _RESPONSE_MARGIN_S)))
        if not isinstance(results, list):
            raise TelegramNetworkError(method, "no list of updates")
        updates = []
        for raw in results:
            try:
                updates.append(received_update(raw if isinstance(raw, dict) else {}))
            except ValueError:
                logger.warning("Telegram has sent an object that is no update")
        if results and not updates:  # Without an id they can't be confirmed.
            raise TelegramNetworkError(method, "no object is an update")
        if updates:
            await self._receiver.record(updates)
        offset = max((update.update_id + 1 for update in updates), default=self._offset)
        remaining_s = _MIN_POLL_INTERVAL_S - (self._clock() - started_at)
        if offset == self._offset and remaining_s > _MIN_POLL_INTERVAL_S / 2:  # The server doesn't hold requests.
            await self._pause(remaining_s)
        self._offset = offset


def _problem_of(error: AiogramError | StoreError) -> BotError | StoreError:
    """The error that is shown to the owner."""
    logger.info("Polling: %s", type(error).__name__)
    if isinstance(error, StoreError):
        return error
    return BotConflict() if isinstance(error, TelegramConflictError) else TelegramUnreachable()


def _retry_delay_s(error: AiogramError | StoreError, failures: int) -> float:
    retry_after_s = float(error.retry_after) if isinstance(error, TelegramRetryAfter) else 0.0
    return max(backoff_s(failures), retry_after_s)
