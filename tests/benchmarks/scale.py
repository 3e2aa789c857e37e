"""How much work a benchmark does."""

from dataclasses import dataclass
from typing import TypeVar

_Amount = TypeVar("_Amount", int, float)


@dataclass(frozen=True, slots=True)
class Scale:
    """Everything, to measure; or as little as shows that the benchmark still works, in seconds ("smoke")."""

    is_smoke: bool = False

    def of(self, full: _Amount, smoke: _Amount) -> _Amount:
        """The amount to use, of the two."""
        return smoke if self.is_smoke else full


FULL = Scale()
SMOKE = Scale(is_smoke=True)
