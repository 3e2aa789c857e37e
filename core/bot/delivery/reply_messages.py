"""The messages of one delivery.

Telegram knows no way to send a message twice with one effect. So only placeholders are ever sent: a placeholder's
number is written down, and all that matters is edited into it, which may be done again. A crash between sending and
writing down leaves an empty placeholder behind, and nothing worse.
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
    """What a person sees of a delivery. `no_send_pending` is clear while a message is sent that isn't written down yet.

    After an error each method may be called again, and goes on where it was.
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
        """Whether this is one of its messages, or may be one, as while its number isn't known yet."""
        return message_id in self._message_ids or not self.no_send_pending.is_set()

    async def begin(self, status: Text, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Send the first message, unless that was done. Raises `Unreachable`, `StoreError`, `AiogramError`."""
        await self._save_message_ids()
        if self._message_ids:
            return
        await self._send_placeholder(0, status, keyboard)
        self._status = status

    async def show_progress(self, status: Text, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Have the first message say how far things are, as far as Telegram lets it just now.

        One that was deleted isn't missed. Raises `Unreachable`.
        """
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
        """Have one message say each of these, the first with the buttons, and take away what there is beyond them.

        Where Telegram doesn't take one of those that follow the first, that message says `refused` instead. Raises
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
            logger.warning("Telegram doesn't take a part of %s: %s", self._delivery.id, error.message)
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
        except MessageGone:  # Somebody tidied up. What they asked for they get all the same, but once only.
            again = await self._send_placeholder(position, PLACEHOLDER, None)
            try:
                if again is None:
                    await self._send_without_id(content, keyboard)
                else:
                    await self._sender.edit(self._chat_id, again, content, keyboard)
            except MessageGone:
                logger.info("The answer of %s was deleted twice, so it isn't wanted", self._delivery.id)

    async def _send_without_id(self, content: Content, keyboard: InlineKeyboardMarkup | None) -> None:
        """Answer by a message of its own, for an emulator that doesn't tell by which numbers messages are changed."""
        if isinstance(content, LongText):
            raise RichMessagesUnknown
        delivery = self._delivery
        await self._sender.send(
            self._chat_id, content, reply_to=delivery.reply_to, thread_id=delivery.thread_id, keyboard=keyboard
        )

    async def _send_placeholder(self, position: int, text: Text, keyboard: InlineKeyboardMarkup | None) -> int | None:
        """Send a message for this position, write its number down and return it; None where nobody tells it."""
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
            raise ChatMoved(self._chat_id)  # What came before has stayed behind; this message is the first here.
        return sent.message_id

    async def _save_message_ids(self) -> None:
        if not self._is_saved:
            await self._journal.set_messages(self._delivery.id, self._chat_id, self._message_ids)
            self._is_saved = True

    def _move_to_chat(self, chat_id: int) -> None:
        """Go on in the chat that this one has become, where nothing of this was said yet."""
        self._migrations += 1
        if self._migrations > _MAX_CHAT_MIGRATIONS:
            raise Unreachable
        self._chat_id = chat_id
        self._message_ids.clear()
        self._is_saved = False


async def delete_messages(sender: MessageSender, journaled: JournaledDelivery, replacement: Text) -> None:
    """Delete the messages of a delivery; those that are too old for that say something else from now on.

    https://core.telegram.org/bots/api#deletemessage
    """
    for message_id in journaled.message_ids:
        if not await sender.delete(journaled.delivery.chat_id, message_id):
            await _replace_text(sender, journaled.delivery.chat_id, message_id, replacement)


async def _replace_text(sender: MessageSender, chat_id: int, message_id: int, replacement: Text) -> None:
    """A file can't become a text again, but another file."""
    for content in (replacement, File("deleted.txt", replacement.text.encode())):
        try:
            await sender.edit(chat_id, message_id, content)
        except MessageGone as error:
            logger.info("Message %d could not be taken back: %s", message_id, type(error).__name__)
        except (ChatMoved, Unreachable, TelegramBadRequest) as error:
            logger.info("Message %d can't be taken back: %s", message_id, type(error).__name__)
            return
        else:
            return
