"""`notula bot`, as another process that Telegram talks to, and that may be killed at any moment."""

import asyncio
import json
import os
import random
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.acceptance.forks import ForkInLoop
from tests.conftest import REPOSITORY
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_messages import ChatMessage
from tests.fakes.bot_api_people import Person
from tests.fakes.speech_server import Reply, SpeechServer
from tests.fakes.transcription_service import groq_service
from tests.patience import PATIENCE_S

KEY = "gsk_plantedPlantedPlanted3f2a"
SAID = "It was the best of times, it was the worst of times, it was the age of wisdom."
PEOPLE = 20
KILLS = int(os.environ.get("NOTULA_TEST_BOT_KILLS", "4"))


@pytest.fixture
async def groq() -> AsyncIterator[SpeechServer]:
    async with SpeechServer(groq_service(KEY)).running() as server:
        yield server


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as api:
        yield api


@asynccontextmanager
async def notula_bot(
    api: FakeBotApi,
    groq: SpeechServer,
    *,
    token: str = "",
    audience: str = "everybody",
    webhook: dict[str, str] | None = None,
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The command as a program started anew; killed at the end of the block, unless it has ended by itself."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "core.cli", "bot"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        cwd=REPOSITORY,
        env=_environment(api, groq, token=token, audience=audience, webhook=webhook),
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        assert process._transport is not None  # type: ignore[attr-defined]
        process._transport.close()  # type: ignore[attr-defined]


@asynccontextmanager
async def forked_bot(
    api: FakeBotApi, groq: SpeechServer, webhook: dict[str, str] | None = None
) -> AsyncIterator[ForkInLoop]:
    """The same as a fork, for tests that start it again and again."""
    api.world.bot_started_at = api.world.now()
    process = await ForkInLoop.start("core.cli", ["bot"], _environment(api, groq, webhook=webhook))
    try:
        yield process
    finally:
        process.kill()
        await process.wait()
        process.close()


def _environment(
    api: FakeBotApi,
    groq: SpeechServer,
    *,
    token: str = "",
    audience: str = "everybody",
    webhook: dict[str, str] | None = None,
) -> dict[str, str]:
    settings = {
        "LANGUAGE": "en",
        "NOTULA_GROQ_KEY": KEY,
        "NOTULA_PROVIDERS": "groq",
        "NOTULA_SERVICES": json.dumps({"groq": {"base_url": groq.url}}),
        "NOTULA_TELEGRAM_KEY": token or api.token,
        "NOTULA_BOT_SERVER": api.url,
        "NOTULA_BOT_AUDIENCE": audience,
        "NOTULA_MONTHLY_BUDGET": "1000",
        **(webhook or {}),
    }
    return {**os.environ, **settings}


async def told(process: asyncio.subprocess.Process | ForkInLoop, beginning: str) -> str:
    """The line that begins so."""
    assert process.stderr is not None
    async with asyncio.timeout(PATIENCE_S):
        while line := (await process.stderr.readline()).decode():
            if line.startswith(beginning):
                return line
    raise AssertionError(f"never said {beginning!r}")


async def test_it_says_how_it_does_and_ends_well(api: FakeBotApi, groq: SpeechServer, beckett: Path) -> None:
    async with notula_bot(api, groq, audience="nobody") as process:
        await told(process, "@notula_test_bot runs, by polling.")
        link = (await told(process, "Open https://t.me/notula_test_bot?start=")).split()[1]
        ada, eve = api.person("Ada"), api.person("Eve")
        eve.send_text("/start wrong")
        await eve.wait_for(lambda message: "private" in message.text)
        ada.send_text(f"/start {link.partition('=')[2]}")
        await ada.wait_for(lambda message: "Hello Ada!" in message.text)
        eve.send_text(f"/start {link.partition('=')[2]}")  # There is an owner by now.
        ada.send_voice(beckett.read_bytes(), 9)
        await ada.wait_for(_is_answer)
        assert len(eve.chat.bot_messages) == 1
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), PATIENCE_S) == 128 + signal.SIGTERM
    assert api.complaints == []


async def test_a_token_that_is_refused_is_told_by_its_ending(api: FakeBotApi, groq: SpeechServer) -> None:
    async with notula_bot(api, groq, token="4839574812:AAWrongWrongWrongWrongWrongWrong3f2a") as process:
        line = await told(process, "Telegram refused the bot's token")
        assert "3f2a" in line
        assert "Wrong" not in line
        assert await asyncio.wait_for(process.wait(), PATIENCE_S) == 1


async def test_by_webhook_it_answers_too(api: FakeBotApi, groq: SpeechServer, beckett: Path) -> None:
    ada = api.person("Ada")
    async with notula_bot(api, groq, webhook=_by_webhook(api)) as process:
        await told(process, "@notula_test_bot runs, by webhook.")
        ada.send_voice(beckett.read_bytes(), 9)
        await ada.wait_for(_is_answer)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), PATIENCE_S) == 128 + signal.SIGTERM
    assert api.complaints == []


@pytest.mark.usefixtures("forked_codecs")
@pytest.mark.timeout(PATIENCE_S * KILLS)
@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_killed_while_twenty_people_send_it_answers_each_once(
    groq: SpeechServer, beckett: Path, way: str
) -> None:
    moments = random.Random(f"20261128 {way}")
    groq.fate = lambda request: Reply(latency_s=0.05)
    async with FakeBotApi(webhook_retry_s=0.2) as api:
        webhook = _by_webhook(api) if way == "webhook" else None
        people = [api.person(f"Person {number}") for number in range(PEOPLE)]
        for kill in range(KILLS):
            own = people[kill::KILLS]
            async with forked_bot(api, groq, webhook) as process:
                await told(process, "@notula_test_bot runs")
                for person in own:
                    # Another file for each, so that nobody's answer comes out of the cache.
                    person.send_voice(beckett.read_bytes() + bytes([people.index(person)]), 9)
                # From the first status on to most of the answers.
                await api.until(partial(_have_got, own, moments.randint(1, 2 * len(own) - 1)))
                process.kill()
                await process.wait()
        async with forked_bot(api, groq, webhook) as process:
            await told(process, "@notula_test_bot runs")
            for person in people:
                await person.wait_for(_is_answer)
            process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(process.wait(), PATIENCE_S)
        for person in people:
            said = [message for message in person.chat.bot_messages if SAID in message.text]
            assert len(said) == 1, person.chat.account()
            assert _is_answer(said[0])
        assert api.complaints == []


def _by_webhook(api: FakeBotApi) -> dict[str, str]:
    """Variables with which updates arrive by webhook, behind what takes the https off."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    api.webhook.route("https://bot.example.org", f"http://{listen}")
    return {
        "NOTULA_BOT_TRANSPORT": "webhook",
        "NOTULA_WEBHOOK_URL": "https://bot.example.org",
        "NOTULA_WEBHOOK_LISTEN": listen,
    }


def _is_answer(message: ChatMessage) -> bool:
    """Whether it is the whole text, and not how far it is."""
    return SAID in message.text and "TXT" in message.buttons


def _have_got(people: list[Person], times: int) -> bool:
    """Whether the bot has sent or edited something to these so often."""
    chats = [person.chat for person in people]
    return sum(len(message.editions) for chat in chats for message in chat.bot_messages) >= times
