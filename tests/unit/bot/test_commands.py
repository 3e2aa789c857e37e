"""All that is known of a command is in one table, and there is no command beside it."""

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from aiogram import Router
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.filters import Command

from core.bot.command_registry import BotCommand, CommandRegistry, CommandRights, CommandScope
from core.bot.command_table import COMMANDS
from core.bot.dispatcher import COMMAND_ROUTER, dispatcher_of
from core.bot.middlewares.command_rights import COMMAND_FLAG, is_owner
from core.i18n import INTERFACE_LANGUAGES, Translator

each_command = pytest.mark.parametrize("command", list(COMMANDS), ids=lambda command: command.name)


def handlers(router: Router) -> Iterator[tuple[Router, HandlerObject]]:
    for each in router.chain_tail:
        for observer in each.observers.values():
            yield from ((each, handler) for handler in observer.handlers)


def commands_of(handler: HandlerObject) -> list[str]:
    words = [filter_.callback for filter_ in handler.filters or () if isinstance(filter_.callback, Command)]
    return [str(name) for command in words for name in command.commands]


def all_handlers() -> list[tuple[Router, HandlerObject]]:
    return list(handlers(dispatcher_of(SimpleNamespace(commands=COMMANDS))))  # type: ignore[arg-type]


@each_command
def test_a_command_has_all_that_its_menus_rights_and_router_need(command: BotCommand) -> None:
    assert re.fullmatch(r"[a-z]{1,32}", command.name)  # https://core.telegram.org/bots/api#botcommand
    assert 0 < len(command.description) <= 256
    assert isinstance(command.scope, CommandScope)
    assert command.scope or command.name == "start"
    assert isinstance(command.rights, CommandRights)
    assert (command.scope == CommandScope.OWNER) == (command.rights is CommandRights.OWNER)
    assert bool(command.group_position) == (CommandScope.GROUPS in command.scope)
    assert callable(command.handler)
    assert (command.handler.__doc__ or "").startswith(f"/{command.name}")


@each_command
@pytest.mark.parametrize("language", [code for code in INTERFACE_LANGUAGES if code != "en"])
def test_a_command_is_described_in_every_language(command: BotCommand, language: str) -> None:
    assert Translator(language)(command.description) != command.description


@each_command
def test_a_command_runs_its_handler_for_those_who_have_the_right(command: BotCommand) -> None:
    registered = [handler for _, handler in all_handlers() if handler.flags.get(COMMAND_FLAG) is command]
    words = ["start"] if command.has_start_link else []
    assert [commands_of(handler) for handler in registered] == [[word] for word in (*words, command.name)]
    for handler in registered:
        assert handler.callback == command.handler
        filters = [filter_.callback for filter_ in handler.filters or ()]
        assert (is_owner in filters) == (command.rights is CommandRights.OWNER)


def test_nothing_else_registers_commands() -> None:
    registering = {router.name for router, handler in all_handlers() if commands_of(handler)}
    assert registering == {COMMAND_ROUTER}
    assert {handler.flags[COMMAND_FLAG] for router, handler in all_handlers() if router.name == COMMAND_ROUTER} == set(
        COMMANDS
    )


def test_a_menu_shows_the_commands_of_its_scope_in_its_order() -> None:
    tr = Translator("en")
    assert list(COMMANDS.menu(CommandScope.GROUPS, tr))[:3] == ["transcribe", "translate", "summary"]
    assert list(COMMANDS.menu(CommandScope.PRIVATE, tr))[:3] == ["help", "settings", "history"]
    owners = COMMANDS.menu(CommandScope.PRIVATE | CommandScope.OWNER, tr)
    assert owners == COMMANDS.menu(CommandScope.PRIVATE, tr) | COMMANDS.menu(CommandScope.OWNER, tr)
    assert "start" not in owners


def test_two_commands_cannot_have_one_name() -> None:
    with pytest.raises(AssertionError):
        CommandRegistry([*COMMANDS, next(iter(COMMANDS))])
