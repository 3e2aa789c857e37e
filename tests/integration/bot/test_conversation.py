"""What people say to the bot, and what it answers: the whole of Notula but Telegram and the provider."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.app import Notula
from core.config import Folders
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_people import Person
from tests.fakes.speech_server import SpeechServer
from tests.integration.bot.talk import SAID, provider, talking


@pytest.fixture
async def server() -> AsyncIterator[SpeechServer]:
    async with provider() as server:
        yield server


@pytest.fixture
async def notula(
    api: FakeBotApi, server: SpeechServer, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Notula]:
    async with talking(api, server, folders, monkeypatch) as notula:
        yield notula
    assert api.complaints == []


@pytest.fixture
def charles(api: FakeBotApi) -> Person:
    return api.person("Charles", language_code="en-GB")


@pytest.mark.usefixtures("notula")
async def test_a_voice_message_is_answered_with_its_text(charles: Person, beckett: Path) -> None:
    voice = charles.send_voice(beckett.read_bytes(), 9)
    answer = await charles.wait_for(lambda message: SAID in message.text)
    assert answer.reply_to == voice.id
    assert len(charles.chat.bot_messages) == 1


@pytest.mark.usefixtures("notula")
async def test_every_kind_of_recording_is_understood(charles: Person, beckett: Path, server: SpeechServer) -> None:
    data = beckett.read_bytes()
    charles.send_audio(data, 9, name="talk.wav", mime_type="audio/wav")
    charles.send_document(data, "beckett.wav", "audio/x-wav")
    charles.send_document(data, "beckett.WAV", None)
    charles.send_video_note(data, 9)
    await charles.wait_for(lambda message: len([one for one in charles.chat.bot_messages if SAID in one.text]) == 4)
    assert server.answered == 1  # The same bytes, whatever they are called.
