"""A fake Telegram, a client of it, and somebody who has started the bot."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_client import bot_of
from tests.fakes.bot_api_people import Person


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    """Telegram's Bot API on the loopback."""
    async with FakeBotApi() as api:
        yield api


@pytest.fixture
async def bot(api: FakeBotApi) -> AsyncIterator[Bot]:
    """aiogram's client of it."""
    async with bot_of(api) as bot:
        yield bot


@pytest.fixture
def ada(api: FakeBotApi) -> Person:
    """Somebody whose Telegram is Indonesian, and whose /start is an update that waits."""
    ada = api.person("Ada", language_code="id")
    ada.send_text("/start")
    return ada
