"""What was transcribed for whom, by which provider, and what that may cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UsageKey:
    """What is summed together. `day` is the owner's, as `2026-11-24`; `channel` and `user` are the requester's."""

    day: str
    provider: str
    model: str
    channel: str
    user: str

    @property
    def month(self) -> str:
        """As `2026-11`."""
        return self.day[:7]


@dataclass(frozen=True, slots=True)
class Usage:
    """A sum: requests that were answered, seconds of sound that count for the bill, estimated cost in US dollars."""

    requests: int = 0
    seconds: float = 0.0
    cost_usd: float = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(self.requests + other.requests, self.seconds + other.seconds, self.cost_usd + other.cost_usd)


@dataclass(frozen=True, slots=True)
class UsageRow:
    """One sum with what it is of."""

    key: UsageKey
    usage: Usage
