"""What the window's page of the bot asks of the core: tokens, chats, events, and a webhook that is tested."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from core.app.notula import Notula
from core.bot.api.server import username_of
from core.bot.updates.chosen_webhook import webhook_settings_of
from core.bot.updates.reachability import webhook_problem
from core.bot.updates.webhook import health_check
from core.config import Folders, Settings
from core.domain.bot import Access, BotCondition
from core.domain.bot_events import BotEventKind
from core.domain.errors import BotChatUnknown, BotTokenMalformed, BotTokenRefused, TelegramUnreachable
from core.domain.webhook_settings import WebhookSettings
from tests.fakes.bot_api import FakeBotApi
from tests.integration.bot.talk import Start, by_webhook, transcribed
from tests.patience import PATIENCE_S


@pytest.fixture
def way() -> tuple[str, str]:
    """By polling, in English."""
    return "polling", "en"


def events_of(notula: Notula, kind: BotEventKind) -> list[tuple[str, str]]:
    return [(event.actor, str(event.text)) for event in notula.snapshot().bot_events if event.kind is kind]


async def test_a_token_tells_its_bot(api: FakeBotApi) -> None:
    settings = Settings(bot_server=api.url)
    assert await username_of(api.token, settings) == "notula_test_bot"


async def test_a_wrong_token_is_told_from_no_token_and_from_no_connection(api: FakeBotApi) -> None:
    settings = Settings(bot_server=api.url)
    with pytest.raises(BotTokenRefused):
        await username_of(f"{api.token}x", settings)
    for text in ("", "hello", "12:", "1 2:abc"):
        with pytest.raises(BotTokenMalformed):
            await username_of(text, settings)
    held = api.hang("getMe")
    with pytest.raises(TelegramUnreachable):
        await username_of(api.token, settings, timeout_s=0.05)
    held.release()
    await api.go_offline()
    with pytest.raises(TelegramUnreachable):
        await username_of(api.token, settings)
    await api.come_back()


async def test_a_refused_token_leaves_the_one_before(
    api: FakeBotApi, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOTULA_TELEGRAM_KEY", raising=False)
    notula = Notula(Settings(bot_server=api.url), folders)
    await notula.start()
    assert await notula.bot_setup.use_token(api.token, for_session=True) == "notula_test_bot"
    with pytest.raises(BotTokenRefused):
        await notula.bot_setup.use_token(f"{api.token}x", for_session=True)
    assert await notula.keys.secrets("telegram") == (api.token,)
    assert notula.settings.bot_enabled
    while notula.bot.state.condition is not BotCondition.RUNNING:
        await notula.bot.wait_for_change()
    await notula.bot_setup.turn_off()
    assert notula.bot.state.condition is BotCondition.OFF
    assert not notula.settings.bot_enabled
    await notula.stop()


async def test_a_token_may_come_with_all_that_was_said_about_it(
    api: FakeBotApi, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOTULA_TELEGRAM_KEY", raising=False)
    notula = Notula(Settings(bot_server=api.url), folders)
    await notula.start()
    said = f"Done! Congratulations on your new bot. Use this token to access the HTTP API: {api.token} Keep it secure"
    assert await notula.bot_setup.use_token(said, for_session=True) == "notula_test_bot"
    assert await notula.keys.secrets("telegram") == (api.token,)
    await notula.stop()


async def test_another_token_takes_the_place_of_the_one_before(
    api: FakeBotApi, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOTULA_TELEGRAM_KEY", raising=False)
    notula = Notula(Settings(bot_server=api.url), folders)
    await notula.start()
    await notula.keys.add("telegram", "1:the_one_before", for_session=True)
    await notula.bot_setup.use_token(api.token, for_session=True)
    assert await notula.keys.secrets("telegram") == (api.token,)
    await notula.bot_setup.forget_token()
    while notula.bot.state.condition is not BotCondition.FAILED:  # There is nothing to run it with any more.
        await notula.bot.wait_for_change()
    assert (await notula.keys.list()).keys == ()
    await notula.stop()


async def test_who_is_blocked_in_the_window_is_blocked_in_the_running_bot(
    start: Start, api: FakeBotApi, beckett: Path
) -> None:
    ada = api.person("Ada", username="ada")
    async with start(bot_owner=ada.id, bot_audience="allowed") as notula:
        bob = api.person("Bob", username="bob")
        bob.send_text("/help")
        await bob.wait_for(lambda message: "private" in message.text)
        await notula.bot_chats.set_access(await notula.bot_chats.find("@bob"), Access.ALLOWED)
        await transcribed(bob, beckett)
        await notula.bot_chats.set_access(bob.id, Access.BLOCKED)
        chats = {chat.chat_id: chat for chat in await notula.bot_chats.list()}
        assert (chats[bob.id].name, chats[bob.id].access, chats[bob.id].recordings) == ("Bob", Access.BLOCKED, 1)
        assert chats[bob.id].seconds > 1
        count = len(bob.chat.messages)
        bob.send_text("/help")
        ada.send_text("/users")
        await ada.wait_for(lambda message: "Bob @bob: blocked" in message.text)
        assert len(bob.chat.messages) == count + 1
        assert not await notula.bot_setup.has_answered()  # The owner's recordings count, and nobody else's.
        assert [text for _, text in events_of(notula, BotEventKind.ACCESS)] == [
            f"Has let in {bob.id}",
            f"Has blocked {bob.id}",
        ]
        assert events_of(notula, BotEventKind.REFUSAL) == [(str(bob.id), "Was not let in")]


async def test_what_names_nobody_is_refused(start: Start) -> None:
    async with start() as notula:
        for text in ("", "bob", "@nobody", "0", "1e3", "9" * 20):
            with pytest.raises(BotChatUnknown):
                await notula.bot_chats.find(text)
        assert await notula.bot_chats.find(" -100123 ") == -100123


async def test_events_tell_kinds_and_names_and_nothing_that_was_said(
    start: Start, api: FakeBotApi, beckett: Path
) -> None:
    ada = api.person("Ada")
    async with start(bot_owner=ada.id) as notula:
        await transcribed(ada, beckett, name="secret talk.wav")
        ada.send_text("my secret words")
        ada.send_text("/stats")
        await ada.wait_for(lambda message: "1" in message.text and message.id > 3)
        assert await notula.bot_setup.has_answered()
        assert notula.snapshot().bot.last_update_at is not None
        assert notula.snapshot().bot.latency_s is not None
        assert events_of(notula, BotEventKind.MESSAGE) == [
            (str(ada.id), "Sent a recording"),
            (str(ada.id), "Sent a message"),
            (str(ada.id), "Sent the command /stats"),
        ]
        assert events_of(notula, BotEventKind.ANSWER) == [(str(ada.id), "Got the text of secret talk.wav")]
        assert "secret words" not in str(notula.snapshot().bot_events)


async def test_who_deletes_all_of_theirs_is_gone_from_the_events(start: Start, api: FakeBotApi) -> None:
    ada = api.person("Ada")
    async with start(bot_owner=0) as notula:
        ada.send_text("/delete")
        question = await ada.wait_for(lambda message: "Delete everything" in message.buttons)
        ada.press(question, "Delete everything")
        await ada.wait_for(lambda message: "Everything is deleted" in message.text)
        assert [event for event in notula.snapshot().bot_events if event.actor == str(ada.id)] == []


async def test_events_of_the_connection_come_and_go(start: Start, api: FakeBotApi) -> None:
    async with start() as notula:
        await api.go_offline()
        while not any(event.is_bad for event in notula.snapshot().bot_events):
            await notula.bot.wait_for_change()
        await api.come_back()
        while "Telegram can be reached again" not in str(notula.snapshot().bot_events[-1].text):
            await notula.bot.wait_for_change()


async def test_what_was_before_this_start_is_told_too(start: Start, api: FakeBotApi) -> None:
    bob = api.person("Bob")
    async with start(bot_audience="nobody"):
        bob.send_text("/help")
        await bob.wait_for(lambda message: "private" in message.text)
    async with start(bot_audience="nobody") as notula:
        past = await notula.bot_chats.past_events()
        assert [(event.actor, event.name, str(event.text)) for event in past] == [
            (str(bob.id), "Bob", "Was not let in")
        ]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _webhook(url: str, port: int) -> WebhookSettings:
    return WebhookSettings(url, "127.0.0.1", port, is_plain_allowed=True)


async def test_an_address_that_leads_here_has_no_problem() -> None:
    port = _free_port()
    assert await webhook_problem(_webhook(f"http://127.0.0.1:{port}", port), None) is None
    assert await webhook_problem(_webhook(f"http://127.0.0.1:{port}/", port), None) is None


async def test_each_way_in_which_it_cant_be_reached_is_told() -> None:
    port, other = _free_port(), _free_port()

    async def told(settings: WebhookSettings | None) -> str:
        return str(await webhook_problem(settings, None, timeout_s=PATIENCE_S))

    assert "no webhook address" in await told(None)
    assert "no webhook address" in await told(_webhook("", port))
    https = replace(_webhook("http://bot.example.org", port), is_plain_allowed=False)
    assert "https://" in await told(https)
    assert "not 9000" in await told(replace(https, url="https://bot.example.org:9000"))
    nobody = await told(_webhook(f"http://127.0.0.1:{other}", port))
    assert f"port {other}" in nobody
    assert f"127.0.0.1:{port}" in nobody
    assert "isn't known" in await told(_webhook(f"http://nowhere.invalid:{port}", port))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        in_use = taken.getsockname()[1]
        assert f"can't listen on 127.0.0.1:{in_use}" in await told(_webhook(f"http://127.0.0.1:{in_use}", in_use))
    certificate = replace(_webhook(f"http://127.0.0.1:{port}", port), certificate="/nowhere/at/all.pem")
    assert "certificate" in await told(certificate)


async def test_a_server_without_encryption_is_not_said_to_have_a_bad_certificate() -> None:
    """The usual mistake: Telegram is told https, and nothing in front of Notula speaks it."""
    port = _free_port()
    told = str(await webhook_problem(_webhook(f"https://127.0.0.1:{port}", port), None, timeout_s=PATIENCE_S))
    assert told.startswith(f"No encrypted connection can be made to 127.0.0.1, port {port}.")


async def test_another_program_at_the_address_is_told(api: FakeBotApi) -> None:
    port = _free_port()
    missing = str(await webhook_problem(_webhook(api.url, port), None))
    assert "status 404" in missing
    assert f"127.0.0.1:{port}" in missing
    app = web.Application()
    app.router.add_get("/healthz", health_check("another Notula"))
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    elsewhere = f"http://127.0.0.1:{runner.addresses[0][1]}"
    assert "Another program" in str(await webhook_problem(_webhook(elsewhere, port), None))
    await runner.cleanup()


async def test_the_running_webhook_is_asked_and_not_another_one(start: Start, api: FakeBotApi) -> None:
    async with start(**by_webhook(api)) as notula:
        running = notula.bot.running.webhook
        assert running is not None
        assert webhook_settings_of(notula.settings) == running.settings
        here = replace(running.settings, url=f"http://127.0.0.1:{running.port}")
        assert await webhook_problem(here, running) is None
        assert "can't listen" in str(await webhook_problem(here, None))  # The port is taken by the running one.
