"""Settings, each declared once with type, default, label and help; the settings page and the file follow from that.

They live in `settings.toml` in the platform's configuration folder. An environment variable `NOTULA_<NAME>` wins over
the file. A broken file is kept aside and defaults are used, so a typing error never keeps Notula from starting.
"""

import os
import re
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

import platformdirs
import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from tomlkit.exceptions import ParseError

from core.domain import Message, NotulaError, mark

APPLICATION = "notula"
EXPORT_FORMATS = ("txt", "srt", "vtt", "json", "md")


class Theme(StrEnum):
    """How the window looks."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class SettingsNotSaved(NotulaError):
    """The settings file can't be written."""

    sentence = mark("The settings could not be saved to {path}. Check the folder's permissions.")


@dataclass(frozen=True, slots=True)
class Folders:
    """Where Notula keeps things.

    Each can be moved with a variable: NOTULA_CONFIG_DIR, NOTULA_DATA_DIR, NOTULA_CACHE_DIR, NOTULA_LOG_DIR.
    """

    config: Path
    data: Path
    cache: Path
    log: Path

    @classmethod
    def of_this_user(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The platform's folders, or those that the environment names."""
        directories = platformdirs.PlatformDirs(APPLICATION, appauthor=False)

        def chosen(variable: str, otherwise: str) -> Path:
            return Path(environment.get(variable) or otherwise).expanduser().absolute()

        return cls(
            config=chosen("NOTULA_CONFIG_DIR", directories.user_config_dir),
            data=chosen("NOTULA_DATA_DIR", directories.user_data_dir),
            cache=chosen("NOTULA_CACHE_DIR", directories.user_cache_dir),
            log=chosen("NOTULA_LOG_DIR", directories.user_log_dir),
        )

    @property
    def settings_file(self) -> Path:
        """The TOML file with the settings."""
        return self.config / "settings.toml"

    @property
    def database(self) -> Path:
        """History, journal and cache."""
        return self.data / "notula.db"

    @property
    def instances(self) -> Path:
        """Which Notulas run on this data, and how those that died did."""
        return self.data / "instances"

    @property
    def models(self) -> Path:
        """Whisper models that were downloaded."""
        return self.cache / "models"


class Settings(BaseModel):
    """Everything a person may set. `title` is the label on the settings page, `description` the help under it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    interface_language: str = Field(
        "system",
        title=mark("Language of the window"),
        description=mark("Takes effect when Notula starts again."),
        pattern="^(system|en|id)$",
        json_schema_extra={"choices": {"system": mark("As the system"), "en": "English", "id": "Bahasa Indonesia"}},
    )
    theme: Theme = Field(
        Theme.SYSTEM,
        title=mark("Appearance"),
        description=mark("Light or dark; 'As the system' follows your desktop."),
        json_schema_extra={
            "choices": {"system": mark("As the system"), "light": mark("Light"), "dark": mark("Dark")},
        },
    )
    model: str = Field(
        "tiny.en",
        title=mark("Model"),
        description=mark("Larger models make fewer mistakes and take longer. Models without .en know many languages."),
        pattern=r"^[A-Za-z0-9._-]{1,64}$",
    )
    language: str = Field(
        "auto",
        title=mark("Spoken language"),
        description=mark("Naming it saves a wrong guess on short recordings."),
        pattern="^(auto|[a-z]{2,3})$",
    )
    workers: int = Field(
        2,
        ge=1,
        le=32,
        title=mark("Recordings at once"),
        description=mark("How many recordings are worked on at the same time."),
    )
    beam_size: int = Field(
        5,
        ge=1,
        le=10,
        title=mark("Search width"),
        description=mark("How many readings the model weighs at each word: 1 is fastest, 5 is the usual choice."),
    )
    word_timestamps: bool = Field(
        False,
        title=mark("Time of every word"),
        description=mark("Exports then hold the time of every single word; takes a little longer."),
    )
    chunks_at_once: int = Field(
        8,
        ge=1,
        le=64,
        title=mark("Parts at once"),
        description=mark("A long recording is cut into parts; so many of them are transcribed at the same time."),
    )
    longest_hours: float = Field(
        12.0,
        gt=0,
        le=100,
        title=mark("Longest recording"),
        description=mark("In hours. What is longer is refused, whatever its file claims."),
    )
    shutdown_grace_s: float = Field(
        0.0,
        ge=0,
        le=3600,
        title=mark("Time to finish when quitting"),
        description=mark("Seconds that running recordings get; what isn't finished then goes on at the next start."),
    )
    cache_days: float = Field(
        7.0,
        gt=0,
        le=3650,
        title=mark("Remember transcripts for"),
        description=mark("Days in which a recording that is sent again is answered at once. The history keeps all."),
    )
    cache_megabytes: int = Field(
        500,
        ge=1,
        le=1_000_000,
        title=mark("Largest cache"),
        description=mark("Megabytes; what wasn't used for the longest goes first."),
    )
    cache_shared: bool = Field(
        True,
        title=mark("One cache for all people"),
        description=mark("A quick answer tells a person that somebody has sent the same recording before."),
    )
    user_requests_per_minute: int = Field(
        10,
        ge=1,
        le=10_000,
        title=mark("Requests a minute, each person"),
        description=mark("Further ones are told when to try again. You yourself have no limits."),
    )
    all_requests_per_minute: int = Field(
        100,
        ge=1,
        le=100_000,
        title=mark("Requests a minute, all people"),
        description=mark("What this computer, or the provider you pay, can stand."),
    )
    user_running: int = Field(
        3,
        ge=1,
        le=100,
        title=mark("Recordings at once, each person"),
        description=mark("Further ones of the same person wait for their turn."),
    )
    user_waiting: int = Field(
        20,
        ge=1,
        le=10_000,
        title=mark("Waiting recordings, each person"),
        description=mark("Who has so many waiting is asked to come back later."),
    )
    engine_idle_minutes: float = Field(
        5.0,
        gt=0,
        le=1440,
        title=mark("Free the engine's memory after"),
        description=mark("Minutes without work until the loaded model's memory is given back."),
    )
    export_folder: str = Field(
        "",
        title=mark("Export folder"),
        description=mark("Every finished transcript is also written here. Empty: no automatic export."),
        json_schema_extra={"kind": "folder"},
    )
    export_formats: Annotated[tuple[str, ...], NoDecode] = Field(
        ("txt", "srt"),
        title=mark("Export as"),
        description=mark("The formats of the automatic export."),
        json_schema_extra={"choices": {name: name.upper() for name in EXPORT_FORMATS}},
    )
    notifications: bool = Field(
        True,
        title=mark("Notifications"),
        description=mark("Tell me when a recording is finished and the window isn't in front."),
    )
    close_to_tray: bool = Field(
        True,
        title=mark("Keep running in the tray"),
        description=mark("Closing the window leaves Notula working; quit it from the tray's menu."),
    )

    @field_validator("export_formats", mode="before")
    @classmethod
    def _split_at_commas(cls, formats: object) -> object:
        """In an environment variable the formats are written `txt,srt`."""
        return tuple(name.strip() for name in formats.split(",")) if isinstance(formats, str) else formats

    @field_validator("export_formats")
    @classmethod
    def _known_formats(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in formats if name not in EXPORT_FORMATS]
        if unknown:
            raise ValueError(f"unknown format: {', '.join(unknown)}")
        return tuple(name for name in EXPORT_FORMATS if name in formats)

    @property
    def spoken_language(self) -> str | None:
        """The language to transcribe in, None to have it recognised."""
        return None if self.language == "auto" else self.language

    def changed(self, **values: Any) -> Self:
        """These settings with some values replaced. Raises pydantic's ValidationError for one that isn't allowed."""
        return type(self)(**{**self.model_dump(), **values})


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
        file.parent.mkdir(parents=True, exist_ok=True)
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
