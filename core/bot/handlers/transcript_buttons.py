"""Buttons under transcripts. Their data can be forged, so all of it is looked up and checked."""

import logging
from dataclasses import replace

from aiogram import Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from core.bot.api.errors import ChatMoved, MessageGone, Unreachable
from core.bot.api.message_content import Text
from core.bot.request_context import BotContext, RequestContext
from core.bot.ui.keyboards import Action, ButtonData, Keyboards, button_id, parse_button_data
from core.bot.updates.inbox import ERASE
from core.domain.bot import Access, Delivery, DeliveryKind
from core.domain.bot_records import JournaledDelivery
from core.domain.languages import NATIVE_NAMES
from core.domain.speakers import speakers_of
from core.domain.visible import visible
from core.export import chat_formats
from core.i18n import Translator

logger = logging.getLogger(__name__)


def outdated_button(request: RequestContext) -> str:
    """The notice for an unknown or outdated button."""
    return request.tr("This button is of the past. Send the recording again.")


def make_router() -> Router:
    """The handler of all buttons that no other router takes."""
    router = Router(name="transcript-buttons")
    router.callback_query.register(_button_pressed)
    return router


async def _button_pressed(query: CallbackQuery, request: RequestContext, context: BotContext) -> str | None:
    """Do what the button is for, and answer it in any case: Telegram shows a spinner until then.

    The update of a button that deletes a transcript is erased, too.
    """
    button = parse_button_data(query.data)
    journaled = await context.stores.deliveries.get(button.delivery_id) if button is not None else None
    notice, after = "", None
    if button is None or journaled is None or not isinstance(query.message, Message):
        notice = outdated_button(request)
    elif not await may_use(request, journaled.delivery):
        await context.stores.audit_log.record(str(request.person.user_id), "refused-button", button.action.value)
        notice = request.tr("Only who has sent the recording can use these buttons.")
    elif query.message.chat.id != journaled.delivery.chat_id:
        notice = outdated_button(request)
    else:
        notice = await _ButtonAction(request, context, journaled, query.message).do(button)
        after = ERASE if button.action is Action.DELETE_NOW else None
    await context.sender.answer_button(query.id, notice)
    return after


async def may_use(request: RequestContext, delivery: Delivery) -> bool:
    """Whether this person may use the buttons of a delivery. Raises `TelegramUnreachable`."""
    if delivery.user_id < 0:  # Requested on behalf of a chat, and pressed as a person.
        return await request.may_configure_chat()
    return request.person.user_id == delivery.user_id or request.access is Access.OWNER


class _ButtonAction:
    """A pressed button of a delivery, by a person who may use it."""

    def __init__(
        self, request: RequestContext, context: BotContext, journaled: JournaledDelivery, message: Message
    ) -> None:
        self._request = request
        self._context = context
        self._delivery = journaled.delivery
        self._message_ids = journaled.message_ids
        self._message = message
        self._buttons = Keyboards(Translator(journaled.delivery.interface_language))

    async def do(self, button: ButtonData) -> str:
        """Do what the button is for, and return the notice to show, empty for none."""
        match button.action:
            case Action.CANCEL:
                return await self._cancel()
            case Action.DELETE_NOW:
                return await self._delete()
            case Action.AGAIN:
                return await self._transcribe_again(button.argument)
            case Action.CLOSE | Action.QUESTION:
                await self._close_choices()
                return ""
            case _ if not await self._is_stored():
                return self._request.tr("This recording was deleted.")
            case Action.FILE if button.argument in chat_formats():
                return await self._deliver(DeliveryKind.FILE, formats=(button.argument,))
            case Action.TRANSLATE if button.argument in NATIVE_NAMES:
                await self._close_choices()
                return await self._deliver(DeliveryKind.TRANSLATION, target_language=button.argument)
            case Action.SUMMARIZE:
                return await self._deliver(DeliveryKind.SUMMARY)
            case Action.LANGUAGES:
                await self._show(self._buttons.languages(self._delivery.id))
            case Action.PROVIDERS:
                await self._show(self._buttons.providers(self._delivery.id, self._providers()))
            case Action.DELETE:
                await self._show(self._buttons.confirm_deletion(self._delivery.id))
            case Action.BACK:
                await self._show_usual()
            case Action.SPEAKERS:
                await self._show(self._buttons.speakers(self._delivery.id, await self._speakers()))
            case Action.NAME:
                return await self._ask_name(button.argument)
            case _:  # A format or language of another version, or forged data.
                return outdated_button(self._request)
        return ""

    async def _is_stored(self) -> bool:
        transcript_id = self._delivery.transcript_id
        return transcript_id is not None and await self._context.host.transcripts.get(transcript_id) is not None

    @property
    def _is_separate_message(self) -> bool:
        """Whether the buttons are under a message of their own, such as a question, and not under the transcript."""
        return self._message.message_id not in self._message_ids

    async def _close_choices(self) -> None:
        if self._is_separate_message:
            await self._context.sender.delete(self._message.chat.id, self._message.message_id)
        else:
            await self._show_usual()

    async def _show_usual(self) -> None:
        """Show the buttons of a transcript."""
        keyboard = self._buttons.transcript(self._delivery.id, has_speakers=bool(await self._speakers()))
        await self._show(keyboard)

    async def _speakers(self) -> tuple[str, ...]:
        transcript_id = self._delivery.transcript_id
        stored = await self._context.host.transcripts.get(transcript_id) if transcript_id is not None else None
        return tuple(speaker.name for speaker in speakers_of(stored.transcript)) if stored is not None else ()

    async def _ask_name(self, speaker_id: str) -> str:
        """Ask what a speaker is called; the reply comes to `core.bot.handlers.speaker_names`."""
        speaker = next((name for name in await self._speakers() if button_id(name) == speaker_id), None)
        if speaker is None:
            return outdated_button(self._request)
        question = self._request.tr(
            "What is {speaker} called? Reply to this message with the name.", speaker=visible(speaker)
        )
        keyboard = self._buttons.speaker_question(self._delivery.id, speaker)
        await self._request.send(question, reply_to=self._message.message_id, keyboard=keyboard)
        await self._show_usual()
        return ""

    async def _show(self, keyboard: InlineKeyboardMarkup) -> None:
        try:
            await self._context.sender.edit_keyboard(self._message.chat.id, self._message.message_id, keyboard)
        except (MessageGone, ChatMoved):  # Deleted meanwhile, so no buttons are needed.
            logger.info("The message of the buttons was deleted meanwhile")

    async def _deliver(self, kind: DeliveryKind, *, formats: tuple[str, ...] = (), target_language: str = "") -> str:
        answer = self._message_ids[0] if self._is_separate_message and self._message_ids else self._message.message_id
        delivery = self._request.derived_delivery(self._delivery, kind, reply_to=answer)
        await self._context.outbox.open(
            replace(
                delivery,
                formats=formats,
                target_language=target_language or delivery.target_language,
                interface_language=self._delivery.interface_language,
            )
        )
        return ""

    def _providers(self) -> dict[str, str]:
        """Titles of the providers in use, by name."""
        return {state.name: state.title for state in self._context.host.providers.states}

    async def _transcribe_again(self, provider_id: str) -> str:
        """Transcribe the recording again, by another provider or the same one."""
        job = await self._context.host.queue.find(self._delivery.job_id) if self._delivery.job_id else None
        provider = next((name for name in self._providers() if button_id(name) == provider_id), "")
        if job is None or (provider_id and not provider):
            return outdated_button(self._request)
        await self._request.transcribe(job.source, reply_to=self._delivery.reply_to, provider=provider)
        return ""

    async def _cancel(self) -> str:
        """Cancel the delivery, and delete the button's message if it is orphaned: the answer is in another one."""
        is_orphaned = await self._context.outbox.is_orphaned(self._delivery.id, self._message.message_id)
        was_running = await self._cancel_work()
        if is_orphaned:
            await self._delete_message()
        if was_running:
            return self._request.tr("Cancelled.") if is_orphaned else ""
        if is_orphaned:
            return self._request.tr("This message was left behind. The answer is in another one.")
        return self._request.tr("This has ended already.")

    async def _cancel_work(self) -> bool:
        """Cancel the job or the derivation; False where it has ended."""
        job_id = self._delivery.job_id
        if job_id is None:
            return self._context.outbox.cancel(self._delivery.id)
        job = await self._context.host.queue.find(job_id)
        if job is None or job.state.is_final:
            return False
        await self._context.host.queue.cancel([job_id])
        return True

    async def _delete_message(self) -> None:
        """Delete the button's message; one that is too old to be deleted is edited into a hint."""
        sender, chat_id, message_id = self._context.sender, self._message.chat.id, self._message.message_id
        if await sender.delete(chat_id, message_id):
            return
        hint = self._request.tr("This message was left behind. The answer is in another one.")
        try:
            await sender.edit(chat_id, message_id, Text(hint))
        except (MessageGone, ChatMoved, Unreachable, TelegramBadRequest) as error:
            logger.info("An orphaned message could not be edited: %s", type(error).__name__)

    async def _delete(self) -> str:
        """Delete the person's transcript and its messages. What the owner has in the window, too, stays there."""
        context, transcript_id = self._context, self._delivery.transcript_id
        user_id = self._delivery.user_id
        requester = self._request.requester_of(user_id)
        if transcript_id is None:
            for message_id in self._message_ids:
                await context.sender.delete(self._message.chat.id, message_id)
        else:
            await context.outbox.delete_messages(transcript_id, user_id)
            if await context.stores.ownership.has_other_requester(transcript_id, requester):
                await context.stores.ownership.detach(transcript_id, requester)
            else:
                await context.host.transcripts.delete([transcript_id])
            # Last: until then all of it can be repeated after a crash.
            await context.stores.deliveries.forget(transcript_id, user_id)
        if user_id != self._request.person.user_id:
            await context.stores.audit_log.record(str(self._request.person.user_id), "delete", f"of {user_id}")
        if self._is_separate_message:
            await context.sender.delete(self._message.chat.id, self._message.message_id)
        return self._request.tr("Deleted.")
