"""Commands that the documentation names exist: of `notula`, of the Telegram bot, of make; and all of them are named."""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import typer

from core.bot.command_table import COMMANDS
from core.cli.commands import commands
from core.cli.terminal import Terminal
from core.config import Settings
from core.export import FORMATS
from core.i18n import Translator
from tests.unit.documentation.pages import REPOSITORY, Found, code_blocks, code_spans, fail_with

_NO_BOT_COMMANDS = {"/healthz", "/metrics", "/start"}
"""Paths of HTTP requests; and `/start`, which Telegram itself sends when a person opens the bot."""

_PLACEHOLDERS = {"ID": "1", "COMMAND": "show", "FILE...": "FILE", "…": ""}
"""What stands for a value in prose, and what to parse in its place."""

_USAGE_ERROR = typer.BadParameter.__mro__[1]
"""What the command line's parser raises of words that it doesn't take. typer brings its own click, privately."""


def test_every_notula_command_exists() -> None:
    fail_with(
        f"{found}, and notula doesn't take that ({problem}). Write the command as it is now."
        for found in _notula_commands()
        if (problem := _problem_of(found.text))
    )


def test_every_notula_command_is_named() -> None:
    named = {" ".join(_walk(shlex.split(found.text)[1:])[0]) for found in _notula_commands()}
    fail_with(
        f"No page names `notula {name}`. Describe it in docs/command-line.md." for name in sorted(_leaves() - named)
    )


def test_every_export_format_is_named() -> None:
    named = {found.text for found in code_spans("docs/command-line.md")}
    fail_with(
        f"docs/command-line.md doesn't name the format `{name}`. Describe it in the table of formats."
        for name in FORMATS
        if name not in named
    )


def test_every_bot_command_exists() -> None:
    known = _bot_commands()
    fail_with(
        f"{found}, and the bot has no such command. Write the command as it is now."
        for found in code_spans()
        if (match := re.fullmatch(r"/(\w+)( .*)?", found.text))
        and match[1] not in known
        and f"/{match[1]}" not in _NO_BOT_COMMANDS
    )


def test_every_bot_command_is_named() -> None:
    named = {match[1] for found in code_spans() if (match := re.fullmatch(r"/(\w+)( .*)?", found.text))}
    fail_with(
        f"No page names the bot's command `/{name}`. Describe it in docs/telegram-bot.md."
        for name in sorted(_bot_commands() - named)
    )


def test_every_make_target_exists() -> None:
    known = set(re.findall(r"^([\w-]+):", _makefile(), re.MULTILINE))
    fail_with(
        f"{found}, and the Makefile has no such target. Write the target as it is now."
        for found in _make_commands()
        if found.text not in known
    )


def test_every_make_target_is_named() -> None:
    named = {found.text for found in _make_commands()}
    public = re.findall(r"^([\w-]+):.*##", _makefile(), re.MULTILINE)
    fail_with(
        f"No page names `make {name}`. Describe it in CONTRIBUTING.md, under the commands of make."
        for name in public
        if name not in named
    )


def _makefile() -> str:
    return (REPOSITORY / "Makefile").read_text(encoding="utf-8")


def _make_commands() -> Iterator[Found]:
    for found in (*code_spans(), *_shell_lines()):
        if match := re.match(r"make ([a-z][\w-]*)", found.text):
            yield Found(found.page, found.line, match[1])


def _notula_commands() -> Iterator[Found]:
    for found in (*code_spans(), *_shell_lines()):
        text = found.text.removeprefix(".venv/bin/")
        if text.startswith("notula "):
            yield Found(found.page, found.line, re.split(r" [|<>&] ?", text)[0])


def _shell_lines() -> Iterator[Found]:
    """Lines that a person types, without the comments behind them; in a console those behind a `$`."""
    for block in code_blocks():
        for number, line in enumerate(block.text.splitlines(), block.line):
            if block.language in ("sh", "bash"):
                yield Found(block.page, number, line.split(" #")[0].strip())
            elif block.language == "console" and line.startswith("$ "):
                yield Found(block.page, number, line.removeprefix("$ ").split(" #")[0].strip())


@cache
def _program() -> Any:
    terminal = SimpleNamespace(tr=Translator("en"), settings=Settings())
    return typer.main.get_command(commands(cast("Terminal", terminal)))


def _walk(words: list[str]) -> tuple[list[str], Any, list[str]]:
    """The names of a command, the command itself, and the words that are its arguments."""
    command, names = _program(), []
    while words and words[0] in getattr(command, "commands", ()):
        command = command.commands[words[0]]
        names.append(words[0])
        words = words[1:]
    return names, command, words


def _leaves(command: Any = None, names: tuple[str, ...] = ()) -> set[str]:
    command = _program() if command is None else command
    if subcommands := getattr(command, "commands", None):
        return {leaf for name, each in subcommands.items() for leaf in _leaves(each, (*names, name))}
    return {" ".join(names)}


def _problem_of(line: str) -> str:
    """Why notula wouldn't take this line; empty if it would."""
    words = [word for text in shlex.split(line)[1:] if (word := _PLACEHOLDERS.get(text, text))]
    names, command, arguments = _walk(words)
    if "--help" in arguments or arguments == ["--version"]:
        return ""
    if not names or (arguments and hasattr(command, "commands")):
        return f"there is no command {arguments[0] if arguments else ''}"
    if not arguments:
        return ""  # In prose, a command's name stands without what it needs.
    try:
        command.make_context(" ".join(names), list(arguments)).close()
    except _USAGE_ERROR as error:
        return str(getattr(error, "message", "")) or type(error).__name__
    return ""


def _bot_commands() -> set[str]:
    return {command.name for command in COMMANDS if command.scope}
