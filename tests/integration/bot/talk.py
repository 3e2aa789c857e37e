"""A whole Notula with its bot, a fake Telegram and a fake provider."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from core.app import Notula
from core.bot import transport
from core.config import Folders, Settings
from core.domain.bot import BotCondition
from core.domain.provider_settings import ProviderSettings
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_messages import ChatMessage
from tests.fakes.chat_service import ChatService, Model
from tests.fakes.speech_server import SpeechServer
from tests.fakes.transcription_service import groq_service

KEY = "gsk_planted_key_of_the_conversation_3f2a"
SAID = "It was the best of times, it was the worst of times, it was the age of wisdom."


@asynccontextmanager
async def provider() -> AsyncIterator[SpeechServer]:
    async with SpeechServer(groq_service(KEY)).running() as server:
        yield server


@asynccontextmanager
async def chat_model() -> AsyncIterator[SpeechServer]:
    """Whoever translates and sums up."""
    async with SpeechServer(ChatService(prefix="/v1", key=KEY, models={"qwen3": Model()})).running() as server:
        yield server


def by_webhook(api: FakeBotApi) -> dict[str, object]:
    """Settings with which updates arrive by webhook, behind what takes the https off."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    api.webhook.route("https://bot.example.org", f"http://{listen}")
    return {"bot_transport": "webhook", "webhook_url": "https://bot.example.org", "webhook_listen": listen}


def with_chat(server: SpeechServer, chat: SpeechServer) -> dict[str, object]:
    """Settings with which there is somebody to translate, who doesn't transcribe."""
    home = ProviderSettings(base_url=f"{chat.url}/v1", model="none", chat_model="qwen3")
    return {"providers": ("groq", "home"), "services": {"groq": ProviderSettings(base_url=server.url), "home": home}}


def is_answer(message: ChatMessage) -> bool:
    """Whether it is the whole text, and not how far it is."""
    return SAID in message.text and "TXT" in message.buttons


@asynccontextmanager
async def talking(
    api: FakeBotApi, server: SpeechServer, folders: Folders, monkeypatch: pytest.MonkeyPatch, **settings: object
) -> AsyncIterator[Notula]:
    """One run of Notula with its bot."""
    monkeypatch.setenv("NOTULA_TELEGRAM_KEY", api.token)
    monkeypatch.setenv("NOTULA_HOME_KEY", KEY)
    monkeypatch.setenv("NOTULA_GROQ_KEY", KEY)
    monkeypatch.setattr(transport, "POLL_S", 1)
    given = {
        "bot_server": api.url,
        "bot_audience": "everybody",
        "providers": ("groq",),
        "services": {"groq": ProviderSettings(base_url=server.url)},
        **settings,
    }
    notula = Notula(Settings(**given), folders)  # type: ignore[arg-type]
    await notula.start()
    notula.bot.start()
    while notula.bot.state.condition is BotCondition.STARTING:
        await notula.bot.wait_for_change()
    assert notula.bot.state.condition is BotCondition.RUNNING, notula.bot.state
    try:
        yield notula
    finally:
        await notula.stop()
