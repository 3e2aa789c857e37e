import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.domain import JobId, Requester
from core.domain.errors import LongerThanMinutesLeft, MinutesUsed, StoreClosed, StoreError
from core.pipeline.minutes import DAY_S, DailyMinutes
from core.store.sqlite import Database, SqliteWorkedRecordings
from tests.unit.samples import make_job

ANNA, BENI = Requester("telegram", "1"), Requester("telegram", "2")
MINUTE_S = 60.0


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "notula.db")
    yield database
    await database.close()


@pytest.fixture
def minutes(database: Database, clock: Clock) -> DailyMinutes:
    minutes = DailyMinutes(SqliteWorkedRecordings(database), clock)
    minutes.most_minutes = 60
    return minutes


def job(number: int, requester: Requester = ANNA, submitted_at: float = 1.0):
    return make_job(id=JobId(f"job {number}"), requester=requester, submitted_at=submitted_at)


async def work(minutes: DailyMinutes, number: int, length_s: float, requester: Requester = ANNA) -> None:
    async with minutes.work(job(number, requester)) as allowance:
        await allowance.announce(length_s)
        await allowance.reached(length_s)


async def test_a_person_has_so_many_minutes_and_others_have_theirs(minutes: DailyMinutes) -> None:
    await work(minutes, 1, 40 * MINUTE_S)
    with pytest.raises(LongerThanMinutesLeft, match=re.escape("60 minutes of recordings in 24 hours: 20 minutes")):
        await work(minutes, 2, 21 * MINUTE_S)
    await work(minutes, 3, 20 * MINUTE_S)
    with pytest.raises(MinutesUsed):
        await work(minutes, 4, 1.0)
    await work(minutes, 5, 60 * MINUTE_S, BENI)


async def test_they_come_back_after_a_day_and_are_kept_over_a_restart(
    database: Database, minutes: DailyMinutes, clock: Clock
) -> None:
    await work(minutes, 1, 60 * MINUTE_S)
    clock.now += DAY_S - 1
    again = DailyMinutes(SqliteWorkedRecordings(database), clock)
    again.most_minutes = 60
    with pytest.raises(MinutesUsed):
        await work(again, 2, 1.0)
    clock.now += 2
    await work(again, 3, 60 * MINUTE_S)


async def test_a_recording_that_does_not_say_how_long_it_is_ends_where_the_minutes_do(minutes: DailyMinutes) -> None:
    async with minutes.work(job(1)) as allowance:
        for reached in range(61):
            await allowance.reached(reached * MINUTE_S)
        with pytest.raises(LongerThanMinutesLeft):
            await allowance.reached(61 * MINUTE_S)
    with pytest.raises(MinutesUsed):
        await work(minutes, 2, 1.0)


async def test_several_at_once_share_the_minutes(minutes: DailyMinutes) -> None:
    async with minutes.work(job(1)) as first, minutes.work(job(2)) as second:
        await first.announce(40 * MINUTE_S)
        with pytest.raises(LongerThanMinutesLeft):
            await second.announce(21 * MINUTE_S)
        await second.reached(20 * MINUTE_S)
        with pytest.raises(LongerThanMinutesLeft):
            await first.reached(41 * MINUTE_S)


async def test_attempts_of_notulas_own_count_once_and_asking_again_counts_again(minutes: DailyMinutes) -> None:
    for _ in range(3):
        await work(minutes, 1, 30 * MINUTE_S)
    async with minutes.work(job(1, submitted_at=2.0)) as allowance:
        await allowance.reached(30 * MINUTE_S)
    with pytest.raises(MinutesUsed):
        await work(minutes, 2, 1.0)


async def test_what_was_claimed_and_not_worked_on_is_given_back(minutes: DailyMinutes) -> None:
    async with minutes.work(job(1)) as allowance:
        await allowance.announce(60 * MINUTE_S)
        await allowance.reached(10 * MINUTE_S)
    await work(minutes, 2, 50 * MINUTE_S)


async def test_the_owner_and_everybody_without_a_limit_may_go_on(minutes: DailyMinutes) -> None:
    await work(minutes, 1, 1000 * MINUTE_S, Requester("telegram"))
    minutes.most_minutes = 0
    await work(minutes, 2, 1000 * MINUTE_S)


async def test_without_a_ledger_nothing_is_worked_on(database: Database, minutes: DailyMinutes) -> None:
    await database.close()
    has_begun = False
    with pytest.raises(StoreClosed):
        async with minutes.work(job(1)):
            has_begun = True
    assert not has_begun
    assert issubclass(StoreClosed, StoreError)
