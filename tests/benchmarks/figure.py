"""One measured figure beside what it has to be."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` should be at most `limit`; `detail` says how it came about."""

    name: str
    value: float
    limit: float
    unit: str
    detail: str

    @property
    def is_reached(self) -> bool:
        """Whether the value keeps to its limit."""
        return self.value <= self.limit
