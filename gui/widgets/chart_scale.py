"""Where a value or a time lies on a chart, and which numbers stand beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from PySide6.QtCore import QRectF

_MOST_STEPS = 4
"""More lines behind a chart are harder to read than none."""


def steps_up_to(highest: float) -> tuple[float, ...]:
    """Round numbers from 0 to one that isn't under `highest`, as 0, 5, 10, 15."""
    if highest <= 0:
        return (0.0, 1.0)
    power = 10.0 ** floor(log10(highest / _MOST_STEPS))
    step = next(factor * power for factor in (1, 2, 5, 10) if highest / (factor * power) <= _MOST_STEPS)
    return tuple(round(number * step, 12) for number in range(max(1, ceil(highest / step - 1e-9)) + 1))


@dataclass(frozen=True, slots=True)
class ChartScale:
    """The rectangle of a chart's lines, its highest value, and how many points lie in it from left to right."""

    area: QRectF
    highest: float
    points: int

    @classmethod
    def of(cls, area: QRectF, values: Sequence[float], points: int, highest: float | None) -> "ChartScale":
        """The scale on which all `values` lie; `highest` where it stays the same for all values."""
        return cls(area, highest or steps_up_to(max(values, default=0.0))[-1], max(1, points))

    def x(self, place: int) -> float:
        """The middle of the point with this number."""
        return self.area.left() + self.area.width() * (place + 0.5) / self.points

    def y(self, value: float) -> float:
        """The height of a value."""
        share = min(1.0, max(0.0, value / self.highest))
        return self.area.bottom() - self.area.height() * share

    def place(self, x: float) -> int | None:
        """The number of the point at this x, None beside the lines."""
        if not self.area.left() <= x <= self.area.right():
            return None
        return min(self.points - 1, int((x - self.area.left()) / self.area.width() * self.points))
