"""Who may use a command; `core.bot.command_registry.CommandRights` has the kinds."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.flags import get_flag
from aiogram.types import Message, TelegramObject

from core.bot.command_registry import BotCommand, CommandRights
from core.bot.request_context import RequestContext
from core.domain.bot import Access

COMMAND_FLAG = "bot_command"
"""The aiogram flag of a command's handler that holds its `BotCommand`."""


class CommandRightsMiddleware(BaseMiddleware):
    """Refuses the commands of chat admins to others, who are told so."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Call the handler if the person has the right. Raises `TelegramUnreachable` where that can't be found out."""
        command: BotCommand = get_flag(data, COMMAND_FLAG)
        request: RequestContext = data["request"]
        assert isinstance(event, Message)
        if command.rights is CommandRights.CHAT_ADMINS and not await request.may_configure_chat():
            await request.send(request.tr("Only admins of this group can choose that."), reply_to=event.message_id)
            return None
        return await handler(event, data)


async def is_owner(event: TelegramObject, request: RequestContext) -> bool:
    """A filter: whether the bot's owner has sent this."""
    return request.access is Access.OWNER
