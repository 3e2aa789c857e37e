"""Who has sent an update: known, let in or refused, and spoken to in their language."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Chat, Message, TelegramObject, Update, User

from core.bot.request_context import Asked, Services, interface_language, person_of
from core.domain.bot import Access, BotPerson, ChatPreferences
from core.i18n import Translator

logger = logging.getLogger(__name__)

_STAND_INS = frozenset({777000, 1087968824, 136817688})
"""As whom Telegram shows who speaks for a chat: a channel's posts in its group, admins whom nobody sees, channels that
write in groups (https://core.telegram.org/bots/api#message, `from`). The chat itself is in `sender_chat`."""

_MOST_TOLD = 10_000


class People(BaseMiddleware):
    """Gives handlers `asked`, and passes on nothing of whoever may not use the bot."""

    def __init__(self, services: Services, claim_code: str) -> None:
        """`claim_code` makes whoever sends it with /start the owner, as long as there is none."""
        self._services = services
        self._claim_code = claim_code
        self._told: set[int] = set()

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Let in or refuse whoever has sent the update."""
        assert isinstance(event, Update)
        data["services"] = self._services
        user: User | None = data.get("event_from_user")
        message, query = event.message, event.callback_query
        if message is None and query is None:
            return await handler(event, data)  # What happens to chats is nobody's request.
        if message is not None and (message.migrate_to_chat_id or message.migrate_from_chat_id):
            return await handler(event, data)
        if message is not None and self._is_talk(message):
            return None
        chat = message.chat if message is not None else _chat_of_button(event)
        if user is None or chat is None:
            await self._end_waiting(event, self._past(user))
            return None
        asked = data["asked"] = await self._asked(event, user, chat)
        logger.info("Update %d: %s in a %s chat", event.update_id, event.event_type, asked.chat.type)
        if await self._claims(event, asked):
            data["asked"] = replace(asked, access=Access.OWNER)
        elif asked.access not in (Access.OWNER, Access.ALLOWED):
            await self._refuse(event, asked)
            return None
        return await handler(event, data)

    def _is_talk(self, message: Message) -> bool:
        """Whether it is what people in groups say to each other, of which nothing is looked at and nothing kept."""
        text = (message.text or "/").casefold()
        is_said = message.chat.type in ("group", "supergroup") and not text.startswith("/")
        return is_said and f"@{self._services.username}".casefold() not in text

    async def _asked(self, update: Update, user: User, chat: Chat) -> Asked:
        services = self._services
        message = update.message or (update.callback_query and update.callback_query.message)
        person = _who_speaks(update, user)
        if chat.type == "private":
            await services.people.seen(person)
        preferences = await services.preferences.get(chat.id)
        return Asked(
            services,
            update.update_id,
            person,
            services.access(person.user_id, chat.id),
            chat,
            message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None,
            preferences,
            Translator(interface_language(preferences, person)),
        )

    async def _claims(self, update: Update, asked: Asked) -> bool:
        """Whether this is the owner, who opens the link that Notula shows to nobody else."""
        settings = self._services.host.settings
        text = update.message.text if update.message is not None and asked.is_private else None
        if settings.bot_owner or text != f"/start {self._claim_code}":
            return False
        if not await self._services.host.claim(asked.person.user_id):
            return False
        await self._services.audit.record(str(asked.person.user_id), "claim")
        return True

    async def _refuse(self, update: Update, asked: Asked) -> None:
        """Say it once, and in groups not at all: there anybody may be talking to somebody else."""
        who = asked.person
        logger.info("Refused update %d of %d: %s", update.update_id, who.user_id, asked.access)
        await self._end_waiting(update)
        if not asked.is_private or who.user_id in self._told or asked.access is Access.BLOCKED:
            return
        if len(self._told) >= _MOST_TOLD:
            self._told.clear()
        self._told.add(who.user_id)
        await self._services.audit.record(str(who.user_id), "refused", _described(who))
        await asked.say(
            asked.tr(
                "This bot is private. Its owner can let you in; tell them your number: {number}.", number=who.user_id
            )
        )

    async def _end_waiting(self, update: Update, notice: str = "") -> None:
        """A pressed button shows that it waits until it is answered."""
        if update.callback_query is not None:
            await self._services.courier.answer(update.callback_query.id, notice)

    def _past(self, user: User | None) -> str:
        """What somebody who may use the bot is told of a button whose message Telegram doesn't know any more."""
        if user is None or self._services.access(user.id, user.id) not in (Access.OWNER, Access.ALLOWED):
            return ""
        tr = Translator(interface_language(ChatPreferences(), person_of(user)))
        return tr("This button is of the past. Send the recording again.")


def _chat_of_button(update: Update) -> Chat | None:
    """Where the message is under which a button was pressed; Telegram knows that even of old messages."""
    query = update.callback_query
    return query.message.chat if query is not None and query.message is not None else None


def _who_speaks(update: Update, user: User) -> BotPerson:
    """A person, or the chat in whose name somebody speaks, whose number is negative."""
    behind = update.message.sender_chat if update.message is not None else None
    if user.id in _STAND_INS and behind is not None:
        return BotPerson(behind.id, behind.title or "")
    return person_of(user)


def _described(person: BotPerson) -> str:
    return f"{person.name} @{person.username}" if person.username else person.name
