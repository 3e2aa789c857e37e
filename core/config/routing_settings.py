"""What a person may set about the providers: which are used, in which order, with which keys, at what cost."""

import re
from dataclasses import asdict

from pydantic import BaseModel, ConfigDict, Field, field_serializer, field_validator
from pydantic.config import JsonDict

from core.domain import mark
from core.domain.provider_settings import ProviderSettings, becomes_zero, is_web_address

PROVIDER_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
"""What providers and servers can be called: what a key in the keyring can be kept under."""

_PROVIDERS: JsonDict = {"restricts": True, "section": "providers"}


class RoutingSettings(BaseModel):
    """The providers' part of `Settings`."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    providers: tuple[str, ...] = Field(
        (),
        title=mark("Order of the providers"),
        description=mark(
            "Who is asked first, and who takes over. Empty: those whose keys the environment holds, then this device."
        ),
        json_schema_extra={
            **_PROVIDERS,
            "own_editor": True,
            "rule": mark("names of providers in small letters, with commas, each once"),
            "kind": "words",
        },
    )
    services: dict[str, ProviderSettings] = Field(
        default_factory=dict,
        title=mark("Online providers"),
        description=mark("Model, address, largest upload and price of services and of your own servers."),
        json_schema_extra={
            **_PROVIDERS,
            "own_editor": True,
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
            **_PROVIDERS,
            "group": mark("Keys and cost"),
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
        json_schema_extra={**_PROVIDERS, "advanced": True},
    )
    monthly_budget: float = Field(
        0.0,
        ge=0,
        le=1_000_000,
        title=mark("Budget a month"),
        description=mark("In US dollars. Once it is spent, nobody who costs money is asked. 0: no limit."),
        json_schema_extra={**_PROVIDERS, "group": mark("Keys and cost")},
    )
    unsafe_keyring: bool = Field(
        False,
        title=mark("Allow any keyring"),
        description=mark(
            "Also one that isn't known to be safe, such as a file. Only for systems without a better one."
        ),
        json_schema_extra={**_PROVIDERS, "advanced": True},
    )

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
