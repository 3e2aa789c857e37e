"""Counts durations in classes, so that shares of them can be read from sums: what took 95 of 100 at most.

Means can't be made into percentiles, and percentiles of several times or processes don't add up; counts of classes do.
"""

from collections.abc import Mapping
from math import ceil, log2

SHORTEST_S = 0.1
"""What is shorter is counted in the first class."""

CLASSES_PER_DOUBLING = 4
"""A class ends at 1.19 times where it begins, so a percentile is at most that far off."""

LAST_CLASS = 80
"""It ends at 0.1 s · 2 to the power of 20, 29 hours; what is longer is counted in it."""


def duration_class(seconds: float) -> int:
    """The class of a duration, 0 to `LAST_CLASS`."""
    if seconds <= SHORTEST_S:
        return 0
    return min(LAST_CLASS, ceil(CLASSES_PER_DOUBLING * log2(seconds / SHORTEST_S)))


def class_end_s(number: int) -> float:
    """The longest duration that belongs to a class, in seconds."""
    return float(SHORTEST_S * 2 ** (number / CLASSES_PER_DOUBLING))


def duration_percentile(counts: Mapping[int, float], share: float) -> float | None:
    """The seconds that this share (0 to 1) of the durations took at most; None where there are none.

    Within a class durations are taken to be spread evenly, as in Prometheus' `histogram_quantile`
    (https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile).
    """
    total = sum(counts.values())
    if total <= 0:
        return None
    wanted, passed = share * total, 0.0
    for number in sorted(counts):
        count = counts[number]
        if count > 0 and passed + count >= wanted:
            begin_s = class_end_s(number - 1) if number else 0.0
            return begin_s + (class_end_s(number) - begin_s) * max(0.0, wanted - passed) / count
        passed += count
    return class_end_s(max(counts))
