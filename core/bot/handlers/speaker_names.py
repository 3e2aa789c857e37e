"""Replies to the question what a speaker is called. The person and all that the question says are checked."""

from aiogram import Router
from aiogram.types import Message

from core.bot.handlers.transcript_buttons import may_use, outdated_button
from core.bot.request_context import BotContext, RequestContext
from core.bot.ui.keyboards import ButtonData, button_id
from core.bot.ui.speaker_question import question_answered
from core.domain.bot import Delivery
from core.domain.errors import SpeakersError
from core.domain.speakers import speaker_name, speakers_of


def make_router() -> Router:
    """The handler of these replies, which comes before those of other texts."""
    router = Router(name="speaker-names")
    router.message.register(_named, _answers_question)
    return router


async def _answers_question(message: Message, context: BotContext) -> dict[str, ButtonData] | bool:
    """Whether this is such a reply; hands the question's data to the handler."""
    question = question_answered(message, context.bot.id)
    return {"question": question} if question is not None else False


async def _named(message: Message, request: RequestContext, context: BotContext, question: ButtonData) -> None:
    """Give the speaker that name, and show it in the messages with the transcript."""
    tr = request.tr
    journaled = await context.stores.deliveries.get(question.delivery_id)
    if journaled is None or journaled.delivery.chat_id != request.chat.id:
        answer = outdated_button(request)
    elif not await may_use(request, journaled.delivery):
        await context.stores.audit_log.record(str(request.person.user_id), "refused-button", question.action.value)
        answer = tr("Only who has sent the recording can use these buttons.")
    else:
        try:
            answer = await _name(message.text or "", request, context, journaled.delivery, question.argument)
        except SpeakersError as error:  # The question stays for another reply.
            answer = tr.message(error.message)
        else:
            assert message.reply_to_message is not None
            await context.sender.delete(request.chat.id, message.reply_to_message.message_id)
    await request.send(answer, reply_to=message.message_id)


async def _name(text: str, request: RequestContext, context: BotContext, delivery: Delivery, speaker_id: str) -> str:
    """Give the name, and return what to answer. Raises `SpeakersError`."""
    tr = request.tr
    stored = await context.host.transcripts.get(delivery.transcript_id) if delivery.transcript_id is not None else None
    if stored is None:
        return tr("This recording was deleted.")
    speakers = [speaker.name for speaker in speakers_of(stored.transcript)]
    speaker = next((name for name in speakers if button_id(name) == speaker_id), None)
    if speaker is None:  # Named in the meantime.
        return outdated_button(request)
    name = speaker_name(text)
    if await context.host.transcripts.name_speakers(stored.entry.id, {speaker: name}) is None:
        return tr("This recording was deleted.")
    await context.outbox.show_again(stored.entry.id, delivery.user_id)
    if delivery.user_id != request.person.user_id:
        await context.stores.audit_log.record(str(request.person.user_id), "name-speaker", f"of {delivery.user_id}")
    if name in speakers and name != speaker:
        return tr("{speakers} are one speaker now: {name}.", speakers=f"{name}, {speaker}", name=name)
    return tr("{speaker} is called {name} now.", speaker=speaker, name=name)
