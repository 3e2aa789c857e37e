"""Commands about transcripts that were delivered before: list, search, export, translate, summarize."""

import logging
from dataclasses import replace

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, Message

from core.bot.api.errors import MessageGone
from core.bot.api.message_content import Text
from core.bot.files.attachments import recording_in
from core.bot.request_context import BotContext, RequestContext
from core.bot.ui.history_list import PAGE_SIZE, HistoryList, duration
from core.bot.ui.keyboards import Keyboards
from core.bot.ui.language_names import code_of
from core.domain import TranscriptId
from core.domain.bot import Delivery, DeliveryId, DeliveryKind
from core.domain.bot_records import JournaledDelivery
from core.export import chat_formats

logger = logging.getLogger(__name__)


def make_router() -> Router:
    """The handler of the buttons that open a transcript of a list."""
    router = Router(name="library-buttons")
    router.callback_query.register(_open, F.data.regexp(r"^open:[0-9a-f]{16}$"))
    return router


def make_paging_router() -> Router:
    """The handler of the buttons that turn pages, which aren't rate-limited."""
    router = Router(name="library-paging")
    router.callback_query.register(_turn_page, F.data.regexp(r"^(hist|find):[0-9]{1,6}$"))
    return router


async def require_private_chat(request: RequestContext) -> bool:
    """Whether this is a private chat; in others the answer is a link to the private one."""
    if not request.is_private:
        link = f"https://t.me/{request.context.username}?start=history"
        await request.send(request.tr("Ask me that where nobody else reads along: {link}", link=link))
    return request.is_private


async def find_transcript(message: Message, request: RequestContext) -> Delivery | None:
    """The delivered transcript that a command is about: that of the message it replies to, else the newest.

    None after an answer that there is none.
    """
    found: JournaledDelivery | None = None
    if message.reply_to_message is not None:
        found = await request.context.stores.deliveries.at_message(request.chat.id, message.reply_to_message.message_id)
    elif request.is_private:
        newest = await request.context.stores.personal_records.page(request.person.user_id, limit=1)
        found = await request.context.stores.deliveries.get(newest.entries[0].delivery_id) if newest.entries else None
    if found is not None and await _is_stored(request, found.delivery.transcript_id):
        return found.delivery
    await request.send(
        request.tr("Reply with this to a recording that I have transcribed, or to its text."),
        reply_to=message.message_id,
    )
    return None


async def show_history(message: Message, request: RequestContext) -> None:
    """/history: a list of this person's transcripts."""
    if await require_private_chat(request):
        await _show_page(message, request, "")


async def search(message: Message, command: CommandObject, request: RequestContext) -> None:
    """/search: a list of this person's transcripts with these words."""
    search = (command.args or "").strip()
    if not any(map(str.isalnum, search)):
        await request.send(
            request.tr("Say what to look for, as in /search monthly report."), reply_to=message.message_id
        )
    elif await require_private_chat(request):
        await _show_page(message, request, search)


async def _show_page(message: Message, request: RequestContext, search: str) -> None:
    page = await request.context.stores.personal_records.page(request.person.user_id, search, limit=PAGE_SIZE)
    listing = HistoryList(request.tr, page, 0, search)
    await request.send(listing.text(), reply_to=message.message_id, keyboard=listing.keyboard())


async def _turn_page(query: CallbackQuery, request: RequestContext, context: BotContext) -> None:
    """Show another page of a list. The search words are in the message that the list replies to."""
    message = query.message
    if not isinstance(message, Message) or not request.is_private:
        await context.sender.answer_button(query.id, request.tr("This list is of the past. Send /history again."))
        return
    await context.sender.answer_button(query.id)
    kind, _, number = (query.data or "").partition(":")
    command = message.reply_to_message.text if message.reply_to_message is not None else None
    search = (command or "").partition(" ")[2] if kind == "find" else ""
    page = await context.stores.personal_records.page(
        request.person.user_id, search, limit=PAGE_SIZE, offset=int(number)
    )
    listing = HistoryList(request.tr, page, int(number), search)
    try:
        await context.sender.edit(request.chat.id, message.message_id, Text(listing.text()), listing.keyboard())
    except MessageGone:
        logger.info("The list was deleted meanwhile")


async def _open(query: CallbackQuery, request: RequestContext, context: BotContext) -> None:
    """Deliver a transcript of a list again, with its buttons."""
    journaled = await context.stores.deliveries.get(DeliveryId((query.data or "").partition(":")[2]))
    delivery = journaled.delivery if journaled is not None else None
    is_own = delivery is not None and delivery.user_id == request.person.user_id and request.is_private
    if delivery is None or not is_own or not await _is_stored(request, delivery.transcript_id):
        await context.sender.answer_button(query.id, request.tr("This recording was deleted."))
        return
    await context.sender.answer_button(query.id)
    await context.outbox.open(request.derived_delivery(delivery, DeliveryKind.COPY, reply_to=None))


async def export(message: Message, command: CommandObject, request: RequestContext, context: BotContext) -> None:
    """/export: one transcript in a format, or all of them in one file."""
    words = (command.args or "").lower().split()
    formats = tuple(word for word in words if word in chat_formats())
    is_everything = "all" in words
    if len(formats) > 1 or len(words) > len(formats) + is_everything:
        names = ", ".join(chat_formats())
        await request.send(
            request.tr("Name a format, as in /export srt, or /export all for everything: {formats}.", formats=names),
            reply_to=message.message_id,
        )
    elif not is_everything:
        delivery = await find_transcript(message, request)
        if delivery is not None:
            delivery = request.derived_delivery(delivery, DeliveryKind.FILE, reply_to=message.message_id)
            await context.outbox.open(replace(delivery, formats=formats or chat_formats()[:1]))
    elif await require_private_chat(request):
        count, _ = await context.stores.personal_records.totals(request.person.user_id)
        if not count:
            await request.send(request.tr("There is nothing of yours yet."), reply_to=message.message_id)
            return
        delivery = request.new_delivery(DeliveryKind.ARCHIVE, reply_to=message.message_id)
        await context.outbox.open(replace(delivery, formats=formats or chat_formats()[:1]))


async def translate(message: Message, command: CommandObject, request: RequestContext, context: BotContext) -> None:
    """/translate: a transcript, or a new recording, in another language."""
    tr = request.tr
    words = (command.args or "").strip()
    language = code_of(words, tr) if words else request.preferences.translate_to
    if words and not language:
        await request.send_unknown_language(words, message.message_id)
        return
    if language and await _is_new_recording(message, request):
        await _transcribe_and_translate(message, request, language)
        return
    delivery = await find_transcript(message, request)
    if delivery is None:
        return
    if not language:
        dialog = Keyboards(tr).languages(delivery.id, is_dialog=True)
        await request.send(tr("Into which language?"), reply_to=message.message_id, keyboard=dialog)
        return
    delivery = request.derived_delivery(delivery, DeliveryKind.TRANSLATION, reply_to=message.message_id)
    await context.outbox.open(replace(delivery, target_language=language))


async def _is_new_recording(message: Message, request: RequestContext) -> bool:
    original = message.reply_to_message
    if original is None or recording_in(original, request.context.bot.id) is None:
        return False
    return await request.context.stores.deliveries.at_message(request.chat.id, original.message_id) is None


async def _transcribe_and_translate(message: Message, request: RequestContext, language: str) -> None:
    original = message.reply_to_message
    assert original is not None
    recording = recording_in(original, request.context.bot.id)
    assert recording is not None
    await request.transcribe(
        recording.source, reply_to=original.message_id, size_bytes=recording.size_bytes, translate_to=language
    )


async def summarize(message: Message, request: RequestContext, context: BotContext) -> None:
    """/summary: what a transcript is about."""
    delivery = await find_transcript(message, request)
    if delivery is not None:
        await context.outbox.open(request.derived_delivery(delivery, DeliveryKind.SUMMARY, reply_to=message.message_id))


async def show_totals(message: Message, request: RequestContext, context: BotContext) -> None:
    """/stats: number and length of this person's transcripts."""
    tr = request.tr
    count, seconds = await context.stores.personal_records.totals(request.person.user_id)
    reply_text = tr.plural(
        "You have {count} transcript, of {duration} of sound.",
        "You have {count} transcripts, of {duration} of sound.",
        count,
        duration=duration(seconds),
    )
    await request.send(reply_text)


async def _is_stored(request: RequestContext, transcript_id: TranscriptId | None) -> bool:
    return transcript_id is not None and await request.context.host.transcripts.get(transcript_id) is not None
