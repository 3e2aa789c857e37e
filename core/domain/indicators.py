"""The six figures by which an owner sees whether all is well, their targets, and when one is out of its target.

They are what site reliability engineering calls service level indicators and objectives
(https://sre.google/sre-book/service-level-objectives/).
"""

from dataclasses import dataclass, field
from enum import Enum, StrEnum

from core.domain.metrics import SeriesPoint


class Indicator(StrEnum):
    """What is looked at."""

    WORKERS = "workers"
    """The share of the workers' time in which they were busy, in the last five minutes."""

    QUEUE = "queue"
    """Recordings that wait for a worker now."""

    CACHE = "cache"
    """The share of lookups that the cache has answered, in the last hour."""

    ERRORS = "errors"
    """The share of requests to providers that have failed, in the last hour."""

    LATENCY = "latency"
    """Seconds of work that 95 of 100 recordings took at most, in the last hour."""

    MEMORY = "memory"
    """The share of the computer's memory that is in use now, by whatever runs on it."""


class IndicatorLevel(Enum):
    """How an indicator stands to its target. Only WARNING and ALARM are out of it."""

    UNKNOWN = "unknown"
    """Nothing was measured, or too little to judge by."""
    GOOD = "good"
    WARNING = "warning"
    """Slower or dearer than it should be."""
    ALARM = "alarm"
    """Recordings fail, or are about to."""


@dataclass(frozen=True, slots=True)
class Target:
    """The least and the most that are well, and from where on it is an alarm; None where there is no such limit."""

    least: float | None = None
    most: float | None = None
    alarm: float | None = None


TARGETS = {
    Indicator.WORKERS: Target(least=0.6, most=0.8),
    Indicator.QUEUE: Target(most=50.0),
    Indicator.CACHE: Target(least=0.35),
    Indicator.ERRORS: Target(most=0.05, alarm=0.1),
    Indicator.LATENCY: Target(most=20.0),
    Indicator.MEMORY: Target(most=0.8, alarm=0.9),
}

FEWEST_EVENTS = 20
"""So many lookups, requests or recordings before their share is judged: one failure of two says little."""


@dataclass(frozen=True, slots=True)
class IndicatorReading:
    """An indicator now. `value` is a share (0 to 1), a number or seconds; None where nothing was measured."""

    indicator: Indicator
    value: float | None = None
    level: IndicatorLevel = IndicatorLevel.UNKNOWN

    @property
    def is_out(self) -> bool:
        """Whether it is out of its target."""
        return self.level in (IndicatorLevel.WARNING, IndicatorLevel.ALARM)


def judged(
    indicator: Indicator, value: float | None, *, events: float = FEWEST_EVENTS, waiting: int = 0
) -> IndicatorReading:
    """A reading of this value, made of so many `events`, while so many recordings are `waiting` for a worker.

    Idle workers are no fault, and busy ones only where somebody waits for them. A value is judged by its first two
    digits, which is what people are shown: "80 %, which is over 80 %" would help nobody.
    """
    target = TARGETS[indicator]
    if value is None or events < FEWEST_EVENTS:
        return IndicatorReading(indicator, value)
    exact, value = value, float(f"{value:.2g}")
    if target.alarm is not None and value > target.alarm:
        level = IndicatorLevel.ALARM
    elif indicator is Indicator.WORKERS:
        level = IndicatorLevel.WARNING if waiting and value > (target.most or 1.0) else IndicatorLevel.GOOD
    elif (target.most is not None and value > target.most) or (target.least is not None and value < target.least):
        level = IndicatorLevel.WARNING
    else:
        level = IndicatorLevel.GOOD
    return IndicatorReading(indicator, exact, level)


@dataclass(frozen=True, slots=True)
class DashboardCharts:
    """What is drawn. All points are oldest first; `hour` has an indicator's last hour, in minutes.

    `done` are the recordings that were done in each step of the chosen window, `p50_s` and `p95_s` the seconds of work
    that half and 95 of 100 of them took at most, None where there were none. `has_numbers` where there is a job, or
    was one in the last day.
    """

    hour: dict[Indicator, tuple[SeriesPoint, ...]] = field(default_factory=dict)
    done: tuple[SeriesPoint, ...] = ()
    p50_s: tuple[SeriesPoint, ...] = ()
    p95_s: tuple[SeriesPoint, ...] = ()
    has_numbers: bool = False
