"""The settings' file, and the environment over it.

It is `settings.toml` in the platform's configuration folder. An environment variable `NOTULA_<NAME>` wins over the
file. A broken file is kept aside and defaults are used, so a typing error never keeps Notula from starting.
"""

import re
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from tomlkit.exceptions import ParseError

from core.config.settings import Settings
from core.domain import Message, NotulaError, mark
from core.private_files import make_folder


class SettingsNotSaved(NotulaError):
    """The settings file can't be written."""

    sentence = mark("The settings could not be saved to {path}. Check the folder's permissions.")


class _EnvironmentSettings(Settings, BaseSettings):
    """The same settings, read with the environment over what the constructor is given."""

    model_config = SettingsConfigDict(env_prefix="NOTULA_", extra="ignore", env_ignore_empty=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, whose values come in through the constructor."""
        return env_settings, init_settings


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """The settings and what has to be told about how they were read (None where all was well)."""

    settings: Settings
    problem: Message | None = None


def load_settings(file: Path, *, now: float | None = None) -> LoadedSettings:
    """Read the settings file. A missing one means defaults; a broken one is renamed and reported with its line."""
    values: dict[str, Any] = {}
    line: int | None = None
    try:
        text = file.read_text(encoding="utf-8")
        values = tomlkit.parse(text).unwrap()
        Settings(**values)
    except FileNotFoundError:
        pass  # The first start: defaults.
    except ParseError as error:
        line = error.line
    except ValidationError as error:
        line = _line_of(text, _field_of(error))
    except (OSError, UnicodeDecodeError):
        line = 1
    if line is None:
        return _under_environment(values)
    aside = _keep_aside(file, time.time() if now is None else now)
    problem = mark("Line {line} of the settings file is wrong, so defaults are used. The file is kept as {path}.")
    return LoadedSettings(_under_environment({}).settings, Message(problem, {"line": line, "path": str(aside)}))


def save_settings(settings: Settings, names: Iterable[str], file: Path) -> None:
    """Write the settings of these names, keeping comments and everything else. Atomic.

    Only what a person changed is written, so that a value which came from the environment doesn't end up in the file.
    Raises `SettingsNotSaved`.
    """
    try:
        document = tomlkit.parse(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ParseError):
        document = tomlkit.document()
        document.add(tomlkit.comment("Notula's settings. Notula changes values and keeps comments."))
    document.update(settings.model_dump(mode="json", include=set(names)))
    try:
        make_folder(file.parent)
        with tempfile.NamedTemporaryFile(
            "w", dir=file.parent, prefix=".settings-", delete=False, encoding="utf-8"
        ) as new:
            new.write(tomlkit.dumps(document))
        Path(new.name).replace(file)
    except OSError as error:
        raise SettingsNotSaved(path=str(file)) from error


def _under_environment(values: Mapping[str, Any]) -> LoadedSettings:
    """Settings of these values with the environment over them; a variable with a wrong value counts for nothing."""
    try:
        read = _EnvironmentSettings(**values)
    except ValidationError as error:
        problem = mark("The environment variable {variable} has a value that isn't allowed, so it is ignored.")
        variable = f"NOTULA_{_field_of(error).upper()}"
        return LoadedSettings(Settings(**values), Message(problem, {"variable": variable}))
    return LoadedSettings(Settings(**read.model_dump()))


def _field_of(error: ValidationError) -> str:
    return str(error.errors()[0]["loc"][0])


def _line_of(text: str, key: str) -> int:
    match = re.search(rf"^\s*{re.escape(key)}\s*=", text, re.MULTILINE)
    return text.count("\n", 0, match.end()) + 1 if match else 1


def _keep_aside(file: Path, now: float) -> Path:
    """Rename a broken file so that nothing of it is lost; where that is refused it stays where it is."""
    aside = file.with_name(f"{file.stem}.broken-{time.strftime('%Y%m%d-%H%M%S', time.localtime(now))}{file.suffix}")
    try:
        file.replace(aside)
    except OSError:
        return file
    return aside
