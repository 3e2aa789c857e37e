"""The owner's providers: put together from the settings and the keys, and changed with them while jobs run."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from core.app.keys import Keys
from core.app.provider_order import order_of, with_provider
from core.app.settings import SettingsService
from core.concurrency.supervision import Supervisor, end
from core.config import Settings
from core.domain import NotulaError, TranslatableText
from core.domain.errors import EngineNotInstalled, InternalError, ProviderUnknown
from core.domain.model import AUTOMATIC
from core.domain.provider_offer import ModelOffer, ProviderOffer
from core.domain.provider_settings import ProviderSettings
from core.domain.provider_state import ON_DEVICE, ProviderState
from core.observability.metrics import Metrics
from core.providers import (
    LlmClient,
    OnDeviceProvider,
    OnlineProviders,
    Provider,
    ProviderSpec,
    Router,
    Upstream,
    UpstreamLlm,
    always,
    is_nearby,
    provider_specs,
    spec_of,
    upstream_llms,
)

logger = logging.getLogger(__name__)

_ASK_KEYRING_AGAIN_S = 600.0
"""A desktop may show a dialog each time that a locked keyring is read, so it isn't read for every job."""


@dataclass(frozen=True, slots=True)
class ProviderRuntime:
    """What providers are run with.

    `may_spend` says whether the budget allows calls that cost money, `tells_voices` whether this computer tells
    speakers apart now. `clock` gives seconds that never go back.
    """

    may_spend: Callable[[], bool] = always
    tells_voices: Callable[[], bool] = lambda: False
    clock: Callable[[], float] = time.monotonic
    supervisor: Supervisor = field(default_factory=Supervisor)
    metrics: Metrics = field(default_factory=Metrics)


class ProviderSetup:
    """Lives on one event loop, between `follow_settings` and `close`. `router` always has the providers of now."""

    def __init__(
        self,
        settings: SettingsService,
        keys: Keys,
        on_device: OnDeviceProvider,
        runtime: ProviderRuntime | None = None,
    ) -> None:
        runtime = runtime or ProviderRuntime()
        self._supervisor = runtime.supervisor
        self.router = Router(
            may_spend=runtime.may_spend, costs_nothing=self.costs_nothing, tells_voices=runtime.tells_voices
        )
        self._may_spend = runtime.may_spend
        self._llms: tuple[Upstream[LlmClient], ...] = ()
        self.online = OnlineProviders(keys.secrets, runtime.metrics)
        self._settings_service = settings
        self.keys = keys
        self._device = on_device
        model = settings.current.model
        self._on_device: Upstream[Provider] = Upstream(ON_DEVICE, ON_DEVICE, {"": on_device}, model=model)
        self._on_device.metrics = runtime.metrics
        self._clock = runtime.clock
        self._problems: tuple[NotulaError, ...] = ()
        self._loaded_at = runtime.clock()
        self._loading: asyncio.Task[None] | None = None
        self._tried = asyncio.Event()
        """Set unless providers are being put together by the present settings for the first time."""
        self._tried.set()
        self._failure: NotulaError | None = None

    @property
    def states(self) -> tuple[ProviderState, ...]:
        """The state of each provider, in the order in which they are tried."""
        return tuple(self._state_here(state) if state.name == ON_DEVICE else state for state in self.router.states)

    def _state_here(self, state: ProviderState) -> ProviderState:
        device, names = self._device.device, self._device.automatic.names
        if state.model == AUTOMATIC and names:
            state = replace(state, model=f"{AUTOMATIC} ({', '.join(names)})")
        return replace(state, device=str(device)) if device is not None else state

    @property
    def notices(self) -> tuple[TranslatableText, ...]:
        """What the owner has to see to."""
        missing = (EngineNotInstalled().message,) if self._needs_missing_engine else ()
        return (*missing, *(problem.message for problem in self._problems), *self._device.notices, *self.router.notices)

    @property
    def _needs_missing_engine(self) -> bool:
        """Whether recordings fail because the engine isn't installed: it is the first, or others come after it."""
        if self._device.capabilities.is_installed:
            return False
        order = self.order()
        return ON_DEVICE in order and (order[0] == ON_DEVICE or order[-1] != ON_DEVICE)

    @property
    def llms(self) -> tuple[UpstreamLlm, ...]:
        """The language models that may be used now, in the order of their providers."""
        return upstream_llms([llm for llm in self._llms if self._may_spend() or self._is_free(llm.name)])

    @property
    def free_llms(self) -> tuple[UpstreamLlm, ...]:
        """Those of the language models that cost nothing for sure."""
        return upstream_llms([llm for llm in self._llms if self.costs_nothing(llm.name)])

    def costs_nothing(self, name: str) -> bool:
        """Whether this provider is certain to cost nothing.

        That is this device, and a server of the owner's own network without a price. What a server elsewhere costs
        nobody knows unless the owner says so.
        """
        if name == ON_DEVICE:
            return True
        one = self._settings.services.get(name, ProviderSettings())
        return self._is_free(name) and is_nearby(one.base_url)

    @property
    def has_paid(self) -> bool:
        """Whether any provider of the order may cost money."""
        return not all(map(self.costs_nothing, self.order()))

    @property
    def _settings(self) -> Settings:
        return self._settings_service.current

    def follow_settings(self) -> None:
        """Begin to follow the settings. Keys are read in the background; jobs wait for them in `ready`."""

        def follow_cheap(settings: Settings) -> None:
            self._on_device.model = settings.model
            self.router.hedges = settings.hedge

        self.keys.follow(self._load)
        self._settings_service.follow(follow_cheap, "model", "hedge")
        self._settings_service.follow(lambda _: self._load(), "providers", "services", "profile", "unsafe_keyring")

    async def ready(self) -> None:
        """Return once the providers are those of the settings. One that failed for a passing reason is retried later.

        Raises `InternalError` where they could not be put together; then there are none, and that is tried again.
        """
        is_old = self._clock() - self._loaded_at > _ASK_KEYRING_AGAIN_S
        if is_old and any(problem.transient for problem in self._problems):
            self._load()
        await self._tried.wait()
        if self._failure is not None:
            raise self._failure

    async def close(self) -> None:
        """Stop reading keys and close the connections. No call may be running."""
        await end(self._loading)
        await self.online.close()

    def offers(self) -> tuple[ProviderOffer, ...]:
        """Every provider there is to choose: the device, the services, the owner's servers."""
        services = [_offer(spec, spec.name, spec.title) for spec in provider_specs() if not spec.is_server]
        names = {offer.name for offer in services}
        servers = [
            replace(_offer(spec, name, name), models=(ModelOffer(one.model, one.price_per_minute),))
            for name, one in self._settings.services.items()
            if name not in names and (spec := spec_of(name, one)) is not None
        ]
        device = ProviderOffer(ON_DEVICE, ON_DEVICE, _models(self._on_device.connection), takes_keys=False)
        return (device, *services, *servers)

    def order(self) -> tuple[str, ...]:
        """The names of the providers, in the order in which they are tried."""
        return order_of(self._settings, self.keys.store)

    def with_provider(self, name: str) -> dict[str, tuple[str, ...]]:
        """The change of the settings that adds this provider to the order; empty where it is there already."""
        return with_provider(self._settings, self.keys.store, name)

    def _load(self) -> None:
        """Begin to put the providers together; whatever was begun before is left off."""
        if self._loading is not None:
            self._loading.cancel()
        self._tried.clear()
        self._loading = self._supervisor.start("select-providers", partial(self._select, self._loading))

    async def _select(self, before: asyncio.Task[None] | None) -> None:
        """Build the providers. Where that fails there are none: the new settings may forbid the earlier ones."""
        if before is not None:
            await asyncio.wait([before])
        try:
            await self._put_together()
        except Exception:
            self.router.upstreams, self._llms = (), ()
            self._failure = InternalError()
            self._tried.set()
            raise
        self._failure = None
        self._tried.set()

    async def _put_together(self) -> None:
        names = self.order()
        online, left_out = self._split(names)
        selection = await self.online.select(online, self._settings.services)
        found = {upstream.name: upstream for upstream in selection.upstreams} | {ON_DEVICE: self._on_device}
        self.router.upstreams = tuple(found[name] for name in names if name in found)
        self.router.order = names
        absent = {name: error.message for name, error in selection.failed.items()}
        for name in left_out:
            absent[name] = absent[online[-1]]
        self.router.absent = absent
        self._llms = selection.llms
        useless = [name for name in self._settings.services if name not in names and self._spec_of(name) is None]
        self._problems = (*selection.problems, *(ProviderUnknown(provider=name) for name in useless))
        self._loaded_at = self._clock()

    def _split(self, names: tuple[str, ...]) -> tuple[list[str], list[str]]:
        """The online providers that may be used, and those that may not: all behind an unknown name.

        That name may be this computer's, or a server's in the house, written wrongly: what should have gone there must
        not go to those that were meant to come later. On-device transcription is used in any case.
        """
        online = [name for name in names if name != ON_DEVICE]
        known = next((place for place, name in enumerate(online) if self._spec_of(name) is None), len(online)) + 1
        return online[:known], online[known:]

    def _spec_of(self, name: str) -> ProviderSpec | None:
        return spec_of(name, self._settings.services.get(name, ProviderSettings()))

    def _is_free(self, name: str) -> bool:
        """Whether it is a server without a price; the cost of a language model's answer isn't known beforehand."""
        spec, one = self._spec_of(name), self._settings.services.get(name, ProviderSettings())
        return spec is not None and spec.is_server and not one.price_per_minute


def _offer(spec: ProviderSpec, name: str, title: str) -> ProviderOffer:
    return ProviderOffer(
        name,
        title,
        tuple(ModelOffer(model.name, model.price_per_minute) for model in spec.models),
        spec.llm_models,
        spec.default_megabytes,
        spec.max_megabytes,
        spec.is_server,
        keys_page=spec.keys_page,
    )


def _models(provider: Provider) -> tuple[ModelOffer, ...]:
    return tuple(ModelOffer(model.name, model.price_per_minute) for model in provider.capabilities.models)
