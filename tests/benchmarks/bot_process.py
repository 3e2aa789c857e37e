"""`notula bot` as a process, between a fake Telegram and a fake provider in another one."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.benchmarks.processes import environment
from tests.conftest import REPOSITORY
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_messages import ChatMessage
from tests.fakes.speech_server import Reply, SpeechServer
from tests.fakes.transcription_service import groq_service

WORKERS = 5
LATENCY_S = 0.3
"""What the provider takes for each recording."""

_KEY = "gsk_of_the_benchmark_0123456789abcdef"


@asynccontextmanager
async def running_bot(folder: Path, api: FakeBotApi, **settings: str) -> AsyncIterator[None]:
    """A bot that is open to everybody and has asked Telegram for updates, or to be called."""
    async with SpeechServer(groq_service(_KEY), lambda: Reply(latency_s=LATENCY_S)).running() as groq:
        usual = {
            "NOTULA_GROQ_KEY": _KEY,
            "NOTULA_PROVIDERS": "groq",
            "NOTULA_SERVICES": json.dumps({"groq": {"base_url": groq.url}}),
            "NOTULA_TELEGRAM_KEY": api.token,
            "NOTULA_BOT_SERVER": api.url,
            "NOTULA_BOT_AUDIENCE": "everybody",
            "NOTULA_MONTHLY_BUDGET": "1000",
            "NOTULA_USER_MINUTES_PER_DAY": "0",
            "NOTULA_WORKERS": str(WORKERS),
            "NOTULA_USER_REQUESTS_PER_MINUTE": "1000",
            "NOTULA_ALL_REQUESTS_PER_MINUTE": "10000",
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "core.cli", "bot"),
            stderr=subprocess.DEVNULL,
            cwd=REPOSITORY,
            env=environment(folder) | usual | settings,
        )
        try:
            await api.until(_any(api, "getUpdates", "setWebhook"))
            yield
        finally:
            process.terminate()
            await process.wait()
        assert not api.complaints, api.complaints


def is_answer(message: ChatMessage) -> bool:
    """Whether it is the whole text, and not how far it is."""
    return "TXT" in message.buttons


def _any(api: FakeBotApi, *methods: str) -> Callable[[], bool]:
    return lambda: any(api.requests_of(method) for method in methods)
