"""The owner's providers and their keys: put together from the settings, changed while jobs run, tried on demand."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from core.app.settings import SettingsService
from core.concurrency.supervision import Supervisor, end
from core.config import Settings
from core.domain import NotulaError, SpeechChunk, TranscriptionOptions, TranslatableText
from core.domain.errors import EngineNotInstalled, InternalError, ProviderUnknown
from core.domain.provider_offer import KeyHint, KeyList, KeyTrial, ModelOffer, ProviderOffer
from core.domain.provider_settings import ProviderSettings
from core.domain.provider_state import ProviderState
from core.domain.speech import BYTES_PER_SECOND
from core.media import Encoder, choose_encoding
from core.observability.metrics import Metrics
from core.observability.redaction import Redactor, key_ending
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
from core.secrets import KeyId, KeySource, KeyStore, system_key_store
from core.secrets.api_credentials import TELEGRAM_API
from core.secrets.environment import split_keys

logger = logging.getLogger(__name__)

ON_DEVICE = "on-device"

_ASK_KEYRING_AGAIN_S = 600.0
"""A desktop may show a dialog each time that a locked keyring is asked, so it isn't asked for every job."""

_TRIAL = SpeechChunk.of_pcm(0, 0.0, bytes(BYTES_PER_SECOND))
"""A second of silence: the least that shows whether a key, a model and an address are right."""


class ProviderSetup:
    """Lives on one event loop, between `start` and `close`. `router` always has the providers as they are now.

    `environment` is where keys may be; `clock` gives seconds that never go back.
    """

    def __init__(
        self,
        settings: SettingsService,
        on_device: OnDeviceProvider,
        encoder: Encoder,
        redactor: Redactor,
        *,
        environment: Mapping[str, str] | None = None,
        may_spend: Callable[[], bool] = always,
        clock: Callable[[], float] = time.monotonic,
        supervisor: Supervisor | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        metrics = metrics or Metrics()
        self._supervisor = supervisor or Supervisor()
        self.router = Router(may_spend=may_spend, costs_nothing=self.costs_nothing)
        self._may_spend = may_spend
        self._llms: tuple[Upstream[LlmClient], ...] = ()
        self._owner = settings
        self._device = on_device
        model = settings.current.model
        self._on_device: Upstream[Provider] = Upstream(ON_DEVICE, ON_DEVICE, {"": on_device}, model=model)
        self._on_device.metrics = metrics
        self._encoder = encoder
        self._redactor = redactor
        self._environment = environment
        self._clock = clock
        self._keys = self._key_store()
        self._online = OnlineProviders(self.secrets, metrics)
        self._problems: tuple[NotulaError, ...] = ()
        self._loaded_at = clock()
        self._loading: asyncio.Task[None] | None = None
        self._tried = asyncio.Event()
        """Set unless providers are being put together by the present settings for the first time."""
        self._tried.set()
        self._failure: NotulaError | None = None
        self._added_to_automatic: set[str] = set()
        """Servers that have turned the automatic order into one of the owner's, since the start."""

    @property
    def states(self) -> tuple[ProviderState, ...]:
        """How each provider fares, in the order in which they are asked."""
        device = self._device.device
        return tuple(
            replace(state, device=str(device)) if device is not None and state.name == ON_DEVICE else state
            for state in self.router.states
        )

    @property
    def notices(self) -> tuple[TranslatableText, ...]:
        """What the owner has to see to."""
        missing = (EngineNotInstalled().message,) if self._wants_missing_engine else ()
        return (*missing, *(problem.message for problem in self._problems), *self._device.notices, *self.router.notices)

    @property
    def _wants_missing_engine(self) -> bool:
        """Whether recordings fail because the engine isn't installed: it is the first, or others come after it."""
        if self._device.capabilities.is_installed:
            return False
        order = self.order()
        return ON_DEVICE in order and (order[0] == ON_DEVICE or order[-1] != ON_DEVICE)

    @property
    def llms(self) -> tuple[UpstreamLlm, ...]:
        """The language models that may be asked now, in the order of their providers."""
        return upstream_llms([llm for llm in self._llms if self._may_spend() or self._is_free(llm.name)])

    @property
    def free_llms(self) -> tuple[UpstreamLlm, ...]:
        """Those of the language models that cost nothing for sure."""
        return upstream_llms([llm for llm in self._llms if self.costs_nothing(llm.name)])

    def costs_nothing(self, name: str) -> bool:
        """Whether it is sure that nobody has to pay for what this provider does.

        That is this device, and a server of the owner's own network without a price. What a server elsewhere costs
        nobody knows unless the owner says so.
        """
        if name == ON_DEVICE:
            return True
        one = self._settings.services.get(name, ProviderSettings())
        return self._is_free(name) and is_nearby(one.base_url)

    @property
    def has_paid(self) -> bool:
        """Whether any of those that are asked may cost money."""
        return not all(map(self.costs_nothing, self.order()))

    @property
    def _settings(self) -> Settings:
        return self._owner.current

    def follow_settings(self) -> None:
        """Begin to follow the settings. Keys are read in the background; jobs wait for them in `ready`."""

        def follow_cheap(settings: Settings) -> None:
            self._on_device.model = settings.model
            self.router.hedges = settings.hedge

        def follow_keyring(_: Settings) -> None:
            before, self._keys = self._keys, self._key_store()
            self._keys.take_session_of(before)

        self._owner.follow(follow_cheap, "model", "hedge")
        self._owner.follow(follow_keyring, "unsafe_keyring")
        self._owner.follow(lambda _: self._load(), "providers", "services", "profile", "unsafe_keyring")

    async def ready(self) -> None:
        """Return once the providers are what the settings want. What couldn't be had is tried again now and then.

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
        await self._online.close()

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
        """Who is asked, first to last."""
        return order_of(self._settings, self._keys)

    def with_provider(self, name: str) -> dict[str, tuple[str, ...]]:
        """The change of the settings by which this provider is asked, too; nothing where it is already."""
        return with_provider(self._settings, self._keys, name)

    async def keys(self) -> KeyList:
        """The keys of the profile in use."""
        listed = await self._keys.overview()
        # A variable's name doesn't tell a dash from an underscore.
        names = {KeyId(name).variable: name for name in (*self._settings.services, TELEGRAM_API)}
        hints = tuple(
            KeyHint(
                names.get(found.key.variable, found.key.name),
                key_ending(key),
                found.variable,
                is_for_session=found.source is KeySource.SESSION,
            )
            for found in listed.sets
            if found.key.profile == self._settings.profile
            for key in found.keys
        )
        return KeyList(hints, listed.problem.message if listed.problem else None)

    async def secret(self, name: str) -> str | None:
        """The one secret of this name in the profile in use, such as the bot's token. Raises `KeysError`."""
        return await self._keys.secret(name, self._settings.profile)

    async def secrets(self, name: str) -> tuple[str, ...]:
        """All secrets of this name in the profile in use. Raises `KeysError`."""
        return await self._keys.keys(name, self._settings.profile)

    @property
    def key_store(self) -> KeyStore:
        """All keys, of every profile."""
        return self._keys

    async def add_key(self, name: str, text: str, *, for_session: bool = False) -> None:
        """Keep another key of a provider, or several with spaces between them, and ask that provider from now on.

        With `for_session` it is kept in memory, until Notula quits. Raises `KeysError` and its children, and what
        `SettingsService.change_by` does.
        """
        if for_session:
            self._keys.add_for_session(name, split_keys(text), self._settings.profile)
        else:
            await self._keys.add(name, split_keys(text), self._settings.profile)
        self._load()
        await self._owner.change_by(lambda settings: with_provider(settings, self._keys, name))

    async def add_server(self, name: str, server: ProviderSettings) -> None:
        """Ask this server of the owner's, too. Raises what `SettingsService.change_by` does."""

        def added(settings: Settings) -> dict[str, Any]:
            services = {"services": {**settings.services, name: server}}
            with_server = settings.changed(**services)
            return services | with_provider(with_server, self._keys, name)

        was_automatic = not self._settings.providers
        await self._owner.change_by(added)
        if was_automatic:
            self._added_to_automatic.add(name)

    async def remove_server(self, name: str) -> None:
        """Forget a server of the owner's; its keys stay. Raises what `SettingsService.change_by` does."""

        def removed(settings: Settings) -> dict[str, Any]:
            services = {other: one for other, one in settings.services.items() if other != name}
            order = tuple(other for other in settings.providers if other != name)
            # Back to the automatic order only where the server was all that has changed it since: an order that
            # somebody has chosen must not become one to which other providers may come by themselves.
            if name in self._added_to_automatic and order == order_of(settings.changed(providers=()), self._keys):
                order = ()
            return {"services": services} | ({"providers": order} if order != settings.providers else {})

        await self._owner.change_by(removed)
        self._added_to_automatic.discard(name)

    async def delete_keys(self, name: str) -> None:
        """Remove the keys of this name from the keyring. Raises `KeysError` and its children."""
        await self._keys.delete(name, self._settings.profile)
        self._load()

    async def try_out(self, name: str) -> tuple[KeyTrial, ...]:
        """Have a second of silence transcribed with each key of a provider.

        Raises `KeysError`, `ProviderUnknown` and `ProviderKeyMissing` where there is nothing to try.
        """
        return await self._try(name, self._settings.services)

    async def try_server(self, name: str, service: ProviderSettings) -> tuple[KeyTrial, ...]:
        """The same with a server that isn't in the settings yet, and perhaps never will be. Raises as `try_out`."""
        return await self._try(name, {name: service})

    async def _try(self, name: str, services: Mapping[str, ProviderSettings]) -> tuple[KeyTrial, ...]:
        selection = await self._online.select([name], services)
        if not selection.upstreams:
            raise selection.problems[0] if selection.problems else ProviderUnknown(provider=name)
        upstream = selection.upstreams[0]
        upload = upstream.connection.capabilities.upload
        chunk = _TRIAL
        if upload is not None:
            chunk = await self._encoder.encode(_TRIAL, choose_encoding(_TRIAL.duration_s, upload))
        options = TranscriptionOptions(provider=name, model=upstream.model)

        async def attempt(provider: Provider) -> None:
            await provider.transcribe(chunk, options, lambda segment: None)

        outcomes = await upstream.try_each_key(attempt)
        return tuple(
            KeyTrial(key_ending(key), error.message if error else None, seconds) for key, error, seconds in outcomes
        )

    def _load(self) -> None:
        """Begin to put the providers together; whatever was begun before is left off."""
        if self._loading is not None:
            self._loading.cancel()
        self._tried.clear()
        self._loading = self._supervisor.start("select-providers", partial(self._select, self._loading))

    async def _select(self, before: asyncio.Task[None] | None) -> None:
        """Put them together. Where that fails there are none: those from before may be what is not wanted any more."""
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
        selection = await self._online.select(online, self._settings.services)
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
        """The online providers that may be asked, and those that may not: all behind a name that isn't known.

        That name may be this computer's, or a server's in the house, written wrongly: what should have gone there must
        not go to those that were meant to come later. This computer is asked in any case.
        """
        online = [name for name in names if name != ON_DEVICE]
        known = next((place for place, name in enumerate(online) if self._spec_of(name) is None), len(online)) + 1
        return online[:known], online[known:]

    def _spec_of(self, name: str) -> ProviderSpec | None:
        return spec_of(name, self._settings.services.get(name, ProviderSettings()))

    def _is_free(self, name: str) -> bool:
        """Whether the owner pays nobody for it: nobody knows what a language model's answer will cost."""
        spec, one = self._spec_of(name), self._settings.services.get(name, ProviderSettings())
        return spec is not None and spec.is_server and not one.price_per_minute

    def _key_store(self) -> KeyStore:
        return system_key_store(self._redactor, self._environment, unsafe_allowed=self._settings.unsafe_keyring)


def order_of(settings: Settings, keys: KeyStore) -> tuple[str, ...]:
    """Who is asked by these settings, first to last.

    Where the owner hasn't said so: services with keys in the environment, then this device. The keyring isn't asked.
    """
    if settings.providers:
        return settings.providers
    services = (spec.name for spec in provider_specs() if not spec.is_server)
    return (*(name for name in services if keys.is_in_environment(name, settings.profile)), ON_DEVICE)


def with_provider(settings: Settings, keys: KeyStore, name: str) -> dict[str, tuple[str, ...]]:
    """The change by which this provider is asked, too: before the device, after those that are asked already."""
    order = order_of(settings, keys)
    if name in order or spec_of(name, settings.services.get(name, ProviderSettings())) is None:
        return {}
    place = order.index(ON_DEVICE) if ON_DEVICE in order else len(order)
    return {"providers": (*order[:place], name, *order[place:])}


def _offer(spec: ProviderSpec, name: str, title: str) -> ProviderOffer:
    return ProviderOffer(
        name,
        title,
        tuple(ModelOffer(model.name, model.price_per_minute) for model in spec.models),
        spec.llm_models,
        spec.usual_megabytes,
        spec.most_megabytes,
        spec.is_server,
        keys_page=spec.keys_page,
    )


def _models(provider: Provider) -> tuple[ModelOffer, ...]:
    return tuple(ModelOffer(model.name, model.price_per_minute) for model in provider.capabilities.models)
