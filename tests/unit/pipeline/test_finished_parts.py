"""When finished parts are written down: at once what was paid for, several together what was free."""

import asyncio
import hashlib
import sqlite3
import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from core.domain import CacheKey, JobId, JobState, Requester, Segment, TranscriptionOptions
from core.domain.errors import DiskFull
from core.domain.part import FinishedPart
from core.domain.usage import Usage, UsageKey
from core.media import SplitPlan
from core.pipeline.budget import Budget
from core.pipeline.finished_parts import MOST_UNWRITTEN, WRITTEN_WITHIN_S, FinishedParts
from core.providers import Candidate, ChunkTranscript
from core.store.sqlite import Database, Instance, SqliteJobJournal, SqliteJobParts, SqliteUsageLedger
from tests.fakes.provider import NumberingProvider, router_of
from tests.unit.samples import make_job

SOMEBODY = Requester("desktop")
RUN = CacheKey("content:options")
PLAN = SplitPlan(60.0, 75.0)
NOW = 1_795_000_000.0


class NotedParts(SqliteJobParts):
    """Notes the keys of each write, and can be told to fail or to wait."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.writes: list[list[str]] = []
        self.is_full = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def keep(
        self,
        job_id: JobId,
        run: CacheKey,
        parts: Sequence[FinishedPart],
        usage: Mapping[UsageKey, Usage],
        month: str,
    ) -> float:
        await self.gate.wait()
        if self.is_full:
            raise DiskFull
        month_usd = await super().keep(job_id, run, parts, usage, month)
        self.writes.append([part.key for part in parts])
        return month_usd


class Run:
    """The parts of one job, whose clock stands still."""

    def __init__(self, database: Database, file: Path, job_id: JobId) -> None:
        self.file = file
        self.job_id = job_id
        self.now = 0.0
        self.store = NotedParts(database)
        self.ledger = SqliteUsageLedger(database)
        self.budget = Budget(self.ledger, lambda: NOW)
        (self.candidate,) = router_of(NumberingProvider()).candidates(TranscriptionOptions())
        self.parts = self.begin()

    def begin(self) -> FinishedParts:
        return FinishedParts(self.store, self.budget, self.job_id, RUN, [self.candidate], lambda: self.now)

    async def finish(self, key: str, *, is_free: bool = True, candidate: Candidate | None = None) -> None:
        """A chunk is transcribed, as a run of a recording tells of it."""
        maker = candidate or self.candidate
        cost_usd = 0.0 if is_free else 0.25
        self.budget.record(maker.name, "tiny.en", SOMEBODY, 60.0, cost_usd, is_written_later=True)
        text = ChunkTranscript((Segment(0.0, 1.0, f"text of {key}"),), "en")
        await self.parts.keep(key, maker, PLAN, "en", text, (), is_free=is_free)

    @property
    def in_file(self) -> tuple[int, int]:
        """How many requests are in the ledger, and how many rows of parts, as another process reads them."""
        with closing(sqlite3.connect(self.file)) as connection:
            requests = connection.execute("SELECT coalesce(sum(requests), 0) FROM usage").fetchone()[0]
            return int(requests), int(connection.execute("SELECT count(*) FROM job_parts").fetchone()[0])

    async def found(self) -> dict[str, str]:
        """The keys and texts that another run finds."""
        return {part.key: part.segments[0].text for part in await self.store.of_run(RUN)}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "notula.db")
    yield opened
    await opened.close()


@pytest.fixture
async def journal(database: Database, tmp_path: Path) -> AsyncIterator[SqliteJobJournal]:
    instance = Instance(tmp_path / "instances", lambda: "test")
    instance.announce()
    yield SqliteJobJournal(database, instance)
    instance.leave()


@pytest.fixture
async def run(database: Database, journal: SqliteJobJournal, tmp_path: Path) -> Run:
    job = make_job()
    await journal.record([job])
    return Run(database, tmp_path / "notula.db", job.id)


async def test_what_was_paid_for_is_written_at_once_with_what_it_has_cost(run: Run) -> None:
    await run.finish("free")
    assert run.in_file == (0, 0)
    await run.finish("paid", is_free=False)
    assert run.store.writes == [["free", "paid"]]
    assert run.in_file == (2, 1)
    assert run.budget.month_usd == 0.25
    await run.finish("paid too", is_free=False)
    assert run.in_file == (3, 2)
    assert await run.found() == {key: f"text of {key}" for key in ("free", "paid", "paid too")}


async def test_parts_that_are_free_are_written_several_together(run: Run) -> None:
    keys = [f"part {number}" for number in range(3 * (MOST_UNWRITTEN + 1) + 1)]
    for done, key in enumerate(keys, 1):
        await run.finish(key)
        assert done - sum(map(len, run.store.writes)) <= MOST_UNWRITTEN
    assert [len(written) for written in run.store.writes] == [MOST_UNWRITTEN + 1] * 3
    assert run.in_file == (len(keys) - 1, 3)
    await run.parts.flush()
    assert set(await run.found()) == set(keys)
    assert run.in_file == (len(keys), 4)


async def test_a_part_is_written_at_once_where_nothing_was_for_a_while(run: Run) -> None:
    run.now = WRITTEN_WITHIN_S - 1
    await run.finish("early")
    assert run.store.writes == []
    run.now += 1
    await run.finish("late")
    run.now += WRITTEN_WITHIN_S
    await run.finish("later")
    assert run.store.writes == [["early", "late"], ["later"]]


async def test_a_cancel_while_parts_are_written_loses_none(run: Run) -> None:
    run.store.gate.clear()
    writing = asyncio.create_task(run.finish("paid", is_free=False))
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    run.store.gate.set()
    await run.budget.flush()  # Comes after what is being written.
    assert run.store.writes == [["paid"]]
    assert run.in_file == (1, 1)


async def test_what_the_store_refuses_is_written_with_the_next_and_counted_once(run: Run) -> None:
    run.store.is_full = True
    await run.finish("one", is_free=False)
    await run.finish("two", is_free=False)
    assert run.in_file == (0, 0)
    assert run.budget.month_usd == 0.5
    run.store.is_full = False
    await run.finish("three", is_free=False)
    assert run.store.writes == [["one", "two", "three"]]
    assert run.in_file == (3, 1)
    assert run.budget.month_usd == 0.75


async def test_usage_without_a_text_is_written_all_the_same(run: Run) -> None:
    await run.budget.start()
    run.budget.record("groq", "large", SOMEBODY, 60.0, 0.25, is_written_later=True)
    assert run.in_file == (0, 0)
    await run.parts.flush()
    await run.budget.flush()
    assert run.in_file == (1, 0)
    await run.budget.stop()


async def test_of_a_job_that_is_over_the_usage_alone_is_written(run: Run, journal: SqliteJobJournal) -> None:
    job = await journal.find(run.job_id)
    assert job is not None
    await journal.update(replace(job, state=JobState.DONE))
    await run.finish("late", is_free=False)
    assert run.in_file == (1, 0)


async def test_parts_and_usage_are_written_together_or_not_at_all(run: Run, database: Database) -> None:
    trigger = "CREATE TRIGGER refuse BEFORE INSERT ON usage BEGIN SELECT RAISE(ABORT, 'refused'); END"
    await database.write(lambda db: db.execute(trigger))
    await run.finish("paid", is_free=False)
    assert run.in_file == (0, 0)
    await database.write(lambda db: db.execute("DROP TRIGGER refuse"))
    await run.parts.flush()
    assert run.in_file == (1, 1)
    assert await run.found() == {"paid": "text of paid"}


async def test_the_same_parts_take_the_place_of_their_row_and_others_do_not(run: Run) -> None:
    for _ in range(2):
        await run.finish("one")
        await run.finish("two")
        await run.parts.flush()
    await run.finish("one")
    await run.parts.flush()
    assert run.in_file == (5, 2)
    assert set(await run.found()) == {"one", "two"}


async def test_a_row_with_a_single_part_is_read(run: Run, database: Database) -> None:
    await run.finish("one", is_free=False)

    def unpack_list(db: object) -> None:
        connection = db.conn  # type: ignore[attr-defined]
        (body,) = connection.execute("SELECT body FROM job_parts").fetchone()
        alone = zlib.decompress(body).removeprefix(b"[").removesuffix(b"]")
        connection.execute("UPDATE job_parts SET body = ?", [zlib.compress(alone)])

    await database.write(unpack_list)
    assert await run.found() == {"one": "text of one"}


async def test_three_hours_take_few_pages_of_the_log(run: Run) -> None:
    """With a row and a commit for each part they took 947."""
    log = run.file.with_name("notula.db-wal")
    before = log.stat().st_size
    for minute in range(180):
        words = " ".join(f"{minute * 7919 % 997:x}{number * 104729 % 9973:x}" for number in range(160))
        run.budget.record(run.candidate.name, "tiny.en", SOMEBODY, 60.0, 0.0, is_written_later=True)
        text = ChunkTranscript((Segment(0.0, 60.0, words),), "en")
        key = hashlib.sha256(bytes([minute])).hexdigest()
        await run.parts.keep(key, run.candidate, PLAN, "en", text, (), is_free=True)
        run.now += 5.0
    await run.parts.flush()
    assert run.in_file[0] == 180
    pages = (log.stat().st_size - before) // 4096
    assert pages < 200
