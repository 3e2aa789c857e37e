"""Fetching one pinned file: resumed where it broke off, never larger than it may be, and checked before it counts."""

import asyncio
import contextlib
import errno
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from core.domain.errors import ModelDoesNotFit, ModelDownloadFailed, ModelNotWritten
from core.domain.write_failure import write_failure
from core.providers.on_device.models.catalogue import CatalogueModel, PinnedFile
from core.providers.on_device.models.hub import Hub, hub_client, hub_of_environment
from core.providers.on_device.models.hub_refusal import refusal_of
from core.system.hardware import free_disk_bytes
from core.system.private_files import make_folder, open_for_owner

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

_BLOCK_BYTES = 1024 * 1024
_SPARE_BYTES = 50 * 1024 * 1024
"""Room that a download leaves on the disk for everything else."""

_PARTIAL_CONTENT = 206
_RANGE_NOT_SATISFIABLE = 416
_FIRST_ERROR = 400
_BYTES_PER_MEGABYTE = 1_000_000


def sha256_of(file: Path) -> str:
    """The file's SHA-256 in lower-case hexadecimal. Blocking; about 0.5 s for a gigabyte."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def is_as_pinned(path: Path, file: PinnedFile) -> bool:
    """Whether a file's content is the pinned one. Blocking."""
    if file.sha256:
        return sha256_of(path) == file.sha256
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as opened:
        while block := opened.read(_BLOCK_BYTES):
            digest.update(block)
    return bool(file.git_sha1) and digest.hexdigest() == file.git_sha1


class FileDownload:
    """One file of a model on its way into `folder`. Cancelling keeps what has come as `<name>.part` for later."""

    def __init__(self, model: CatalogueModel, file: PinnedFile, folder: Path, hub: Hub) -> None:
        self._model = model
        self._file = file
        place = model.place_of(file)
        self._hub = hub
        self._url = f"{hub.url}/{place.repository}/resolve/{place.revision}/{place.path}"
        self._part = folder / f"{file.name}.part"
        self._finished = folder / file.name

    @property
    def bytes_here(self) -> int:
        """How much of it is on the disk already."""
        for candidate in (self._finished, self._part):
            with contextlib.suppress(FileNotFoundError):
                return min(candidate.stat().st_size, self._file.size_bytes)
        return 0

    async def run(self, client: "httpx.AsyncClient", on_bytes: Callable[[int], None]) -> None:
        """Fetch what is missing and check the whole; `on_bytes` gets how much of the file is here.

        Raises `ModelDownloadFailed`, after which another call goes on where this one stopped, `ModelDoesNotFit`,
        `ModelNotWritten`, `HubModelNotFound` or `HubTokenRefused`.
        """
        if self._finished.exists():
            on_bytes(self._file.size_bytes)
            return
        try:
            await self._fetch(client, on_bytes)
            if not await asyncio.to_thread(is_as_pinned, self._part, self._file):
                logger.warning("%s has another content than it should", self._url)
                self._part.unlink()
                raise ModelDownloadFailed(model=self._model.name)
            self._part.replace(self._finished)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise does_not_fit(self._model) from error
            logger.warning("writing %s failed: %s", self._part, error)
            raise ModelNotWritten(model=self._model.name, reason=write_failure(error)) from error

    async def _fetch(self, client: "httpx.AsyncClient", on_bytes: Callable[[int], None]) -> None:
        import httpx

        have = self._part.stat().st_size if self._part.exists() else 0
        if have > self._file.size_bytes:
            self._part.unlink()
            have = 0
        on_bytes(have)
        if have == self._file.size_bytes:
            return
        # Anything but the file's own bytes (a gzip made on the way) would break ranges and the checksum.
        headers = self._hub.headers | {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        try:
            async with client.stream("GET", self._url, headers=headers) as response:
                if response.status_code >= _FIRST_ERROR:
                    if response.status_code == _RANGE_NOT_SATISFIABLE:
                        self._part.unlink(missing_ok=True)
                    raise refusal_of(response, self._hub, self._model.repository, self._model.name)
                resumed = response.status_code == _PARTIAL_CONTENT and self._starts_at(response, have)
                with await asyncio.to_thread(self._open, "ab" if resumed else "wb") as opened:
                    have = await self._write(response, opened, have if resumed else 0, on_bytes)
        except httpx.HTTPError as error:
            logger.info("download of %s broke off: %r", self._url, error)
            raise ModelDownloadFailed(model=self._model.name) from error
        if have != self._file.size_bytes:
            logger.info("download of %s stopped at %d of %d bytes", self._url, have, self._file.size_bytes)
            raise ModelDownloadFailed(model=self._model.name)

    def _open(self, mode: str) -> BinaryIO:
        return cast(BinaryIO, open(self._part, mode, opener=open_for_owner))

    async def _write(
        self, response: "httpx.Response", opened: BinaryIO, have: int, on_bytes: Callable[[int], None]
    ) -> int:
        async for block in response.aiter_raw(_BLOCK_BYTES):
            if have + len(block) > self._file.size_bytes:
                raise ModelDownloadFailed(model=self._model.name)
            await asyncio.to_thread(opened.write, block)
            have += len(block)
            on_bytes(have)
        return have

    @staticmethod
    def _starts_at(response: "httpx.Response", offset: int) -> bool:
        return str(response.headers.get("Content-Range", "")).startswith(f"bytes {offset}-")


@dataclass(frozen=True, slots=True)
class DownloadTools:
    """What downloads need. `hub` and `client` block, and are called off the loop."""

    hub: Callable[[], Hub] = hub_of_environment
    client: "Callable[[Hub], httpx.AsyncClient]" = hub_client
    free_space: Callable[[Path], int] = free_disk_bytes

    async def fetch(self, model: CatalogueModel, staging: Path, on_progress: Callable[[int, int], None]) -> None:
        """Collect the model's files in `staging`; `on_progress` gets bytes done and bytes in all.

        Cancelling keeps what has come, and the next call goes on from there. Raises as `FileDownload.run` and
        `Hub.check` do, and `ProxyUnusable`.
        """
        hub = await asyncio.to_thread(self.hub)
        hub.check()
        downloads = [FileDownload(model, file, staging, hub) for file in model.files]
        here = [download.bytes_here for download in downloads]
        try:
            free = await asyncio.to_thread(self.free_space, staging)
            if free < model.size_bytes - sum(here) + _SPARE_BYTES:
                raise does_not_fit(model)
            make_folder(staging.parent)
            make_folder(staging)
        except OSError as error:
            raise ModelNotWritten(model=model.name, reason=write_failure(error)) from error
        async with await asyncio.to_thread(self.client, hub) as client:
            for index, download in enumerate(downloads):

                def report(done: int, index: int = index) -> None:
                    here[index] = done
                    on_progress(sum(here), model.size_bytes)

                await download.run(client, report)


def does_not_fit(model: CatalogueModel) -> ModelDoesNotFit:
    """The error that says how much room the model needs."""
    return ModelDoesNotFit(model=model.name, megabytes=-(-model.size_bytes // _BYTES_PER_MEGABYTE))
