"""What a broken or hostile server can send, and what becomes of it: no crash, no hang, no leak, no transcript."""

import asyncio
import gzip
import logging
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from core.domain import TranscriptionOptions
from core.domain.errors import (
    AddressUnusable,
    AddressWrong,
    ProviderError,
    ProviderFailing,
    ProviderUnreachable,
    RecordingRefused,
)
from core.observability.logs import LOG_FILE, set_up_logging
from core.providers import Provider
from core.providers.http import bounded_client
from core.providers.services.deepgram import DeepgramProvider
from core.providers.services.groq import GroqProvider
from core.providers.services.openai_compatible import CompatibleServer, OpenAiCompatibleProvider
from tests.fakes.plain_client import plain_client
from tests.fakes.speech_server import Reply, SpeechServer
from tests.fakes.transcription_service import groq_service
from tests.integration.providers.contract import ignore
from tests.integration.providers.upload_contract import KEY, chunk_of

MODEL = "whisper-large-v3"
OPTIONS = TranscriptionOptions(model=MODEL)
SAID = b'{"text": "One.", "results": {"channels": [{"alternatives": [{"transcript": "One."}]}]}}'

Build = Callable[[httpx.AsyncClient, str], Provider]


def _groq(client: httpx.AsyncClient, url: str) -> Provider:
    return GroqProvider(KEY, client, base_url=url)


def _compatible(client: httpx.AsyncClient, url: str) -> Provider:
    return OpenAiCompatibleProvider(CompatibleServer("Home", url, MODEL), KEY, client)


def _deepgram(client: httpx.AsyncClient, url: str) -> Provider:
    return DeepgramProvider(KEY, client, base_url=url)


@pytest.fixture(params=[_groq, _compatible, _deepgram])
def build(request: pytest.FixtureRequest) -> Build:
    built: Build = request.param
    return built


@pytest.fixture
def heads() -> list[bytes]:
    """What `answering` was asked."""
    return []


@asynccontextmanager
async def answering(head: str, body: bytes, heads: list[bytes]) -> AsyncIterator[str]:
    """A server that takes a request and answers it so, whatever it is."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while asked := await reader.readuntil(b"\r\n\r\n"):
                heads.append(asked.lower())
                length = next(line for line in asked.lower().split(b"\r\n") if line.startswith(b"content-length"))
                await reader.readexactly(int(length.partition(b":")[2]))
                writer.write(f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\n\r\n".encode("latin-1") + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # The client has had enough.
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def answer_to(build: Build, head: str, body: bytes, heads: list[bytes]) -> str:
    async with answering(head, body, heads) as url, plain_client() as client:
        transcript = await build(client, url).transcribe(chunk_of(), OPTIONS, ignore)
        return " ".join(segment.text for segment in transcript.segments)


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
async def test_an_answer_may_be_packed(build: Build, packing: str, heads: list[bytes]) -> None:
    packed = gzip.compress(SAID) if packing == "gzip" else zlib.compress(SAID)
    assert await answer_to(build, f"200 OK\r\nContent-Encoding: {packing}", packed, heads) == "One."
    assert b"\r\naccept-encoding: gzip, deflate\r\n" in heads[0]


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("200 OK\r\nContent-Encoding: gzip", b"not packed at all"),
        ("200 OK\r\nContent-Encoding: gzip", gzip.compress(bytes(1_000_000))),
        ("200 OK\r\nContent-Encoding: gzip, gzip", gzip.compress(gzip.compress(SAID))),
        ("200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip", gzip.compress(gzip.compress(SAID))),
        ("200 OK\r\nContent-Encoding: br", SAID),
        ("200 OK", b" " * 100_001),
        ("200 OK\r\nContent-Type: text/html", b"<!doctype html><title>Log in</title>"),
        ("200 OK\r\nContent-Type: text/plain; charset=undefined", b"\xff"),
        ("204 No Content", b""),
        ("502 Bad Gateway\r\nContent-Encoding: gzip", b"not packed at all"),
        ("503 Busy\r\nContent-Type: text/plain; charset=zlib", b"\xff"),
    ],
)
async def test_what_makes_no_sense_is_worth_another_attempt(
    build: Build, head: str, body: bytes, heads: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_client, "LARGEST_ANSWER_BYTES", 100_000)
    with pytest.raises(ProviderFailing):
        await answer_to(build, head, body, heads)


@pytest.mark.parametrize("charset", ["zlib", "hex", "idna", "undefined", "rot13", "punycode", "\xff"])
async def test_a_refusal_in_a_code_that_is_none_is_read_all_the_same(
    build: Build, charset: str, heads: list[bytes]
) -> None:
    head = f"400 No\r\nContent-Type: text/plain; charset={charset}\r\nRetry-After: \xff"
    with pytest.raises(RecordingRefused):
        await answer_to(build, head, b'{"error": "no"}', heads)


async def test_a_refusal_without_end_is_not_read_to_it(build: Build, heads: list[bytes]) -> None:
    with pytest.raises(RecordingRefused):
        await answer_to(build, "400 No", b"x" * 8_000_000, heads)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirection_is_not_followed(build: Build, status: int, heads: list[bytes]) -> None:
    elsewhere: list[bytes] = []
    async with answering("200 OK", SAID, elsewhere) as other:
        for where in (other, other.replace("http:", ""), "/login"):
            with pytest.raises(AddressWrong):
                await answer_to(build, f"{status} Moved\r\nLocation: {where}", b"", heads)
    assert len(heads) == 3
    assert not elsewhere


@pytest.mark.parametrize("where", ["http://[", "http://x:y/", "\xff", "ftp://\x7f"])
async def test_a_redirection_to_nowhere_is_no_crash(build: Build, where: str, heads: list[bytes]) -> None:
    with pytest.raises(ProviderError):
        await answer_to(build, f"302 Moved\r\nLocation: {where}", b"", heads)


async def test_even_connections_that_follow_redirections_do_not_take_the_key_with_them(
    build: Build, heads: list[bytes]
) -> None:
    elsewhere: list[bytes] = []
    async with (
        answering("200 OK", SAID, elsewhere) as other,
        answering(f"307 Moved\r\nLocation: {other}", b"", heads) as url,
        plain_client(follow_redirects=True) as client,
    ):
        with pytest.raises(AddressWrong):
            await build(client, url).transcribe(chunk_of(), OPTIONS, ignore)
    assert KEY.encode() in heads[0]
    assert not elsewhere


async def test_cookies_are_not_kept(build: Build, heads: list[bytes]) -> None:
    head = "200 OK\r\nSet-Cookie: visitor=1; Path=/\r\nSet-Cookie: " + "x" * 4000
    async with answering(head, SAID, heads) as url, plain_client() as client:
        provider = build(client, url)
        for _ in range(2):
            await provider.transcribe(chunk_of(), OPTIONS, ignore)
        assert not client.cookies
    assert len(heads) == 2
    assert b"cookie" not in b"".join(heads)


async def test_a_server_that_cannot_be_trusted_is_unreachable(build: Build) -> None:
    async def speak_plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(speak_plainly, "127.0.0.1", 0)
    async with server, plain_client() as client:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with pytest.raises(ProviderUnreachable):
            await build(client, url).transcribe(chunk_of(), OPTIONS, ignore)


async def test_a_name_that_nobody_knows_is_unreachable(build: Build) -> None:
    async with plain_client() as client:
        for url in ("http://nobody.invalid", "http://a..b", f"http://{'a' * 70}.invalid"):
            with pytest.raises(ProviderUnreachable):
                await build(client, url).transcribe(chunk_of(), OPTIONS, ignore)


@pytest.mark.parametrize(
    "url", ["api.example.org", "ftp://x", "https://user:planted@x.org", "https://x.org/?key=planted"]
)
async def test_an_address_that_is_none_is_told_before_anything_is_sent(build: Build, url: str) -> None:
    async with plain_client() as client:
        with pytest.raises(AddressUnusable) as refusal:
            build(client, url)
    assert "planted" not in repr(refusal.value)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    set_up_logging(tmp_path, logging.DEBUG)
    yield tmp_path / LOG_FILE
    for handler in [handler for handler in root.handlers if handler not in before]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    logging.captureWarnings(False)
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(None)


async def test_not_even_the_most_talkative_log_holds_a_key_a_query_or_what_was_sent(log: Path) -> None:
    async with SpeechServer(groq_service(KEY)).running() as server, plain_client() as client:
        provider = _groq(client, server.url)
        options = TranscriptionOptions(model=MODEL, vocabulary=("Planted",))
        logging.getLogger("core").debug("begun")
        await provider.transcribe(chunk_of(), options, ignore)
        for reply in (Reply(401), Reply(500), Reply(cut=True), Reply(half=True)):
            server.next(reply)
            with pytest.raises(ProviderError):
                await provider.transcribe(chunk_of(), options, ignore)
        await client.post(f"{server.url}/x?key=planted", content=b"")
    written = log.read_text(encoding="utf-8")
    assert "begun" in written
    assert "planted" not in written.lower()
    assert "best of times" not in written
    assert "://" not in written
