"""A whole Notula with its bot, a fake Telegram and a fake provider."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from core.app import Notula
from core.bot import transport
from core.config import Folders, Settings
from core.domain.bot import BotCondition
from core.domain.provider_settings import ProviderSettings
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.speech_server import SpeechServer
from tests.fakes.transcription_service import groq_service

KEY = "gsk_planted_key_of_the_conversation_3f2a"
SAID = "It was the best of times, it was the worst of times, it was the age of wisdom."


@asynccontextmanager
async def provider() -> AsyncIterator[SpeechServer]:
    async with SpeechServer(groq_service(KEY)).running() as server:
        yield server


@asynccontextmanager
async def talking(
    api: FakeBotApi, server: SpeechServer, folders: Folders, monkeypatch: pytest.MonkeyPatch, **settings: object
) -> AsyncIterator[Notula]:
    """One run of Notula with its bot."""
    monkeypatch.setenv("NOTULA_TELEGRAM_KEY", api.token)
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
