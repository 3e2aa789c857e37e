"""Builds the online providers that the owner has chosen, each with its keys, over one pool of connections."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.domain import NotulaError
from core.domain.errors import KeyringMissing, ProviderKeyMissing, ProviderUnknown
from core.domain.provider_settings import ProviderSettings
from core.observability.metrics import Metrics
from core.providers.llm.client import LlmClient
from core.providers.llm.upstream_llm import connect_llm
from core.providers.provider import Provider
from core.providers.registry import spec_of
from core.providers.routing.upstream import Upstream
from core.providers.spec import ProviderSpec
from core.system.certificates import tls_context
from core.system.proxies import proxy_mounts

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

_MOST_CONNECTIONS = 100
_KEPT_CONNECTIONS = 20
_KEPT_S = 30.0


@dataclass(frozen=True, slots=True)
class _Built:
    """A provider and its language model, each None where there is none, with the settings and keys used."""

    settings: ProviderSettings
    keys: tuple[str, ...]
    upstream: Upstream[Provider] | None
    llm: Upstream[LlmClient] | None


@dataclass(frozen=True, slots=True)
class OnlineSelection:
    """The providers that could be built, in the requested order, and the problems of the others.

    `llms` are the language models of those that have one.
    """

    upstreams: tuple[Upstream[Provider], ...]
    llms: tuple[Upstream[LlmClient], ...]
    problems: tuple[NotulaError, ...]
    failed: Mapping[str, NotulaError] = field(default_factory=dict)
    """Each of `problems` by the name that it is about."""


class OnlineProviders:
    """Lives on one event loop. `keys_of` gives the keys of one name; it may wait, and raise `NotulaError`.

    Calls are counted in `metrics`.
    """

    def __init__(self, keys_of: Callable[[str], Awaitable[tuple[str, ...]]], metrics: Metrics | None = None) -> None:
        self._keys_of = keys_of
        self._metrics = metrics or Metrics()
        self._client: httpx.AsyncClient | None = None
        self._built: dict[str, _Built] = {}
        self._selecting = asyncio.Lock()

    async def select(self, names: Sequence[str], settings: Mapping[str, ProviderSettings]) -> OnlineSelection:
        """Build these. One whose settings and keys haven't changed is kept, with the state of its keys and circuit."""
        async with self._selecting:
            found: list[_Built] = []
            failed: dict[str, NotulaError] = {}
            for name in names:
                try:
                    found.append(await self._build(name, settings.get(name, ProviderSettings())))
                except NotulaError as error:
                    logger.warning("%s can't be used: %s", name, type(error).__name__)
                    failed[name] = error
            llms = tuple(built.llm for built in found if built.llm is not None)
            upstreams = tuple(built.upstream for built in found if built.upstream is not None)
            return OnlineSelection(upstreams, llms, tuple(failed.values()), failed)

    async def close(self) -> None:
        """Close all connections. No call may be running."""
        if self._client is not None:
            await self._client.aclose()

    async def _build(self, name: str, settings: ProviderSettings) -> _Built:
        spec = spec_of(name, settings)
        if spec is None:
            raise ProviderUnknown(provider=name)
        keys = await self._keys_for(spec, name)
        built = self._built.get(name)
        if built is not None and (built.settings, built.keys) == (settings, keys):
            return built
        if not keys and not spec.is_server:
            raise ProviderKeyMissing(provider=spec.title, name=name)
        built = await self._connect(spec, name, settings, keys)
        if built.upstream is not None:
            built.upstream.metrics = self._metrics
        if built.llm is not None:
            built.llm.metrics = self._metrics
        self._built[name] = built
        return built

    async def with_keys(
        self, name: str, keys: tuple[str, ...], settings: Mapping[str, ProviderSettings]
    ) -> Upstream[Provider] | None:
        """This provider with keys that aren't kept, for a trial; None where none of its models transcribes.

        Raises `ProviderUnknown`, `ProxyUnusable` and what is wrong with its settings.
        """
        one = settings.get(name, ProviderSettings())
        spec = spec_of(name, one)
        if spec is None:
            raise ProviderUnknown(provider=name)
        return (await self._connect(spec, name, one, keys)).upstream

    async def _connect(
        self, spec: ProviderSpec, name: str, settings: ProviderSettings, keys: tuple[str, ...]
    ) -> _Built:
        client = await self._connection_pool()
        title = _title(spec, name)
        model = settings.model or spec.default_model
        llm = connect_llm(spec, name, title, settings, keys, client)
        upstream: Upstream[Provider] | None = None
        if model or llm is None:  # A server without a model is there for its language model alone.
            providers = {key: spec.connect(name, settings, key or None, client) for key in keys or ("",)}
            upstream = Upstream(name, title, providers, model=model)
        return _Built(settings, keys, upstream, llm)

    async def _keys_for(self, spec: ProviderSpec, name: str) -> tuple[str, ...]:
        """The keys of this name. A server may need none, so it needs no keyring either."""
        try:
            return await self._keys_of(name)
        except KeyringMissing:
            if spec.is_server:
                return ()
            raise

    async def _connection_pool(self) -> "httpx.AsyncClient":
        """The pool, made on a thread: importing httpx and reading the system's certificates would block the loop.

        Raises `ProxyUnusable`.
        """
        if self._client is None:
            self._client = await asyncio.to_thread(_new_client)
        return self._client


def _new_client() -> "httpx.AsyncClient":
    import httpx

    limits = httpx.Limits(
        max_connections=_MOST_CONNECTIONS, max_keepalive_connections=_KEPT_CONNECTIONS, keepalive_expiry=_KEPT_S
    )
    certificates = tls_context()
    return httpx.AsyncClient(
        verify=certificates,
        limits=limits,
        follow_redirects=False,
        trust_env=False,
        mounts=proxy_mounts(certificates, limits),
    )


def _title(spec: ProviderSpec, name: str) -> str:
    return name if spec.is_server else spec.title
