"""Recordings on web servers, read in ranges (https://www.rfc-editor.org/rfc/rfc9110#section-14)."""

import asyncio
import hashlib
import logging
import ssl
import uuid
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.concurrency.retry import RetryPolicy
from core.domain.errors import (
    EmptyFile,
    NotulaError,
    SourceChanged,
    SourceInterrupted,
    SourceNotInParts,
    WebAddressIncomplete,
    WebAddressUnusable,
    WebInterrupted,
)
from core.domain.identity import ContentHash, IdentityAlias
from core.domain.web_address import is_fetchable, is_incomplete, name_in
from core.media.hashing import hash_source
from core.media.http.failures import failure, http_errors, refusal, refuse_impossible_port
from core.media.http.headers import Version, begins_file, range_in
from core.media.http.whole_body import LARGEST_KEPT_BYTES, WholeBody
from core.media.reading import read_all_bytes
from core.media.source import SourceInfo
from core.system.certificates import tls_context
from core.system.proxies import proxy_mounts

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

_READ_AHEAD_BYTES = 4 * 1024 * 1024
"""Enough for 40 MB/s at a round-trip time of 100 ms."""

_LONGEST_RANGE_BYTES = 32 * 1024 * 1024
_LONGEST_RANGE_S = 120.0


class HttpSource:
    """A file on a web server. A range that breaks off is requested again, alone; a file that changes is an error.

    Where the server doesn't support ranges it is read while it arrives.
    """

    def __init__(
        self,
        address: "_Address",
        version: Version,
        info: SourceInfo,
        whole: WholeBody | None,
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self._address = address
        self._version = version
        self._info = info
        self._whole = whole
        self._kept: bytes | None = None
        self._pause = pause
        self._retry = RetryPolicy()

    @property
    def info(self) -> SourceInfo:
        """What the server said of the file when it was asked for the first byte."""
        return self._info

    async def read_range(self, offset: int, length: int) -> bytes:
        """The bytes from `offset`; fewer than `length` only at the end. Raises `SourceError` and its children."""
        length = min(length, self._info.size_bytes - offset)
        if length <= 0:
            return b""
        if self._kept is not None:
            return self._kept[offset : offset + length]
        if self._whole is not None:
            return await self._whole.read(offset, length)
        attempt = 0
        while True:
            attempt += 1
            try:
                return await self._address.fetch(offset, length, self._version)
            except SourceInterrupted as error:
                delay_s = self._retry.delay_s(error, attempt)
                if delay_s is None:
                    raise
            await self._pause(delay_s)

    async def content_hash(self) -> ContentHash:
        """SHA-256 of all its bytes, for which all are downloaded, and kept up to `LARGEST_KEPT_BYTES`.

        Raises `SourceError` and its children.
        """
        if self._kept is None and self._info.size_bytes <= LARGEST_KEPT_BYTES and self._whole is None:
            self._kept = await read_all_bytes(self)
        return await hash_source(self)

    async def close(self) -> None:
        """Close its connections and free its memory."""
        self._whole = self._kept = None
        await self._address.close()


class HttpSources:
    """Opens recordings on web servers. Each has connections and cookies of its own, so that servers can't link them."""

    def __init__(
        self,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        self._pause = pause
        self._new_id = new_id
        self._certificates: ssl.SSLContext | None = None
        self._starting = asyncio.Lock()
        self._open: set[_Address] = set()

    async def open(self, url: str, name: str = "") -> HttpSource:
        """Ask the server for size and state of the file; `name` is what people call it, by default the address's end.

        Raises `EmptyFile` for no bytes, `WebAddressIncomplete` for what is left of an address, `SourceNotInParts` for a
        large file of unknown size, `ProxyUnusable`, otherwise `SourceError` and its children.
        """
        if not is_fetchable(url):
            raise WebAddressUnusable
        if is_incomplete(url):
            raise WebAddressIncomplete
        async with self._starting:
            if self._certificates is None:  # Importing httpx and reading certificates take time.
                self._certificates = await asyncio.to_thread(tls_context)
        address = _Address(_new_client(self._certificates), url.strip(), name or name_in(url), self._open, self._new_id)
        try:
            return await address.open(self._pause)
        except BaseException:
            await address.close()
            raise

    async def close(self) -> None:
        """Close the connections of all open sources."""
        for address in tuple(self._open):
            await address.close()


def _new_client(certificates: ssl.SSLContext) -> "httpx.AsyncClient":
    import httpx

    timeout = httpx.Timeout(30.0, connect=15.0)
    return httpx.AsyncClient(
        verify=certificates,
        trust_env=False,
        mounts=proxy_mounts(certificates),
        follow_redirects=True,
        timeout=timeout,
        max_redirects=5,
        event_hooks={"request": [refuse_impossible_port]},
    )


class _Address:
    """Requests to one address. The log names only its server: the rest may hold a secret."""

    def __init__(
        self,
        client: "httpx.AsyncClient",
        url: str,
        name: str,
        among: "set[_Address]",
        new_id: Callable[[], str],
    ) -> None:
        self._client = client
        self._new_id = new_id
        self._url = url
        self._server = urlsplit(url).hostname or ""
        self._whole: httpx.Response | None = None
        self._body_of_whole: WholeBody | None = None
        self._among = among
        self.name = name
        among.add(self)

    async def open(self, pause: Callable[[float], Awaitable[None]]) -> HttpSource:
        """Request the first byte, which also works where HEAD is refused, as for signed addresses."""
        try:
            async with asyncio.timeout(_LONGEST_RANGE_S):
                response = await self._send(0, 1)
            version = Version.of(response)
            is_whole = response.status_code != HTTPStatus.PARTIAL_CONTENT
            if is_whole:
                self._whole = response
                body = WholeBody(response.aiter_raw(), version.size_bytes, self.name, self._broke_off)
                self._body_of_whole = body
                size_bytes = await body.size()
            elif version.size_bytes is None or not begins_file(response, version.size_bytes):
                await response.aclose()
                raise SourceNotInParts(name=self.name)
            else:
                size_bytes = version.size_bytes
                await response.aclose()  # Without reading it: it may not end after a byte.
        except http_errors() as error:
            raise self._broke_off(error) from error
        if size_bytes == 0:
            raise EmptyFile(name=self.name)
        identity = self._identity(response, version)
        if identity is None and size_bytes > LARGEST_KEPT_BYTES:
            # Hashing would need another download, so it gets an identity that no other recording has.
            identity = IdentityAlias(f"http-once:{self._new_id()}")
        info = SourceInfo(
            self.name,
            size_bytes,
            identity,
            read_ahead_bytes=_READ_AHEAD_BYTES,
            comes_whole=is_whole and body.is_kept,
            is_forward_only=is_whole and not body.is_kept,
        )
        return HttpSource(self, version, info, body if is_whole else None, pause)

    async def fetch(self, offset: int, length: int, version: Version) -> bytes:
        """One range of this version of the file, requested once."""
        try:
            async with asyncio.timeout(_LONGEST_RANGE_S):
                response = await self._send(offset, length)
                try:
                    state = Version.of(response)
                    is_part = response.status_code == HTTPStatus.PARTIAL_CONTENT
                    is_requested_range = range_in(response) == (offset, offset + length - 1)
                    if is_part and (state.size_bytes is None or (state == version and not is_requested_range)):
                        raise SourceNotInParts(name=self.name)  # A retry would get the same.
                    if state != version or not is_requested_range:
                        raise SourceChanged(name=self.name)
                    return await self._body(response, length)
                finally:
                    await response.aclose()
        except http_errors() as error:
            raise self._broke_off(error) from error

    async def close(self) -> None:
        """Close the connections; more than once does no harm."""
        self._among.discard(self)
        if self._body_of_whole is not None:
            await self._body_of_whole.close()
        if self._whole is not None:
            await self._whole.aclose()
        await self._client.aclose()

    async def _send(self, offset: int, length: int) -> "httpx.Response":
        """An answer with the file or a part of it, its body unread. Raises what httpx raises, and `NotulaError`."""
        import httpx

        # A body that is compressed on the way would have other ranges.
        headers = {"Range": f"bytes={offset}-{offset + length - 1}", "Accept-Encoding": "identity"}
        try:
            request = self._client.build_request("GET", self._url, headers=headers)
        except (httpx.InvalidURL, UnicodeError) as error:
            raise WebAddressUnusable from error
        response = await self._client.send(request, stream=True)
        if response.status_code not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            logger.info("%s answered %d", self._server, response.status_code)
            await response.aclose()
            raise refusal(response, self.name)
        return response

    async def _body(self, response: "httpx.Response", length: int) -> bytes:
        if length > _LONGEST_RANGE_BYTES:
            raise SourceNotInParts(name=self.name)
        body = bytearray()
        async for part in response.aiter_raw():
            body += part
            if len(body) > length:
                break
        if len(body) != length:
            raise WebInterrupted(name=self.name)
        return bytes(body)

    def _broke_off(self, error: Exception) -> NotulaError:
        logger.info("reading from %s broke off: %s", self._server, type(error).__name__)
        return failure(error, self.name)

    def _identity(self, response: "httpx.Response", version: Version) -> IdentityAlias | None:
        """The hash of the address and the version, which holds no secret; None without a reliable version."""
        state = version.state_at(response.headers.get("Date", ""))
        if state is None:
            return None
        return IdentityAlias(f"http:{hashlib.sha256(f'{self._url} {state}'.encode()).hexdigest()}")
