"""Who has sent an update: known, let in or refused, and spoken to in their language."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Chat, Message, TelegramObject, Update, User

from core.bot.request_context import BotContext, RequestContext, interface_language, person_of
from core.domain.bot import Access, BotPerson, ChatPreferences
from core.i18n import Translator

logger = logging.getLogger(__name__)

_ANONYMOUS_SENDERS = frozenset({777000, 1087968824, 136817688})
"""As whom Telegram shows who speaks for a chat: a channel's posts in its group, admins whom nobody sees, channels that
write in groups (https://core.telegram.org/bots/api#message, `from`). The chat itself is in `sender_chat`."""

_MAX_REMEMBERED_REFUSALS = 10_000


class AccessMiddleware(BaseMiddleware):
    """Gives handlers `request`, and passes on nothing of whoever may not use the bot."""

    def __init__(self, context: BotContext, claim_code: str) -> None:
        """`claim_code` makes whoever sends it with /start the owner, as long as there is none."""
        self._context = context
        self._claim_code = claim_code
        self._refused_people: set[int] = set()

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Let in or refuse whoever has sent the update."""
        assert isinstance(event, Update)
        data["context"] = self._context
        user: User | None = data.get("event_from_user")
        message, query = event.message, event.callback_query
        if message is None and query is None:
            return await handler(event, data)  # What happens to chats is nobody's request.
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
        return await handler(event, data)

    def _is_group_conversation(self, message: Message) -> bool:
        """Whether it is what people in groups say to each other, of which nothing is looked at and nothing kept."""
        text = (message.text or "/").casefold()
        is_said = message.chat.type in ("group", "supergroup") and not text.startswith("/")
        return is_said and f"@{self._context.username}".casefold() not in text

    async def _request_of(self, update: Update, user: User, chat: Chat) -> RequestContext:
        context = self._context
        message = update.message or (update.callback_query and update.callback_query.message)
        person = _author(update, user)
        if chat.type == "private":
            await context.stores.people.seen(person)
        preferences = await context.stores.preferences.get(chat.id)
        return RequestContext(
            context,
            update.update_id,
            person,
            context.access(person.user_id, chat.id),
            chat,
            message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None,
            preferences,
            Translator(interface_language(preferences, person)),
        )

    async def _claim_ownership(self, update: Update, request: RequestContext) -> bool:
        """Whether this is the owner, who opens the link that Notula shows to nobody else."""
        settings = self._context.host.settings
        text = update.message.text if update.message is not None and request.is_private else None
        if settings.bot_owner or text != f"/start {self._claim_code}":
            return False
        if not await self._context.host.claim(request.person.user_id):
            return False
        await self._context.stores.audit_log.record(str(request.person.user_id), "claim")
        return True

    async def _refuse(self, update: Update, request: RequestContext) -> None:
        """Say it once, and in groups not at all: there anybody may be talking to somebody else."""
        who = request.person
        logger.info("Refused update %d of %d: %s", update.update_id, who.user_id, request.access)
        await self._answer_button(update)
        if not request.is_private or who.user_id in self._refused_people or request.access is Access.BLOCKED:
            return
        if len(self._refused_people) >= _MAX_REMEMBERED_REFUSALS:
            self._refused_people.clear()
        self._refused_people.add(who.user_id)
        await self._context.stores.audit_log.record(str(who.user_id), "refused", _display_name(who))
        await request.send(
            request.tr(
                "This bot is private. Its owner can let you in; tell them your number: {number}.", number=who.user_id
            )
        )

    async def _answer_button(self, update: Update, notice: str = "") -> None:
        """A pressed button shows that it waits until it is answered."""
        if update.callback_query is not None:
            await self._context.sender.answer_button(update.callback_query.id, notice)

    def _outdated_button_notice(self, user: User | None) -> str:
        """What somebody who may use the bot is told of a button whose message Telegram doesn't know any more."""
        if user is None or self._context.access(user.id, user.id) not in (Access.OWNER, Access.ALLOWED):
            return ""
        tr = Translator(interface_language(ChatPreferences(), person_of(user)))
        return tr("This button is of the past. Send the recording again.")


def _chat_of_button(update: Update) -> Chat | None:
    """Where the message is under which a button was pressed; Telegram knows that even of old messages."""
    query = update.callback_query
    return query.message.chat if query is not None and query.message is not None else None


def _author(update: Update, user: User) -> BotPerson:
    """A person, or the chat in whose name somebody speaks, whose number is negative."""
    behind = update.message.sender_chat if update.message is not None else None
    if user.id in _ANONYMOUS_SENDERS and behind is not None:
        return BotPerson(behind.id, behind.title or "")
    return person_of(user)


def _display_name(person: BotPerson) -> str:
    return f"{person.name} @{person.username}" if person.username else person.name
