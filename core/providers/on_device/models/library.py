"""The models on this computer: which are there, whether they are sound, and getting more of them."""

import asyncio
import shutil
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from core.domain import ModelKind, ModelState, ModelStatus, TranslatableText
from core.domain.errors import (
    BundledModelDamaged,
    ModelCorrupt,
    ModelIsBundled,
    ModelIsInCache,
    ModelMissing,
    ModelNotDeleted,
    ModelNotWritten,
    ModelUnknown,
)
from core.domain.model import AUTOMATIC
from core.domain.write_failure import write_failure
from core.providers.on_device.models.automatic_model import AutomaticModels, Model, automatic_models
from core.providers.on_device.models.bundled import BundledModel, bundled_models
from core.providers.on_device.models.catalogue import CatalogueModel
from core.providers.on_device.models.download import DownloadTools
from core.providers.on_device.models.files import ModelFiles
from core.providers.on_device.models.hub_cache import HubCache, hub_cache_folder
from core.providers.on_device.models.joining import check_pieces, join_model
from core.providers.on_device.models.own.adding import OwnModelAdding
from core.providers.on_device.models.own.links import link_files
from core.providers.on_device.models.own.records import OwnModel
from core.providers.on_device.models.own.spare_tokenizers import SpareTokenizers
from core.providers.on_device.models.own.store import OwnModelStore
from core.providers.on_device.models.pinned_files import PinnedFiles
from core.providers.on_device.models.speeds import ModelSpeeds
from core.providers.on_device.models.voice_models import ALL_MODELS

RESERVED_NAMES = (AUTOMATIC,)
"""What settings say in place of a model's name."""


class ModelLibrary:
    """Models under one folder, those installed with Notula and those of a person's own. Lives on one event loop.

    A model that was installed in parts is joined under the folder when it is first located, and again should that
    copy be lost or damaged. While its packages are installed it can't be deleted; after that, the copy is one like any
    other.
    A model's files are hashed when it is first located, and again only when a file's size or time has changed.
    A download collects its files in `<name>.partial` beside the models and appears under its name when it is whole.
    """

    def __init__(
        self,
        folder: Path,
        tools: DownloadTools | None = None,
        *,
        models: tuple[CatalogueModel, ...] = ALL_MODELS,
        bundled: Iterable[BundledModel] | None = None,
        hub_cache: Path | None = None,
    ) -> None:
        self._folder = folder
        self._tools = tools or DownloadTools()
        self._models = {model.name: model for model in models}
        installed = bundled_models() if bundled is None else bundled
        self._bundled = {one.model.name: one for one in installed if one.model.name in self._models}
        self._hub_cache = HubCache(hub_cache or hub_cache_folder())
        self._files = PinnedFiles()
        self._own = OwnModelStore(folder / "own", (*self._models, *RESERVED_NAMES))
        spares = SpareTokenizers(self._bundled.values(), folder / "own" / "tokenizers")
        self._adding = OwnModelAdding(self._own, self._hub_cache, self._tools, spares.of_size)
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def catalogue(self) -> tuple[CatalogueModel, ...]:
        """All models of the catalogue that turn speech into text, smallest first."""
        return tuple(model for model in self._models.values() if model.kind is ModelKind.SPEECH)

    def automatic_models(
        self, real_time_factor: Callable[[Model], float], *, leave_out: Collection[str] = ()
    ) -> AutomaticModels:
        """What "auto" stands for now, without the models that are to be left out. Blocking: looks for the files."""
        here = [model for model in self.catalogue() if model.name not in leave_out and self._state(model).is_here]
        return automatic_models(here, real_time_factor)

    def speeds(self) -> ModelSpeeds:
        """What was measured of models on this computer, kept beside them."""
        return ModelSpeeds(self._folder / "speeds.json")

    @property
    def own_models(self) -> tuple[OwnModel, ...]:
        """Those that a person has added, as they were at the last `refresh`."""
        return tuple(self._own.known.values())

    @property
    def notices(self) -> tuple[TranslatableText, ...]:
        """What the owner should know of their own models."""
        return self._own.notices

    async def refresh(self) -> None:
        """See what other processes have added, and which of a person's own models have changed."""
        await asyncio.to_thread(self._own.refresh)

    def here(self, kind: ModelKind) -> tuple[CatalogueModel, ...]:
        """The models of this kind that are on this computer. Looks for the files, but does not hash them."""
        of_kind = (model for model in self._models.values() if model.kind is kind)
        return tuple(model for model in of_kind if self._state(model) is not ModelState.MISSING)

    def status(self) -> tuple[ModelStatus, ...]:
        """All known models and which of them are here. Blocking: looks for the files, but does not hash them."""
        automatic = self.automatic_models(self.speeds().real_time_factor)
        catalogue = tuple(
            ModelStatus(
                model.name,
                model.english_only,
                model.size_bytes,
                self._state(model),
                model.kind,
                automatic_for=automatic.uses_of(model.name),
            )
            for model in self._models.values()
        )
        return (*catalogue, *map(self._own_status, self.own_models))

    def found(self) -> tuple[ModelStatus, ...]:
        """What other programs have fetched that could be added under its name, `owner/name`. Blocking."""
        catalogue = {model.repository for model in self._models.values()}
        return tuple(
            ModelStatus(snapshot.repository, facts.english_only, facts.size_bytes, ModelState.FOUND)
            for snapshot, facts in self._adding.found()
            if snapshot.repository not in catalogue
        )

    async def add(self, wanted: str, name: str, on_progress: Callable[[int, int], None]) -> str:
        """Add a model of a person's own and return its name: see `OwnModelAdding.add`."""
        return (await self._adding.add(wanted, name, on_progress)).name

    async def locate(self, name: str, kind: ModelKind = ModelKind.SPEECH) -> ModelFiles:
        """A model of this kind that is ready to be loaded.

        Raises `ModelUnknown`, `ModelMissing` or `ModelCorrupt`; for one that is installed with Notula also
        `BundledModelDamaged`, `ModelDoesNotFit` or `ModelNotWritten`; for a person's own `OwnModelLost`, and what
        `add_folder` raises where it has changed.
        """
        if name in self._own.known and kind is ModelKind.SPEECH:
            async with self._locks[name]:
                return _own_files(*await asyncio.to_thread(self._own.locate, name))
        model = self._known(name)
        if model.kind is not kind:
            raise ModelUnknown(model=name)
        async with self._locks[name]:
            folder = await asyncio.to_thread(self._find, model)
        return ModelFiles(name, folder, model.english_only, model.translates, model.memory_bytes, model.languages)

    async def check(self, name: str) -> None:
        """See whether a model could be loaded, by hashing its files; nothing is joined or linked, and nothing written.

        Raises as `locate`, but for what writing raises.
        """
        if name in self._own.known:
            await asyncio.to_thread(self._own.check, name)
        else:
            await asyncio.to_thread(self._check, self._known(name))

    async def download(self, name: str, on_progress: Callable[[int, int], None]) -> None:
        """Fetch a model; `on_progress` gets bytes done and bytes in all.

        Cancelling keeps what has come, and the next call goes on from there. A model that is here already is left as
        it is. Raises `ModelUnknown`, and as `DownloadTools.fetch`.
        """
        model = self._known(name)
        async with self._locks[name]:
            if not await asyncio.to_thread(self._is_usable, model):
                await self._tools.fetch(model, self._staging(model), on_progress)
                await asyncio.to_thread(self._take_over, model)
        on_progress(model.size_bytes, model.size_bytes)

    async def delete(self, name: str) -> None:
        """Remove a downloaded model, or what is left of a broken download.

        A person's own model is forgotten; its files are deleted only where Notula has downloaded them.
        Raises `ModelIsBundled`, `ModelIsInCache`, `ModelUnknown` or `ModelNotDeleted`.
        """
        if name in self._own.known:
            async with self._locks[name]:
                await asyncio.to_thread(self._own.remove, name)
            return
        model = self._known(name)
        state = self._state(model)
        if state is ModelState.BUNDLED:
            raise ModelIsBundled(model=name)
        if state is ModelState.CACHED:
            raise ModelIsInCache(model=name)
        async with self._locks[name]:
            for folder in (self._folder / name, self._staging(model)):
                try:
                    await asyncio.to_thread(shutil.rmtree, folder)
                except FileNotFoundError:
                    continue
                except OSError as error:
                    raise ModelNotDeleted(model=name, reason=write_failure(error)) from error

    def _own_status(self, model: OwnModel) -> ModelStatus:
        return ModelStatus(
            model.name,
            model.english_only,
            model.size_bytes,
            ModelState.OWN if self._own.is_here(model) else ModelState.LOST,
            place=model.place,
            is_changed=model.is_changed,
        )

    def _known(self, name: str) -> CatalogueModel:
        if name not in self._models:
            raise ModelUnknown(model=name)
        return self._models[name]

    def _find(self, model: CatalogueModel) -> Path:
        """The folder of the model, after its check; joined if need be. Blocking; raises as `locate` does."""
        bundled, own = self._bundled.get(model.name), self._folder / model.name
        if bundled is None or not bundled.is_complete():
            if not own.is_dir():
                return self._find_in_cache(model)
            self._files.verify_folder(model, own)
            return own
        # First: a person may have downloaded it because what is installed is damaged.
        if self._files.is_sound(model, own):
            return own
        if bundled.folder is None:
            join_model(bundled, own, lambda: self._files.is_sound(model, own), self._tools.free_space)
            self._files.verify_folder(model, own)
            return own
        try:
            self._files.verify_folder(model, bundled.folder)
        except ModelCorrupt as error:
            raise BundledModelDamaged(model=model.name, file=error.message.values["file"]) from error
        return bundled.folder

    def _check(self, model: CatalogueModel) -> None:
        """Blocking; raises as `check` does."""
        state, bundled = self._state(model), self._bundled.get(model.name)
        if state in (ModelState.CACHED, ModelState.MISSING):
            self._files_in_cache(model)
        elif state is ModelState.DOWNLOADED or bundled is None or bundled.folder is not None:
            self._find(model)
        elif not self._files.is_sound(model, self._folder / model.name):
            check_pieces(bundled)

    def _files_in_cache(self, model: CatalogueModel) -> Mapping[str, Path]:
        files = self._hub_cache.files_of(model)
        if files is None:
            raise ModelMissing(model=model.name)
        self._files.verify(model, files)
        return files

    def _find_in_cache(self, model: CatalogueModel) -> Path:
        files = self._files_in_cache(model)
        try:
            return link_files(self._folder / "own" / "cached" / model.name, files)
        except OSError as error:
            raise ModelNotWritten(model=model.name, reason=write_failure(error)) from error

    def _is_usable(self, model: CatalogueModel) -> bool:
        """Whether a download would be for nothing. Blocking: what is here without one is looked at."""
        state = self._state(model)
        if state in (ModelState.MISSING, ModelState.DOWNLOADED):
            return state is ModelState.DOWNLOADED
        try:
            self._find(model)
        except (BundledModelDamaged, ModelCorrupt):
            return False
        return True

    def _take_over(self, model: CatalogueModel) -> None:
        """A download that is whole."""
        try:
            self._staging(model).replace(self._folder / model.name)
        except OSError as error:
            raise ModelNotWritten(model=model.name, reason=write_failure(error)) from error

    def _staging(self, model: CatalogueModel) -> Path:
        return self._folder / f"{model.name}.partial"

    def _state(self, model: CatalogueModel) -> ModelState:
        bundled = self._bundled.get(model.name)
        if bundled and bundled.is_complete():
            return ModelState.BUNDLED
        if (self._folder / model.name).is_dir():
            return ModelState.DOWNLOADED
        return ModelState.MISSING if self._hub_cache.files_of(model) is None else ModelState.CACHED


def _own_files(model: OwnModel, folder: Path) -> ModelFiles:
    return ModelFiles(
        model.name,
        folder,
        model.english_only,
        model.translates,
        model.memory_bytes,
        frozenset(model.languages),
        version=model.content,
    )
