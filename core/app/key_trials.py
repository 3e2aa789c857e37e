"""Trying keys and servers out: a second of silence is transcribed with each key."""

from collections.abc import Mapping

from core.app.keys import Keys
from core.app.settings import SettingsService
from core.domain import SpeechChunk, TranscriptionOptions
from core.domain.errors import ProviderUnknown
from core.domain.provider_offer import KeyTrial
from core.domain.provider_settings import ProviderSettings
from core.domain.speech import BYTES_PER_SECOND
from core.media import Encoder, choose_encoding
from core.observability.redaction import key_ending
from core.providers import OnlineProviders, Provider, Upstream
from core.secrets.environment import split_keys

_SILENCE = SpeechChunk.of_pcm(0, 0.0, bytes(BYTES_PER_SECOND))
"""A second of it: the least that shows whether a key, a model and an address are right."""


class KeyTrials:
    """Lives on one event loop. Closes neither the providers nor the encoder."""

    def __init__(self, settings: SettingsService, online: OnlineProviders, encoder: Encoder, keys: Keys) -> None:
        self._settings = settings
        self._online = online
        self._encoder = encoder
        self._keys = keys

    async def keep_if_taken(self, name: str, text: str, *, for_session: bool = False) -> tuple[KeyTrial, ...]:
        """Keep keys as `Keys.add` does, once their provider has taken each of them.

        Returns the trials of those that it hasn't taken; then none is kept. Raises `ProviderUnknown` and what
        `Keys.add` does.
        """
        keys = self._keys.store.usable(name, split_keys(text))
        upstream = await self._online.with_keys(name, keys, self._settings.current.services)
        # One that only translates and sums up can't be tried with silence.
        trials = await self._try_each(upstream) if upstream is not None else ()
        if failed := tuple(trial for trial in trials if trial.problem is not None):
            return failed
        await self._keys.add(name, text, for_session=for_session)
        return ()

    async def try_provider(self, name: str) -> tuple[KeyTrial, ...]:
        """Try each key of a provider.

        Raises `KeysError`, `ProviderUnknown` and `ProviderKeyMissing` where there is nothing to try.
        """
        return await self._try(name, self._settings.current.services)

    async def try_server(self, name: str, service: ProviderSettings) -> tuple[KeyTrial, ...]:
        """Try a server that isn't in the settings yet, and perhaps never will be. Raises as `try_provider`."""
        return await self._try(name, {name: service})

    async def _try(self, name: str, services: Mapping[str, ProviderSettings]) -> tuple[KeyTrial, ...]:
        selection = await self._online.select([name], services)
        if not selection.upstreams:
            raise selection.problems[0] if selection.problems else ProviderUnknown(provider=name)
        return await self._try_each(selection.upstreams[0])

    async def _try_each(self, upstream: Upstream[Provider]) -> tuple[KeyTrial, ...]:
        upload = upstream.connection.capabilities.upload
        chunk = _SILENCE
        if upload is not None:
            chunk = await self._encoder.encode(chunk, choose_encoding(chunk.duration_s, upload))
        options = TranscriptionOptions(provider=upstream.name, model=upstream.model)

        async def attempt(provider: Provider) -> None:
            await provider.transcribe(chunk, options, lambda segment: None)

        outcomes = await upstream.try_each_key(attempt)
        return tuple(
            KeyTrial(key_ending(key), error.message if error else None, seconds) for key, error, seconds in outcomes
        )
