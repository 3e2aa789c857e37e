"""A fake Telegram, a client of it, and somebody who has started the bot."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram import Bot

from core.app import Notula
from core.bot.inbox import Inbox
from core.config import Folders
from core.store import Database
from core.store.updates import UpdateJournal
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_client import bot_of
from tests.fakes.bot_api_people import Person
from tests.fakes.speech_server import SpeechServer
from tests.integration.bot.posting import Posted
from tests.integration.bot.talk import by_webhook, chat_model, provider, talking


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
async def server() -> AsyncIterator[SpeechServer]:
    """Whoever transcribes."""
    async with provider() as server:
        yield server


@pytest.fixture
async def chat() -> AsyncIterator[SpeechServer]:
    """Whoever translates and sums up."""
    async with chat_model() as chat:
        yield chat


@pytest.fixture(params=["polling", "webhook"])
def transport(api: FakeBotApi, request: pytest.FixtureRequest) -> dict[str, object]:
    """Settings of each way for updates."""
    return by_webhook(api) if request.param == "webhook" else {}


@pytest.fixture
def quick_edits(monkeypatch: pytest.MonkeyPatch) -> None:
    """People don't press so fast as a test does; the courier's own tests do wait."""
    monkeypatch.setattr("core.bot.courier.BETWEEN_EDITS_S", 0.1)
    monkeypatch.setattr("tests.fakes.bot_api_sending._SHORTEST_BETWEEN_EDITS_S", 0.05)


@pytest.fixture
async def notula(
    api: FakeBotApi,
    server: SpeechServer,
    folders: Folders,
    monkeypatch: pytest.MonkeyPatch,
    transport: dict[str, object],
    quick_edits: None,
) -> AsyncIterator[Notula]:
    """A whole Notula whose bot is open to everybody; nothing that it does may be a complaint."""
    async with talking(api, server, folders, monkeypatch, **transport) as notula:
        yield notula
    assert api.complaints == []


@pytest.fixture
def charles(api: FakeBotApi) -> Person:
    """Somebody whose Telegram is English."""
    return api.person("Charles", language_code="en-GB")


@pytest.fixture
def ada(api: FakeBotApi) -> Person:
    """Somebody whose Telegram is Indonesian, and whose /start is an update that waits."""
    ada = api.person("Ada", language_code="id")
    ada.send_text("/start")
    return ada


@pytest.fixture
def posted() -> Posted:
    """Takes what comes out of the inbox."""
    return Posted()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty one."""
    database = await Database.open(tmp_path / "notula.db")
    yield database
    await database.close()


@pytest.fixture
async def inbox(database: Database, bot: Bot, posted: Posted) -> AsyncIterator[Inbox]:
    """A journal of updates, and `posted` behind it."""
    inbox = Inbox(UpdateJournal(database, bot.id, lambda: 1_000_000.0), posted.handle)
    await inbox.start()
    yield inbox
    await inbox.close()
