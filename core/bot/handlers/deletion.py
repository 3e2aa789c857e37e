"""/delete: one transcript, or all data of a person."""

import logging

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from core.bot.api.errors import MessageGone
from core.bot.api.message_content import Text
from core.bot.handlers.library import find_transcript, require_private_chat
from core.bot.request_context import BotContext, RequestContext
from core.bot.ui.keyboards import Keyboards, button_of, keyboard
from core.bot.updates.inbox import ERASE
from core.domain import Requester
from core.domain.bot import CHANNEL, Access
from core.domain.person import Person

logger = logging.getLogger(__name__)

_CONFIRM, _DECLINE = "gone:yes", "gone:no"


def make_router() -> Router:
    """The handlers of the buttons that confirm a deletion."""
    router = Router(name="deletion-buttons")
    router.callback_query.register(_confirmed, F.data.in_({_CONFIRM, _DECLINE}))
    return router


async def delete(message: Message, request: RequestContext) -> None:
    """/delete: as a reply to a text that one, else everything of this person. A button has to confirm it."""
    tr = request.tr
    if message.reply_to_message is None:
        if await require_private_chat(request):
            await _ask_to_delete_everything(message, request)
        return
    delivery = await find_transcript(message, request)
    if delivery is None:
        return
    if delivery.user_id != request.person.user_id and request.access is not Access.OWNER:
        await request.context.stores.audit_log.record(str(request.person.user_id), "refused-delete", delivery.id)
        await request.send(tr("Only who has sent the recording can delete it."), reply_to=message.message_id)
        return
    question = tr("Delete what was said in {name}?", name=delivery.name)
    await request.send(
        question, reply_to=message.message_id, keyboard=Keyboards(tr).confirm_deletion(delivery.id, is_dialog=True)
    )


async def _ask_to_delete_everything(message: Message, request: RequestContext) -> None:
    tr = request.tr
    count, _ = await request.context.stores.personal_records.totals(request.person.user_id)
    question = tr.plural(
        "Delete all that is kept of you: {count} transcript, what you have chosen, and your name?",
        "Delete all that is kept of you: {count} transcripts, what you have chosen, and your name?",
        count,
    )
    stopped = tr("What is under way is stopped. Nothing of it can be brought back.")
    buttons = [button_of(tr("Delete everything"), _CONFIRM), button_of(tr("Keep it"), _DECLINE)]
    await request.send(f"{question}\n{stopped}", reply_to=message.message_id, keyboard=keyboard(buttons))


async def _confirmed(query: CallbackQuery, request: RequestContext, context: BotContext) -> str | None:
    tr = request.tr
    if not request.is_private or not isinstance(query.message, Message):
        await context.sender.answer_button(query.id, tr("This question is of the past. Send /delete again."))
        return None
    await context.sender.answer_button(query.id)
    if query.data == _CONFIRM:
        await _delete_everything(request)
        reply_text = tr("Everything is deleted. What stands in this chat you can clear in Telegram.")
    else:
        reply_text = tr("Nothing was deleted.")
    try:
        await context.sender.edit(request.chat.id, query.message.message_id, Text(reply_text))
    except MessageGone:
        logger.info("The question was deleted")
    return ERASE if query.data == _CONFIRM else None  # The update of this button holds the person's name.


async def _delete_everything(request: RequestContext) -> None:
    """Delete all data of the person. It can be repeated after a crash: what that needs is deleted last."""
    context, user_id = request.context, request.person.user_id
    await context.outbox.cancel_deliveries_of(user_id)
    # The owner's earlier requests, from before the claim, have an ordinary requester.
    requesters = {request.requester, Requester(CHANNEL, str(user_id))}
    for requester in requesters:
        await context.host.queue.forget(requester)
        await context.host.transcripts.delete(await context.stores.personal_records.own_transcripts(user_id, requester))
    await context.stores.person_deletion.forget(Person(user_id, frozenset(requesters)))
    context.events.forget_person(user_id)
    logger.info("A person has deleted all of their data")
