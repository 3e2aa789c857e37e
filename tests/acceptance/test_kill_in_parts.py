"""Killed in the middle of a long recording, Notula goes on from there."""

import asyncio
import contextlib
import json
import random
import sqlite3
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.config import Folders
from core.pipeline.finished_parts import MOST_UNWRITTEN
from core.store.sqlite.body import unpack
from tests.acceptance.life import Life
from tests.benchmarks.recordings import make_recording
from tests.fakes.speech_server import Reply, SpeechServer
from tests.fakes.transcription_service import openai_service

HEADLESS = "tests.acceptance.headless"
KEY = "sk_planted_key_of_the_killed_one_0000_4d5e"
PARALLEL = 4
KILLS = 3


pytestmark = pytest.mark.usefixtures("forked_codecs")


@pytest.fixture(params=[0.006, 0.0], ids=["paid", "free"])
def price_per_minute(request: pytest.FixtureRequest) -> float:
    return float(request.param)


@pytest.fixture
async def server(price_per_minute: float, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SpeechServer]:
    async with SpeechServer(openai_service(KEY), lambda: Reply(latency_s=0.2)).running() as running:
        service = {
            "base_url": f"{running.url}/v1",
            "model": "whisper-1",
            "largest_megabytes": 2,
            "price_per_minute": price_per_minute,
        }
        monkeypatch.setenv("NOTULA_SERVICES", json.dumps({"home": service}))
        monkeypatch.setenv("NOTULA_HOME_KEY", KEY)
        monkeypatch.setenv("NOTULA_PROVIDERS", "home")
        yield running


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


async def live(file: Path | None, seconds: float | None = None) -> Life:
    life = Life(HEADLESS, [str(file)] if file is not None else [])
    await asyncio.to_thread(life.live, seconds)
    return life


def finished_parts(database: Path) -> int:
    bodies = [body for (body,) in rows(database, "SELECT body FROM job_parts WHERE key != ''")]
    return sum(len(json.loads(zlib.decompress(body))) for body in bodies if isinstance(body, bytes))


def billed(database: Path) -> int:
    (requests,) = rows(database, "SELECT coalesce(sum(requests), 0) FROM usage")[0]
    assert isinstance(requests, int)
    return requests


async def test_kills_at_any_moment_cost_only_what_was_under_way(
    server: SpeechServer, price_per_minute: float, tmp_path: Path, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was free is written several parts at a time, what was paid for at once and together with its cost."""
    in_memory = 0 if price_per_minute else MOST_UNWRITTEN
    recording = make_recording(tmp_path / "long.wav", 480)
    moments = random.Random(20261128)
    kills, accepted, is_done, begin_s = 0, False, False, 0.5
    while kills < KILLS and not is_done:
        before = len(server.requests)
        life = await live(None if accepted else recording, begin_s + moments.uniform(0.0, 1.0))
        accepted = accepted or bool(life.accepted)
        is_done = life.done and accepted
        if accepted and rows(folders.database, "SELECT state FROM jobs") != [("done",)]:
            assert billed(folders.database) == finished_parts(folders.database)
        if len(server.requests) > before:
            kills += 1
        else:
            begin_s += 1.0  # A slow computer has not come so far.
    if not is_done:
        assert (await live(None if accepted else recording)).done
    asked, usage = len(server.requests), billed(folders.database)
    (body,) = (row[0] for row in rows(folders.database, "SELECT body FROM transcripts"))
    assert rows(folders.database, "SELECT state FROM jobs") == [("done",)]
    assert rows(folders.database, "SELECT count(*) FROM job_parts") == [(0,)]
    assert kills

    for name in ("CONFIG", "DATA", "CACHE", "LOG"):
        monkeypatch.setenv(f"NOTULA_{name}_DIR", str(tmp_path / "untouched" / name.lower()))
    server.requests.clear()
    assert (await live(recording)).done
    (whole,) = (row[0] for row in rows(Folders.of_this_user().database, "SELECT body FROM transcripts"))
    assert isinstance(body, bytes)
    assert isinstance(whole, bytes)
    assert unpack(body) == unpack(whole)
    parts = len(server.requests)
    assert parts > PARALLEL
    assert asked <= parts + kills * (PARALLEL + in_memory)
    assert usage == parts, "each part was billed once"
