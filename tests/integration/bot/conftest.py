"""A fake Telegram, a client of it, and a person who has started the bot."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from zlib import crc32

import pytest
from aiogram import Bot

from core.app.notula import Notula
from core.bot.updates.inbox import Inbox
from core.config import Folders
from core.i18n import Translator
from core.store.sqlite import Database
from core.store.sqlite.updates import SqliteUpdates
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_client import bot_of
from tests.fakes.bot_api_people import Person
from tests.fakes.speech_server import SpeechServer
from tests.integration.bot.talk import Start, by_webhook, chat_model, provider, talking
from tests.integration.bot.updates.posting import Posted


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
    """A transcription provider."""
    async with provider() as server:
        yield server


@pytest.fixture
async def chat() -> AsyncIterator[SpeechServer]:
    """A language model's server, for translations and summaries."""
    async with chat_model() as chat:
        yield chat


@pytest.fixture
def way(request: pytest.FixtureRequest) -> tuple[str, str]:
    """How a conversation is held: by which way updates arrive, and what language the people speak.

    In Indonesian, as sentences that nobody has translated are found so; half of the tests by webhook, the same ones
    each time. Modules that are about the ways or the languages have `BOTH_WAYS`.
    """
    return ("webhook" if crc32(request.function.__name__.encode()) % 2 else "polling", "id")


@pytest.fixture
def transport(api: FakeBotApi, way: tuple[str, str]) -> dict[str, object]:
    """Settings of the way for updates."""
    return by_webhook(api) if way[0] == "webhook" else {}


@pytest.fixture
def tr(request: pytest.FixtureRequest) -> Translator:
    """The language that people speak in a conversation; English in tests that hold none."""
    return Translator(request.getfixturevalue("way")[1] if "way" in request.fixturenames else "en")


@pytest.fixture
def quick_edits(monkeypatch: pytest.MonkeyPatch) -> None:
    """People don't press and send so fast as a test does; the tests of `MessageSender` do wait."""
    monkeypatch.setattr("core.bot.api.sender.MIN_EDIT_INTERVAL_S", 0.1)
    monkeypatch.setattr("core.bot.api.rate_limiter._IN_CHAT_AT_ONCE", 1000.0)
    monkeypatch.setattr("core.bot.api.rate_limiter._IN_GROUP_AT_ONCE", 1000.0)
    monkeypatch.setattr("core.bot.api.rate_limiter._IN_CHAT_A_SECOND", 1000.0)
    monkeypatch.setattr("core.bot.api.rate_limiter._IN_GROUP_A_SECOND", 1000.0)
    monkeypatch.setattr("tests.fakes.bot_api_sending._SHORTEST_BETWEEN_EDITS_S", 0.05)


@pytest.fixture
async def start(
    api: FakeBotApi,
    server: SpeechServer,
    folders: Folders,
    monkeypatch: pytest.MonkeyPatch,
    transport: dict[str, object],
    quick_edits: None,
) -> AsyncIterator[Start]:
    """Runs a whole Notula whose bot is open to everybody; nothing that it does may be a complaint."""
    yield partial(talking, api, server, folders, monkeypatch, **transport)
    assert api.complaints == []


@pytest.fixture
def more_settings() -> dict[str, object]:
    """Those of `notula` beyond the usual ones; a module may have its own."""
    return {}


@pytest.fixture
async def notula(start: Start, more_settings: dict[str, object]) -> AsyncIterator[Notula]:
    """One that runs all the time."""
    async with start(**more_settings) as notula:
        yield notula


@pytest.fixture
def charles(api: FakeBotApi, tr: Translator) -> Person:
    """Somebody whose Telegram speaks the language of the conversation."""
    return api.person("Charles", language_code="en-GB" if tr.language == "en" else tr.language)


@pytest.fixture
def eve(api: FakeBotApi, tr: Translator) -> Person:
    """Somebody else."""
    return api.person("Eve", language_code=tr.language, username="eve")


@pytest.fixture
def owner(api: FakeBotApi, tr: Translator) -> Person:
    """Somebody whom a test may make the bot's owner."""
    return api.person("Owner", language_code=tr.language)


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
    inbox = Inbox(SqliteUpdates(database, bot.id, lambda: 1_000_000.0), posted.handle)
    await inbox.start()
    yield inbox
    await inbox.close()
