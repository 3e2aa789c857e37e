"""What somebody was given so far: found, read, taken along, translated and summed up again."""

import logging
from dataclasses import replace

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from core.bot.api.errors import MessageGone
from core.bot.api.message_content import Text
from core.bot.files.attachments import recording_in
from core.bot.request_context import Asked, Services
from core.bot.ui.history_list import ON_A_PAGE, Listing, duration
from core.bot.ui.keyboards import FILE_FORMATS, Buttons
from core.bot.ui.language_names import code_of
from core.domain import TranscriptId
from core.domain.bot import Delivery, DeliveryId, DeliveryKind
from core.domain.bot_records import JournaledDelivery

logger = logging.getLogger(__name__)


def make_router() -> Router:
    """The handlers of these commands."""
    router = Router(name="library")
    router.message.register(_history, CommandStart(deep_link=True, magic=F.args == "history"))
    for name, handler in (
        ("history", _history),
        ("search", _search),
        ("export", _export),
        ("translate", _translate),
        ("summary", _summary),
        ("stats", _stats),
    ):
        router.message.register(handler, Command(name))
    router.callback_query.register(_opened, F.data.regexp(r"^open:[0-9a-f]{16}$"))
    return router


def make_press_router() -> Router:
    """The handlers of the buttons that turn pages. Looking around isn't counted among a person's requests."""
    router = Router(name="library-presses")
    router.callback_query.register(_turned, F.data.regexp(r"^(hist|find):[0-9]{1,6}$"))
    return router


async def is_alone(asked: Asked) -> bool:
    """Whether nobody else reads the answer; where they do, the person is told where to ask instead."""
    if not asked.is_private:
        link = f"https://t.me/{asked.services.username}?start=history"
        await asked.say(asked.tr("Ask me that where nobody else reads along: {link}", link=link))
    return asked.is_private


async def meant(message: Message, asked: Asked) -> Delivery | None:
    """The finished transcript that a command is about: of what it replies to, else this person's newest.

    Where there is none, the person is told so.
    """
    found: JournaledDelivery | None = None
    if message.reply_to_message is not None:
        found = await asked.services.deliveries.at_message(asked.chat.id, message.reply_to_message.message_id)
    elif asked.is_private:
        newest = await asked.services.records.page(asked.person.user_id, limit=1)
        found = await asked.services.deliveries.get(newest.entries[0].delivery_id) if newest.entries else None
    if found is not None and await _is_there(asked, found.delivery.transcript_id):
        return found.delivery
    await asked.say(
        asked.tr("Reply with this to a recording that I have transcribed, or to its text."),
        reply_to=message.message_id,
    )
    return None


async def _history(message: Message, asked: Asked) -> None:
    if await is_alone(asked):
        await _list(message, asked, "")


async def _search(message: Message, command: CommandObject, asked: Asked) -> None:
    search = (command.args or "").strip()
    if not any(map(str.isalnum, search)):
        await asked.say(asked.tr("Say what to look for, as in /search monthly report."), reply_to=message.message_id)
    elif await is_alone(asked):
        await _list(message, asked, search)


async def _list(message: Message, asked: Asked, search: str) -> None:
    page = await asked.services.records.page(asked.person.user_id, search, limit=ON_A_PAGE)
    listing = Listing(asked.tr, page, 0, search)
    await asked.say(listing.text(), reply_to=message.message_id, keyboard=listing.keyboard())


async def _turned(query: CallbackQuery, asked: Asked, services: Services) -> None:
    """Another page of a list. What was searched for stands in the message that the list replies to."""
    message = query.message
    if not isinstance(message, Message) or not asked.is_private:
        await services.courier.answer(query.id, asked.tr("This list is of the past. Send /history again."))
        return
    await services.courier.answer(query.id)
    kind, _, number = (query.data or "").partition(":")
    command = message.reply_to_message.text if message.reply_to_message is not None else None
    search = (command or "").partition(" ")[2] if kind == "find" else ""
    page = await services.records.page(asked.person.user_id, search, limit=ON_A_PAGE, offset=int(number))
    listing = Listing(asked.tr, page, int(number), search)
    try:
        await services.courier.edit(asked.chat.id, message.message_id, Text(listing.text()), listing.keyboard())
    except MessageGone:
        logger.info("The list was deleted")


async def _opened(query: CallbackQuery, asked: Asked, services: Services) -> None:
    """One of a list, sent again with its buttons."""
    journaled = await services.deliveries.get(DeliveryId((query.data or "").partition(":")[2]))
    delivery = journaled.delivery if journaled is not None else None
    is_own = delivery is not None and delivery.user_id == asked.person.user_id and asked.is_private
    if delivery is None or not is_own or not await _is_there(asked, delivery.transcript_id):
        await services.courier.answer(query.id, asked.tr("This recording was deleted."))
        return
    await services.courier.answer(query.id)
    await services.desk.open(asked.owed_of(delivery, DeliveryKind.COPY, reply_to=None))


async def _export(message: Message, command: CommandObject, asked: Asked, services: Services) -> None:
    """One transcript in a format, or all of them in one file."""
    words = (command.args or "").lower().split()
    formats = tuple(word for word in words if word in FILE_FORMATS)
    is_everything = "all" in words
    if len(formats) > 1 or len(words) > len(formats) + is_everything:
        names = ", ".join(FILE_FORMATS)
        await asked.say(
            asked.tr("Name a format, as in /export srt, or /export all for everything: {formats}.", formats=names),
            reply_to=message.message_id,
        )
    elif not is_everything:
        delivery = await meant(message, asked)
        if delivery is not None:
            owed = asked.owed_of(delivery, DeliveryKind.FILE, reply_to=message.message_id)
            await services.desk.open(replace(owed, formats=formats or FILE_FORMATS[:1]))
    elif await is_alone(asked):
        count, _ = await services.records.totals(asked.person.user_id)
        if not count:
            await asked.say(asked.tr("There is nothing of yours yet."), reply_to=message.message_id)
            return
        owed = asked.owed(DeliveryKind.ARCHIVE, reply_to=message.message_id)
        await services.desk.open(replace(owed, formats=formats or FILE_FORMATS[:1]))


async def _translate(message: Message, command: CommandObject, asked: Asked, services: Services) -> None:
    tr = asked.tr
    words = (command.args or "").strip()
    language = code_of(words, tr) if words else asked.preferences.translate_to
    if words and not language:
        await asked.say_unknown_language(message.message_id)
        return
    if language and await _is_new_recording(message, asked):
        await _transcribe_and_translate(message, asked, language)
        return
    delivery = await meant(message, asked)
    if delivery is None:
        return
    if not language:
        dialog = Buttons(tr).languages(delivery.id, is_dialog=True)
        await asked.say(tr("Into which language?"), reply_to=message.message_id, keyboard=dialog)
        return
    owed = asked.owed_of(delivery, DeliveryKind.TRANSLATION, reply_to=message.message_id)
    await services.desk.open(replace(owed, target_language=language))


async def _is_new_recording(message: Message, asked: Asked) -> bool:
    original = message.reply_to_message
    if original is None or recording_in(original, asked.services.bot.id) is None:
        return False
    return await asked.services.deliveries.at_message(asked.chat.id, original.message_id) is None


async def _transcribe_and_translate(message: Message, asked: Asked, language: str) -> None:
    original = message.reply_to_message
    assert original is not None
    recording = recording_in(original, asked.services.bot.id)
    assert recording is not None
    await asked.transcribe(
        recording.source, reply_to=original.message_id, size_bytes=recording.size_bytes, translate_to=language
    )


async def _summary(message: Message, asked: Asked, services: Services) -> None:
    delivery = await meant(message, asked)
    if delivery is not None:
        await services.desk.open(asked.owed_of(delivery, DeliveryKind.SUMMARY, reply_to=message.message_id))


async def _stats(message: Message, asked: Asked, services: Services) -> None:
    tr = asked.tr
    count, seconds = await services.records.totals(asked.person.user_id)
    told = tr.plural(
        "You have {count} transcript, of {duration} of sound.",
        "You have {count} transcripts, of {duration} of sound.",
        count,
        duration=duration(seconds),
    )
    await asked.say(told)


async def _is_there(asked: Asked, transcript_id: TranscriptId | None) -> bool:
    return transcript_id is not None and await asked.services.host.transcripts.get(transcript_id) is not None
