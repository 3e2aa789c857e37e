"""What a settings page shows of the providers: models, prices, limits and keys."""

from dataclasses import dataclass

from core.domain.translatable_text import TranslatableText


@dataclass(frozen=True, slots=True)
class ModelOffer:
    """A model to choose; `price_per_minute` in US dollars, 0 where it is free or the price isn't known."""

    name: str
    price_per_minute: float = 0.0


@dataclass(frozen=True, slots=True)
class ProviderOffer:
    """A provider that there is, or, with `is_server`, one that the owner has given an address.

    Uploads are `default_megabytes` unless set otherwise, `max_megabytes` at most, 0 where nothing is uploaded. A page
    that hands out keys, and language models, are there for services only.
    """

    name: str
    title: str
    models: tuple[ModelOffer, ...] = ()
    llm_models: tuple[str, ...] = ()
    default_megabytes: int = 0
    max_megabytes: int = 0
    is_server: bool = False
    takes_keys: bool = True
    keys_page: str = ""


@dataclass(frozen=True, slots=True)
class KeyHint:
    """A key by its last characters. `variable` is where the environment holds it; empty for the keyring."""

    provider: str
    ending: str
    variable: str = ""
    is_for_session: bool = False
    """Whether it is in memory alone, until Notula quits."""

    is_in_file: bool = False
    """Whether it is in the encrypted file, where others are in the keyring."""


@dataclass(frozen=True, slots=True)
class KeyList:
    """The keys of a profile, and why others can't be listed (None where all are)."""

    keys: tuple[KeyHint, ...]
    problem: TranslatableText | None = None


@dataclass(frozen=True, slots=True)
class KeyTrial:
    """Whether a provider has taken a key: `problem` is None where it has. `ending` is empty where none was needed."""

    ending: str
    problem: TranslatableText | None = None
    seconds: float = 0.0
