"""Recordings on web servers, read in ranges (https://www.rfc-editor.org/rfc/rfc9110#section-14)."""

import asyncio
import hashlib
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote, urlsplit

from core.domain.errors import (
    EmptyFile,
    SourceChanged,
    SourceDenied,
    SourceError,
    SourceInterrupted,
    SourceMissing,
    SourceNotInParts,
)
from core.domain.identity import ContentHash, IdentityAlias
from core.media.whole import hash_of
from core.retry import RetryPolicy

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

T = TypeVar("T")

_READ_AHEAD_BYTES = 4 * 1024 * 1024
"""Enough for 40 MB/s at a round trip of 100 ms."""

_LARGEST_WHOLE_BYTES = 32 * 1024 * 1024
"""What a server sends only as a whole is held in memory, so far as that is bearable."""

_LONGEST_RANGE_S = 120.0
_LONGEST_RETRY_AFTER_S = 300.0
_STRONG_AFTER = timedelta(seconds=60)
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)$")
_WORTH_ANOTHER_ATTEMPT = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)


@dataclass(frozen=True, slots=True)
class _Version:
    """What tells one state of a file on a server from another."""

    size_bytes: int
    etag: str
    last_modified: str


class HttpSource:
    """A file on a web server. A range that breaks off is asked for again, alone; a file that changes is an error."""

    def __init__(
        self,
        address: "_Address",
        version: _Version,
        identity: IdentityAlias | None,
        whole: bytes | None,
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self._address = address
        self._version = version
        self._identity = identity
        self._whole = whole
        self._pause = pause
        self._retry = RetryPolicy()

    @property
    def name(self) -> str:
        """What people call the recording."""
        return self._address.name

    @property
    def size_bytes(self) -> int:
        """How many bytes the server said there are."""
        return self._version.size_bytes

    @property
    def identity(self) -> IdentityAlias | None:
        """The address with the server's name for this state of the file; None where it has no name that is sure."""
        return self._identity

    @property
    def read_ahead_bytes(self) -> int:
        """Much: every range is a journey."""
        return _READ_AHEAD_BYTES

    @property
    def comes_whole(self) -> bool:
        """No: ranges are asked for."""
        return False

    async def read_range(self, offset: int, length: int) -> bytes:
        """The bytes from `offset`; fewer than `length` only at the end. Raises `SourceError` and its children."""
        length = min(length, self.size_bytes - offset)
        if self._whole is not None:
            return self._whole[offset : offset + length]
        if length <= 0:
            return b""
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
        """SHA-256 of all its bytes, for which all are fetched. Raises `SourceError` and its children."""
        return await hash_of(self)

    async def close(self) -> None:
        """Let go of what is held in memory. The connections are the opener's."""
        self._whole = None


class HttpSources:
    """Opens recordings on web servers, over one pool of connections that is made when it is first needed."""

    def __init__(self, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._pause = pause
        self._client: httpx.AsyncClient | None = None
        self._starting = asyncio.Lock()

    async def open(self, url: str, name: str = "") -> HttpSource:
        """Ask the server for size and state of the file; `name` is what people call it, by default the address's end.

        Raises `EmptyFile` for no bytes, `SourceNotInParts` for a large file of a server that knows no ranges,
        otherwise `SourceError` and its children.
        """
        async with self._starting:
            if self._client is None:
                self._client = await asyncio.to_thread(_new_client)  # Importing it and reading certificates take time.
        try:
            address = _Address(self._client, url, name or name_in(url))
        except ValueError as error:
            raise SourceError(name=name) from error
        return await address.open(self._pause)

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()


def name_in(url: str) -> str:
    """What an address calls its file, or where it says nothing of one, the server."""
    try:
        parts = urlsplit(url)
        return unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.hostname or url
    except ValueError:  # no address at all
        return url.partition("?")[0]


def _new_client() -> "httpx.AsyncClient":
    import httpx

    return httpx.AsyncClient(follow_redirects=True, timeout=httpx.Timeout(30.0, connect=15.0), max_redirects=5)


class _Address:
    """An address with the ways to ask it. Only its server is named in the log: the rest may hold a secret."""

    def __init__(self, client: "httpx.AsyncClient", url: str, name: str) -> None:
        self._client = client
        self._url = url
        self._server = urlsplit(url).hostname or ""
        self.name = name

    async def open(self, pause: Callable[[float], Awaitable[None]]) -> HttpSource:
        """Ask for the first byte, which works where HEAD is refused, as signed addresses do."""

        async def answer(response: "httpx.Response") -> HttpSource:
            version = self._version(response)
            if version.size_bytes == 0:
                raise EmptyFile(name=self.name)
            is_whole = response.status_code != HTTPStatus.PARTIAL_CONTENT
            whole = await self._body(response, version.size_bytes) if is_whole else None
            return HttpSource(self, version, self._identity(response, version), whole, pause)

        return await self._ask(0, 1, answer)

    async def fetch(self, offset: int, length: int, version: _Version) -> bytes:
        """One range of this state of the file, asked for once."""

        async def answer(response: "httpx.Response") -> bytes:
            if _range_in(response) != (offset, offset + length - 1) or self._version(response) != version:
                raise SourceChanged(name=self.name)
            return await self._body(response, length)

        return await self._ask(offset, length, answer)

    async def _ask(self, offset: int, length: int, answer: "Callable[[httpx.Response], Awaitable[T]]") -> T:
        import httpx

        # A body that is compressed on the way would have other ranges.
        headers = {"Range": f"bytes={offset}-{offset + length - 1}", "Accept-Encoding": "identity"}
        try:
            async with (
                asyncio.timeout(_LONGEST_RANGE_S),
                self._client.stream("GET", self._url, headers=headers) as response,
            ):
                self._check(response)
                return await answer(response)
        except (httpx.HTTPError, TimeoutError) as error:
            logger.info("reading from %s broke off: %s", self._server, type(error).__name__)
            raise SourceInterrupted(name=self.name) from error
        except httpx.InvalidURL as error:
            raise SourceError(name=self.name) from error

    def _check(self, response: "httpx.Response") -> None:
        status = response.status_code
        if status in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            return
        logger.info("%s answered %d", self._server, status)
        if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:  # There is not even a first byte.
            raise EmptyFile(name=self.name)
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise SourceDenied(name=self.name)
        if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            raise SourceMissing(name=self.name)
        if status in _WORTH_ANOTHER_ATTEMPT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            seconds = response.headers.get("Retry-After", "")
            retry_after_s = min(float(seconds), _LONGEST_RETRY_AFTER_S) if seconds.isdecimal() else None
            raise SourceInterrupted(name=self.name, retry_after_s=retry_after_s)
        raise SourceError(name=self.name)

    def _version(self, response: "httpx.Response") -> _Version:
        if response.status_code == HTTPStatus.PARTIAL_CONTENT:
            span = _CONTENT_RANGE.match(response.headers.get("Content-Range", ""))
            size = span[3] if span else ""
        else:
            size = response.headers.get("Content-Length", "")
        if not size.isdecimal():
            raise SourceNotInParts(name=self.name)
        etag, last_modified = (response.headers.get(name, "") for name in ("ETag", "Last-Modified"))
        return _Version(int(size), etag, last_modified)

    async def _body(self, response: "httpx.Response", length: int) -> bytes:
        if length > _LARGEST_WHOLE_BYTES:
            raise SourceNotInParts(name=self.name)
        body = bytearray()
        async for part in response.aiter_raw():
            body += part
            if len(body) > length:
                break
        if len(body) != length:
            raise SourceInterrupted(name=self.name)
        return bytes(body)

    def _identity(self, response: "httpx.Response", version: _Version) -> IdentityAlias | None:
        """The address and a validator that is strong: https://www.rfc-editor.org/rfc/rfc9110#section-8.8."""
        state = version.etag
        if not state.startswith('"'):
            try:
                written = parsedate_to_datetime(version.last_modified)
                is_settled = parsedate_to_datetime(response.headers.get("Date", "")) - written >= _STRONG_AFTER
            except (ValueError, TypeError):
                return None
            if not is_settled:
                return None
            state = f"{version.last_modified} {version.size_bytes}"
        return IdentityAlias(f"http:{hashlib.sha256(f'{self._url} {state}'.encode()).hexdigest()}")


def _range_in(response: "httpx.Response") -> tuple[int, int] | None:
    span = _CONTENT_RANGE.match(response.headers.get("Content-Range", ""))
    return (int(span[1]), int(span[2])) if span else None
