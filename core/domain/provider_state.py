"""How a provider fares, as the dashboard shows it."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.translatable_text import TranslatableText

ON_DEVICE = "on-device"
"""The name of the provider that is this computer."""


class CircuitState(StrEnum):
    """Whether calls go through. `HALF_OPEN` lets one through, to see how it fares."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True)
class ProviderState:
    """One provider of the owner's order, now.

    `last_problem` is what went wrong with the last request that failed, `failed_at`, in seconds since the epoch.

    `title` is what people call it. Of its `keys`, 0 where it needs none, `usable_keys` aren't refused, and
    `rate_limited_keys` of those may not be used for a while. An open circuit is tried again in `retry_in_s`
    seconds. `is_skipped` where the month's budget is spent and it costs money. `device` is what it computes on where
    that is this computer and something was computed.
    """

    name: str
    title: str
    model: str
    circuit: CircuitState = CircuitState.CLOSED
    retry_in_s: float = 0.0
    keys: int = 0
    usable_keys: int = 0
    rate_limited_keys: int = 0
    is_skipped: bool = False
    device: str = ""
    last_problem: TranslatableText | None = None
    failed_at: float | None = None
