"""Numbers about the queue, on a clock of the test's."""

from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.queue.meter import LONGEST_WINDOW_S, MOST_DURATIONS, QueueMeter
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


def test_however_much_goes_on_little_is_kept(meter: QueueMeter, clock: Clock) -> None:
    for number in range(100_000):
        clock.now += 0.01
        meter.level(number % 2 + 1, 2)
        meter.ended(float(number))
    assert len(meter._seconds) == LONGEST_WINDOW_S + 1
    assert len(meter._durations_s) == len(meter._ordered_durations_s) == MOST_DURATIONS
    assert meter.utilization(300) == pytest.approx(0.75, abs=0.01)
    assert meter.ended_per_minute() == pytest.approx(6000, rel=0.005)


def test_a_sleep_of_days_costs_no_more_than_one_of_minutes(meter: QueueMeter, clock: Clock) -> None:
    meter.level(1, 2)
    meter.ended(1.0)
    clock.now = 1e7
    assert meter.utilization(300) == pytest.approx(0.5)
    assert meter.ended_per_minute() == 0
    assert len(meter._seconds) == LONGEST_WINDOW_S + 1


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


@dataclass(frozen=True)
class Event:
    """After `pause_s` so many workers are busy, and a job has ended or not."""

    pause_s: float
    busy: int
    workers: int
    ended_after_s: float | None


events = st.builds(
    Event,
    st.one_of(st.floats(0, 3), st.floats(0, 90), st.integers(0, 400).map(float)),
    st.integers(0, 4),
    st.integers(1, 4),
    st.one_of(st.none(), st.floats(0, 100)),
)


class BruteForce:
    """Keeps everything, and looks at all of it for every number."""

    def __init__(self) -> None:
        self.levels: list[tuple[float, float, int, int]] = []
        self.endings: list[float] = []
        self.durations_s: list[float] = []

    def passed(self, since: float, until: float, busy: int, available: int) -> None:
        self.levels.append((since, until, busy, available))

    def worker_seconds(self, now: float, window_s: float) -> tuple[float, float]:
        busy_s = available_s = 0.0
        for since, until, busy, available in self.levels:
            inside_s = max(0.0, until - max(since, now - window_s))
            busy_s += busy * inside_s
            available_s += available * inside_s
        return busy_s, available_s

    def ended(self, now: float, window_s: float) -> int:
        return sum(moment > now - window_s for moment in self.endings)


@given(st.lists(events, max_size=60), st.floats(0, 1e6), st.sampled_from([60, 300]))
@example([Event(0.5, 1, 1, None), Event(60.0, 0, 1, 1.0)], 0.25, 60)
def test_the_numbers_are_those_of_a_brute_force(happened: list[Event], start: float, window_s: int) -> None:
    clock = Clock()
    clock.now = start
    meter, brute = QueueMeter(clock), BruteForce()
    busy = available = 0
    for event in happened:
        since = clock.now
        clock.now += event.pause_s
        brute.passed(since, clock.now, busy, available)
        busy, available = event.busy, max(event.workers, event.busy)
        meter.level(event.busy, event.workers)
        if event.ended_after_s is not None:
            meter.ended(event.ended_after_s)
            brute.endings.append(clock.now)
            brute.durations_s.append(event.ended_after_s)

        busy_s, available_s = brute.worker_seconds(clock.now, window_s)
        if available_s:
            # All that isn't known is how the work was spread over the second in which the window begins.
            assert abs(meter.utilization(window_s) - busy_s / available_s) * available_s <= 4 + 1e-3
        ended = meter.ended_per_minute() * LONGEST_WINDOW_S / 60
        assert brute.ended(clock.now, LONGEST_WINDOW_S - 1) <= round(ended) <= brute.ended(clock.now, LONGEST_WINDOW_S)
        ordered = sorted(brute.durations_s)
        for share in (0.5, 0.95):
            expected = ordered[int(share * len(ordered))] if ordered else None
            assert meter.duration_s(share) == expected
    assert Counter(meter._durations_s) == Counter(meter._ordered_durations_s)
