"""Adding a model of a person's own, from a folder, from the Hugging Face cache, or from the hub."""

import asyncio
import os
import re
from collections.abc import Callable
from pathlib import Path

from core.domain import TranslatableText
from core.domain.errors import ModelNotWritten, OwnModelUnusable
from core.domain.write_failure import write_failure
from core.providers.on_device.models.catalogue import CatalogueModel, PinnedFile
from core.providers.on_device.models.download import DownloadTools, is_as_pinned
from core.providers.on_device.models.hub_cache import CachedSnapshot, HubCache
from core.providers.on_device.models.own.inspection import NOT_VALID, ModelFacts, SpareTokenizer, inspect_model
from core.providers.on_device.models.own.links import remove_folder
from core.providers.on_device.models.own.records import OwnModel
from core.providers.on_device.models.own.repository import Repository, model_at_hub, parse_repository
from core.providers.on_device.models.own.store import OwnModelStore

Progress = Callable[[int, int], None]

_SHOWN_OF_COMMIT = 12


class OwnModelAdding:
    """Lives on one event loop."""

    def __init__(
        self, store: OwnModelStore, cache: HubCache, tools: DownloadTools, spare_tokenizer: SpareTokenizer
    ) -> None:
        self._store = store
        self._cache = cache
        self._tools = tools
        self._spare_tokenizer = spare_tokenizer

    async def add(self, wanted: str, name: str, on_progress: Progress) -> OwnModel:
        """Add what a person has named: a folder, or `owner/name@revision`, which is fetched unless it is in the cache.

        `on_progress` gets bytes done and bytes in all of a download. Raises `ModelError` and its children.
        """
        if name:
            await asyncio.to_thread(self._store.check_name, name)
        repository = parse_repository(wanted)
        if repository is None or await asyncio.to_thread(_is_there, wanted):
            return await asyncio.to_thread(self._add_folder, wanted, name)
        snapshot = await asyncio.to_thread(self._cache.snapshot, repository.name, repository.revision)
        if snapshot is not None and await asyncio.to_thread(_is_complete, snapshot):
            return await asyncio.to_thread(self.add_snapshot, snapshot, name)
        name = name or await asyncio.to_thread(self._store.free_name, repository.name.partition("/")[2])
        return await self._fetch(repository, name, on_progress)

    def add_snapshot(self, snapshot: CachedSnapshot, name: str = "") -> OwnModel:
        """Add a model of the Hugging Face cache, which stays there. Blocking. Raises as `add`."""
        place = _place(snapshot.repository, snapshot.commit)
        facts = inspect_model(place, snapshot.folder, also_in=snapshot.home, spare_tokenizer=self._spare_tokenizer)
        for file, path in facts.files.items():
            if not _is_as_named(path):
                raise OwnModelUnusable(place=place, reason=TranslatableText(NOT_VALID, {"file": file}))
        return self._store.add(name or self._store.free_name(snapshot.repository.partition("/")[2]), place, facts)

    def found(self) -> tuple[tuple[CachedSnapshot, ModelFacts], ...]:
        """What is in the cache and could be added. Blocking."""
        known = {file.path for model in self._store.known.values() for file in model.files}
        found = []
        for snapshot in self._cache.snapshots():
            try:
                facts = inspect_model(
                    snapshot.repository, snapshot.folder, also_in=snapshot.home, spare_tokenizer=self._spare_tokenizer
                )
            except Exception:  # noqa: BLE001, S112 - what can't be a model isn't offered; adding it says why.
                continue
            if not known.issuperset(map(str, facts.files.values())):
                found.append((snapshot, facts))
        return tuple(found)

    def _add_folder(self, wanted: str, name: str) -> OwnModel:
        folder = Path(_with_home(wanted))
        facts = inspect_model(str(folder), folder, spare_tokenizer=self._spare_tokenizer)
        return self._store.add(name or self._store.free_name(folder.resolve().name), str(folder.absolute()), facts)

    async def _fetch(self, repository: Repository, name: str, on_progress: Progress) -> OwnModel:
        hub = await asyncio.to_thread(self._tools.hub)
        hub.check()
        async with await asyncio.to_thread(self._tools.client, hub) as client:
            model = await model_at_hub(client, hub, repository, name)
        place = _place(model.repository, model.revision)
        staging = self._store.staging_folder(name, model.revision[:_SHOWN_OF_COMMIT])
        await asyncio.to_thread(self._store.sweep, staging)
        await self._tools.fetch(model, staging, on_progress)
        return await asyncio.to_thread(self._keep, model, place, staging)

    def _keep(self, model: CatalogueModel, place: str, staging: Path) -> OwnModel:
        folder = self._store.fetched_folder(model.name)
        try:
            try:
                inspect_model(place, staging, spare_tokenizer=self._spare_tokenizer)
            except OwnModelUnusable:
                remove_folder(staging)
                raise
            remove_folder(folder)  # Of a process that was killed before it could write the record.
            staging.replace(folder)
        except OSError as error:
            raise ModelNotWritten(model=model.name, reason=write_failure(error)) from error
        facts = inspect_model(place, folder, spare_tokenizer=self._spare_tokenizer)
        return self._store.add(model.name, place, facts, is_fetched=True)


def _with_home(wanted: str) -> str:
    # Unlike pathlib's it leaves the name of an account that there isn't as it is.
    return os.path.expanduser(wanted)  # noqa: PTH111


def _is_there(wanted: str) -> bool:
    return os.path.exists(_with_home(wanted))  # noqa: PTH110


def _is_complete(snapshot: CachedSnapshot) -> bool:
    return (snapshot.folder / "model.bin").is_file()


def _place(repository: str, commit: str) -> str:
    return f"{repository}@{commit[:_SHOWN_OF_COMMIT]}"


def _is_as_named(path: Path) -> bool:
    """Whether a file that is called by the hub's name for its content has that content."""
    size_bytes = path.stat().st_size
    if re.fullmatch(r"[0-9a-f]{64}", path.name):
        return is_as_pinned(path, PinnedFile(path.name, size_bytes, path.name))
    if re.fullmatch(r"[0-9a-f]{40}", path.name):
        return is_as_pinned(path, PinnedFile(path.name, size_bytes, "", git_sha1=path.name))
    return True  # Systems without links have the files themselves in place of links.
