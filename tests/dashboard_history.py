"""A busy day of metrics, as `MetricSeries` keeps it: for pictures of the dashboard."""

from collections.abc import Iterator
from math import sin

from core.domain.duration_histogram import duration_class
from core.domain.metrics import BucketSum, Metric, SeriesWindow

_OFF_SHARE = range(30, 38)
"""The percent of each window in which Notula wasn't running."""


def busy_day(now: float, *, errors: float = 0.01, memory: float = 0.63) -> Iterator[BucketSum]:
    """Sums up to `now`, in seconds since the epoch. Of the requests, this share are errors."""
    for window in SeriesWindow:
        last = int(now // window.step_s)
        for place in range(window.points):
            if 100 * place // window.points in _OFF_SHARE:
                continue
            bucket = last - window.points + 1 + place
            swing = 0.6 * sin(place / 9) + 0.4 * sin(place * 1.7)
            done = max(0, round((2 + 2 * swing) * (1 + window.step_s / 60)))
            for metric, label, total, weight in _bucket(done, swing, errors, memory):
                yield BucketSum(metric, label, window.step_s, bucket, total, weight)


def _bucket(done: int, swing: float, errors: float, memory: float) -> Iterator[tuple[Metric, str, float, float]]:
    yield Metric.JOBS_SUBMITTED, "", done, 0.0
    yield Metric.JOBS_ENDED, "done", done, 0.0
    yield Metric.CACHE_LOOKUPS, "memory", 0.4 * done, 0.0
    yield Metric.CACHE_LOOKUPS, "miss", (0.55 - 0.1 * swing) * done, 0.0
    yield Metric.PROVIDER_CALLS, "on-device", 4.0 * done, float(done)
    yield Metric.PROVIDER_ERRORS, "on-device", errors * done, 0.0
    yield Metric.WORKERS, "", 2.0, 1.0
    yield Metric.WORKERS_BUSY, "", 1.4 + 0.4 * swing, 1.0
    yield Metric.JOBS_WAITING, "", max(0.0, 9 + 9 * swing), 1.0
    yield Metric.MEMORY_USED, "", memory + 0.04 * swing, 1.0
    for number in range(done):
        seconds = (3.0 if number % 4 else 9.0) * (1.4 + swing)
        yield Metric.JOBS_BY_SECONDS, str(duration_class(seconds)), 1.0, 0.0
