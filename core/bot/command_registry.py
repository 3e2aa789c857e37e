"""What the bot knows of each of its commands; `core.bot.command_table` lists them.

Menus, /help, routers and rights are all made of this.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Flag, StrEnum, auto

from core.i18n import Translator

Handler = Callable[..., Awaitable[object]]


class CommandScope(Flag):
    """The menus that show a command (https://core.telegram.org/bots/features#command-scopes)."""

    HIDDEN = 0
    PRIVATE = auto()
    """Everybody's chat with the bot."""
    GROUPS = auto()
    OWNER = auto()
    """The owner's chat with the bot, which shows the private ones, too."""


class CommandRights(StrEnum):
    """Who may use a command, of those who may use the bot in that chat at all."""

    EVERYBODY = "everybody"
    CHAT_ADMINS = "chat-admins"
    """In a group its admins, in a private chat everybody. Others are told so."""
    OWNER = "owner"
    """The bot's owner, in their private chat. For others there is no such command."""


@dataclass(frozen=True, slots=True)
class BotCommand:
    """One command. `description` is a sentence for menus, translatable.

    `handler` is called as aiogram calls handlers: with the message, and by name with `command` (aiogram's
    `CommandObject`), `request` and `context` where it has such parameters.
    """

    name: str
    description: str
    scope: CommandScope
    rights: CommandRights
    handler: Handler
    group_position: int = 0
    """Its place in the menu of groups, where other commands come first than in a private chat."""
    has_start_link: bool = False
    """Whether a link with `?start=` and the name runs it, too (https://core.telegram.org/bots/features#deep-linking)."""


class CommandRegistry:
    """All commands, in the order of the private menu."""

    def __init__(self, commands: Sequence[BotCommand]) -> None:
        assert len({command.name for command in commands}) == len(commands)
        self._commands = tuple(commands)

    def __iter__(self) -> Iterator[BotCommand]:
        return iter(self._commands)

    def menu(self, scope: CommandScope, tr: Translator) -> dict[str, str]:
        """Descriptions by name, of the commands that any of these scopes shows."""
        shown = [command for command in self._commands if command.scope & scope]
        if scope is CommandScope.GROUPS:
            shown.sort(key=lambda command: command.group_position)
        return {command.name: tr(command.description) for command in shown}
