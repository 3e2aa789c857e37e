"""`notula usage`: what was transcribed in a month, and what that may cost."""

import json
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from enum import StrEnum

import typer

from core.cli.terminal import Terminal
from core.domain.usage import Usage, UsageKey, UsageRow

_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


class Grouping(StrEnum):
    """What is summed up in one line."""

    PROVIDER = "provider"
    PERSON = "person"
    DAY = "day"


_NAMES: dict[Grouping, Callable[[UsageKey], str]] = {
    Grouping.PROVIDER: lambda key: f"{key.provider} {key.model}",
    Grouping.PERSON: lambda key: f"{key.channel} {key.user}",
    Grouping.DAY: lambda key: key.day,
}


def month_named(terminal: Terminal, text: str) -> str:
    """The month that `text` names, by default this one. Raises `typer.BadParameter` for what is no month."""
    if text and not _MONTH.fullmatch(text):
        raise typer.BadParameter(terminal.tr("Write a month as 2026-11."), param_hint="--month")
    return text or time.strftime("%Y-%m")


async def show_usage(terminal: Terminal, month: str, grouping: Grouping, *, as_json: bool) -> int:
    """One line a provider, a person or a day, and the sum; or all that is known, as JSON."""
    async with terminal.library() as library:
        rows = await library.usage(month)
    if as_json:
        terminal.say(json.dumps([asdict(row.key) | asdict(row.usage) for row in rows], indent=2, ensure_ascii=False))
        return 0
    if not rows:
        terminal.note(terminal.tr("Nothing was transcribed in {month}.", month=month))
        return 0
    for name, usage in _grouped(rows, _NAMES[grouping]):
        terminal.say(_line(terminal, name, usage))
    terminal.say(_line(terminal, terminal.tr("All together"), _sum(rows)))
    return 0


def _grouped(rows: Iterable[UsageRow], name_of: Callable[[UsageKey], str]) -> list[tuple[str, Usage]]:
    sums: dict[str, Usage] = {}
    for row in rows:
        name = name_of(row.key)
        sums[name] = sums.get(name, Usage()) + row.usage
    return sorted(sums.items())


def _sum(rows: Iterable[UsageRow]) -> Usage:
    return sum((row.usage for row in rows), Usage())


def _line(terminal: Terminal, name: str, usage: Usage) -> str:
    minutes = terminal.tr("{minutes} min", minutes=f"{usage.seconds / 60:.1f}")
    return f"{name:<40} {minutes:>12}  ${usage.cost_usd:.4f}"
