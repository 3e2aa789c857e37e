import asyncio
from collections.abc import Mapping

import httpx
import pytest

from core.domain.errors import ProxyUnusable
from core.system.certificates import tls_context
from core.system.proxies import proxy_mounts
from tests.fakes.plain_client import plain_client

PROXY = "http://127.0.0.1:9"


def mounts(settings: Mapping[str, str]) -> dict[str, httpx.AsyncHTTPTransport | None]:
    return proxy_mounts(tls_context({}), settings=lambda: settings)


@pytest.mark.parametrize(
    "address", ["socks5://127.0.0.1:1080", "socks://127.0.0.1:1080/", "ftp://proxy:21", "http://", "http://[::1"]
)
def test_a_proxy_that_cannot_be_used_is_told_and_never_passed_by(address: str) -> None:
    with pytest.raises(ProxyUnusable, match="ALL_PROXY"):
        mounts({"all": address})


@pytest.mark.parametrize("address", [PROXY, "proxy:3128", "https://proxy.example.org", "http://name:pass@proxy:80/"])
def test_a_proxy_is_used(address: str) -> None:
    assert mounts({"https": address, "http": ""}).keys() == {"https://"}


@pytest.mark.parametrize(
    ("excluded", "patterns"),
    [
        ("", set()),
        ("localhost, 127.0.0.1", {"all://localhost", "all://127.0.0.1"}),
        ("::1,[::1]", {"all://[::1]"}),
        ("fe80::/10,10.0.0.0/8", set()),
        (".example.org,*.example.com", {"all://*.example.org", "all://*.example.com"}),
        ("example.org:8080", {"all://*example.org:8080"}),
        ("http://example.org", {"http://example.org"}),
    ],
)
def test_what_goes_past_it(excluded: str, patterns: set[str]) -> None:
    found = mounts({"all": PROXY, "no": excluded})
    assert {pattern for pattern, transport in found.items() if transport is None} == patterns
    plain_client(trust_env=False, mounts=found)  # Raises where it can't read one of them.


def test_everything_goes_past_it() -> None:
    assert not mounts({"all": PROXY, "no": "*"})


async def test_requests_go_through_it() -> None:
    asked = asyncio.Queue[str]()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.put_nowait((await reader.readuntil(b"\r\n\r\n")).decode().splitlines()[0])
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        found = mounts({"http": f"http://127.0.0.1:{port}"})
        async with plain_client(trust_env=False, mounts=found) as client:
            await client.get("http://models.example.org/file")
    assert asked.get_nowait() == "GET http://models.example.org/file HTTP/1.1"
