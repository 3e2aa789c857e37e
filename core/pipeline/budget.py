"""The monthly budget: what transcribing has cost and may cost, and its usage records, written in the background."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from core.concurrency.supervision import Supervisor, end
from core.domain import Requester, TranslatableText, mark
from core.domain.errors import BudgetSpent, StoreError
from core.domain.usage import Usage, UsageKey

logger = logging.getLogger(__name__)


WriteUsage = Callable[[Mapping[UsageKey, Usage], str], Awaitable[float]]
"""Adds these sums to the ledger, all or none, and returns what this month costs by now; see `Ledger.add`."""


class Ledger(Protocol):
    """Where usage is kept, as sums."""

    async def add(self, sums: Mapping[UsageKey, Usage], month: str) -> float:
        """Add these, all or none, and return what the whole month costs by now. Raises `StoreError`."""

    async def cost_usd(self, month: str) -> float:
        """What a month, as `2026-11`, costs by now. Raises `StoreError`."""


class Budget:
    """Belongs to one event loop, between `start` and `stop`. `clock` gives seconds since the epoch.

    What other processes on the same store have spent is read with each write.
    """

    def __init__(self, ledger: Ledger, clock: Callable[[], float], *, supervisor: Supervisor | None = None) -> None:
        self._ledger = ledger
        self._supervisor = supervisor or Supervisor()
        self._clock = clock
        self._month = ""
        self._stored_usd = 0.0
        self._reserved_usd = 0.0
        self._refused_at_budget: float | None = None
        self._pending: dict[UsageKey, Usage] = {}
        self._being_written: dict[UsageKey, Usage] = {}
        self._has_pending = asyncio.Event()
        self._flushing = asyncio.Lock()
        self._writing: asyncio.Task[None] | None = None
        self.monthly_budget = 0.0
        """In US dollars; 0 for no limit."""

    async def start(self) -> None:
        """Read what this month has cost. Raises `StoreError`."""
        self._month = self._day()[:7]
        self._stored_usd = await self._ledger.cost_usd(self._month)
        self._writing = self._supervisor.start("write-usage", self._write)

    async def stop(self) -> None:
        """Write down the usage that is only in memory."""
        await end(self._writing)
        await self.flush()

    @property
    def month_usd(self) -> float:
        """What this month costs by now."""
        self._turn_over()
        sums = (*self._pending.items(), *self._being_written.items())
        return self._stored_usd + sum(usage.cost_usd for key, usage in sums if key.month == self._month)

    @property
    def may_spend(self) -> bool:
        """Whether any of the budget is left."""
        spent = self.month_usd  # First, because a new month clears the refusal.
        return self._refused_at_budget != self.monthly_budget and (
            not self.monthly_budget or spent < self.monthly_budget
        )

    @property
    def notice(self) -> TranslatableText | None:
        """What the owner is shown; None where there is nothing to say."""
        if self.may_spend:
            return None
        return TranslatableText(
            mark("This month's budget of {budget} US dollars is spent, so only what is free is used."),
            {"budget": f"{self.monthly_budget:g}"},
        )

    @contextmanager
    def reserved(self, cost_usd: float) -> Iterator[None]:
        """Reserve an amount for the time of a call. Raises `BudgetSpent` where less than that is left."""
        total_usd = self.month_usd + self._reserved_usd + cost_usd
        if cost_usd and self.monthly_budget and total_usd > self.monthly_budget:
            self._refused_at_budget = self.monthly_budget
            raise BudgetSpent(budget=f"{self.monthly_budget:g}")
        self._reserved_usd += cost_usd
        try:
            yield
        finally:
            self._reserved_usd -= cost_usd

    def record(
        self,
        provider: str,
        model: str,
        requester: Requester,
        seconds: float,
        cost_usd: float,
        *,
        is_written_later: bool = False,
    ) -> None:
        """Record that a provider has transcribed so many seconds for this requester.

        It is written in the background, or with `is_written_later` not before `write_soon` or `written_with` is called.
        """
        key = UsageKey(self._day(), provider, model, requester.channel, requester.user)
        self._pending[key] = self._pending.get(key, Usage()) + Usage(1, seconds, cost_usd)
        if not is_written_later:
            self.write_soon()

    def write_soon(self) -> None:
        """Have the usage that is only in memory written in the background."""
        if self._pending:
            self._has_pending.set()

    async def flush(self) -> None:
        """Write down the usage that is only in memory. What the store refuses is written with the next."""
        async with self._flushing:
            if not self._pending:
                return
            try:
                await self._written_with(self._ledger.add)
            except StoreError:
                logger.warning("The usage can't be written down; it is tried again with the next")

    async def written_with(self, write: WriteUsage) -> None:
        """Write down the usage that is only in memory by `write`, which writes more in the same transaction.

        Where it raises `StoreError`, so does this, and the usage is written with the next.
        """
        async with self._flushing:
            await self._written_with(write)

    async def _written_with(self, write: WriteUsage) -> None:
        self._has_pending.clear()
        self._turn_over()
        month = self._month
        self._being_written, self._pending = self._pending, {}
        try:
            stored_usd = await write(self._being_written, month)
        except BaseException as error:
            for key, usage in self._being_written.items():
                self._pending[key] = self._pending.get(key, Usage()) + usage
            if not isinstance(error, StoreError):
                self.write_soon()  # So that the restarted writer writes these, too.
            raise
        else:
            if month == self._month:
                self._stored_usd = stored_usd
        finally:
            self._being_written = {}

    async def _write(self) -> None:
        while True:
            await self._has_pending.wait()
            await asyncio.shield(self.flush())

    def _turn_over(self) -> None:
        """Start from 0 in a new month; what other processes have spent in it is read with the next write."""
        month = self._day()[:7]
        if month != self._month:
            self._month = month
            self._stored_usd = 0.0
            self._refused_at_budget = None

    def _day(self) -> str:
        return time.strftime("%Y-%m-%d", time.localtime(self._clock()))
