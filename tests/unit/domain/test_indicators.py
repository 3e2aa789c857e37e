"""When an indicator is out of its target."""

import pytest

from core.domain.indicators import FEWEST_EVENTS, TARGETS, Indicator, IndicatorLevel, judged

UNKNOWN, GOOD, WARNING, ALARM = IndicatorLevel


@pytest.mark.parametrize(
    ("indicator", "value", "level"),
    [
        (Indicator.WORKERS, 0.0, GOOD),
        (Indicator.WORKERS, 1.0, GOOD),
        (Indicator.QUEUE, 50.0, GOOD),
        (Indicator.QUEUE, 51.0, WARNING),
        (Indicator.CACHE, 0.35, GOOD),
        (Indicator.CACHE, 0.34, WARNING),
        (Indicator.ERRORS, 0.05, GOOD),
        (Indicator.ERRORS, 0.051, WARNING),
        (Indicator.ERRORS, 0.11, ALARM),
        (Indicator.LATENCY, 20.0, GOOD),
        (Indicator.LATENCY, 300.0, WARNING),
        (Indicator.MEMORY, 0.8, GOOD),
        (Indicator.MEMORY, 0.804, GOOD),
        (Indicator.MEMORY, 0.806, WARNING),
        (Indicator.ERRORS, 0.0504, GOOD),
        (Indicator.LATENCY, 20.4, GOOD),
        (Indicator.LATENCY, 20.6, WARNING),
        (Indicator.MEMORY, 0.85, WARNING),
        (Indicator.MEMORY, 0.95, ALARM),
    ],
)
def test_a_value_is_judged_by_its_target(indicator: Indicator, value: float, level: IndicatorLevel) -> None:
    reading = judged(indicator, value)
    assert (reading.value, reading.level) == (value, level)
    assert reading.is_out == (level in (WARNING, ALARM))


def test_busy_workers_are_too_busy_only_where_somebody_waits() -> None:
    assert judged(Indicator.WORKERS, 0.95, waiting=0).level is GOOD
    assert judged(Indicator.WORKERS, 0.95, waiting=1).level is WARNING
    assert judged(Indicator.WORKERS, 0.75, waiting=9).level is GOOD


@pytest.mark.parametrize("indicator", Indicator)
def test_nothing_and_too_little_are_not_judged(indicator: Indicator) -> None:
    assert judged(indicator, None).level is UNKNOWN
    few = judged(indicator, 1.0, events=FEWEST_EVENTS - 1)
    assert (few.value, few.level, few.is_out) == (1.0, UNKNOWN, False)


def test_every_indicator_has_a_target() -> None:
    assert set(TARGETS) == set(Indicator)
    for target in TARGETS.values():
        assert target.least is not None or target.most is not None
