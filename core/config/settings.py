"""Settings, each declared once with type, default, label and help; the settings page and the file follow from that."""

import json
import re
from dataclasses import asdict
from enum import StrEnum
from ipaddress import ip_network
from typing import Any, Self

from pydantic import ConfigDict, Field, ValidationInfo, field_serializer, field_validator

from core.config.bot_settings import BotAudience, BotSettings
from core.domain import TranscriptionOptions, mark
from core.domain.provider_settings import ProviderSettings, becomes_zero, is_web_address
from core.export import FORMATS
from core.i18n import INTERFACE_LANGUAGES

PROVIDER_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
"""What providers and servers can be called: what a key in the keyring can be kept under."""


class Theme(StrEnum):
    """How the window looks."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Settings(BotSettings):
    """Everything a person may set. `title` is the label on the settings page, `description` the help under it."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    interface_language: str = Field(
        "system",
        title=mark("Language of the window"),
        description=mark("Takes effect when Notula starts again."),
        pattern=f"^(system|{'|'.join(INTERFACE_LANGUAGES)})$",
        json_schema_extra={
            "restricts": False,
            "choices": {"system": mark("As the system"), **INTERFACE_LANGUAGES},
        },
    )
    theme: Theme = Field(
        Theme.SYSTEM,
        title=mark("Appearance"),
        description=mark("Light or dark; 'As the system' follows your desktop."),
        json_schema_extra={
            "restricts": False,
            "choices": {"system": mark("As the system"), "light": mark("Light"), "dark": mark("Dark")},
        },
    )
    model: str = Field(
        "tiny.en",
        title=mark("Model"),
        description=mark("Larger models make fewer mistakes and take longer. Models without .en know many languages."),
        pattern=r"^[A-Za-z0-9._-]{1,64}$",
        json_schema_extra={"restricts": False, "rule": mark("letters, digits, dots, - and _, 64 at most")},
    )
    providers: tuple[str, ...] = Field(
        (),
        title=mark("Order of the providers"),
        description=mark(
            "Who is asked first, and who takes over. Empty: those whose keys the environment holds, then this device."
        ),
        json_schema_extra={
            "restricts": True,
            "rule": mark("names of providers in small letters, with commas, each once"),
            "kind": "words",
        },
    )
    services: dict[str, ProviderSettings] = Field(
        default_factory=dict,
        title=mark("Online providers"),
        description=mark("Model, address, largest upload and price of services and of your own servers."),
        json_schema_extra={
            "restricts": True,
            "rule": mark(
                "a table for each provider, its name in small letters, with model, base_url (http:// or https://, "
                "without user name and query), "
                "largest_megabytes, price_per_minute and chat_model"
            ),
        },
    )
    profile: str = Field(
        "default",
        title=mark("Set of keys"),
        description=mark("Keys are kept in sets, such as home, work and staging; this one is used."),
        pattern="^[a-z0-9][a-z0-9_-]{0,31}$",
        json_schema_extra={
            "restricts": True,
            "rule": mark("small letters, digits, - and _, 32 at most"),
            "kind": "word",
        },
    )
    hedge: bool = Field(
        False,
        title=mark("Ask a second provider for short notes"),
        description=mark(
            "Where the first takes unusually long, both work on it and the faster one wins. Both may bill it."
        ),
        json_schema_extra={"restricts": True},
    )
    monthly_budget: float = Field(
        0.0,
        ge=0,
        le=1_000_000,
        title=mark("Budget a month"),
        description=mark("In US dollars. Once it is spent, nobody who costs money is asked. 0: no limit."),
        json_schema_extra={"restricts": True},
    )
    unsafe_keyring: bool = Field(
        False,
        title=mark("Allow any keyring"),
        description=mark(
            "Also one that isn't known to be safe, such as a file. Only for systems without a better one."
        ),
        json_schema_extra={"restricts": True},
    )
    language: str = Field(
        "auto",
        title=mark("Spoken language"),
        description=mark("Naming it saves a wrong guess on short recordings."),
        pattern="^(auto|[a-z]{2,3})$",
        json_schema_extra={
            "restricts": False,
            "rule": mark("auto, or a language's code of two or three small letters"),
        },
    )
    workers: int = Field(
        2,
        ge=1,
        le=32,
        title=mark("Recordings at once"),
        description=mark("How many recordings are worked on at the same time."),
        json_schema_extra={"restricts": False},
    )
    beam_size: int = Field(
        5,
        ge=1,
        le=10,
        title=mark("Search width"),
        description=mark("How many readings the model weighs at each word: 1 is fastest, 5 is the usual choice."),
        json_schema_extra={"restricts": False},
    )
    word_timestamps: bool = Field(
        False,
        title=mark("Time of every word"),
        description=mark("Exports then hold the time of every single word; takes a little longer."),
        json_schema_extra={"restricts": False},
    )
    vocabulary: tuple[str, ...] = Field(
        (),
        title=mark("Names and terms"),
        description=mark("What may be said and is hard to guess, with commas; who transcribes is told them."),
        json_schema_extra={"restricts": False, "rule": mark("words and terms, with commas"), "kind": "words"},
    )
    speakers: bool = Field(
        False,
        title=mark("Tell speakers apart"),
        description=mark("Providers that can do so are asked first; the others leave it out."),
        json_schema_extra={"restricts": False},
    )
    to_english: bool = Field(
        False,
        title=mark("Translate into English"),
        description=mark("The text is written in English whatever is spoken, by providers that can do so."),
        json_schema_extra={"restricts": False},
    )
    chunks_at_once: int = Field(
        8,
        ge=1,
        le=64,
        title=mark("Parts at once"),
        description=mark("A long recording is cut into parts; so many of them are transcribed at the same time."),
        json_schema_extra={"restricts": False},
    )
    longest_hours: float = Field(
        12.0,
        gt=0,
        le=100,
        title=mark("Longest recording"),
        description=mark("In hours. What is longer is refused, whatever its file claims."),
        json_schema_extra={"restricts": True},
    )
    shutdown_grace_s: float = Field(
        0.0,
        ge=0,
        le=3600,
        title=mark("Time to finish when quitting"),
        description=mark("Seconds that running recordings get; what isn't finished then goes on at the next start."),
        json_schema_extra={"restricts": False},
    )
    cache_days: float = Field(
        7.0,
        gt=0,
        le=3650,
        title=mark("Remember transcripts for"),
        description=mark("Days in which a recording that is sent again is answered at once. The history keeps all."),
        json_schema_extra={"restricts": True},
    )
    records_days: float = Field(
        90.0,
        ge=0,
        le=36_500,
        title=mark("Remember failed recordings for"),
        description=mark("Days in which what has failed, was cancelled or deleted can be tried again. 0: for ever."),
        json_schema_extra={"restricts": True},
    )
    cache_megabytes: int = Field(
        500,
        ge=1,
        le=1_000_000,
        title=mark("Largest cache"),
        description=mark("Megabytes; what wasn't used for the longest goes first."),
        json_schema_extra={"restricts": True},
    )
    cache_shared: bool = Field(
        True,
        title=mark("One cache for all people"),
        description=mark("A quick answer tells a person that somebody has sent the same recording before."),
        json_schema_extra={"restricts": True},
    )
    user_requests_per_minute: int = Field(
        10,
        ge=1,
        le=10_000,
        title=mark("Requests a minute, each person"),
        description=mark("Further ones are told when to try again. You yourself have no limits."),
        json_schema_extra={"restricts": True},
    )
    all_requests_per_minute: int = Field(
        100,
        ge=1,
        le=100_000,
        title=mark("Requests a minute, all people"),
        description=mark("What this computer, or the provider you pay, can stand."),
        json_schema_extra={"restricts": True},
    )
    user_running: int = Field(
        3,
        ge=1,
        le=100,
        title=mark("Recordings at once, each person"),
        description=mark("Further ones of the same person wait for their turn."),
        json_schema_extra={"restricts": True},
    )
    user_waiting: int = Field(
        20,
        ge=1,
        le=10_000,
        title=mark("Waiting recordings, each person"),
        description=mark("Who has so many waiting is asked to come back later."),
        json_schema_extra={"restricts": True},
    )
    user_minutes_per_day: int = Field(
        120,
        ge=0,
        le=100_000,
        title=mark("Minutes a day, each person"),
        description=mark("How long the recordings of one person may be in any 24 hours, in all. 0: no limit."),
        json_schema_extra={"restricts": True},
    )
    engine_idle_minutes: float = Field(
        5.0,
        gt=0,
        le=1440,
        title=mark("Free the engine's memory after"),
        description=mark("Minutes without work until the loaded model's memory is given back."),
        json_schema_extra={"restricts": False},
    )
    export_folder: str = Field(
        "",
        title=mark("Export folder"),
        description=mark("Every finished transcript is also written here. Empty: no automatic export."),
        json_schema_extra={"restricts": False, "rule": mark("the path of a folder"), "kind": "folder"},
    )
    export_formats: tuple[str, ...] = Field(
        ("txt", "srt"),
        title=mark("Export as"),
        description=mark("The formats of the automatic export."),
        json_schema_extra={"restricts": False, "choices": {name: name.upper() for name in FORMATS}},
    )
    notifications: bool = Field(
        True,
        title=mark("Notifications"),
        description=mark("Tell me when a recording is finished and the window isn't in front."),
        json_schema_extra={"restricts": False},
    )
    close_to_tray: bool = Field(
        True,
        title=mark("Keep running in the tray"),
        description=mark("Closing the window leaves Notula working; quit it from the tray's menu."),
        json_schema_extra={"restricts": False},
    )

    @field_validator("*", mode="before")
    @classmethod
    def _no_other_for_a_number(cls, value: object, info: ValidationInfo) -> object:
        """To pydantic true is 1, which would make `bot_owner = true` somebody's number, and 1e-400 is 0: no limit."""
        field = cls.model_fields[info.field_name or ""]
        if field.annotation in (int, float) and (isinstance(value, bool) or becomes_zero(value)):
            raise ValueError("no number, or one too small to be told from 0")
        return value

    @field_validator("export_formats", "providers", "vocabulary", "webhook_proxies", "webhook_networks", mode="before")
    @classmethod
    def _split_at_commas(cls, names: object) -> object:
        """In an environment variable several are written `txt,srt`, or as a list in JSON."""
        if not isinstance(names, str):
            return names
        if names.lstrip().startswith("["):
            return json.loads(names)
        parts = tuple(name.strip() for name in names.split(",") if name.strip())
        if names and not parts:
            raise ValueError("nothing between the commas")
        return parts

    @field_validator("webhook_proxies", "webhook_networks")
    @classmethod
    def _addresses(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        for text in texts:
            ip_network(text.strip(), strict=False)
        return texts

    @field_validator("providers")
    @classmethod
    def _each_provider_once(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if not all(map(PROVIDER_NAME.fullmatch, names)) or len(set(names)) < len(names):
            raise ValueError("a name that can't be, or one that is there twice")
        return names

    @field_validator("services", mode="before")
    @classmethod
    def _numbers_of_services(cls, services: object) -> object:
        for one in services.values() if isinstance(services, dict) else ():
            for name in ("largest_megabytes", "price_per_minute"):
                value = one.get(name) if isinstance(one, dict) else None
                if isinstance(value, bool) or becomes_zero(value):
                    raise ValueError("no number, or one too small to be told from 0")
        return services

    @field_validator("services")
    @classmethod
    def _named_services(cls, services: dict[str, ProviderSettings]) -> dict[str, ProviderSettings]:
        if not all(map(PROVIDER_NAME.fullmatch, services)):
            raise ValueError("a name that can't be")
        for one in services.values():
            if one.largest_megabytes < 0 or one.price_per_minute < 0:
                raise ValueError("a number below zero")
            if one.base_url and not is_web_address(one.base_url):
                raise ValueError("no address on the web, or one with a password in it")
        return services

    @field_serializer("services")
    def _only_what_is_set(self, services: dict[str, ProviderSettings]) -> dict[str, dict[str, object]]:
        return {name: {key: value for key, value in asdict(one).items() if value} for name, one in services.items()}

    @field_validator("export_formats")
    @classmethod
    def _known_formats(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in formats if name not in FORMATS]
        if unknown:
            raise ValueError(f"unknown format: {', '.join(unknown)}")
        return tuple(name for name in FORMATS if name in formats)

    @property
    def spoken_language(self) -> str | None:
        """The language to transcribe in, None to have it recognised."""
        return None if self.language == "auto" else self.language

    @property
    def transcription_options(self) -> TranscriptionOptions:
        """What these settings ask of a transcription."""
        return TranscriptionOptions(
            provider="",
            model="",
            language=self.spoken_language,
            beam_size=self.beam_size,
            word_timestamps=self.word_timestamps,
            vocabulary=self.vocabulary,
            speakers=self.speakers,
            to_english=self.to_english,
        )

    def changed(self, **values: Any) -> Self:
        """These settings with some values replaced. Raises pydantic's ValidationError for one that isn't allowed."""
        return type(self)(**{**self.model_dump(), **values})


def wants_budget(settings: Settings) -> bool:
    """Whether people whom the owner doesn't know may use the bot, and nobody has said what that may cost."""
    return settings.bot_audience is BotAudience.EVERYBODY and settings.monthly_budget <= 0
