"""Sends and edits messages as Telegram wants it: not too fast, waiting when told to, and again where the line broke."""

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
from core.bot.api.responses import answer_of, integer_field
from core.domain.visible import visible_lines

logger = logging.getLogger(__name__)

T = TypeVar("T")

MIN_EDIT_INTERVAL_S = 2.0
"""Between two edits of the same message."""

_DELETE_ATTEMPTS = 5
_MAX_CHAT_MIGRATIONS = 4
_STATUS_TIMEOUT_S = 10
"""What says how far something is isn't worth more; an answer has to wait for it."""

_MAX_REMEMBERED_EDITS = 10_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that is there now. Emulators don't always tell its number; then it can't be changed any more."""

    chat_id: int
    message_id: int | None


class MessageSender:
    """All that the bot says goes through it. Belongs to one event loop.

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
        """An earlier run may have sent to these chats so many seconds ago."""
        self._rate_limiter.restore(silence_s)

    def restore_edits(self, chat_id: int, message_ids: Iterable[int]) -> None:
        """An earlier run may have edited these messages until just now."""
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
        """A new message, however long Telegram can't be had.

        Where an answer is lost on the way it is sent again, so it may be there twice. It may land elsewhere: in a
        supergroup that the group has become, or outside of a topic that is closed. Raises `Unreachable`, and aiogram's
        error where Telegram doesn't take it.
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
        """Have a message say this, however long Telegram can't be had. Doing it again changes nothing.

        Raises `Unreachable`, `ChatMoved`, `MessageGone`, for a `LongText` `RichMessagesUnknown`, and aiogram's error
        where Telegram doesn't take it.
        """
        await self._edit(chat_id, message_id, lambda: self._messages.change(chat_id, message_id, content, keyboard))

    async def edit_keyboard(self, chat_id: int, message_id: int, keyboard: InlineKeyboardMarkup) -> None:
        """Have a message with what it says show other buttons. Raises as `edit` does."""

        async def change() -> None:
            await answer_of(
                self._bot.edit_message_reply_markup(chat_id=chat_id, message_id=message_id, reply_markup=keyboard)
            )

        await self._edit(chat_id, message_id, change)

    async def try_edit(
        self, chat_id: int, message_id: int, text: Text, keyboard: InlineKeyboardMarkup | None = None
    ) -> bool:
        """Have a message say how far something is, unless that would hold up something else; whether it does.

        Raises `Unreachable`, `ChatMoved` and `MessageGone`; whatever else goes wrong is for the next time.
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
            logger.info("How far something is could not be told: %s", type(error).__name__)
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
        """End the waiting that a pressed button shows, perhaps with a notice of up to 200 characters.

        It may have ended by itself, as after a press while the bot was off. What was pressed is done all the same.
        """
        try:
            shown = visible_lines(notice) or None
            await answer_of(self._bot.answer_callback_query(query_id, shown, request_timeout=_STATUS_TIMEOUT_S))
        except AiogramError as error:
            logger.info("A press could not be answered: %s", type(error).__name__)

    async def delete(self, chat_id: int, message_id: int) -> bool:
        """Take a message away; False where it is still there, as one of more than two days is."""
        try:
            await self._with_retries(
                chat_id,
                lambda: answer_of(self._bot.delete_message(chat_id, message_id)),
                attempts=_DELETE_ATTEMPTS,
            )
        except MessageGone:
            return True
        except (Unreachable, ChatMoved, AiogramError) as error:
            logger.info("A message could not be taken away: %s", type(error).__name__)
            return False
        return True

    async def _with_retries(self, chat_id: int, call: Callable[[], Awaitable[T]], *, attempts: int | None = None) -> T:
        """Do it when it may be done, again after trouble; for ever, or so many times."""
        failures = 0
        while True:
            await self._rate_limiter.admit(chat_id)
            try:
                return await call()
            except TelegramRetryAfter as error:
                self._rate_limiter.block(chat_id, error.retry_after)
            except TelegramEntityTooLarge:
                raise  # It would be as large the next time.
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
