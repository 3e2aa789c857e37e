"""Sends, edits and deletes messages within Telegram's rate limits, with retries after transient errors."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramRetryAfter,
)
from aiogram.types import (
    InlineKeyboardMarkup,
)

from core.bot.api.backoff import backoff_s
from core.bot.api.errors import (
    TRANSIENT_ERRORS,
    ChatMoved,
    MessageGone,
    Unreachable,
    is_unchanged,
    is_without_thread,
    specific_error,
)
from core.bot.api.message_content import Content, File, Text
from core.bot.api.message_requests import MessageRequests
from core.bot.api.rate_limiter import RateLimiter
from core.bot.api.responses import integer_field, response_of
from core.domain.visible import visible_lines

logger = logging.getLogger(__name__)

T = TypeVar("T")

MIN_EDIT_INTERVAL_S = 2.0
"""At least so many seconds lie between two edits of a message."""

_DELETE_ATTEMPTS = 5
_MAX_CHAT_MIGRATIONS = 4
_STATUS_TIMEOUT_S = 10
"""A status message isn't worth a longer wait, because the result has to wait for it."""

_MAX_REMEMBERED_EDITS = 10_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A sent message. Emulators of the Bot API don't always tell its id; then it can't be edited."""

    chat_id: int
    message_id: int | None


class MessageSender:
    """Everything that the bot sends goes through it. Belongs to one event loop.

    `clock` gives seconds that never go back, `pause` waits for so many of them.
    """

    def __init__(
        self,
        bot: Bot,
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._bot = bot
        self._messages = MessageRequests(bot)
        self._clock = clock
        self._pause = pause
        self._rate_limiter = RateLimiter(clock, pause)
        self._edited_at: dict[tuple[int, int], float] = {}

    def restore(self, silence_s: Mapping[int, float]) -> None:
        """Assume that an earlier process has sent to these chats so many seconds ago."""
        self._rate_limiter.restore(silence_s)

    def restore_edits(self, chat_id: int, message_ids: Iterable[int]) -> None:
        """Assume that an earlier process has edited these messages just now."""
        for message_id in message_ids:
            self._note_edit(chat_id, message_id)

    async def send(
        self,
        chat_id: int,
        content: Text | File,
        *,
        reply_to: int | None = None,
        thread_id: int | None = None,
        keyboard: InlineKeyboardMarkup | None = None,
    ) -> Sent:
        """Send a message, with retries for as long as Telegram can't be reached.

        After a lost response it is sent again, so it may be there twice. It may be sent elsewhere: to the supergroup
        that a group was upgraded to, or outside of a closed topic. Raises `Unreachable`, and aiogram's error where
        Telegram refuses the message.
        """

        async def post(chat: int, thread: int | None) -> Sent:
            answer = await self._messages.post(chat, content, reply_to, thread, keyboard)
            return Sent(integer_field(answer, "chat", "id") or chat, integer_field(answer, "message_id"))

        for _ in range(_MAX_CHAT_MIGRATIONS):
            try:
                return await self._with_retries(chat_id, partial(post, chat_id, thread_id))
            except ChatMoved as error:
                chat_id = error.chat_id
            except TelegramBadRequest as error:
                if thread_id is None or not is_without_thread(error):
                    raise
                thread_id = None
        raise Unreachable

    async def edit(
        self, chat_id: int, message_id: int, content: Content, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        """Edit a message, with retries for as long as Telegram can't be reached. Idempotent.

        Raises `Unreachable`, `ChatMoved`, `MessageGone`, for a `LongText` `RichMessagesUnknown`, and aiogram's error
        where Telegram refuses it.
        """
        await self._edit(chat_id, message_id, lambda: self._messages.change(chat_id, message_id, content, keyboard))

    async def edit_keyboard(self, chat_id: int, message_id: int, keyboard: InlineKeyboardMarkup) -> None:
        """Change the buttons of a message only. Raises as `edit` does."""

        async def change() -> None:
            await response_of(
                self._bot.edit_message_reply_markup(chat_id=chat_id, message_id=message_id, reply_markup=keyboard)
            )

        await self._edit(chat_id, message_id, change)

    async def try_edit(
        self, chat_id: int, message_id: int, text: Text, keyboard: InlineKeyboardMarkup | None = None
    ) -> bool:
        """Edit a status message if the rate limit has room to spare; whether that was done.

        Raises `Unreachable`, `ChatMoved` and `MessageGone`. After other errors it isn't retried.
        """
        since_s = self._clock() - self._edited_at.get((chat_id, message_id), float("-inf"))
        if since_s < MIN_EDIT_INTERVAL_S or not self._rate_limiter.try_admit(chat_id):
            return False
        self._note_edit(chat_id, message_id)
        try:
            await self._messages.change(chat_id, message_id, text, keyboard, timeout_s=_STATUS_TIMEOUT_S)
        except TelegramRetryAfter as error:
            self._rate_limiter.block(chat_id, error.retry_after)
        except AiogramError as error:
            meaning = specific_error(error)
            if meaning is not None:
                raise meaning from error
            logger.info("A status message could not be edited: %s", type(error).__name__)
        else:
            return True
        return False

    async def _edit(self, chat_id: int, message_id: int, change: Callable[[], Awaitable[None]]) -> None:
        since_s = self._clock() - self._edited_at.get((chat_id, message_id), float("-inf"))
        if since_s < MIN_EDIT_INTERVAL_S:
            await self._pause(MIN_EDIT_INTERVAL_S - since_s)
        try:
            await self._with_retries(chat_id, change)
        except TelegramBadRequest as error:
            if not is_unchanged(error):
                raise
        self._note_edit(chat_id, message_id)

    async def answer_button(self, query_id: str, notice: str = "") -> None:
        """Answer a pressed button, which shows a spinner until then, with an optional notice of up to 200 characters.

        Errors are only logged: Telegram forgets the query after a while, as when the bot was off.
        """
        try:
            shown = visible_lines(notice) or None
            await response_of(self._bot.answer_callback_query(query_id, shown, request_timeout=_STATUS_TIMEOUT_S))
        except AiogramError as error:
            logger.info("A button could not be answered: %s", type(error).__name__)

    async def delete(self, chat_id: int, message_id: int) -> bool:
        """Delete a message; False where that fails, as for one of more than two days."""
        try:
            await self._with_retries(
                chat_id,
                lambda: response_of(self._bot.delete_message(chat_id, message_id)),
                attempts=_DELETE_ATTEMPTS,
            )
        except MessageGone:
            return True
        except (Unreachable, ChatMoved, AiogramError) as error:
            logger.info("A message could not be deleted: %s", type(error).__name__)
            return False
        return True

    async def _with_retries(self, chat_id: int, call: Callable[[], Awaitable[T]], *, attempts: int | None = None) -> T:
        """Call within the rate limits, and again after transient errors: without end, or up to `attempts` times."""
        failures = 0
        while True:
            await self._rate_limiter.admit(chat_id)
            try:
                return await call()
            except TelegramRetryAfter as error:
                self._rate_limiter.block(chat_id, error.retry_after)
            except TelegramEntityTooLarge:
                raise  # A retry would be as large.
            except TRANSIENT_ERRORS as error:
                failures += 1
                logger.info("Telegram, attempt %d: %s", failures, type(error).__name__)
                if failures == attempts:
                    raise
                await self._pause(backoff_s(failures))
            except AiogramError as error:
                meaning = specific_error(error)
                if meaning is None:
                    raise
                raise meaning from error

    def _note_edit(self, chat_id: int, message_id: int) -> None:
        if len(self._edited_at) >= _MAX_REMEMBERED_EDITS:
            now = self._clock()
            self._edited_at = {key: at for key, at in self._edited_at.items() if now - at < MIN_EDIT_INTERVAL_S}
        self._edited_at[chat_id, message_id] = self._clock()
