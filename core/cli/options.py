"""What options of the command line stand for. A wrong value raises `typer.BadParameter`."""

import typer

from core.app.settings import SettingsService
from core.cli.terminal import Terminal
from core.domain.errors import SettingRefused
from core.export import FORMATS


def known_formats() -> str:
    """The names of all formats, with commas."""
    return ", ".join(FORMATS)


def format_names(terminal: Terminal, text: str, most: int | None = None) -> tuple[str, ...]:
    """The formats in a list with commas, each once; at most `most` of them."""
    names = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip()))
    if not names or set(names) - set(FORMATS) or (most is not None and len(names) > most):
        raise typer.BadParameter(terminal.tr("Choose from {known}.", known=known_formats()), param_hint="--format")
    return names


def changed_settings(terminal: Terminal, **values: str | bool) -> SettingsService:
    """The settings with these values, where they are not empty, for this command alone."""
    try:
        return terminal.settings_service.with_values(**{name: value for name, value in values.items() if value})
    except SettingRefused as error:
        hint = f"--{error.name}"
        raise typer.BadParameter(terminal.tr("That is no value for this option."), param_hint=hint) from error
