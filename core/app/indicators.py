"""Reads the indicators of `core.domain.indicators` from metrics, and what the dashboard draws of them."""

from collections.abc import Callable, Iterable

from core.domain import JobState, QueueStatistics
from core.domain.duration_histogram import duration_percentile
from core.domain.indicators import DashboardCharts, Indicator, IndicatorReading, judged
from core.domain.metrics import CACHE_MISS, Metric, SeriesPoint, SeriesWindow
from core.observability.series import MetricSeries


class Indicators:
    """`statistics` are the queue's, `changed` is called when an indicator goes out of its target or comes back."""

    def __init__(
        self, series: MetricSeries, statistics: Callable[[], QueueStatistics], changed: Callable[[], None]
    ) -> None:
        self._series = series
        self._statistics = statistics
        self._changed = changed
        self.readings: tuple[IndicatorReading, ...] = ()
        """As of the last sample of the metrics, in the order of `Indicator`."""

    def update(self) -> None:
        """Read all anew; to be called after each sample."""
        before = [(one.indicator, one.level) for one in self.readings]
        self.readings = self._read()
        if [(one.indicator, one.level) for one in self.readings] != before:
            self._changed()

    def charts(self, window: SeriesWindow) -> DashboardCharts:
        """What the dashboard draws: the last hour of each indicator, and this window of throughput and latency."""
        series = self._series.series
        statistics = self._statistics()
        jobs = statistics.unfinished + statistics.done + statistics.failed + statistics.cancelled
        submitted = sum(point.value or 0.0 for point in series(Metric.JOBS_SUBMITTED, SeriesWindow.DAY))
        p50_s, p95_s = self._percentiles(window, 0.5, 0.95)
        return DashboardCharts(
            hour={indicator: self._hour(indicator) for indicator in Indicator},
            done=series(Metric.JOBS_ENDED, window, JobState.DONE.value),
            p50_s=p50_s,
            p95_s=p95_s,
            has_numbers=bool(submitted) or jobs > 0,
        )

    def _read(self) -> tuple[IndicatorReading, ...]:
        statistics = self._statistics()
        waiting = sum(statistics.waiting_by_priority)
        lookups, misses = self._in_hour(Metric.CACHE_LOOKUPS), self._in_hour(Metric.CACHE_LOOKUPS, CACHE_MISS)
        calls, errors = self._in_hour(Metric.PROVIDER_CALLS), self._in_hour(Metric.PROVIDER_ERRORS)
        durations = {number: sum(counts) for number, counts in self._durations(SeriesWindow.HOUR).items()}
        return (
            judged(Indicator.WORKERS, statistics.utilization_5_minutes, waiting=waiting),
            judged(Indicator.QUEUE, float(waiting)),
            judged(Indicator.CACHE, _share(lookups - misses, lookups), events=lookups),
            judged(Indicator.ERRORS, _share(errors, calls), events=calls),
            judged(Indicator.LATENCY, duration_percentile(durations, 0.95), events=sum(durations.values())),
            judged(Indicator.MEMORY, self._memory_used()),
        )

    def _in_hour(self, metric: Metric, label: str | None = None) -> float:
        return sum(self._series.events(metric, SeriesWindow.HOUR, label))

    def _memory_used(self) -> float | None:
        """The last sample of a minute at most; a mean of an hour would tell too late."""
        latest = self._series.series(Metric.MEMORY_USED, SeriesWindow.QUARTER_HOUR)[-6:]
        return next((point.value for point in reversed(latest) if point.value is not None), None)

    def _hour(self, indicator: Indicator) -> tuple[SeriesPoint, ...]:
        """An indicator, minute by minute."""
        hour, series = SeriesWindow.HOUR, self._series.series
        if indicator is Indicator.WORKERS:
            return _ratio(series(Metric.WORKERS_BUSY, hour), [p.value or 0.0 for p in series(Metric.WORKERS, hour)])
        if indicator is Indicator.CACHE:
            misses = series(Metric.CACHE_LOOKUPS, hour, CACHE_MISS)
            hits = (
                SeriesPoint(all_.at, (all_.value or 0.0) - (missed.value or 0.0))
                for all_, missed in zip(series(Metric.CACHE_LOOKUPS, hour), misses, strict=True)
            )
            return _ratio(hits, self._series.events(Metric.CACHE_LOOKUPS, hour))
        if indicator is Indicator.ERRORS:
            return _ratio(series(Metric.PROVIDER_ERRORS, hour), self._series.events(Metric.PROVIDER_CALLS, hour))
        if indicator is Indicator.LATENCY:
            return self._percentiles(hour, 0.95)[0]
        return series(Metric.JOBS_WAITING if indicator is Indicator.QUEUE else Metric.MEMORY_USED, hour)

    def _percentiles(self, window: SeriesWindow, *shares: float) -> list[tuple[SeriesPoint, ...]]:
        """For each share how many seconds of work that many of the jobs took at most, point by point."""
        durations = self._durations(window)
        points = [
            (point.at, {number: counts[place] for number, counts in durations.items()})
            for place, point in enumerate(self._series.series(Metric.JOBS_BY_SECONDS, window))
        ]
        return [tuple(SeriesPoint(at, duration_percentile(each, share)) for at, each in points) for share in shares]

    def _durations(self, window: SeriesWindow) -> dict[int, tuple[float, ...]]:
        """How many jobs of each class of duration there were in the time of each point."""
        labels = self._series.labels(Metric.JOBS_BY_SECONDS)
        return {int(label): self._series.events(Metric.JOBS_BY_SECONDS, window, label) for label in labels}


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _ratio(points: Iterable[SeriesPoint], wholes: Iterable[float]) -> tuple[SeriesPoint, ...]:
    """Each point over its whole; None where there is no whole."""
    return tuple(
        SeriesPoint(point.at, _share(point.value or 0.0, whole)) for point, whole in zip(points, wholes, strict=True)
    )
