"""Percentiles from counts of classes, against the durations themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.duration_histogram import LAST_CLASS, class_end_s, duration_class, duration_percentile


def counts(durations: list[float]) -> dict[int, float]:
    found: dict[int, float] = {}
    for one in durations:
        found[duration_class(one)] = found.get(duration_class(one), 0.0) + 1
    return found


@given(st.floats(0, 1e9))
def test_a_duration_lies_in_its_class(seconds: float) -> None:
    number = duration_class(seconds)
    assert 0 <= number <= LAST_CLASS
    if number < LAST_CLASS:
        assert seconds <= class_end_s(number) * (1 + 1e-9)
    if number > 0:
        assert seconds > class_end_s(number - 1) * (1 - 1e-9)


@given(st.lists(st.floats(0.2, 50_000), min_size=1, max_size=200), st.sampled_from([0.5, 0.95]))
def test_a_percentile_is_at_most_a_class_off(durations: list[float], share: float) -> None:
    ordered = sorted(durations)
    exact = next(one for number, one in enumerate(ordered, 1) if number >= share * len(ordered) * (1 - 1e-12))
    found = duration_percentile(counts(durations), share)
    assert found is not None
    assert exact / 2**0.25 * (1 - 1e-9) <= found <= exact * 2**0.25 * (1 + 1e-9)


def test_of_nothing_there_is_no_percentile() -> None:
    assert duration_percentile({}, 0.95) is None
    assert duration_percentile({3: 0.0, 7: 0.0}, 0.5) is None


def test_within_a_class_durations_are_spread_evenly() -> None:
    assert duration_percentile({0: 10.0}, 0.5) == pytest.approx(0.05)
    assert duration_percentile({4: 95.0, 8: 5.0}, 0.95) == pytest.approx(class_end_s(4)) == pytest.approx(0.2)
    assert duration_percentile({4: 90.0, 8: 10.0}, 1.0) == pytest.approx(0.4)
