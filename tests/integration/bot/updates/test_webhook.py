"""The webhook: done in milliseconds for Telegram, shut for everybody else, and no update lost between the two ways."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiogram import Bot

from core.bot.updates import webhook as module
from core.bot.updates.inbox import Inbox
from core.bot.updates.transport import Transport, TransportCallbacks, TransportTiming
from core.bot.updates.webhook import SECRET_HEADER
from core.domain import TranslatableText
from core.domain.bot import TransportKind
from core.domain.errors import BotConflict, StoreError, TelegramUnreachable, WebhookUnusable
from core.domain.webhook_settings import WebhookSettings
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_people import Person
from tests.integration.bot.updates.posting import FROM_TELEGRAM, PUBLIC, Caller, Posted, certificate_in, serving, update
from tests.patience import PATIENCE_S


@pytest.fixture
async def caller(api: FakeBotApi, bot: Bot, inbox: Inbox, posted: Posted) -> AsyncIterator[Caller]:
    async with serving(bot, inbox, posted) as webhook, aiohttp.ClientSession() as session:
        yield Caller(api, webhook, session)


async def test_what_telegram_posts_is_handled_once(caller: Caller, posted: Posted) -> None:
    assert await caller.post(update(1)) == 200
    assert await caller.post(update(1)) == 200  # As after an answer that was lost.
    assert await caller.post(update(2)) == 200
    await posted.until(lambda: posted.handled == [1, 2])
    assert posted.refused == []


async def test_who_is_not_telegram_is_refused_and_noted(caller: Caller, posted: Posted) -> None:
    wrong = "A-guess_of-somebody"
    for expected, reason, answer in (
        (401, "secret", caller.post(update(1), secret=wrong)),
        (401, "secret", caller.post(update(1), secret="")),
        (401, "secret", caller.post(update(1), secret="ünïcode")),
        (404, "path", caller.post(update(1), url=caller.url[:-1])),
        (404, "path", caller.post(update(1), url=caller.url.rsplit("/", 1)[0] + "/")),
        (403, "address", caller.post(update(1), {"X-Forwarded-For": "203.0.113.9"})),
        (403, "address", caller.post(update(1), {"X-Forwarded-For": "149.154.167.220, 203.0.113.9"})),
        (403, "address", caller.post(update(1), {"X-Forwarded-For": "149.154.167.220, nonsense"})),
        (403, "address", caller.post(update(1), {})),
    ):
        assert await answer == expected
        assert posted.refused[-1][1] == reason
    assert ("203.0.113.9", "address") in posted.refused
    assert posted.handled == []
    assert await caller.post(update(1)) == 200


async def test_without_a_proxy_a_forged_header_counts_for_nothing(
    api: FakeBotApi, bot: Bot, inbox: Inbox, posted: Posted
) -> None:
    async with serving(bot, inbox, posted, proxies=()) as webhook, aiohttp.ClientSession() as session:
        assert await Caller(api, webhook, session).post(update(1)) == 403
    assert posted.refused == [("127.0.0.1", "address")]
    async with (
        serving(bot, inbox, posted, proxies=(), networks=("127.0.0.0/8",)) as webhook,
        aiohttp.ClientSession() as session,
    ):
        assert await Caller(api, webhook, session).post(update(1)) == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"update_id": "1"}', b"\xff\xfe", b"[" * 100_000])
async def test_what_is_no_update_is_refused(caller: Caller, posted: Posted, body: bytes) -> None:
    assert await caller.post(body) == 400
    assert posted.refused[-1][1] == "body"
    assert await caller.post(update(1)) == 200


async def test_an_oversized_body_is_refused(caller: Caller, posted: Posted) -> None:
    assert await caller.post(b" " * (1024 * 1024 + 1)) == 413
    assert posted.refused == [("149.154.167.220", "size")]


async def test_a_slow_body_is_not_waited_for(caller: Caller, posted: Posted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BODY_TIMEOUT_S", 0.05)
    path = caller.url.partition("//")[2].partition("/")
    head = (
        f"POST /{path[2]} HTTP/1.1\r\nHost: bot\r\nContent-Length: 100\r\n{SECRET_HEADER}: {caller.secret}\r\n"
        "X-Forwarded-For: 149.154.167.220\r\n\r\n{"
    )
    reader, writer = await asyncio.open_connection(*path[0].split(":"))
    writer.write(head.encode())
    async with asyncio.timeout(PATIENCE_S):
        assert b" 408 " in await reader.readline()
    writer.close()
    assert posted.refused == [("149.154.167.220", "slow")]


async def test_health_is_told_to_anybody_and_nothing_else(caller: Caller) -> None:
    base = caller.url.rsplit("/", 1)[0]
    async with caller.session.get(f"{base}/healthz") as answer:
        assert (answer.status, await answer.text()) == (200, "ok")
    async with caller.session.get(caller.url, headers=FROM_TELEGRAM | {SECRET_HEADER: caller.secret}) as answer:
        assert answer.status == 405


async def test_what_can_not_be_written_down_is_left_to_telegram(
    caller: Caller, inbox: Inbox, posted: Posted, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise StoreError

    with monkeypatch.context() as patch:
        patch.setattr(inbox._journal, "record", full)
        assert await caller.post(update(1)) == 503
    assert await caller.post(update(1)) == 200
    await posted.until(lambda: posted.handled == [1])


async def test_five_hundred_posts_at_once_are_all_taken_or_told_to_come_again(caller: Caller, posted: Posted) -> None:
    missing = set(range(1, 501))
    while missing:
        numbers = sorted(missing)
        statuses = await asyncio.gather(*(caller.post(update(number, chat=number)) for number in numbers))
        assert set(statuses) <= {200, 503}
        missing -= {number for number, status in zip(numbers, statuses, strict=True) if status == 200}
    await posted.until(lambda: len(posted.handled) == 500)
    assert len(set(posted.handled)) == 500


async def test_the_address_that_telegram_is_given_can_not_be_guessed(caller: Caller, api: FakeBotApi, bot: Bot) -> None:
    told = api.requests_of("setWebhook")[-1].parameters
    assert len(told["secret_token"]) == 64
    assert len(told["url"].rsplit("/", 1)[1]) == 64
    assert told["secret_token"] not in told["url"]
    assert bot.token not in str(told)
    assert told["allowed_updates"] == ["message"]


@pytest.mark.usefixtures("ada")
async def test_with_a_certificate_of_its_own_it_needs_no_web_server(
    api: FakeBotApi, bot: Bot, inbox: Inbox, posted: Posted, tmp_path: Path, unused_tcp_port: int
) -> None:
    certificate, key = certificate_in(tmp_path)
    api.webhook.any_port = True
    settings = {
        "url": f"https://127.0.0.1:{unused_tcp_port}",
        "port": unused_tcp_port,
        "networks": ("127.0.0.1",),
        "certificate": str(certificate),
        "key": str(key),
        "self_signed": True,
    }
    async with serving(bot, inbox, posted, **settings):
        await posted.until(lambda: len(posted.handled) == 1)
        assert (await bot.get_webhook_info()).has_custom_certificate


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"url": "http://bot.example.org"}, "https"),
        ({"url": "https://bot.example.org:99"}, "ports 80, 88, 443 or 8443"),
        ({"proxies": ("nonsense",)}, "nonsense"),
        ({"certificate": "/nowhere/bot.pem"}, "certificate"),
        ({"host": "203.0.113.1"}, "address"),
    ],
)
async def test_settings_that_can_not_be_are_told(
    bot: Bot, inbox: Inbox, posted: Posted, settings: dict[str, object], reason: str
) -> None:
    with pytest.raises(WebhookUnusable, match=reason):
        async with serving(bot, inbox, posted, **settings):
            raise AssertionError
    assert bot.token not in reason


# --- from one way to the other


@pytest.fixture
async def transport(bot: Bot, inbox: Inbox, posted: Posted) -> AsyncIterator[Transport]:
    transport = Transport(
        bot,
        inbox,
        ["message"],
        TransportCallbacks(lambda: None, posted.refuse),
        TransportTiming(lambda: 5.0, poll_s=1),
    )
    yield transport
    await transport.close()


async def test_changing_the_way_loses_no_update_and_repeats_none(
    api: FakeBotApi, ada: Person, transport: Transport, posted: Posted, unused_tcp_port: int
) -> None:
    api.webhook.route(PUBLIC, f"http://127.0.0.1:{unused_tcp_port}")
    settings = WebhookSettings(PUBLIC, port=unused_tcp_port)
    sent = 1  # Ada's /start.
    for number, way in enumerate((None, settings, None, settings, settings, None)):
        await transport.open(way)
        assert transport.kind is (TransportKind.POLLING if way is None else TransportKind.WEBHOOK)
        for text in range(3):
            ada.send_text(f"{number} {text}")
            sent += 1
    await posted.until(lambda: len(posted.handled) == sent)
    assert posted.handled == sorted(set(posted.handled))
    assert transport.problem is None
    assert transport.last_contact_at == 5.0
    await transport.close()
    assert len(posted.handled) == sent


async def test_a_webhook_that_can_not_be_leaves_nothing_behind(
    api: FakeBotApi, ada: Person, transport: Transport, posted: Posted
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(WebhookUnusable):
            await transport.open(WebhookSettings(PUBLIC, port=taken.getsockname()[1]))
    assert api.requests_of("setWebhook") == []
    await transport.open(None)
    await posted.until(lambda: len(posted.handled) == 1)


async def test_telegram_is_told_where_to_call_once_it_can_be_reached(
    api: FakeBotApi, bot: Bot, inbox: Inbox, posted: Posted
) -> None:
    pauses: list[tuple[float, object]] = []

    async def pause(seconds: float) -> None:
        pauses.append((seconds, transport.problem))

    transport = Transport(
        bot,
        inbox,
        ["message"],
        TransportCallbacks(lambda: None, posted.refuse),
        TransportTiming(lambda: 5.0, pause),
    )
    api.fail_next("setWebhook", 502, "Bad Gateway")
    api.reset_connection_next("setWebhook")
    api.fail_next("setWebhook", 429, "Too Many Requests: retry after 7", retry_after=7)
    await transport.open(WebhookSettings(PUBLIC, port=0))
    unreachable = TelegramUnreachable().message
    assert pauses == [(1.0, unreachable), (2.0, unreachable), (7, unreachable)]
    assert (transport.problem, transport.last_contact_at) == (None, 5.0)
    await transport.close()


async def test_a_start_that_is_given_up_leaves_nothing_listening(
    api: FakeBotApi, transport: Transport, unused_tcp_port: int
) -> None:
    hang = api.hang("setWebhook")
    opening = asyncio.create_task(transport.open(WebhookSettings(PUBLIC, port=unused_tcp_port)))
    await hang.reached.wait()
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    with socket.socket() as free:
        free.bind(("127.0.0.1", unused_tcp_port))
    hang.release()


async def until_problem(transport: Transport, changed: asyncio.Event, expected: TranslatableText | None) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while transport.problem != expected:
            changed.clear()
            await changed.wait()


async def test_it_is_told_when_telegram_does_not_get_through(
    api: FakeBotApi, bot: Bot, ada: Person, inbox: Inbox, posted: Posted
) -> None:
    changed = asyncio.Event()
    transport = Transport(
        bot,
        inbox,
        ["message"],
        TransportCallbacks(changed.set, posted.refuse),
        TransportTiming(time.time, webhook_check_interval_s=0.05),
    )
    api.webhook.route(PUBLIC, "http://127.0.0.1:9")  # Where nobody listens.
    await transport.open(WebhookSettings(PUBLIC, port=0))
    while not isinstance(transport.problem, TranslatableText) or "webhook" not in str(transport.problem):
        changed.clear()
        await changed.wait()
    assert str(transport.problem).startswith("Telegram doesn't reach the webhook: ")
    api.webhook.route(PUBLIC, f"http://127.0.0.1:{transport.webhook_port}")
    await until_problem(transport, changed, None)
    await bot.delete_webhook()
    await until_problem(transport, changed, BotConflict().message)
    await transport.close()


async def test_a_server_of_ones_own_may_call_without_encryption(
    api: FakeBotApi, bot: Bot, inbox: Inbox, posted: Posted
) -> None:
    with pytest.raises(WebhookUnusable, match="https"):
        async with serving(bot, inbox, posted, url="http://bot.example.org"):
            raise AssertionError
    settings = {"proxies": (), "networks": ("127.0.0.1",), "is_plain_allowed": True}
    async with serving(bot, inbox, posted, **settings) as webhook, aiohttp.ClientSession() as session:
        assert await Caller(api, webhook, session).post(update(1), {}) == 200


async def test_who_never_finishes_asking_is_hung_up_on(
    bot: Bot, inbox: Inbox, posted: Posted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_IDLE_S", 0.1)
    async with serving(bot, inbox, posted) as webhook:
        reader, writer = await asyncio.open_connection("127.0.0.1", webhook.port)
        writer.write(b"POST / HTTP/1.1\r\nHost: bot.example.org\r\nX-Half: ")
        async with asyncio.timeout(PATIENCE_S):
            await reader.read()
        writer.close()
        await writer.wait_closed()
