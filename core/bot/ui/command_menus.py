"""The commands: what each is for, and the menus that Telegram shows of them.

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

from core.bot.api.responses import answer_of
from core.i18n import INTERFACE_LANGUAGES, Translator

logger = logging.getLogger(__name__)

_IN_GROUPS = ("transcribe", "translate", "summary", "export", "settings", "status", "cancel", "help")


def for_everybody(tr: Translator) -> dict[str, str]:
    """Commands for all who may use the bot, with what each does."""
    return {
        "help": tr("what I can do"),
        "settings": tr("languages, files, and who transcribes"),
        "history": tr("what I have transcribed for you"),
        "search": tr("find something that was said"),
        "export": tr("a text as a file, or all of them"),
        "translate": tr("a text in another language"),
        "summary": tr("what a recording is about"),
        "status": tr("what is under way"),
        "cancel": tr("stop what is under way"),
        "provider": tr("who transcribes"),
        "model": tr("by which model"),
        "language": tr("which language is spoken"),
        "stats": tr("how much it was so far"),
        "delete": tr("delete a text, or all that is kept of you"),
        "privacy": tr("what is kept of yours"),
    }


def in_groups(tr: Translator) -> dict[str, str]:
    """Those that make sense where others read along."""
    known = {"transcribe": tr("as a reply to a recording"), **for_everybody(tr)}
    return {name: known[name] for name in _IN_GROUPS}


def for_owner(tr: Translator) -> dict[str, str]:
    """Those of the owner alone."""
    return {
        "users": tr("who has written"),
        "allow": tr("let somebody use the bot"),
        "block": tr("keep somebody out"),
        "broadcast": tr("tell everybody something"),
        "limits": tr("how much people may ask for"),
        "health": tr("how the bot is doing"),
    }


async def show_menus(bot: Bot, owner: int) -> None:
    """Tell Telegram what to show, in every language. Where that fails, a menu stays as it was; nothing else does."""
    for language in INTERFACE_LANGUAGES:
        tr = Translator(language)
        await _show(bot, BotCommandScopeAllPrivateChats(), for_everybody(tr), language)
        await _show(bot, BotCommandScopeAllGroupChats(), in_groups(tr), language)
    if owner:
        await show_owners_menus(bot, owner)


async def show_owners_menus(bot: Bot, owner: int) -> None:
    """The owner's. Telegram takes none for somebody who has never written to the bot."""
    for language in INTERFACE_LANGUAGES:
        tr = Translator(language)
        await _show(bot, BotCommandScopeChat(chat_id=owner), {**for_everybody(tr), **for_owner(tr)}, language)


async def _show(bot: Bot, scope: BotCommandScopeUnion, commands: dict[str, str], language: str) -> None:
    code = None if language == "en" else language  # English is for all whose language there isn't.
    try:
        await answer_of(bot.set_my_commands(_menu(commands), scope=scope, language_code=code))
    except AiogramError as error:
        logger.info("A menu could not be set: %s", type(error).__name__)


def _menu(commands: dict[str, str]) -> list[BotCommand]:
    return [BotCommand(command=name, description=description) for name, description in commands.items()]
