"""Settings in a file that a person takes to another computer. No keys and no tokens are among them: see `Settings`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from core.config.declarations import rule_of, wrong_part
from core.config.settings import Settings
from core.config.settings_document import LARGEST_BYTES, values_in
from core.domain import TranslatableText, mark
from core.domain.errors import SettingsNotExported, SettingsNotImported
from core.domain.write_failure import write_failure
from core.system.plain_file import plain_file
from core.system.private_files import replace_text

_UNREADABLE = mark("it can't be read.")
_NO_SETTINGS = mark("it holds no settings in TOML.")
_NO_TABLE = mark("it holds no settings.")
_UNKNOWN = mark("there is no setting {name}. A newer version of Notula may have written it.")
_REFUSED = mark("{name} has a value that isn't allowed. Allowed is: {rule}.")


@dataclass(frozen=True, slots=True)
class SettingsImport:
    """What taking a file over would change."""

    values: Mapping[str, Any]
    """The new values, by setting; those that are the same already are left out."""

    fixed: tuple[str, ...]
    """Settings that would be changed as well, if no environment variable decided them."""


def write_settings(settings: Settings, file: Path) -> None:
    """Write all settings, also those that nobody has changed, for this account alone. Raises `SettingsNotExported`."""
    document = tomlkit.document()
    document.add(tomlkit.comment("Notula's settings, to be taken over by another Notula. No keys and no tokens."))
    values = settings.model_dump(mode="json")
    for name in sorted(values, key=lambda one: isinstance(values[one], dict)):  # Tables come last in TOML.
        document[name] = values[name]
    try:
        replace_text(plain_file(file), tomlkit.dumps(document))
    except (OSError, ValueError) as error:
        raise SettingsNotExported(path=str(file), reason=write_failure(error)) from error


def read_settings(file: Path, current: Settings, decided: Collection[str] = ()) -> SettingsImport:
    """What would change; `decided` are the settings that variables decide.

    Raises `SettingsNotImported` where there is anything in the file that can't be taken over: a part of it could allow
    more than what was exported did.
    """

    def refuse(reason: TranslatableText) -> SettingsNotImported:
        return SettingsNotImported(path=str(file), reason=reason)

    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise refuse(TranslatableText(_UNREADABLE)) from error
    try:
        text = content.decode("utf-8-sig") if len(content) <= LARGEST_BYTES else ""
        found = values_in(text)
    except (ValueError, RecursionError) as error:
        raise refuse(TranslatableText(_NO_SETTINGS)) from error
    if not found:
        raise refuse(TranslatableText(_NO_TABLE))
    for name, value in found.items():
        if name not in Settings.model_fields:
            raise refuse(TranslatableText(_UNKNOWN, {"name": name}))
        if wrong_part(name, value) is not None:
            raise refuse(TranslatableText(_REFUSED, {"name": name, "rule": rule_of(name, value)}))
    taken_over = current.changed(**found)
    changed = [name for name in Settings.model_fields if getattr(taken_over, name) != getattr(current, name)]
    return SettingsImport(
        {name: getattr(taken_over, name) for name in changed if name not in decided},
        tuple(name for name in changed if name in decided),
    )
