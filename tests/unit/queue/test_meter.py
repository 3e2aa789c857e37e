"""Numbers about the queue, on a clock of the test's."""

import pytest

from core.queue.meter import QueueMeter
from tests.unit.queue.test_waiting import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def meter(clock: Clock) -> QueueMeter:
    meter = QueueMeter(clock)
    meter.level(0, 2)
    return meter


def test_utilization_is_exact(meter: QueueMeter, clock: Clock) -> None:
    clock.now = 30
    meter.level(1, 2)
    clock.now = 60
    assert meter.utilization(60) == pytest.approx(0.25)
    assert meter.utilization(30) == pytest.approx(0.5)
    meter.level(2, 2)
    clock.now = 90
    assert meter.utilization(60) == pytest.approx(0.75)
    assert meter.utilization(300) == pytest.approx(0.5)


def test_it_is_never_more_than_all(meter: QueueMeter, clock: Clock) -> None:
    """Fewer workers were set while more jobs ran; and a clock went back."""
    meter.level(2, 1)
    clock.now = 10
    assert meter.utilization(60) == 1.0
    clock.now = -50
    meter.level(2, 2)
    assert 0.0 <= meter.utilization(60) <= 1.0


def test_little_is_kept_of_long_ago(meter: QueueMeter, clock: Clock) -> None:
    for _ in range(10_000):
        clock.now += 1
        meter.level(int(clock.now) % 2, 2)
    assert len(meter._levels) <= 302
    assert meter.utilization(300) == pytest.approx(0.25, abs=0.01)


def test_endings_and_durations(meter: QueueMeter, clock: Clock) -> None:
    assert meter.duration_s(0.5) is None
    for seconds in range(1, 101):
        clock.now += 1
        meter.ended(seconds)
    meter.failed("NoAudio")
    assert meter.ended_per_minute() == pytest.approx(101 / 5)
    assert (meter.duration_s(0.5), meter.duration_s(0.95)) == (51, 96)
    assert meter.failures == {"NoAudio": 1}
    clock.now += 1000
    assert meter.ended_per_minute() == 0
