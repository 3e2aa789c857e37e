"""Whoever wants it is forgotten: one transcript, or all that there is of a person."""

import logging

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from core.bot.api.errors import MessageGone
from core.bot.api.message_content import Text
from core.bot.handlers.library import is_alone, meant
from core.bot.request_context import Asked, Services
from core.bot.ui.keyboards import Buttons, keyboard, plain_button
from core.bot.updates.inbox import ERASE
from core.domain import Requester
from core.domain.bot import CHANNEL, Access

logger = logging.getLogger(__name__)

_EVERYTHING, _NOTHING = "gone:yes", "gone:no"


def make_router() -> Router:
    """The handlers of /delete and its buttons."""
    router = Router(name="leaving")
    router.message.register(_delete, Command("delete"))
    router.callback_query.register(_decided, F.data.in_({_EVERYTHING, _NOTHING}))
    return router


async def _delete(message: Message, asked: Asked) -> None:
    """Replying to a text it is about that one, else about everything. It always takes a press more."""
    tr = asked.tr
    if message.reply_to_message is None:
        if await is_alone(asked):
            await _ask_for_everything(message, asked)
        return
    delivery = await meant(message, asked)
    if delivery is None:
        return
    if delivery.user_id != asked.person.user_id and asked.access is not Access.OWNER:
        await asked.services.audit.record(str(asked.person.user_id), "refused-delete", delivery.id)
        await asked.say(tr("Only who has sent the recording can delete it."), reply_to=message.message_id)
        return
    question = tr("Delete what was said in {name}?", name=delivery.name)
    await asked.say(
        question, reply_to=message.message_id, keyboard=Buttons(tr).really_delete(delivery.id, is_dialog=True)
    )


async def _ask_for_everything(message: Message, asked: Asked) -> None:
    tr = asked.tr
    count, _ = await asked.services.records.totals(asked.person.user_id)
    question = tr.plural(
        "Delete all that is kept of you: {count} transcript, what you have chosen, and your name?",
        "Delete all that is kept of you: {count} transcripts, what you have chosen, and your name?",
        count,
    )
    stopped = tr("What is under way is stopped. Nothing of it can be brought back.")
    buttons = [plain_button(tr("Delete everything"), _EVERYTHING), plain_button(tr("Keep it"), _NOTHING)]
    await asked.say(f"{question}\n{stopped}", reply_to=message.message_id, keyboard=keyboard(buttons))


async def _decided(query: CallbackQuery, asked: Asked, services: Services) -> str | None:
    tr = asked.tr
    if not asked.is_private or not isinstance(query.message, Message):
        await services.courier.answer(query.id, tr("This question is of the past. Send /delete again."))
        return None
    await services.courier.answer(query.id)
    if query.data == _EVERYTHING:
        await _forget(asked)
        told = tr("Everything is deleted. What stands in this chat you can clear in Telegram.")
    else:
        told = tr("Nothing was deleted.")
    try:
        await services.courier.edit(asked.chat.id, query.message.message_id, Text(told))
    except MessageGone:
        logger.info("The question was deleted")
    return ERASE if query.data == _EVERYTHING else None  # The press itself tells who they are.


async def _forget(asked: Asked) -> None:
    """In an order in which a crash in between leaves enough to go on when this is done again."""
    services, user_id = asked.services, asked.person.user_id
    await services.desk.abandon(user_id)
    # Whoever is the owner was somebody like others before.
    requesters = {asked.requester, Requester(CHANNEL, str(user_id))}
    for requester in requesters:
        await services.host.forget(requester)
        await services.host.transcripts.delete(await services.records.own_transcripts(user_id, requester))
    await services.preferences.forget(asked.chat.id)
    await services.people.forget(user_id)
    for requester in requesters:
        await services.records.forget(user_id, requester)
    logger.info("A person has deleted everything of theirs")
