"""What a web server can do wrong, by a server that says exactly what it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from core.domain.errors import (
    NotulaError,
    SourceNotInParts,
    WebAddressUnusable,
    WebInsecure,
    WebInterrupted,
    WebRedirected,
    WebRefused,
)
from core.media.http.source import HttpSources

BODY = b"x" * 100


class Script:
    """Answers each request with what `answer` makes of its head."""

    def __init__(self, answer: Callable[[str], bytes]) -> None:
        self._answer = answer
        self.heads: list[str] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/talk.mp3"

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Script"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
            writer.write(self._answer(self.heads[-1]))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


def response(status: str, *headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "Connection: close", "", ""]).encode("latin-1") + body


def part(*headers: str, size: str = "100") -> bytes:
    return response("206 Partial", f"Content-Range: bytes 0-0/{size}", "Content-Length: 1", *headers, body=b"x")


async def no_pause(seconds: float) -> None:
    pass


@pytest_asyncio.fixture
async def sources() -> AsyncIterator[HttpSources]:
    sources = HttpSources(no_pause)
    yield sources
    await sources.close()


async def failure_of(sources: HttpSources, answer: Callable[[str], bytes]) -> tuple[NotulaError, int]:
    async with Script(answer).running() as script:
        with pytest.raises(NotulaError) as raised:
            await sources.open(script.url)
    return raised.value, len(script.heads)


@pytest.mark.parametrize(
    "location",
    ["ftp://127.0.0.1/talk.mp3", "file:///etc/passwd", "data:audio/wav,x", "http://[::1/", "/talk.mp3"]
    + [f"http://127.0.0.1:{port}/talk.mp3" for port in ("65536", "99999", "0", "-1", "9" * 30)],
)
async def test_a_redirection_that_leads_nowhere_is_not_tried_again(sources: HttpSources, location: str) -> None:
    error, requests = await failure_of(sources, lambda head: response("302 Found", f"Location: {location}"))
    assert isinstance(error, WebRedirected)
    assert not error.transient
    assert requests <= 6


async def test_a_server_without_tls_is_told_as_such(sources: HttpSources) -> None:
    async with Script(lambda head: response("200 OK")).running() as script:
        with pytest.raises(WebInsecure) as raised:
            await sources.open(script.url.replace("http", "https"))
    assert not raised.value.transient


@pytest.mark.parametrize(
    "url", ["ftp://host/talk.mp3", "http://alice:PW@[::1:1/x", "http://alice:PW@host:port/x", "http:///x", "http://"]
)
async def test_what_is_no_web_address_is_refused_without_a_word_of_it(sources: HttpSources, url: str) -> None:
    with pytest.raises(WebAddressUnusable) as raised:
        await sources.open(url)
    assert not raised.value.transient
    assert "PW" not in str(raised.value)


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH\r\n", response("500 Oops"), response("429 Wait")])
async def test_what_may_pass_is_tried_again_and_said_so_only_until_then(sources: HttpSources, answer: bytes) -> None:
    error, _ = await failure_of(sources, lambda head: answer)
    assert isinstance(error, WebInterrupted)
    assert error.transient
    assert "tries again" in str(error.message_while_retrying)
    assert "tries again" not in str(error.message)


@pytest.mark.parametrize("status", [501, 505, 506, 508, 510])
async def test_what_a_server_cant_do_is_told_at_once(sources: HttpSources, status: int) -> None:
    error, requests = await failure_of(sources, lambda head: response(f"{status} No"))
    assert isinstance(error, WebRefused)
    assert not error.transient
    assert str(status) in str(error)
    assert requests == 1


@pytest.mark.parametrize("span", ["bytes 5-5/100", "bytes 9-1/100", "bytes 0-200/100", "0-0/100", "items 0-0/100", ""])
async def test_a_first_part_that_makes_no_sense_is_told_at_once(sources: HttpSources, span: str) -> None:
    error, requests = await failure_of(sources, lambda head: response("206 Part", f"Content-Range: {span}", body=b"x"))
    assert isinstance(error, SourceNotInParts)
    assert requests == 1


@pytest.mark.parametrize("span", ["bytes 1-50/100", "bytes 0-99/100", "bytes 0-49/*", "items 0-49/100", ""])
async def test_a_later_part_that_makes_no_sense_is_told_at_once(sources: HttpSources, span: str) -> None:
    def answer(head: str) -> bytes:
        return part() if "bytes=0-0" in head else response("206 Part", f"Content-Range: {span}", body=BODY[:50])

    async with Script(answer).running() as script:
        source = await sources.open(script.url)
        with pytest.raises(SourceNotInParts) as raised:
            await source.read_range(0, 50)
    assert not raised.value.transient
    assert len(script.heads) == 2


DIGITS = "9" * 5000


@pytest.mark.parametrize("size", [DIGITS, "-1", "1e9", "\xb2", "*", "", "0x10"])
async def test_no_number_of_the_server_is_too_large(sources: HttpSources, size: str) -> None:
    error, _ = await failure_of(sources, lambda head: part(size=size))
    assert isinstance(error, SourceNotInParts)


@pytest.mark.parametrize(
    "header",
    [
        f"Last-Modified: Sun, 22 Nov {DIGITS[:13]} 10:00:00 GMT",
        f"Last-Modified: Sun, {DIGITS} Nov 2026 10:00:00 +{DIGITS}",
        "Last-Modified: Sun, 22 Nov 2026 10:00:00 +9999",
        f"ETag: W/{DIGITS}",
        "Last-Modified: \xff",
    ],
)
async def test_no_date_of_the_server_is_too_far_away(sources: HttpSources, header: str) -> None:
    async with Script(lambda head: part(header, "Date: Mon, 23 Nov 2026 10:00:00 GMT")).running() as script:
        source = await sources.open(script.url)
    assert source.info.size_bytes == 100


@pytest.mark.parametrize("value", [DIGITS, "-5", "\xb2", "nan", "inf", f"Sun, 22 Nov {DIGITS} 10:00:00 GMT"])
async def test_no_pause_of_the_server_is_too_long(sources: HttpSources, value: str) -> None:
    error, _ = await failure_of(sources, lambda head: response("503 Later", f"Retry-After: {value}"))
    assert isinstance(error, WebInterrupted)
    assert error.retry_after_s is None or 0 <= error.retry_after_s <= 300


async def test_a_body_without_a_length_is_fetched_once(sources: HttpSources) -> None:
    async with Script(lambda head: response("200 OK", body=BODY)).running() as script:
        source = await sources.open(script.url)
        assert (source.info.size_bytes, await source.read_range(50, 100)) == (100, BODY[50:])
        await source.content_hash()
    assert len(script.heads) == 1


async def test_an_endless_body_without_a_length_is_refused(
    sources: HttpSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.media.http.whole_body.LARGEST_KEPT_BYTES", 1_000_000)
    error, _ = await failure_of(sources, lambda head: response("200 OK", body=bytes(3_000_000)))
    assert isinstance(error, SourceNotInParts)


async def test_a_body_that_ends_early_is_an_error(sources: HttpSources) -> None:
    async with Script(lambda head: response("200 OK", "Content-Length: 200", body=BODY)).running() as script:
        source = await sources.open(script.url)
        with pytest.raises(WebInterrupted):
            await source.read_range(0, 200)


async def test_a_cookie_is_given_back_for_the_same_recording_alone(sources: HttpSources) -> None:
    def answer(head: str) -> bytes:
        if "/talk.mp3" in head:
            return response("302 Found", "Location: /login", "Set-Cookie: who=alice; Path=/")
        return part("Set-Cookie: visit=1; Path=/", 'ETag: "1"')

    async with Script(answer).running() as script:
        first = await sources.open(script.url)
        await sources.open(script.url)
        with pytest.raises(NotulaError):
            await first.read_range(50, 2)
    cookies = [[line for line in head.split("\r\n") if line.lower().startswith("cookie:")] for head in script.heads]
    assert cookies[:4] == [[], ["Cookie: who=alice"], [], ["Cookie: who=alice"]]
