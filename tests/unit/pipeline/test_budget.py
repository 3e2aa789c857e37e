"""What was spent, what may be spent, and that nothing of it is lost or counted twice."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.concurrency.supervision import Supervisor
from core.domain import Requester
from core.domain.errors import BudgetSpent, DiskFull
from core.domain.usage import Usage, UsageKey
from core.pipeline.budget import Budget
from core.store.sqlite import Database, SqliteUsageLedger
from tests.fakes.simulated_time import SimulatedTime

SOMEBODY = Requester("telegram", "42")
NOON = time.mktime((2026, 11, 24, 12, 0, 0, 0, 0, -1))
DAY_S = 24 * 3600


class Clock:
    now = NOON

    def __call__(self) -> float:
        return self.now


class Ledger:
    """Keeps sums, unless it is told to fail."""

    def __init__(self) -> None:
        self.sums: dict[UsageKey, Usage] = {}
        self.writes = 0
        self.is_full = False

    async def add(self, sums: Mapping[UsageKey, Usage], month: str) -> float:
        await asyncio.sleep(0)
        if self.is_full:
            raise DiskFull
        self.writes += 1
        for key, usage in sums.items():
            self.sums[key] = self.sums.get(key, Usage()) + usage
        return await self.cost_usd(month)

    async def cost_usd(self, month: str) -> float:
        return sum(usage.cost_usd for key, usage in self.sums.items() if key.month == month)


def spend(budget: Budget, cost_usd: float, seconds: float = 60.0) -> None:
    budget.record("groq", "large", SOMEBODY, seconds, cost_usd)


async def test_what_is_spent_is_known_at_once_and_written_down() -> None:
    ledger = Ledger()
    budget = Budget(ledger, Clock())
    await budget.start()
    spend(budget, 0.25)
    spend(budget, 0.5, seconds=30)
    assert budget.month_usd == 0.75
    await budget.stop()
    key = UsageKey("2026-11-24", "groq", "large", "telegram", "42")
    assert ledger.sums == {key: Usage(2, 90.0, 0.75)}
    assert budget.month_usd == 0.75
    assert ledger.writes == 1, "written together"


async def test_nothing_is_lost_where_the_store_takes_nothing_for_a_while() -> None:
    ledger = Ledger()
    budget = Budget(ledger, Clock())
    await budget.start()
    ledger.is_full = True
    spend(budget, 1.0)
    await budget.flush()
    assert budget.month_usd == 1.0
    ledger.is_full = False
    spend(budget, 1.0)
    await budget.stop()
    assert sum(usage.cost_usd for usage in ledger.sums.values()) == 2.0


async def test_with_the_budget_spent_nobody_who_costs_money_is_asked() -> None:
    budget = Budget(Ledger(), Clock())
    budget.monthly_budget = 1.0
    with budget.reserved(0.6), pytest.raises(BudgetSpent), budget.reserved(0.6):
        raise AssertionError("both together are too much")
    budget.monthly_budget = 2.0
    assert budget.may_spend
    spend(budget, 1.9)
    assert budget.may_spend
    with pytest.raises(BudgetSpent), budget.reserved(0.2):
        raise AssertionError("more than is left")
    assert not budget.may_spend
    assert "2 US dollars" in str(budget.notice)
    with budget.reserved(0.0):
        spend(budget, 0.0)
    budget.monthly_budget = 0.0
    assert budget.may_spend
    assert budget.notice is None


async def test_a_new_month_has_its_own_budget() -> None:
    clock = Clock()
    budget = Budget(Ledger(), clock)
    budget.monthly_budget = 1.0
    await budget.start()
    spend(budget, 1.0)
    assert not budget.may_spend
    clock.now += 7 * DAY_S
    assert budget.may_spend
    assert budget.month_usd == 0.0
    spend(budget, 0.5)
    await budget.stop()
    assert budget.month_usd == 0.5


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "notula.db")
    yield opened
    await opened.close()


async def test_two_instances_know_of_each_other(database: Database) -> None:
    one, other = (Budget(SqliteUsageLedger(database), Clock()) for _ in range(2))
    await one.start()
    await other.start()
    spend(one, 0.5)
    await one.flush()
    spend(other, 0.25)
    await other.flush()
    assert other.month_usd == 0.75
    await one.stop()
    await other.stop()
    rows = await SqliteUsageLedger(database).rows("2026-11")
    assert [row.usage for row in rows] == [Usage(2, 120.0, 0.75)]
    assert await SqliteUsageLedger(database).rows("2026-12") == ()
    third = Budget(SqliteUsageLedger(database), Clock())
    await third.start()
    assert third.month_usd == 0.75
    await third.stop()


STEPS = st.lists(st.sampled_from(["record", "flush", "full", "room", "day"]), max_size=40)


@given(steps=STEPS)
def test_whatever_happens_in_between_the_sums_are_right(steps: list[str]) -> None:
    async def run() -> None:
        clock, ledger = Clock(), Ledger()
        budget = Budget(ledger, clock)
        await budget.start()
        recorded = 0
        for step in steps:
            if step == "record":
                recorded += 1
                spend(budget, 1.0)
            elif step == "flush":
                await budget.flush()
            elif step == "day":
                clock.now += DAY_S
            else:
                ledger.is_full = step == "full"
        ledger.is_full = False
        await budget.stop()
        assert sum(usage.requests for usage in ledger.sums.values()) == recorded
        assert sum(usage.cost_usd for usage in ledger.sums.values()) == recorded
        assert budget.month_usd == await ledger.cost_usd(time.strftime("%Y-%m", time.localtime(clock.now)))

    asyncio.run(run())


async def test_a_ledger_that_fails_unexpectedly_loses_nothing_and_is_tried_again() -> None:
    ledger = Ledger()
    time_of_test = SimulatedTime()
    supervisor = Supervisor(pause=time_of_test.pause, clock=time_of_test.clock)
    budget = Budget(ledger, Clock(), supervisor=supervisor)
    real, written = ledger.add, asyncio.Event()

    async def broken(sums: Mapping[UsageKey, Usage], month: str) -> float:
        ledger.add = recovered  # type: ignore[method-assign]
        raise KeyError("lost")

    async def recovered(sums: Mapping[UsageKey, Usage], month: str) -> float:
        written.set()
        return await real(sums, month)

    ledger.add = broken  # type: ignore[method-assign]
    await budget.start()
    spend(budget, 0.25)
    await written.wait()
    assert supervisor.notices
    await budget.stop()
    assert await ledger.cost_usd("2026-11") == 0.25
    assert budget.month_usd == 0.25
