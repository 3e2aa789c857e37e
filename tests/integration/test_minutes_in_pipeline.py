import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.domain import Job, JobId, Requester
from core.domain.errors import LongerThanMinutesLeft, MinutesUsed
from core.pipeline.minutes import Allowance, DailyMinutes
from core.store.sqlite import Database, SqliteWorkedRecordings
from tests.benchmarks.recordings import make_recording
from tests.fakes.provider import NumberingProvider
from tests.fakes.watcher import Watcher
from tests.integration.test_pipeline import Bench, bench, job_for
from tests.media_samples import encode, tone

ANNA = Requester("telegram", "1")


def limited(b: Bench, database: Database, most_minutes: int) -> None:
    minutes = DailyMinutes(SqliteWorkedRecordings(database), lambda: 1_000.0)
    minutes.most_minutes = most_minutes
    b.pipeline._spending = replace(b.pipeline._spending, allowance=minutes.work)


def job_of(file: Path, requester: Requester):
    return replace(job_for(file, "en"), requester=requester, id=JobId(f"{file} {requester}"))


@pytest.fixture(scope="module")
def ninety_seconds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_recording(tmp_path_factory.mktemp("speech") / "ninety.wav", 90.0)


async def test_what_is_longer_than_allowed_reaches_no_provider(ninety_seconds: Path, tmp_path: Path) -> None:
    provider = NumberingProvider()
    async with bench(tmp_path, provider) as b:
        limited(b, b.history._database, 1)
        with pytest.raises(LongerThanMinutesLeft):
            await b.pipeline.run(job_of(ninety_seconds, ANNA), Watcher())
    assert provider.calls == []


async def test_repeats_from_the_cache_are_free(beckett: Path, ninety_seconds: Path, tmp_path: Path) -> None:
    provider = NumberingProvider()
    async with bench(tmp_path, provider) as b:
        limited(b, b.history._database, 2)
        await b.pipeline.run(job_of(ninety_seconds, ANNA), Watcher())
        for _ in range(3):
            assert (await b.pipeline.run(job_of(ninety_seconds, ANNA), Watcher())).from_cache
        await b.pipeline.run(job_of(beckett, ANNA), Watcher())


async def test_a_length_that_is_not_told_is_found_out_on_the_way(tmp_path: Path) -> None:
    file = tmp_path / "live.mkv"
    file.write_bytes(encode(tmp_path / "made", "matroska", "flac", tone(200), options={"live": "1"}))
    provider = NumberingProvider()
    async with bench(tmp_path, provider) as b:
        limited(b, b.history._database, 2)
        with pytest.raises(LongerThanMinutesLeft):
            await b.pipeline.run(job_of(file, ANNA), Watcher())
        with pytest.raises(MinutesUsed):
            await b.pipeline.run(job_of(file, ANNA), Watcher())
    assert len(provider.calls) < 4


async def test_who_waits_for_another_ones_run_does_not_share_their_limit(ninety_seconds: Path, tmp_path: Path) -> None:
    provider = NumberingProvider()
    has_begun, has_been_joined = asyncio.Event(), asyncio.Event()
    async with bench(tmp_path, provider) as b:
        limited(b, b.history._database, 1)
        work, join = b.pipeline._spending.allowance, b.pipeline._single_flight.run

        @asynccontextmanager
        async def held(job: Job) -> AsyncIterator[Allowance]:
            async with work(job) as allowance:
                if job.requester == ANNA:
                    has_begun.set()
                    await has_been_joined.wait()
                yield allowance

        async def joined(*arguments: Any) -> Any:
            if has_begun.is_set():
                asyncio.get_running_loop().call_soon(has_been_joined.set)
            return await join(*arguments)

        b.pipeline._spending = replace(b.pipeline._spending, allowance=held)
        b.pipeline._single_flight.run = joined  # type: ignore[method-assign]
        hers = asyncio.create_task(b.pipeline.run(job_of(ninety_seconds, ANNA), Watcher()))
        await has_begun.wait()
        outcome = await b.pipeline.run(job_of(ninety_seconds, Requester("desktop")), Watcher())
        with pytest.raises(LongerThanMinutesLeft):
            await hers
    assert not outcome.from_cache
    assert len(provider.calls) == 2
