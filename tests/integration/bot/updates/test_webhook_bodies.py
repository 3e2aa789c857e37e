"""Bodies that aren't what their headers say: an answer that blames who asks, and no traceback."""

import asyncio
import gzip
import json
import logging
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiogram import Bot

from core.bot.updates.inbox import Inbox
from core.bot.updates.webhook import SECRET_HEADER, Webhook
from core.domain.errors import StoreError
from tests.fakes.bot_api import FakeBotApi
from tests.integration.bot.updates.posting import Caller, Posted, serving, update
from tests.patience import PATIENCE_S

BODY = json.dumps(update(1)).encode()
ZIPPED = gzip.compress(BODY)


@pytest.fixture
async def webhook(api: FakeBotApi, bot: Bot, inbox: Inbox, posted: Posted) -> AsyncIterator[Webhook]:
    async with serving(bot, inbox, posted) as webhook:
        yield webhook


@pytest.fixture
async def caller(api: FakeBotApi, webhook: Webhook) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(api, webhook, session)


async def status_of(caller: Caller, body: bytes, *headers: str, secret: str = "", ends: bool = False) -> int:
    """What is answered to just these bytes; 0 where the line is cut instead."""
    address = urlsplit(caller.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    lines = (
        f"POST {address.path} HTTP/1.1",
        "Host: bot.example.org",
        "X-Forwarded-For: 149.154.167.220",
        f"{SECRET_HEADER}: {secret or caller.secret}",
        "Connection: close",
        *headers,
    )
    writer.write("\r\n".join((*lines, "", "")).encode() + body)
    if ends:
        writer.write_eof()
    try:
        async with asyncio.timeout(PATIENCE_S):
            answer = await reader.read()
    except ConnectionError:
        return 0
    finally:
        writer.close()
    assert caller.secret.encode() not in answer
    return int(answer.split(b" ", 2)[1]) if answer else 0


def told(length: int, encoding: str = "") -> tuple[str, ...]:
    return (f"Content-Length: {length}", *([f"Content-Encoding: {encoding}"] if encoding else []))


WRONG = {
    "not gzip": (BODY, told(len(BODY), "gzip")),
    "not deflate": (BODY, told(len(BODY), "deflate")),
    "not brotli": (BODY, told(len(BODY), "br")),
    "not zstd": (BODY, told(len(BODY), "zstd")),
    "gzip cut off": (ZIPPED[:-12], told(len(ZIPPED) - 12, "gzip")),
    "gzip broken": (ZIPPED[:20] + b"\xff" * 20, told(40, "gzip")),
    "gzip of nothing": (b"", told(0, "gzip")),
    "encoding of nobody": (BODY, told(len(BODY), "rot13")),
    "chunk without a size": (b"zz\r\n{}\r\n0\r\n\r\n", ("Transfer-Encoding: chunked",)),
    "chunk longer than told": (b"2\r\n{}{}{}\r\n0\r\n\r\n", ("Transfer-Encoding: chunked",)),
    "chunk of a negative size": (b"-2\r\n{}\r\n0\r\n\r\n", ("Transfer-Encoding: chunked",)),
    "chunked and long": (BODY, ("Transfer-Encoding: chunked", *told(5))),
    "length in words": (BODY, ("Content-Length: many",)),
    "negative length": (BODY, ("Content-Length: -5",)),
    "two lengths": (BODY, (*told(5), *told(6))),
    "too short a length": (BODY, told(7)),
    "charset of nobody": (BODY, (*told(len(BODY)), "Content-Type: application/json; charset=klingon")),
    "other charset": (BODY.decode().encode("utf-16")[:-1], (*told(2 * len(BODY) + 1),)),
}


@pytest.mark.parametrize("case", WRONG)
async def test_a_body_that_is_not_as_told_is_refused(
    caller: Caller, posted: Posted, caplog: pytest.LogCaptureFixture, case: str
) -> None:
    body, headers = WRONG[case]
    with caplog.at_level(logging.WARNING):
        assert 400 <= await status_of(caller, body, *headers) < 500
        assert 400 <= await status_of(caller, body, *headers, secret="wrong") < 500
    assert not [record for record in caplog.records if record.exc_info]
    assert posted.handled == []
    assert await caller.post(update(2)) == 200


async def test_a_body_that_breaks_off_holds_up_nobody(
    caller: Caller, posted: Posted, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert await status_of(caller, BODY[:10], *told(len(BODY)), ends=True) in (0, 400)
        assert await status_of(caller, b"5\r\n{}", "Transfer-Encoding: chunked", ends=True) in (0, 400)
    assert not [record for record in caplog.records if record.exc_info]
    assert await caller.post(update(2)) == 200


@pytest.mark.parametrize("packed", [ZIPPED, zlib.compress(BODY)], ids=["gzip", "deflate"])
async def test_a_body_that_is_as_told_is_taken(caller: Caller, posted: Posted, packed: bytes) -> None:
    encoding = "gzip" if packed is ZIPPED else "deflate"
    assert await status_of(caller, packed, *told(len(packed), encoding)) == 200
    await posted.until(lambda: posted.handled == [1])


async def test_a_packed_body_that_unpacks_to_much_is_refused(caller: Caller) -> None:
    bomb = gzip.compress(b"[" * 20_000_000)
    assert await status_of(caller, bomb, *told(len(bomb), "gzip")) == 413


async def test_halves_of_characters_hold_up_nobody(caller: Caller, posted: Posted) -> None:
    assert await caller.post(b'{"update_id": 1, "message": {"text": "\\ud83d", "chat": {"id": 7}}}') == 200
    await posted.until(lambda: posted.handled == [1])


@pytest.mark.parametrize("error", [StoreError(), RuntimeError("unforeseen")])
async def test_a_refusal_that_can_not_be_written_down_is_one_all_the_same(
    caller: Caller, webhook: Webhook, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(webhook, "_refused", fail)
    monkeypatch.setattr(webhook, "_receiver", replace(webhook._receiver, record=fail))
    assert await caller.post(update(1), secret="wrong") == 401
    assert await caller.post(b"{") == 400
    assert await caller.post(update(1)) == 503
