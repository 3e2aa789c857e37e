"""Fetching one pinned file: resumed where it broke off, never larger than it may be, and checked before it counts."""

import asyncio
import contextlib
import errno
import hashlib
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from core.domain.errors import ModelDoesNotFit, ModelDownloadFailed, ModelNotWritten
from core.domain.write_failure import write_failure
from core.providers.on_device.model_catalogue import CatalogueModel, PinnedFile
from core.system.private_files import open_for_owner

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

_BLOCK_BYTES = 1024 * 1024
_PARTIAL_CONTENT = 206
_RANGE_NOT_SATISFIABLE = 416
_FIRST_ERROR = 400
_LONGEST_RETRY_AFTER_S = 3600.0
_BYTES_PER_MEGABYTE = 1_000_000


def default_client() -> "httpx.AsyncClient":
    """A client for large files: no limit on the whole, but none of the pieces may take forever."""
    import httpx

    return httpx.AsyncClient(follow_redirects=True, timeout=httpx.Timeout(30.0, connect=15.0), max_redirects=5)


def sha256_of(file: Path) -> str:
    """The file's SHA-256 in lower-case hexadecimal. Blocking; about 0.5 s for a gigabyte."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


class FileDownload:
    """One file of a model on its way into `folder`. Cancelling keeps what has come as `<name>.part` for later."""

    def __init__(self, model: CatalogueModel, file: PinnedFile, folder: Path, hub_url: str) -> None:
        self._model = model
        self._file = file
        self._url = f"{hub_url.rstrip('/')}/{model.repository}/resolve/{model.revision}/{file.name}"
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

        Raises `ModelDownloadFailed`, after which another call goes on where this one stopped, `ModelDoesNotFit` or
        `ModelNotWritten`.
        """
        if self._finished.exists():
            on_bytes(self._file.size_bytes)
            return
        try:
            await self._fetch(client, on_bytes)
            digest = await asyncio.to_thread(sha256_of, self._part)
            if digest != self._file.sha256:
                logger.warning("%s has the SHA-256 %s, not %s", self._url, digest, self._file.sha256)
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
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        try:
            async with client.stream("GET", self._url, headers=headers) as response:
                if response.status_code >= _FIRST_ERROR:
                    raise self._refused(response)
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

    def _refused(self, response: "httpx.Response") -> ModelDownloadFailed:
        logger.info("%s answered %d", response.url, response.status_code)
        if response.status_code == _RANGE_NOT_SATISFIABLE:
            self._part.unlink(missing_ok=True)
        seconds = response.headers.get("Retry-After", "")
        retry_after_s = min(float(seconds), _LONGEST_RETRY_AFTER_S) if re.fullmatch(r"[0-9]{1,9}", seconds) else None
        return ModelDownloadFailed(model=self._model.name, retry_after_s=retry_after_s)

    @staticmethod
    def _starts_at(response: "httpx.Response", offset: int) -> bool:
        return str(response.headers.get("Content-Range", "")).startswith(f"bytes {offset}-")


def does_not_fit(model: CatalogueModel) -> ModelDoesNotFit:
    """The error that says how much room the model needs."""
    return ModelDoesNotFit(model=model.name, megabytes=-(-model.size_bytes // _BYTES_PER_MEGABYTE))
