"""Recordings on a web server: a real client and a server on the loopback."""

import asyncio
import hashlib
import logging
import random
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from core.domain.errors import (
    EmptyFile,
    SourceChanged,
    SourceError,
    SourceInterrupted,
    SourceNotInParts,
    WebDenied,
    WebInterrupted,
    WebMissing,
    WebRefused,
)
from core.domain.web_address import name_in
from core.media import Decoder
from core.media.http import whole_body as http_body
from core.media.http.source import HttpSources
from tests.conftest import SAMPLES
from tests.fakes.file_server import FileServer, Reply
from tests.integration.media.decoded_whole import decode_all
from tests.patience import PATIENCE_S

DATA = random.Random(3).randbytes(3_000_000)


class Pauses:
    """Instead of waiting, writes down how long."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest_asyncio.fixture
async def sources(pauses: Pauses) -> AsyncIterator[HttpSources]:
    sources = HttpSources(pauses)
    yield sources
    await sources.close()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[FileServer]:
    async with FileServer(DATA).running() as server:
        yield server


async def test_any_range_of_a_file_on_a_server_can_be_read(sources: HttpSources, server: FileServer) -> None:
    server.latency_s = 0.01
    source = await sources.open(server.url)
    assert (source.info.name, source.info.size_bytes) == ("My talk.mp3", len(DATA))
    assert await source.read_range(1_000_000, 500) == DATA[1_000_000:1_000_500]
    assert await source.read_range(len(DATA) - 10, 500) == DATA[-10:]
    assert await source.content_hash() == hashlib.sha256(DATA).hexdigest()
    assert server.most_at_once > 1


async def test_only_the_range_that_broke_off_is_asked_for_again(
    sources: HttpSources, server: FileServer, pauses: Pauses
) -> None:
    source = await sources.open(server.url)
    server.replies = [Reply(cut_after=100), Reply(status=503, retry_after="7")]
    assert await source.read_range(1000, 500) == DATA[1000:1500]
    assert server.ranges[1:] == [(1000, 500)] * 3
    assert len(pauses.seconds) == 2
    assert pauses.seconds[1] >= 7


async def test_a_range_that_goes_on_breaking_off_is_given_up(sources: HttpSources, server: FileServer) -> None:
    source = await sources.open(server.url)
    server.replies = [Reply(cut_after=0)] * 3
    with pytest.raises(SourceInterrupted):
        await source.read_range(1000, 500)
    assert len(server.ranges) == 4


@pytest.mark.parametrize("change", ["etag", "last_modified", "size"])
async def test_a_file_that_changes_is_never_mixed_with_what_it_was(
    sources: HttpSources, server: FileServer, change: str
) -> None:
    source = await sources.open(server.url)
    await source.read_range(0, 500)
    setattr(server, change, 2_000_000 if change == "size" else '"2"')
    with pytest.raises(SourceChanged):
        await source.read_range(500, 500)


async def test_another_range_than_was_asked_for_is_refused(sources: HttpSources, server: FileServer) -> None:
    source = await sources.open(server.url)
    server.replies = [Reply(other_range=True)]
    with pytest.raises(SourceNotInParts):
        await source.read_range(500, 500)


@pytest.mark.parametrize(
    ("status", "error"),
    [(status, WebMissing) for status in (404, 410)]
    + [(status, WebDenied) for status in (401, 403, 407, 451)]
    + [(status, WebRefused) for status in (204, 300, 400, 402, 405, 406, 418)]
    + [(status, WebInterrupted) for status in (408, 425, 429, 500, 502, 503, 599)],
)
async def test_every_refusal_has_its_sentence(
    sources: HttpSources, server: FileServer, status: int, error: type[SourceError]
) -> None:
    server.replies = [Reply(status=status)]
    with pytest.raises(SourceError) as raised:
        await sources.open(server.url)
    assert type(raised.value) is error
    assert "s3cret" not in str(raised.value)


async def test_a_server_without_ranges_is_read_at_once_where_that_is_bearable(
    sources: HttpSources, server: FileServer
) -> None:
    server.knows_ranges = False
    source = await sources.open(server.url)
    assert await source.read_range(1_000_000, 500) == DATA[1_000_000:1_000_500]
    assert await source.content_hash() == hashlib.sha256(DATA).hexdigest()
    assert len(server.ranges) == 1


async def test_a_large_file_of_a_server_without_ranges_is_decoded_while_it_comes(
    sources: HttpSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_body, "LARGEST_KEPT_BYTES", 1_000_000)
    monkeypatch.setattr(http_body, "WINDOW_BYTES", 1_500_000)
    recording = (SAMPLES / "two_cities.wav").read_bytes()
    decoder = Decoder()
    async with FileServer(recording).running() as server:
        server.knows_ranges = False
        source = await sources.open(server.url)
        assert (source.info.comes_whole, source.info.is_forward_only) == (False, True)
        decoded = await decode_all(decoder, source)
        with pytest.raises(SourceNotInParts):
            await source.read_range(0, 100)
    assert decoded.duration_s == pytest.approx(44.4, abs=0.1)
    assert len(server.ranges) == 1
    await decoder.close()


async def test_who_stops_waiting_for_a_whole_file_leaves_it_to_others(sources: HttpSources, server: FileServer) -> None:
    server.knows_ranges = False
    source = await sources.open(server.url)
    reading = asyncio.create_task(source.read_range(2_999_000, 1000))
    await asyncio.sleep(0)
    reading.cancel()
    await asyncio.wait([reading])
    assert await source.content_hash() == hashlib.sha256(DATA).hexdigest()
    assert len(server.ranges) == 1


async def test_a_file_without_a_name_of_its_state_is_fetched_once(sources: HttpSources, server: FileServer) -> None:
    server.etag = server.last_modified = ""
    source = await sources.open(server.url)
    assert source.info.identity is None
    assert await source.content_hash() == hashlib.sha256(DATA).hexdigest()
    asked = len(server.ranges)
    assert await source.read_range(1_000_000, 500) == DATA[1_000_000:1_000_500]
    assert len(server.ranges) == asked


async def test_a_file_of_unknown_size_is_refused(sources: HttpSources, server: FileServer) -> None:
    server.says_size = False
    with pytest.raises(SourceNotInParts):
        await sources.open(server.url)


async def test_an_empty_file_is_said_to_be_empty(sources: HttpSources) -> None:
    async with FileServer(b"").running() as server:
        with pytest.raises(EmptyFile):
            await sources.open(server.url)


async def test_nobody_at_the_other_end(sources: HttpSources) -> None:
    with pytest.raises(SourceInterrupted):
        await sources.open("http://127.0.0.1:9/talk.mp3")
    for nonsense in ("http://[::1/", "http:///talk.mp3"):
        with pytest.raises(SourceError):
            await sources.open(nonsense)


async def test_a_file_has_an_identity_where_the_server_vouches_for_its_state(
    sources: HttpSources, server: FileServer
) -> None:
    strong = (await sources.open(server.url)).info.identity
    assert strong == (await sources.open(server.url)).info.identity
    server.etag = '"2"'
    other = (await sources.open(server.url)).info.identity
    server.etag = 'W/"2"'
    dated = (await sources.open(server.url)).info.identity
    server.last_modified = "Mon, 23 Nov 2026 09:59:30 GMT"  # It may change again within the same second.
    assert (await sources.open(server.url)).info.identity is None
    assert None not in (strong, other, dated)
    assert len({strong, other, dated}) == 3
    assert "s3cret" not in str(strong)


async def test_secrets_in_the_address_stay_out_of_the_log(
    sources: HttpSources, server: FileServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "core")
    source = await sources.open(server.url)
    server.replies = [Reply(cut_after=1), Reply(status=500)]
    await source.read_range(0, 100)
    assert caplog.text.count("127.0.0.1") == 2
    assert "s3cret" not in caplog.text


async def test_a_recording_is_decoded_straight_from_the_server(sources: HttpSources) -> None:
    recording = (SAMPLES / "two_cities.wav").read_bytes()
    decoder = Decoder()
    async with FileServer(recording).running() as server:
        server.latency_s = 0.01
        decoded = await decode_all(decoder, await sources.open(server.url))
    assert len(recording) <= decoded.report.fetched_bytes < 1.05 * len(recording)
    assert server.most_at_once > 3
    await decoder.close()


async def test_stopping_in_the_middle_of_a_range_waits_for_no_rest(sources: HttpSources, server: FileServer) -> None:
    source = await sources.open(server.url)
    server.bytes_per_s = 1.0
    reading = asyncio.create_task(source.read_range(0, 1_000_000))
    while len(server.ranges) < 2:  # noqa: ASYNC110
        await asyncio.sleep(0)
    reading.cancel()
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(asyncio.CancelledError):
            await reading


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.org/talks/My%20talk.mp3?sign=1", "My talk.mp3"),
        ("https://example.org/", "example.org"),
        ("https://example.org/folder/", "example.org - folder"),
        ("https://www.youtube.com/watch?v=abc", "youtube.com - watch"),
        ("http://127.0.0.1:8000/play/12", "127.0.0.1 - 12"),
        ("http://[nonsense/talk?sign=1", "http://[nonsense/talk"),
    ],
)
def test_an_address_says_what_its_file_is_called(url: str, name: str) -> None:
    assert name_in(url) == name
