"""What is larger than the Bot API gives out: refused with advice, then fetched, in a whole Notula."""

import io
import os
from collections.abc import AsyncIterator
from functools import partial

import numpy as np
import pytest
from telethon import TelegramClient

from core.bot.files.mtproto import downloads as mtproto
from core.bot.files.mtproto.connection import DataCentre as Address
from core.bot.files.mtproto.downloads import MtprotoDownloads, MtprotoOptions
from core.config import Folders
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_files import Held
from tests.fakes.bot_api_people import Person
from tests.fakes.data_centre import data_centres
from tests.fakes.data_centre_world import World
from tests.fakes.speech_server import SpeechServer
from tests.films import SOUND_RATE_HZ, SparseFile, write_film
from tests.integration.bot.files.large_files import FIRST_APPLICATION, MB
from tests.integration.bot.talk import is_answer, talking

PAIR = f"{FIRST_APPLICATION.api_id}:{FIRST_APPLICATION.api_hash}"
SECONDS = 20


def large_film() -> Held:
    """Of 30 MB, of which a hundredth is sound."""
    file = io.BytesIO()
    times = np.arange(SECONDS * SOUND_RATE_HZ) / SOUND_RATE_HZ
    sound = (8000 * np.sin(2 * np.pi * 220 * times) * (np.sin(2 * np.pi * times) > -0.5)).astype(np.int16)
    write_film(SparseFile(file), sound, picture_bytes=MB, pictures_per_s=2)
    return Held(file.getvalue())


@pytest.fixture
async def world(api: FakeBotApi, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """The same bot's data centre, which Notula takes for Telegram's first."""
    monkeypatch.setattr(TelegramClient, "_config", None)
    world = World(int(api.token.partition(":")[0]), api.token, {FIRST_APPLICATION.api_id: FIRST_APPLICATION.api_hash})
    async with data_centres(world, 2):
        options = MtprotoOptions(first_data_centre=Address(2, *world.addresses[2]))
        monkeypatch.setattr(mtproto, "MtprotoDownloads", partial(MtprotoDownloads, options=options))
        yield world


async def test_a_large_film_is_answered_once_there_is_an_api_id(
    api: FakeBotApi,
    server: SpeechServer,
    folders: Folders,
    monkeypatch: pytest.MonkeyPatch,
    charles: Person,
    world: World,
) -> None:
    film = large_film()
    async with talking(api, server, folders, monkeypatch):
        sent = charles.send_video(film, SECONDS, name="holiday.mp4")
        world.send(world.keep(film), charles.id, sent.id)
        refused = await charles.wait_for(lambda message: "larger than the 20 MB" in message.text)
        assert "holiday.mp4" in refused.text
        assert "have the bot's owner add an api_id" in refused.text
        monkeypatch.setenv("NOTULA_TELEGRAM_API_KEY", PAIR)
        await charles.press(refused, "Try again").wait_answered()
        answer = await charles.wait_for(is_answer)
        assert answer.reply_to == sent.id
        # Of a film only the sound is fetched, and of a repeated one nothing.
        assert sum(length for _, _, length in world.parts) < film.size_bytes / 4
        fetched = len(world.parts)
        charles.send_video(film, SECONDS, name="again.mp4", unique_id=sent.content["video"]["file_unique_id"])
        await charles.wait_for(lambda message: message.id != answer.id and is_answer(message))
        assert (len(world.parts), server.answered) == (fetched, 1)
    assert api.requests_of("getFile") == []
    assert api.complaints == []
    (session,) = folders.telegram_sessions.iterdir()
    assert os.name != "posix" or session.stat().st_mode & 0o777 == 0o600


async def test_neither_hash_nor_session_is_in_any_other_file(
    api: FakeBotApi,
    server: SpeechServer,
    folders: Folders,
    monkeypatch: pytest.MonkeyPatch,
    charles: Person,
    world: World,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    monkeypatch.setenv("NOTULA_TELEGRAM_API_KEY", PAIR)
    film = large_film()
    async with talking(api, server, folders, monkeypatch):
        sent = charles.send_video(film, SECONDS, name="holiday.mp4")
        world.send(world.keep(film), charles.id, sent.id)
        world.faults.refuse(406, "STRANGE_NEW_ERROR")
        await charles.wait_for(is_answer)
    (kept,) = folders.telegram_sessions.iterdir()
    secrets = (FIRST_APPLICATION.api_hash, kept.read_text(), api.token.partition(":")[2])
    for secret in secrets:
        assert secret not in caplog.text
    others = [file for file in folders.data.parent.rglob("*") if file.is_file() and file != kept]
    assert folders.database in others
    for file in others:
        content = file.read_bytes()
        assert not any(secret.encode() in content for secret in secrets), file
