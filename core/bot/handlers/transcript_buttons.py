"""Buttons under transcripts. What they send is anybody's to make up, so everything in it is looked up and checked."""

import logging
from dataclasses import replace

from aiogram import Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from core.bot.api.errors import ChatMoved, MessageGone, Unreachable
from core.bot.api.message_content import Text
from core.bot.request_context import Asked, Services
from core.bot.ui.keyboards import FILE_FORMATS, Action, Buttons, Press, provider_mark, read_press
from core.bot.updates.inbox import ERASE
from core.domain.bot import Access, Delivery, DeliveryKind
from core.domain.bot_records import JournaledDelivery
from core.domain.languages import NATIVE_NAMES
from core.i18n import Translator

logger = logging.getLogger(__name__)


def of_the_past(asked: Asked) -> str:
    """What is said of a button that nobody knows, or knows any more."""
    return asked.tr("This button is of the past. Send the recording again.")


def make_router() -> Router:
    """The handlers of buttons."""
    router = Router(name="presses")
    router.callback_query.register(_pressed)
    return router


async def _pressed(query: CallbackQuery, asked: Asked, services: Services) -> str | None:
    """Find out what was pressed, do it, and always answer: until then Telegram shows that it waits.

    The press by which something is deleted is erased, too.
    """
    press = read_press(query.data)
    journaled = await services.deliveries.get(press.delivery_id) if press is not None else None
    notice, after = "", None
    if press is None or journaled is None or not isinstance(query.message, Message):
        notice = of_the_past(asked)
    elif not await _may_press(asked, journaled.delivery):
        await services.audit.record(str(asked.person.user_id), "refused-button", press.action.value)
        notice = asked.tr("Only who has sent the recording can use these buttons.")
    elif query.message.chat.id != journaled.delivery.chat_id:
        notice = of_the_past(asked)
    else:
        notice = await _Pressed(asked, services, journaled, query.message).do(press)
        after = ERASE if press.action is Action.DELETE_NOW else None
    await services.courier.answer(query.id, notice)
    return after


async def _may_press(asked: Asked, delivery: Delivery) -> bool:
    if delivery.user_id < 0:  # Somebody spoke for a chat, and presses as a person.
        return await asked.decides_for_chat()
    return asked.person.user_id == delivery.user_id or asked.access is Access.OWNER


class _Pressed:
    """A button of somebody's own delivery."""

    def __init__(self, asked: Asked, services: Services, journaled: JournaledDelivery, message: Message) -> None:
        self._asked = asked
        self._services = services
        self._delivery = journaled.delivery
        self._message_ids = journaled.message_ids
        self._message = message
        self._buttons = Buttons(Translator(journaled.delivery.interface_language))

    async def do(self, press: Press) -> str:
        """Do what the button is for; what to show for a moment, or nothing."""
        match press.action:
            case Action.CANCEL:
                return await self._cancel()
            case Action.DELETE_NOW:
                return await self._delete()
            case Action.AGAIN:
                return await self._again(press.argument)
            case Action.CLOSE:
                await self._leave_choices()
                return ""
            case _ if not await self._is_there():
                return self._asked.tr("This recording was deleted.")
            case Action.FILE if press.argument in FILE_FORMATS:
                return await self._deliver(DeliveryKind.FILE, formats=(press.argument,))
            case Action.TRANSLATE if press.argument in NATIVE_NAMES:
                await self._leave_choices()
                return await self._deliver(DeliveryKind.TRANSLATION, target_language=press.argument)
            case Action.SUMMARIZE:
                return await self._deliver(DeliveryKind.SUMMARY)
            case Action.LANGUAGES:
                await self._show(self._buttons.languages(self._delivery.id))
            case Action.PROVIDERS:
                await self._show(self._buttons.providers(self._delivery.id, self._providers()))
            case Action.DELETE:
                await self._show(self._buttons.really_delete(self._delivery.id))
            case Action.BACK:
                await self._show(self._buttons.transcript(self._delivery.id))
            case _:  # A format or language of another version, or made up.
                return of_the_past(self._asked)
        return ""

    async def _is_there(self) -> bool:
        transcript_id = self._delivery.transcript_id
        return transcript_id is not None and await self._services.host.transcripts.get(transcript_id) is not None

    @property
    def _is_dialog(self) -> bool:
        """Whether the buttons are under a question that was asked apart, and not under the answer itself."""
        return self._message.message_id not in self._message_ids

    async def _leave_choices(self) -> None:
        if self._is_dialog:
            await self._services.courier.forget(self._message.chat.id, self._message.message_id)
        else:
            await self._show(self._buttons.transcript(self._delivery.id))

    async def _show(self, keyboard: InlineKeyboardMarkup) -> None:
        try:
            await self._services.courier.edit_keyboard(self._message.chat.id, self._message.message_id, keyboard)
        except (MessageGone, ChatMoved):  # Deleted meanwhile: whoever did that wants no buttons.
            logger.info("There are no buttons to change any more")

    async def _deliver(self, kind: DeliveryKind, *, formats: tuple[str, ...] = (), target_language: str = "") -> str:
        answer = self._message_ids[0] if self._is_dialog and self._message_ids else self._message.message_id
        owed = self._asked.owed_of(self._delivery, kind, reply_to=answer)
        await self._services.desk.open(
            replace(
                owed,
                formats=formats,
                target_language=target_language or owed.target_language,
                interface_language=self._delivery.interface_language,
            )
        )
        return ""

    def _providers(self) -> dict[str, str]:
        """Whom the owner has in use."""
        return {state.name: state.title for state in self._services.host.providers.states}

    async def _again(self, mark: str) -> str:
        """The same recording by another provider, or once more."""
        job = await self._services.host.job(self._delivery.job_id) if self._delivery.job_id else None
        provider = next((name for name in self._providers() if provider_mark(name) == mark), "")
        if job is None or (mark and not provider):
            return of_the_past(self._asked)
        await self._asked.transcribe(job.source, reply_to=self._delivery.reply_to, provider=provider)
        return ""

    async def _cancel(self) -> str:
        """Stop it, and take away a message that was left behind: the answer will be, or is, in another one."""
        is_left_behind = await self._services.desk.is_left_behind(self._delivery.id, self._message.message_id)
        was_under_way = await self._stop()
        if is_left_behind:
            await self._take_away()
        if was_under_way:
            return self._asked.tr("Cancelled.") if is_left_behind else ""
        if is_left_behind:
            return self._asked.tr("This message was left behind. The answer is in another one.")
        return self._asked.tr("This has ended already.")

    async def _stop(self) -> bool:
        """Whether there was anything to stop."""
        job_id = self._delivery.job_id
        if job_id is None:
            return self._services.desk.cancel(self._delivery.id)
        job = await self._services.host.job(job_id)
        if job is None or job.state.is_final:
            return False
        await self._services.host.cancel([job_id])
        return True

    async def _take_away(self) -> None:
        """Delete the message under which was pressed; one that is too old for that says where to look instead."""
        courier, chat_id, message_id = self._services.courier, self._message.chat.id, self._message.message_id
        if await courier.forget(chat_id, message_id):
            return
        instead = self._asked.tr("This message was left behind. The answer is in another one.")
        try:
            await courier.edit(chat_id, message_id, Text(instead))
        except (MessageGone, ChatMoved, Unreachable, TelegramBadRequest) as error:
            logger.info("A message that was left behind stays: %s", type(error).__name__)

    async def _delete(self) -> str:
        """The transcript and what was sent of it; of one that somebody else has, too, only this person's answer."""
        services, transcript_id = self._services, self._delivery.transcript_id
        user_id = self._delivery.user_id
        requester = self._asked.requester_of(user_id)
        if transcript_id is None:
            for message_id in self._message_ids:
                await services.courier.forget(self._message.chat.id, message_id)
        elif await services.ownership.is_anothers(transcript_id, user_id, requester):
            await services.desk.take_back(transcript_id, user_id)
            await services.ownership.give_up(transcript_id, requester)
            await services.deliveries.forget(transcript_id, user_id)  # Last: till then it may all be done again.
        else:
            await services.desk.take_back(transcript_id)
            await services.host.transcripts.delete([transcript_id])
            await services.deliveries.forget(transcript_id, None)
        if user_id != self._asked.person.user_id:
            await services.audit.record(str(self._asked.person.user_id), "delete", f"of {user_id}")
        if self._is_dialog:
            await services.courier.forget(self._message.chat.id, self._message.message_id)
        return self._asked.tr("Deleted.")
