"""Access control: who has sent an update, and whether they may use the bot."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Chat, Message, TelegramObject, Update, User

from core.bot.request_context import BotContext, RequestContext, interface_language, person_of
from core.bot.ui.event_texts import update_text
from core.bot.ui.speaker_question import question_answered
from core.domain.bot import Access, BotPerson, ChatPreferences
from core.domain.bot_events import BotEventKind
from core.i18n import Translator

logger = logging.getLogger(__name__)

_ANONYMOUS_SENDERS = frozenset({777000, 1087968824, 136817688})
"""Ids that Telegram puts in `from` where a message is sent on behalf of a chat: a channel's post in its group, an
anonymous admin, a channel that writes in a group (https://core.telegram.org/bots/api#message). The chat itself is in
`sender_chat`."""

_MAX_REMEMBERED_REFUSALS = 10_000


class AccessMiddleware(BaseMiddleware):
    """Gives handlers `request` and `context`, and drops updates of people who may not use the bot."""

    def __init__(self, context: BotContext, claim_code: str) -> None:
        """`claim_code` makes the person who sends it with /start the owner, while there is none."""
        self._context = context
        self._claim_code = claim_code
        self._refused_people: set[int] = set()

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Pass the update on to its handler, or refuse it."""
        assert isinstance(event, Update)
        data["context"] = self._context
        user: User | None = data.get("event_from_user")
        message, query = event.message, event.callback_query
        if message is None and query is None:
            return await handler(event, data)  # A change of a chat, which is no request of a person.
        if message is not None and (message.migrate_to_chat_id or message.migrate_from_chat_id):
            return await handler(event, data)
        if message is not None and self._is_group_conversation(message):
            return None
        chat = message.chat if message is not None else _chat_of_button(event)
        if user is None or chat is None:
            await self._answer_button(event, self._outdated_button_notice(user))
            return None
        request = data["request"] = await self._request_of(event, user, chat)
        logger.info("Update %d: %s in a %s chat", event.update_id, event.event_type, request.chat.type)
        if await self._claim_ownership(event, request):
            data["request"] = replace(request, access=Access.OWNER)
        elif request.access not in (Access.OWNER, Access.ALLOWED):
            await self._refuse(event, request)
            return None
        self._note_message(event, request)
        return await handler(event, data)

    def _is_group_conversation(self, message: Message) -> bool:
        """Whether people in a group talk to each other: no media, command, mention of the bot or reply to it."""
        text = (message.text or "/").casefold()
        is_text = message.chat.type in ("group", "supergroup") and not text.startswith("/")
        if not is_text or f"@{self._context.username}".casefold() in text:
            return False
        return question_answered(message, self._context.bot.id) is None

    async def _request_of(self, update: Update, user: User, chat: Chat) -> RequestContext:
        context = self._context
        message = update.message or (update.callback_query and update.callback_query.message)
        person = _author(update, user)
        if chat.type == "private":
            await context.stores.people.seen(person)
        preferences = await context.stores.preferences.get(chat.id)
        return RequestContext(
            context=context,
            update_id=update.update_id,
            person=person,
            access=context.access(person.user_id, chat.id),
            chat=chat,
            thread_id=message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None,
            preferences=preferences,
            tr=Translator(interface_language(preferences, person)),
        )

    async def _claim_ownership(self, update: Update, request: RequestContext) -> bool:
        """Whether this is /start with the claim code, and has made the person the owner."""
        settings = self._context.host.settings
        text = update.message.text if update.message is not None and request.is_private else None
        if settings.bot_owner or text != f"/start {self._claim_code}":
            return False
        if not await self._context.host.claim(request.person.user_id):
            return False
        await self._context.stores.audit_log.record(str(request.person.user_id), "claim")
        return True

    async def _refuse(self, update: Update, request: RequestContext) -> None:
        """Refuse an update: once a person with an answer, in groups silently, as it may be for another bot."""
        person = request.person
        logger.info("Refused update %d of %d: %s", update.update_id, person.user_id, request.access)
        await self._answer_button(update)
        if not request.is_private or person.user_id in self._refused_people or request.access is Access.BLOCKED:
            return
        if len(self._refused_people) >= _MAX_REMEMBERED_REFUSALS:
            self._refused_people.clear()
        self._refused_people.add(person.user_id)
        await self._context.stores.audit_log.record(str(person.user_id), "refused", _display_name(person))
        await request.send(
            request.tr(
                "This bot is private. Its owner can let you in; tell them your number: {number}.", number=person.user_id
            )
        )

    def _note_message(self, update: Update, request: RequestContext) -> None:
        """Note that somebody has sent something, and of what kind it is; not what it says."""
        person = request.person
        text = update_text(update, request.context.commands)
        self._context.events.note(BotEventKind.MESSAGE, text, actor=str(person.user_id), name=_display_name(person))

    async def _answer_button(self, update: Update, notice: str = "") -> None:
        """Answer a pressed button, which shows a spinner until then."""
        if update.callback_query is not None:
            await self._context.sender.answer_button(update.callback_query.id, notice)

    def _outdated_button_notice(self, user: User | None) -> str:
        """The notice for a button whose message Telegram doesn't send any more; empty for people without access."""
        if user is None or self._context.access(user.id, user.id) not in (Access.OWNER, Access.ALLOWED):
            return ""
        tr = Translator(interface_language(ChatPreferences(), person_of(user)))
        return tr("This button is of the past. Send the recording again.")


def _chat_of_button(update: Update) -> Chat | None:
    """The chat of a pressed button. Telegram sends it even for old, inaccessible messages."""
    query = update.callback_query
    return query.message.chat if query is not None and query.message is not None else None


def _author(update: Update, user: User) -> BotPerson:
    """The person, or the chat on whose behalf a message is sent, whose id is negative."""
    sender_chat = update.message.sender_chat if update.message is not None else None
    if user.id in _ANONYMOUS_SENDERS and sender_chat is not None:
        return BotPerson(sender_chat.id, sender_chat.title or "")
    return person_of(user)


def _display_name(person: BotPerson) -> str:
    return f"{person.name} @{person.username}" if person.username else person.name
