"""The menus of commands that Telegram shows.

https://core.telegram.org/bots/features#commands
"""

import logging

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeUnion,
)

from core.bot.api.responses import response_of
from core.bot.command_registry import CommandRegistry, CommandScope
from core.i18n import INTERFACE_LANGUAGES, Translator

logger = logging.getLogger(__name__)


async def set_menus(bot: Bot, commands: CommandRegistry, owner: int) -> None:
    """Set the command menus in every language of the interface; `owner` is a user's id, 0 for none.

    A menu that can't be set stays as it was.
    """
    for language in INTERFACE_LANGUAGES:
        tr = Translator(language)
        private, groups = (commands.menu(scope, tr) for scope in (CommandScope.PRIVATE, CommandScope.GROUPS))
        await _set_menu(bot, BotCommandScopeAllPrivateChats(), private, language)
        await _set_menu(bot, BotCommandScopeAllGroupChats(), groups, language)
    if owner:
        await set_owner_menu(bot, commands, owner)


async def set_owner_menu(bot: Bot, commands: CommandRegistry, owner: int) -> None:
    """Set the menu of the owner's private chat. Telegram refuses that until the owner has written to the bot."""
    for language in INTERFACE_LANGUAGES:
        menu = commands.menu(CommandScope.PRIVATE | CommandScope.OWNER, Translator(language))
        await _set_menu(bot, BotCommandScopeChat(chat_id=owner), menu, language)


async def _set_menu(bot: Bot, scope: BotCommandScopeUnion, commands: dict[str, str], language: str) -> None:
    code = (
        None if language == "en" else language
    )  # The menu without a language is the fallback for all other languages.
    try:
        await response_of(bot.set_my_commands(_menu(commands), scope=scope, language_code=code))
    except AiogramError as error:
        logger.info("A menu could not be set: %s", type(error).__name__)


def _menu(commands: dict[str, str]) -> list[BotCommand]:
    return [BotCommand(command=name, description=description) for name, description in commands.items()]
