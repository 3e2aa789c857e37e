"""What has ended long ago goes, a little at a time; what somebody may still need stays."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.domain import Job, JobId, JobState, TranscriptId
from core.domain.bot import Delivery, DeliveryId, DeliveryKind, ReceivedUpdate
from core.store.sqlite import Database, Instance, SqliteJobJournal, ended_records
from core.store.sqlite.deliveries import SqliteDeliveries
from core.store.sqlite.ended_records import SqliteEndedRecords
from core.store.sqlite.updates import SqliteUpdates
from tests.unit.samples import make_job

DAY_S = 24 * 3600.0
NOW = 1_000 * DAY_S
OLD = NOW - 100 * DAY_S


class Shelf:
    """A database with the journals that are purged."""

    def __init__(self, database: Database, instance: Instance, file: Path) -> None:
        self.file = file
        self.database = database
        self.jobs = SqliteJobJournal(database, instance)
        self.deliveries = SqliteDeliveries(database, 99, lambda: OLD)
        self.records = SqliteEndedRecords(database, file, lambda: NOW)

    async def job(self, state: JobState = JobState.FAILED, ended_at: float = OLD, transcript: int | None = None) -> Job:
        transcript_id = None if transcript is None else TranscriptId(transcript)
        job = replace(make_job(), state=state, finished_at=ended_at, transcript_id=transcript_id)
        await self.jobs.record([job])
        return job

    async def delivery(self, job: Job | None = None, transcript: int | None = None, *, is_finished: bool = True) -> str:
        name = DeliveryId(f"{len(await self.left('deliveries', 'id')):016x}")
        job_id = job.id if job else None
        await self.deliveries.open(Delivery(name, DeliveryKind.TRANSCRIPT, 7, 7, 1, "en", OLD, job_id=job_id))
        if transcript is not None:
            await self.deliveries.set_transcript(name, TranscriptId(transcript))
        if is_finished:
            await self.deliveries.finish(name)
        return name

    async def left(self, table: str, column: str) -> set[object]:
        query = f"SELECT {column} FROM {table}"
        return {row[0] for row in await self.database.read(lambda connection: connection.execute(query).fetchall())}


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    file = tmp_path / "notula.db"
    database = await Database.open(file)
    instance = Instance(tmp_path / "instances", lambda: "this")
    instance.announce()
    yield Shelf(database, instance, file)
    instance.leave()
    await database.close()


async def test_what_has_failed_long_ago_goes_with_its_answer(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ended_records, "_JOBS", ended_records._JOBS.replace("LIMIT 200", "LIMIT 2"))
    for state in (JobState.FAILED, JobState.CANCELLED, JobState.DONE):
        await shelf.delivery(await shelf.job(state))
    await shelf.job()
    assert await shelf.records.purge() == 7
    assert await shelf.left("jobs", "id") == set()
    assert await shelf.left("deliveries", "id") == set()


async def test_what_somebody_may_still_need_stays(shelf: Shelf) -> None:
    kept = [
        await shelf.job(JobState.QUEUED, OLD),
        await shelf.job(ended_at=NOW - 89 * DAY_S),
        await shelf.job(JobState.DONE, transcript=1),
    ]
    delivered, owed = await shelf.job(), await shelf.job(JobState.DONE)
    in_history = await shelf.delivery(delivered, transcript=2)
    not_answered = await shelf.delivery(owed, is_finished=False)
    assert await shelf.records.purge() == 0
    assert await shelf.left("jobs", "id") == {job.id for job in (*kept, delivered, owed)}
    assert await shelf.left("deliveries", "id") == {in_history, not_answered}


@pytest.mark.parametrize(("kept_days", "ended_days_ago", "is_kept"), [(0, 900, True), (1, 7, True), (1, 9, False)])
async def test_the_owner_says_for_how_long(
    shelf: Shelf, kept_days: float, ended_days_ago: float, *, is_kept: bool
) -> None:
    shelf.records.kept_days = kept_days
    await shelf.job(ended_at=NOW - ended_days_ago * DAY_S)
    await shelf.records.purge()
    assert bool(await shelf.left("jobs", "id")) is is_kept


async def test_numbers_of_updates_stay_as_long_as_telegram_may_repeat_them(shelf: Shelf) -> None:
    old = SqliteUpdates(shelf.database, 99, lambda: NOW - 9 * DAY_S)
    new = SqliteUpdates(shelf.database, 99, lambda: NOW - 7 * DAY_S)
    await old.record([ReceivedUpdate(number, 7, "{}") for number in (1, 2)])
    await new.record([ReceivedUpdate(3, 7, "{}")])
    await new.handled([1, 3])
    await shelf.records.purge()
    assert await shelf.left("telegram_updates", "update_id") == {2, 3}


async def test_damaged_files_stay_for_a_month(shelf: Shelf) -> None:
    old, new = (shelf.file.with_name(f"notula.db.broken-{stamp}-000000") for stamp in ("19720801", "19720920"))
    for each in (old, new):
        each.touch()
    await shelf.records.purge()  # On the 27th of September 1972.
    assert (old.exists(), new.exists()) == (False, True)


async def test_what_is_run_again_after_it_was_forgotten_is_kept_again(shelf: Shelf) -> None:
    job = await shelf.job()
    await shelf.records.purge()
    await shelf.jobs.update(job.moved_to(JobState.QUEUED))
    found = await shelf.jobs.find(JobId(job.id))
    assert found is not None
    assert found.state is JobState.QUEUED
