"""Who has sent an update: known, let in or refused, and spoken to in their language."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update, User

from core.bot.menus import show_menus
from core.bot.services import Asked, Services, interface_language, message_of, person_of
from core.domain.bot import Access, BotPerson
from core.translate import Translator

logger = logging.getLogger(__name__)

_CHANNEL_USER = 777000
"""As whom Telegram forwards a channel's posts into its group (https://core.telegram.org/bots/api#message)."""

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
        message = message_of(event)
        if message is None or user is None or message.migrate_to_chat_id is not None:
            return await handler(event, data)  # What happens to chats is nobody's request.
        asked = await self._asked(event, user)
        data["asked"] = asked
        logger.info("Update %d: %s in a %s chat", event.update_id, event.event_type, asked.chat.type)
        if asked.access in (Access.OWNER, Access.ALLOWED):
            return await handler(event, data)
        if await self._claims(event, asked):
            data["asked"] = replace(asked, access=Access.OWNER)
            return await handler(event, data)
        await self._refuse(event, asked)
        return None

    async def _asked(self, update: Update, user: User) -> Asked:
        services = self._services
        message = message_of(update)
        assert message is not None
        person = person_of(user)
        if not user.is_bot and user.id != _CHANNEL_USER:
            await services.people.seen(person)
        preferences = await services.preferences.get(message.chat.id)
        return Asked(
            services,
            update.update_id,
            person,
            services.access(user.id, message.chat.id),
            message.chat,
            message.message_thread_id if message.is_topic_message else None,
            preferences,
            Translator(interface_language(preferences, person)),
        )

    async def _claims(self, update: Update, asked: Asked) -> bool:
        """Whether this is the owner, who opens the link that Notula shows to nobody else."""
        settings = self._services.host.settings
        text = update.message.text if update.message is not None and asked.is_private else None
        if settings.bot_owner or text != f"/start {self._claim_code}":
            return False
        await self._services.host.change_settings(settings.changed(bot_owner=asked.person.user_id), ["bot_owner"])
        await self._services.audit.record(str(asked.person.user_id), "claim")
        await show_menus(self._services.bot, asked.person.user_id)
        return True

    async def _refuse(self, update: Update, asked: Asked) -> None:
        """Say it once, and in groups not at all: there anybody may be talking to somebody else."""
        who = asked.person
        logger.info("Refused update %d of %d: %s", update.update_id, who.user_id, asked.access)
        if update.callback_query is not None:
            await self._services.courier.answer(update.callback_query.id)
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


def _described(person: BotPerson) -> str:
    return f"{person.name} @{person.username}" if person.username else person.name
