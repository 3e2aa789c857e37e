"""A whole Notula with its bot, a fake Telegram and a fake provider."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

import pytest

from core.app.notula import Notula
from core.bot.updates import transport
from core.config import Folders, Settings
from core.domain.bot import BotCondition
from core.domain.provider_settings import ProviderSettings
from core.i18n import Translator
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_messages import ChatMessage
from tests.fakes.bot_api_people import Person
from tests.fakes.llm_service import LlmService, Model
from tests.fakes.speech_server import SpeechServer
from tests.fakes.transcription_service import groq_service, openai_service

KEY = "gsk_planted_key_of_the_conversation_3f2a"
SAID = "It was the best of times, it was the worst of times, it was the age of wisdom."

BOTH_WAYS = pytest.mark.parametrize("way", [("polling", "en"), ("webhook", "id")], ids="-".join)
"""Tests of a module with this mark are done by either way for updates, and in either language."""


@asynccontextmanager
async def provider() -> AsyncIterator[SpeechServer]:
    async with SpeechServer(groq_service(KEY)).running() as server:
        yield server


@asynccontextmanager
async def chat_model() -> AsyncIterator[SpeechServer]:
    """A language model's server, for translations and summaries."""
    async with SpeechServer(LlmService(prefix="/v1", key=KEY, models={"qwen3": Model()})).running() as server:
        yield server


def by_webhook(api: FakeBotApi) -> dict[str, object]:
    """Settings with which updates arrive by webhook, behind what takes the https off."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    api.webhook.route("https://bot.example.org", f"http://{listen}")
    return {"bot_transport": "webhook", "webhook_url": "https://bot.example.org", "webhook_listen": listen}


@asynccontextmanager
async def second_provider() -> AsyncIterator[SpeechServer]:
    """Another transcription provider."""
    async with SpeechServer(openai_service(KEY)).running() as server:
        yield server


def with_second(server: SpeechServer, second: SpeechServer) -> dict[str, object]:
    """Settings with two transcription providers, the usual one first."""
    office = ProviderSettings(base_url=f"{second.url}/v1", model="whisper-1")
    return {
        "providers": ("groq", "office"),
        "services": {"groq": ProviderSettings(base_url=server.url), "office": office},
    }


def with_chat(server: SpeechServer, chat: SpeechServer) -> dict[str, object]:
    """Settings with which there is somebody to translate, who doesn't transcribe."""
    home = ProviderSettings(base_url=f"{chat.url}/v1", model="none", chat_model="qwen3")
    return {"providers": ("groq", "home"), "services": {"groq": ProviderSettings(base_url=server.url), "home": home}}


def is_answer(message: ChatMessage) -> bool:
    """Whether it is the whole transcript, and no status message."""
    return message.text == SAID and "TXT" in message.buttons


def shows(*buttons: str) -> Callable[[ChatMessage], bool]:
    """Whether a message has these buttons, and perhaps others."""
    return lambda message: set(buttons) <= set(message.buttons)


def beginning(tr: Translator, template: str) -> str:
    """A sentence as far as nobody needs to know what fills its first placeholder."""
    return tr(template).partition("{")[0]


async def answer_to(said: ChatMessage, expected: str) -> ChatMessage:
    """What the bot has said with these words in it since this was said."""
    return await said.chat.wait_for(lambda message: message.id > said.id and expected in message.text)


async def transcribed(person: Person, recording: Path, *, name: str = "talk.wav") -> ChatMessage:
    """The answer to a recording that is sent under this name."""
    sent = person.send_audio(recording.read_bytes(), 9, name=name, mime_type="audio/wav")
    return await person.wait_for(lambda message: is_answer(message) and message.reply_to == sent.id)


class Start(Protocol):
    """Runs Notula with its bot; `settings` beyond those of the way for updates."""

    def __call__(self, **settings: object) -> AbstractAsyncContextManager[Notula]: ...


@asynccontextmanager
async def talking(
    api: FakeBotApi, server: SpeechServer, folders: Folders, monkeypatch: pytest.MonkeyPatch, **settings: object
) -> AsyncIterator[Notula]:
    """One run of Notula with its bot."""
    monkeypatch.setenv("NOTULA_TELEGRAM_KEY", api.token)
    for name in ("GROQ", "HOME", "OFFICE"):
        monkeypatch.setenv(f"NOTULA_{name}_KEY", KEY)
    monkeypatch.setattr(transport, "POLL_S", 1)
    given = {
        "bot_server": api.url,
        "bot_audience": "everybody",
        "monthly_budget": 1000.0,
        "user_requests_per_minute": 1000,
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
