"""Which model "auto" is at the moment: follows what is here, what can be used, and how fast it was."""

import asyncio

from core.domain import TranscriptionOptions, TranslatableText
from core.domain.device import Device
from core.domain.errors import ModelError, ModelMissing, MultilingualModelMissing, ProviderError
from core.providers.on_device.models.automatic_model import AutomaticModels
from core.providers.on_device.models.catalogue import BUNDLED_MODEL, OFFERED_MODEL
from core.providers.on_device.models.files import ModelFiles
from core.providers.on_device.models.library import ModelLibrary

_ENGLISH = "en"


class ModelChoice:
    """Lives on one event loop, beside the provider that asks it and tells it how long the work took.

    A model that turns out to be of no use, such as a damaged one, is left out as long as it is.
    """

    def __init__(self, library: ModelLibrary) -> None:
        self._library = library
        self._speeds = library.speeds()
        self._unusable: dict[str, ModelError] = {}
        self._now: AutomaticModels | None = None

    @property
    def now(self) -> AutomaticModels:
        """The choice, as it was at the last `refresh`."""
        if self._now is None:
            self._now = self._chosen()
        return self._now

    @property
    def notices(self) -> tuple[TranslatableText, ...]:
        """What the owner should know of models that are here and can't be used."""
        return tuple(error.message for error in self._unusable.values() if not isinstance(error, ModelMissing))

    async def refresh(self) -> None:
        """See which models there are now, and whether one that couldn't be used can be."""
        for name in tuple(self._unusable):
            await self.is_usable(name)
        self._now = await asyncio.to_thread(self._chosen)

    async def locate(self, name: str) -> ModelFiles:
        """The model's files. Raises as `ModelLibrary.locate`, and leaves the model out then from the next choice on."""
        try:
            files = await self._library.locate(name)
        except ModelError as error:
            self._unusable[name] = error
            raise
        self._unusable.pop(name, None)
        return files

    async def is_usable(self, name: str) -> bool:
        """Whether `locate` would raise nothing."""
        try:
            await self.locate(name)
        except ModelError:
            return False
        return True

    def for_recording(self, options: TranscriptionOptions) -> AutomaticModels:
        """The same for all chunks of a recording, whatever is measured or downloaded meanwhile."""
        return AutomaticModels.of_version(options.model_version) if options.model_version else self.now

    def name_for(self, options: TranscriptionOptions) -> str:
        """The model for the options' languages; without one, as where nothing is said, the model for English.

        Where English is spoken beside another language, one model does both. Raises `MultilingualModelMissing` and
        `ModelError`.
        """
        language = options.language or _ENGLISH
        now = self.for_recording(options)
        others = [one for one in options.heard or () if one != _ENGLISH]
        name = others and now.model_for(others[0], to_english=options.to_english)
        name = name or now.model_for(language, to_english=options.to_english)
        if name:
            return name
        raise self._english_missing() if language == _ENGLISH else self.multilingual_missing()

    def multilingual_missing(self) -> ProviderError:
        """The error that offers a model for many languages, or says why the one that is here can't be used."""
        models = {model.name: model for model in self._library.catalogue()}
        for name, error in self._unusable.items():
            if name in models and not models[name].english_only and not isinstance(error, ModelMissing):
                return error
        wanted = models.get(OFFERED_MODEL)
        size_bytes, languages = (wanted.size_bytes, wanted.languages) if wanted else (0, frozenset[str]())
        return MultilingualModelMissing(model=OFFERED_MODEL, megabytes=size_bytes // 1_000_000, count=len(languages))

    async def measure(self, device: Device | None, model: str, sound_s: float, work_s: float) -> None:
        """An engine has worked so long for so much sound."""
        size_bytes = next((one.size_bytes for one in self._library.catalogue() if one.name == model), 0)
        if size_bytes and self._speeds.measured(device, model, size_bytes, sound_s, work_s):
            await asyncio.to_thread(self._speeds.write)

    def _english_missing(self) -> ModelError:
        return next(iter(self._unusable.values()), ModelMissing(model=BUNDLED_MODEL))

    def _chosen(self) -> AutomaticModels:
        return self._library.automatic_models(self._speeds.real_time_factor, leave_out=frozenset(self._unusable))
