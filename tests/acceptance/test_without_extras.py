"""Notula without the window and without Whisper, as a server has it: what works, and what is said of the rest."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.speech_server import SpeechServer
from tests.fakes.transcription_service import groq_service
from tests.patience import PATIENCE_S

KEY = "gsk_plantedPlantedPlanted3f2a"
SAID = "It was the best of times, it was the worst of times, it was the age of wisdom."
NOT_INSTALLED = "Transcription on this computer isn't installed: run 'pip install \".[device]\"' in Notula's folder"


@pytest.fixture
async def groq() -> AsyncIterator[SpeechServer]:
    async with SpeechServer(groq_service(KEY)).running() as server:
        yield server


async def start(groq: SpeechServer, *arguments: str, **environment: str) -> asyncio.subprocess.Process:
    settings = {"NOTULA_GROQ_KEY": KEY, "NOTULA_SERVICES": json.dumps({"groq": {"base_url": groq.url}})}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fakes.without_extras", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=REPOSITORY,
        env={**os.environ, "LANGUAGE": "en", **settings, **environment},
    )


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str, str]:
    text, told = await asyncio.wait_for(process.communicate(), timeout=PATIENCE_S)
    return process.returncode, text.decode(), told.decode()


async def test_an_online_provider_transcribes(groq: SpeechServer, beckett: Path) -> None:
    status, text, told = await ended(await start(groq, "transcribe", "--provider", "groq", str(beckett)))
    assert (status, text) == (0, f"{SAID}\n"), told
    assert NOT_INSTALLED not in told


async def test_the_bot_answers_a_voice_note_with_an_online_provider(groq: SpeechServer, beckett: Path) -> None:
    async with FakeBotApi() as api:
        of_bot = {"NOTULA_TELEGRAM_KEY": api.token, "NOTULA_BOT_SERVER": api.url, "NOTULA_BOT_AUDIENCE": "everybody"}
        process = await start(groq, "bot", **of_bot, NOTULA_PROVIDERS="groq", NOTULA_MONTHLY_BUDGET="10")
        ada = api.person("Ada")
        ada.send_voice(beckett.read_bytes(), 9)
        await ada.wait_for(lambda message: SAID in message.text)
        process.send_signal(signal.SIGTERM)
        status, _, _ = await ended(process)
        assert status == 128 + signal.SIGTERM
    assert api.complaints == []


async def test_what_is_meant_for_this_computer_fails_and_goes_to_no_service(groq: SpeechServer, beckett: Path) -> None:
    outcomes = await asyncio.gather(
        *[
            ended(await start(groq, "transcribe", *arguments, str(beckett), NOTULA_PROVIDERS=order))
            for order, arguments in (
                ("on-device", []),
                ("on-device,groq", []),
                ("groq,on-device", ["--provider", "on-device"]),
            )
        ]
    )
    for status, text, told in outcomes:
        assert (status, text) in ((1, ""), (2, ""))
        assert NOT_INSTALLED in told
    assert groq.requests == []


async def test_commands_say_what_is_missing_and_how_to_get_it(groq: SpeechServer) -> None:
    outcomes = await asyncio.gather(
        *[ended(await start(groq, *command)) for command in (["open"], ["models"], ["models", "download", "base"])]
    )
    opened, listed, downloaded = outcomes
    assert opened[0] == 1
    assert "run 'pip install \".[desktop]\"' in Notula's folder" in opened[2]
    assert listed[0] == 0
    assert "tiny.en" in listed[1]
    assert NOT_INSTALLED in listed[2]
    assert downloaded[0] == 1
    assert NOT_INSTALLED in downloaded[2]
