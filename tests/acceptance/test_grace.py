"""`notula transcribe` that is stopped lets what runs finish, for as long as the settings say."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.fakes.speech_server import Reply, SpeechServer
from tests.fakes.transcription_service import openai_service
from tests.patience import PATIENCE_S

KEY = "sk_planted_key_of_the_stopped_one_0000_4d5e"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SpeechServer]:
    async with SpeechServer(openai_service(KEY)).running() as running:
        service = {"base_url": f"{running.url}/v1", "model": "whisper-1", "largest_megabytes": 2}
        monkeypatch.setenv("NOTULA_SERVICES", json.dumps({"home": service}))
        monkeypatch.setenv("NOTULA_HOME_KEY", KEY)
        monkeypatch.setenv("NOTULA_PROVIDERS", "home")
        monkeypatch.setenv("NOTULA_WORKERS", "1")
        yield running


async def stopped_at_work(held: Reply, *recordings: Path) -> Process:
    """A command that was asked to stop while the first of these was at the provider, and has said that it waits."""
    command = (sys.executable, "-m", "core.cli", "transcribe", *map(str, recordings))
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE, cwd=REPOSITORY)
    await asyncio.wait_for(held.arrived.wait(), PATIENCE_S)
    process.send_signal(signal.SIGTERM)
    assert process.stderr is not None
    told = await asyncio.wait_for(process.stderr.readline(), PATIENCE_S)
    assert told.startswith(b"1 recording is being finished, in 60 s at the latest.")
    return process


async def test_what_runs_is_finished_and_delivered_and_what_waits_is_not(
    server: SpeechServer, beckett: Path, two_cities: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTULA_SHUTDOWN_GRACE_S", "60")
    held = server.next(Reply(go_on=asyncio.Event()))
    process = await stopped_at_work(held, beckett, two_cities)
    assert held.go_on is not None
    held.go_on.set()
    stdout, stderr = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    assert (process.returncode, stderr.decode()) == (128 + signal.SIGTERM, "Stopped.\n")
    assert stdout.decode().startswith("beckett.wav:\n")
    assert "two_cities" not in stdout.decode()
    assert len(server.requests) == 1


async def test_stopping_once_more_ends_it(server: SpeechServer, beckett: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTULA_SHUTDOWN_GRACE_S", "60")
    held = server.next(Reply(go_on=asyncio.Event()))
    process = await stopped_at_work(held, beckett)
    process.send_signal(signal.SIGTERM)
    stdout, stderr = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    assert (process.returncode, stdout, stderr.decode()) == (128 + signal.SIGTERM, b"", "Stopped.\n")
