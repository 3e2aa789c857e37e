"""The fake Bot API posts updates as Telegram does."""

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
)

from tests.fakes.bot_api import FakeBotApi


class _Hook:
    """A bot's own web server: it takes nothing while it is `busy`, and notes what came when."""

    def __init__(self) -> None:
        self.busy = True
        self.got: list[tuple[str, str]] = []
        self.url = ""

    async def serve(self, request: aiohttp.web.BaseRequest) -> aiohttp.web.Response:
        if self.busy:
            return aiohttp.web.Response(status=503)
        update = json.loads(await request.read())
        assert request.headers["X-Forwarded-For"].startswith("149.154.")
        self.got.append((update["message"]["text"], request.headers["X-Telegram-Bot-Api-Secret-Token"]))
        return aiohttp.web.Response()


@pytest.fixture
async def hook() -> AsyncIterator[_Hook]:
    hook = _Hook()
    runner = aiohttp.web.ServerRunner(aiohttp.web.Server(hook.serve))
    await runner.setup()
    await aiohttp.web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield hook
    await runner.cleanup()


async def test_a_webhook_gets_everything_in_order_and_again(api: FakeBotApi, bot: Bot, hook: _Hook) -> None:
    api.webhook.route("https://bot.example.org", hook.url)
    ada, charles = api.person("Ada"), api.person("Charles")
    for text in ("a", "b", "c"):
        ada.send_text(f"ada {text}")
        charles.send_text(f"charles {text}")
    await bot.set_webhook("https://bot.example.org/hook", secret_token="s3cret", max_connections=2)
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active; use deleteW"):
        await bot.get_updates()
    await api.until(lambda: api.webhook.posts)
    told = await bot.get_webhook_info()
    assert (told.pending_update_count, told.max_connections) == (6, 2)
    assert told.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
    hook.busy = False
    await api.until(lambda: not api.updates.queue)
    for name in ("ada", "charles"):
        assert [text for text, _ in hook.got if name in text] == [f"{name} {letter}" for letter in "abc"]
    assert {secret for _, secret in hook.got} == {"s3cret"}
    assert api.webhook.most_at_once == 2
    await bot.delete_webhook()
    assert await bot.get_updates() == []


async def test_a_webhook_has_rules(api: FakeBotApi, bot: Bot) -> None:
    for url, secret, why in (
        ("http://bot.example.org/", "a", "An HTTPS URL must be provided for webhook"),
        ("https://bot.example.org:8080/", "a", "Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ("https://bot.example.org/", "a b", "secret token contains unallowed characters"),
    ):
        with pytest.raises(TelegramBadRequest, match=why):
            await bot.set_webhook(url, secret_token=secret)
