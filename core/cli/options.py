"""What options of the command line stand for. A wrong value raises `typer.BadParameter`."""

import typer
from pydantic import ValidationError

from core.cli.terminal import Terminal
from core.config import Settings
from core.export import FORMATS


def format_names(terminal: Terminal, text: str, most: int | None = None) -> tuple[str, ...]:
    """The formats in a list with commas, each once; at most `most` of them."""
    names = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip()))
    if not names or set(names) - set(FORMATS) or (most is not None and len(names) > most):
        known = ", ".join(FORMATS)
        raise typer.BadParameter(terminal.tr("Choose from {known}.", known=known), param_hint="--format")
    return names


def changed_settings(terminal: Terminal, **values: str | bool) -> Settings:
    """The settings with these values, where they are not empty."""
    try:
        return terminal.settings.changed(**{name: value for name, value in values.items() if value})
    except ValidationError as error:
        hint = f"--{error.errors()[0]['loc'][0]}"
        raise typer.BadParameter(terminal.tr("That is no value for this option."), param_hint=hint) from error
