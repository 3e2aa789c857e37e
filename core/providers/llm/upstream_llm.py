"""The language model that comes with an online provider: the same keys, another address and another circuit breaker."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.domain.llm import LlmRequest
from core.domain.provider_settings import ProviderSettings
from core.providers.http.endpoint import Endpoint
from core.providers.llm.client import LlmClient
from core.providers.routing.upstream import Upstream
from core.providers.spec import ProviderSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx


class UpstreamLlm:
    """A language model with all of its keys, and retries. `is_last` where no other comes after it."""

    def __init__(self, upstream: Upstream[LlmClient], *, is_last: bool) -> None:
        self._upstream = upstream
        self._is_last = is_last

    @property
    def name(self) -> str:
        """The provider's, as settings and cache keys call it."""
        return self._upstream.name

    @property
    def title(self) -> str:
        """What people call the provider."""
        return self._upstream.title

    @property
    def model(self) -> str:
        """The model's name."""
        return self._upstream.model

    async def ask(self, request: LlmRequest) -> str:
        """The answer's text, after as many attempts as `Upstream.ask` makes. Raises `ProviderError`."""
        return await self._upstream.ask(lambda llm: llm.ask(request), is_last=self._is_last)


def upstream_llms(upstreams: "Sequence[Upstream[LlmClient]]") -> tuple[UpstreamLlm, ...]:
    """The language models in this order; calls wait longest for the last one."""
    return tuple(UpstreamLlm(upstream, is_last=upstream is upstreams[-1]) for upstream in upstreams)


def connect_llm(
    spec: ProviderSpec,
    name: str,
    title: str,
    settings: ProviderSettings,
    keys: tuple[str, ...],
    client: "httpx.AsyncClient",
) -> Upstream[LlmClient] | None:
    """The language model that the owner has chosen, or the service's first; None where there is none.

    Nothing is sent yet. Without keys, requests are sent without one.
    """
    address = _address(spec, settings)
    model = settings.chat_model or next(iter(spec.llm_models), "")
    if not address or not model:
        return None
    endpoint = Endpoint(name, title, address, spec.error_codes)
    models = {key: LlmClient(endpoint, model, key or None, client) for key in keys or ("",)}
    return Upstream(name, title, models, model=model)


def _address(spec: ProviderSpec, settings: ProviderSettings) -> str:
    """A server's only address; else the service's, or the same path at the proxy in front of it."""
    if spec.is_server:
        return settings.base_url
    if spec.llm_url and settings.base_url:
        return settings.base_url.rstrip("/") + urlsplit(spec.llm_url).path
    return spec.llm_url
