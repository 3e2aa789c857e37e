"""The error for a failed HTTP request: transient ones, which are retried, and permanent ones."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from core.domain.errors import (
    EmptyFile,
    NotulaError,
    SourceError,
    WebAddressUnusable,
    WebDenied,
    WebHostUnknown,
    WebInsecure,
    WebInterrupted,
    WebMissing,
    WebRedirected,
    WebRefused,
)
from core.media.http.headers import retry_after_s

if TYPE_CHECKING:
    import httpx

_TRANSIENT = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
_LAST_PORT = 65_535

_PERMANENT_SERVER_ERRORS = (
    HTTPStatus.NOT_IMPLEMENTED,
    HTTPStatus.HTTP_VERSION_NOT_SUPPORTED,
    HTTPStatus.VARIANT_ALSO_NEGOTIATES,
    HTTPStatus.LOOP_DETECTED,
    HTTPStatus.NOT_EXTENDED,
)
"""Statuses of 500 and above that the same request gets again: they are about the server's configuration."""

_MISSING = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_DENIED = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
)
_NO_SUCH_NAME = tuple(getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA") if hasattr(socket, name))
"""Other failures of the name service, such as EAI_AGAIN, are its own."""


def http_errors() -> tuple[type[Exception], ...]:
    """What is raised by a request that fails. httpx takes its time to import, so only now."""
    import httpx

    return httpx.HTTPError, httpx.InvalidURL, TimeoutError, UnicodeError


def refusal(response: "httpx.Response", name: str) -> NotulaError:
    """The error for an answer that is neither the file nor a part of it."""
    status = response.status_code
    if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:  # There is not even a first byte.
        return EmptyFile(name=name)
    if status in _MISSING:
        return WebMissing(name=name)
    if status in _DENIED:
        return WebDenied(name=name)
    if status in _TRANSIENT or (status >= HTTPStatus.INTERNAL_SERVER_ERROR and status not in _PERMANENT_SERVER_ERRORS):
        return WebInterrupted(name=name, retry_after_s=retry_after_s(response, datetime.now(UTC)))
    return WebRefused(name=name, status=status)


async def refuse_impossible_port(request: "httpx.Request") -> None:
    """Raise `httpx.InvalidURL` for a port that there can't be, to which a redirection may lead."""
    import httpx

    if request.url.port is not None and not 0 < request.url.port <= _LAST_PORT:
        raise httpx.InvalidURL("no port has this number")


def failure(error: Exception, name: str) -> SourceError:
    """The error for a request that httpx has given up."""
    import httpx

    causes = list(_causes(error))
    # The first address has been looked at before.
    if isinstance(error, httpx.TooManyRedirects | httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return WebRedirected(name=name)
    if any(isinstance(cause, httpx.InvalidURL) for cause in causes):
        return WebRedirected(name=name)
    if any(_is_insecure(cause) for cause in causes):
        return WebInsecure(name=name)
    if any(isinstance(cause, socket.gaierror) and cause.errno in _NO_SUCH_NAME for cause in causes):
        return WebHostUnknown(name=name)
    if any(isinstance(cause, UnicodeError) for cause in causes):  # No name that there can be.
        return WebAddressUnusable()
    return WebInterrupted(name=name)


def _is_insecure(cause: BaseException) -> bool:
    """Whether it is about TLS, and not only about a line that was cut meanwhile."""
    return isinstance(cause, ssl.SSLError) and not isinstance(
        cause, ssl.SSLEOFError | ssl.SSLZeroReturnError | ssl.SSLSyscallError
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        if isinstance(following, BaseExceptionGroup):
            for one in following.exceptions:
                yield from _causes(one)
        following = following.__cause__ or following.__context__
