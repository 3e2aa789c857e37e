"""What options of the command line stand for. A wrong value raises `typer.BadParameter`."""

from dataclasses import replace

import typer

from core.app.settings import SettingsService
from core.cli.terminal import Terminal
from core.config.subtitle_settings import CUSTOM
from core.domain.errors import LanguageUnknown, SettingRefused
from core.domain.languages import language_code
from core.domain.options import RECOGNIZED
from core.export import FORMATS, PRESETS


def known_formats() -> str:
    """The names of all formats, with commas."""
    return ", ".join(FORMATS)


def format_names(terminal: Terminal, text: str, most: int | None = None) -> tuple[str, ...]:
    """The formats in a list with commas, each once; at most `most` of them."""
    names = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip()))
    if not names or set(names) - set(FORMATS) or (most is not None and len(names) > most):
        raise typer.BadParameter(terminal.tr("Choose from {known}.", known=known_formats()), param_hint="--format")
    return names


def spoken_language(terminal: Terminal, language: str) -> str:
    """The code of the language that `--language` names, `auto` where it is to be recognised, or empty."""
    automatic = language.strip().casefold() == RECOGNIZED
    return RECOGNIZED if automatic else language_named(terminal, language, "--language")


def language_named(terminal: Terminal, language: str, hint: str) -> str:
    """The code of a language; empty where none is named. `hint` is the option or argument that names it."""
    code = language_code(language)
    if language and not code:
        raise typer.BadParameter(terminal.tr.message(LanguageUnknown.of(language).message), param_hint=hint)
    return code


def subtitles_help(terminal: Terminal) -> str:
    """The help of `--subtitles`."""
    presets = ", ".join((*PRESETS, CUSTOM))
    return terminal.tr("How SRT and VTT files are divided: {presets}.", presets=presets)


def with_subtitles(terminal: Terminal, preset: str) -> Terminal:
    """The terminal with this preset in place of the one that is set; as it is where none is named."""
    return replace(terminal, settings_service=changed_settings(terminal, subtitles=preset)) if preset else terminal


def changed_settings(terminal: Terminal, **values: str | bool | int) -> SettingsService:
    """The settings with these values, where they are not empty, for this command alone."""
    try:
        return terminal.settings_service.with_values(**{name: value for name, value in values.items() if value})
    except SettingRefused as error:
        hint = f"--{error.name}"
        raise typer.BadParameter(terminal.tr.message(error.message), param_hint=hint) from error
