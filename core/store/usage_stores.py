"""What was transcribed for each person, and what it may cost."""

from collections.abc import Mapping
from typing import Protocol

from core.domain import Requester
from core.domain.usage import Usage, UsageKey, UsageRow


class UsageLedger(Protocol):
    """Sums by day, provider, model and person. Several instances may add to it."""

    async def add(self, sums: Mapping[UsageKey, Usage], month: str) -> float:
        """Add these, all or none, and return what the whole month costs by now, in US dollars. Raises `StoreError`."""

    async def cost_usd(self, month: str) -> float:
        """What a month, as `2026-11`, costs by now. Raises `StoreError`."""

    async def rows(self, month: str) -> tuple[UsageRow, ...]:
        """All sums of a month by day. Raises `StoreError`."""


class WorkedRecordings(Protocol):
    """How many seconds of recordings were worked on for each person lately.

    Several instances may use it. Times are seconds since the epoch.
    """

    async def reserve(
        self, work: str, requester: Requester, seconds: float, most_s: float, *, at: float, since: float
    ) -> float:
        """Count so many seconds for this piece of work, in place of what was counted for it before.

        Returns what is counted for the person's other work; where that and `seconds` exceed `most_s` nothing is
        changed. What is older than `since` is forgotten. Raises `StoreError`.
        """

    async def settle(self, work: str, requester: Requester, seconds: float, *, at: float) -> None:
        """Set the final number of seconds of this piece of work. Raises `StoreError`."""
