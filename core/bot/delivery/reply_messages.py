"""The messages of one delivery.

The Bot API has no idempotent way to send a message. So only placeholders are ever sent: a placeholder's id is
journaled, and the content is edited into it, which can be repeated. A crash between sending and journaling leaves an
orphaned placeholder, and nothing worse.
"""

import asyncio
import logging
from collections.abc import Sequence

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InlineKeyboardMarkup

from core.bot.api.errors import ChatMoved, MessageGone, RichMessagesUnknown, Unreachable
from core.bot.api.message_content import Content, File, LongText, Text
from core.bot.api.sender import MessageSender
from core.domain.bot_records import JournaledDelivery
from core.store import Deliveries

logger = logging.getLogger(__name__)

PLACEHOLDER = Text("…")

_MAX_CHAT_MIGRATIONS = 3


class ReplyMessages:
    """The messages that show a delivery. `no_send_pending` is clear while a message is sent whose id isn't journaled.

    After an error each method may be called again, and continues where it was.
    """

    def __init__(self, journal: Deliveries, sender: MessageSender, journaled: JournaledDelivery) -> None:
        self._journal = journal
        self._sender = sender
        self._delivery = journaled.delivery
        self._chat_id = journaled.delivery.chat_id
        self._message_ids = list(journaled.message_ids)
        self._is_saved = True
        self._migrations = 0
        self._status: Text | None = None
        self.no_send_pending = asyncio.Event()
        self.no_send_pending.set()

    def may_own_message(self, message_id: int) -> bool:
        """Whether this is one of the messages, or may be one, because the id of a message isn't known yet."""
        return message_id in self._message_ids or not self.no_send_pending.is_set()

    async def begin(self, status: Text, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Send the first message, unless it was sent. Raises `Unreachable`, `StoreError`, `AiogramError`."""
        await self._save_message_ids()
        if self._message_ids:
            return
        await self._send_placeholder(0, status, keyboard)
        self._status = status

    async def show_progress(self, status: Text, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Edit the status message, if the rate limit has room. A deleted one is ignored. Raises `Unreachable`."""
        if status == self._status or not self._message_ids:
            return
        try:
            if await self._sender.try_edit(self._chat_id, self._message_ids[0], status, keyboard):
                self._status = status
        except (MessageGone, ChatMoved):
            self._status = status

    async def show(
        self,
        contents: Sequence[Content],
        keyboard: InlineKeyboardMarkup | None = None,
        *,
        refused: Text | None = None,
    ) -> None:
        """Edit each of these contents into a message, the first with the keyboard, and delete surplus messages.

        A content after the first that Telegram refuses is replaced by `refused`. Raises
        `Unreachable`, `RichMessagesUnknown`, `StoreError`, and aiogram's errors where Telegram refuses it.
        """
        await self._save_message_ids()
        try:
            for position, content in enumerate(contents):
                await self._show_or_replace(
                    refused if position else None, position, content, None if position else keyboard
                )
        except ChatMoved as error:
            if error.chat_id != self._chat_id:
                self._move_to_chat(error.chat_id)
            await self.show(contents, keyboard, refused=refused)
            return
        for message_id in self._message_ids[len(contents) :]:
            await self._sender.delete(self._chat_id, message_id)

    async def _show_or_replace(
        self, replacement: Text | None, position: int, content: Content, keyboard: InlineKeyboardMarkup | None
    ) -> None:
        try:
            await self._show_one(position, content, keyboard)
        except TelegramBadRequest as error:
            if replacement is None:
                raise
            logger.warning("Telegram refuses a part of delivery %s: %s", self._delivery.id, error.message)
            await self._show_one(position, replacement, keyboard)

    async def _show_one(self, position: int, content: Content, keyboard: InlineKeyboardMarkup | None) -> None:
        message_id: int | None
        if position >= len(self._message_ids):
            message_id = await self._send_placeholder(position, PLACEHOLDER, None)
        else:
            message_id = self._message_ids[position]
        if message_id is None:
            await self._send_without_id(content, keyboard)
            return
        try:
            await self._sender.edit(self._chat_id, message_id, content, keyboard)
        except MessageGone:  # Deleted by a person. The content is sent again, but once only.
            again = await self._send_placeholder(position, PLACEHOLDER, None)
            try:
                if again is None:
                    await self._send_without_id(content, keyboard)
                else:
                    await self._sender.edit(self._chat_id, again, content, keyboard)
            except MessageGone:
                logger.info("A message of delivery %s was deleted twice, and isn't sent again", self._delivery.id)

    async def _send_without_id(self, content: Content, keyboard: InlineKeyboardMarkup | None) -> None:
        """Send the content as a new message, for servers that don't tell message ids, so that none can be edited."""
        if isinstance(content, LongText):
            raise RichMessagesUnknown
        delivery = self._delivery
        await self._sender.send(
            self._chat_id, content, reply_to=delivery.reply_to, thread_id=delivery.thread_id, keyboard=keyboard
        )

    async def _send_placeholder(self, position: int, text: Text, keyboard: InlineKeyboardMarkup | None) -> int | None:
        """Send a message for this position, journal its id and return it; None where the server tells none."""
        delivery = self._delivery
        self.no_send_pending.clear()
        try:
            sent = await self._sender.send(
                self._chat_id, text, reply_to=delivery.reply_to, thread_id=delivery.thread_id, keyboard=keyboard
            )
            is_moved = sent.chat_id != self._chat_id
            if is_moved:
                self._move_to_chat(sent.chat_id)
            if sent.message_id is not None:
                self._message_ids[position : position + 1] = [sent.message_id]
                self._is_saved = False
                await self._save_message_ids()
        finally:
            self.no_send_pending.set()
        if is_moved and position > 0:
            raise ChatMoved(self._chat_id)  # Earlier messages are in the old chat; this is the first here.
        return sent.message_id

    async def _save_message_ids(self) -> None:
        if not self._is_saved:
            await self._journal.set_messages(self._delivery.id, self._chat_id, self._message_ids)
            self._is_saved = True

    def _move_to_chat(self, chat_id: int) -> None:
        """Continue in the chat that this one was migrated to, which has none of the messages."""
        self._migrations += 1
        if self._migrations > _MAX_CHAT_MIGRATIONS:
            raise Unreachable
        self._chat_id = chat_id
        self._message_ids.clear()
        self._is_saved = False


async def delete_messages(sender: MessageSender, journaled: JournaledDelivery, replacement: Text) -> None:
    """Delete the messages of a delivery; those that are too old to be deleted are edited into `replacement`.

    https://core.telegram.org/bots/api#deletemessage
    """
    for message_id in journaled.message_ids:
        if not await sender.delete(journaled.delivery.chat_id, message_id):
            await _replace_text(sender, journaled.delivery.chat_id, message_id, replacement)


async def _replace_text(sender: MessageSender, chat_id: int, message_id: int, replacement: Text) -> None:
    """Edit a message into this text; a message with a file into a file, which can't become a text."""
    for content in (replacement, File("deleted.txt", replacement.text.encode())):
        try:
            await sender.edit(chat_id, message_id, content)
        except MessageGone as error:
            logger.info("Message %d could not be replaced: %s", message_id, type(error).__name__)
        except (ChatMoved, Unreachable, TelegramBadRequest) as error:
            logger.info("Message %d can't be replaced: %s", message_id, type(error).__name__)
            return
        else:
            return
