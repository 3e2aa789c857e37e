"""What an online provider declares about itself before there is a key or a connection.

Each module of `core.providers.services` has one, as `SPEC`; settings, keys and the router read no more than that.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from core.domain.provider_settings import ProviderSettings
from core.providers.http.endpoint import OPENAI_CODES, ErrorCodes
from core.providers.provider import OfferedModel, Provider

if TYPE_CHECKING:
    import httpx

MEGABYTE = 1_000_000


class Connect(Protocol):
    """Builds a provider of this service for one key; the connections are the caller's."""

    def __call__(self, name: str, settings: ProviderSettings, key: str | None, client: "httpx.AsyncClient") -> Provider:
        """A provider that hasn't sent anything yet. Raises `AddressUnusable`."""


@dataclass(frozen=True, slots=True)
class ProviderSpec:
    """A service, of which there is one, or a kind of servers, of which the owner may name any number.

    `name` is what settings and keys call a service; `title` is what people call it. Of a server the address and the
    model are always the owner's, and it may need no key. `llm_url` is where language models have OpenAI's
    API, empty where there are none; a server has them under its own address. `key_prefixes` are how its keys begin, if
    they do in a way of their own: `core.observability.redaction` has a pattern for each.
    """

    name: str
    title: str
    connect: Connect
    models: tuple[OfferedModel, ...] = ()
    default_megabytes: int = 25
    max_megabytes: int = 100
    is_server: bool = False
    keys_page: str = ""
    error_codes: ErrorCodes = OPENAI_CODES
    key_prefixes: tuple[str, ...] = ()
    llm_url: str = ""
    llm_models: tuple[str, ...] = ()

    @property
    def default_model(self) -> str:
        """The model of a service whose owner has chosen none; empty for a server."""
        return self.models[0].name if self.models else ""

    def largest_bytes(self, settings: ProviderSettings) -> int:
        """The largest upload that these settings allow."""
        return min(settings.largest_megabytes or self.default_megabytes, self.max_megabytes) * MEGABYTE
