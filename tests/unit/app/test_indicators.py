"""What the dashboard is told, from the metrics that were counted: on a clock of the test's."""

import pytest

from core.app.indicators import Indicators
from core.domain import JobState, QueueStatistics
from core.domain.indicators import Indicator, IndicatorLevel
from core.domain.metrics import Metric, SeriesWindow
from core.observability.metrics import Metrics
from core.observability.series import MetricSeries
from core.queue.meter import QueueMeter
from tests.unit.observability.test_series import MIDNIGHT, NoSeriesStore


class Core:
    """Metrics, their series, and the indicators of them."""

    def __init__(self) -> None:
        self.now = MIDNIGHT
        self.metrics = Metrics()
        self.series = MetricSeries(self.metrics, NoSeriesStore(), lambda: self.now)
        self.statistics = QueueStatistics(waiting_by_priority=(0, 0, 0))
        self.told = 0
        self.indicators = Indicators(self.series, lambda: self.statistics, self._tell)
        self.meter = QueueMeter(lambda: self.now, self.metrics)

    def _tell(self) -> None:
        self.told += 1

    def after(self, seconds: float) -> None:
        """Let so much time pass, take a sample, and read the indicators."""
        self.now += seconds
        self.series.sample()
        self.indicators.update()

    def reading(self, indicator: Indicator) -> tuple[float | None, IndicatorLevel]:
        reading = next(one for one in self.indicators.readings if one.indicator is indicator)
        return reading.value, reading.level


@pytest.fixture
def core() -> Core:
    return Core()


def test_before_anything_was_done_there_are_no_numbers(core: Core) -> None:
    core.after(10)
    assert [one.indicator for one in core.indicators.readings] == list(Indicator)
    assert core.reading(Indicator.ERRORS) == (None, IndicatorLevel.UNKNOWN)
    assert core.reading(Indicator.LATENCY) == (None, IndicatorLevel.UNKNOWN)
    assert core.reading(Indicator.MEMORY) == (None, IndicatorLevel.UNKNOWN)
    assert core.reading(Indicator.QUEUE) == (0.0, IndicatorLevel.GOOD)
    charts = core.indicators.charts(SeriesWindow.HOUR)
    assert not charts.has_numbers
    assert [point.value for point in charts.p95_s] == [None] * 60


@pytest.mark.parametrize("state", JobState)
def test_there_are_numbers_from_the_first_job_on_and_before_the_next_sample(core: Core, state: JobState) -> None:
    core.statistics = QueueStatistics(**{state.value: 1})
    assert core.indicators.charts(SeriesWindow.HOUR).has_numbers


def test_errors_are_a_share_of_all_providers_requests(core: Core) -> None:
    for number in range(40):
        core.metrics.observe(Metric.PROVIDER_CALLS, 1.0, "groq" if number % 2 else "deepgram")
    core.metrics.count(Metric.PROVIDER_ERRORS, "groq", 5)
    core.after(10)
    assert core.reading(Indicator.ERRORS) == (0.125, IndicatorLevel.ALARM)
    assert core.indicators.charts(SeriesWindow.DAY).hour[Indicator.ERRORS][-1].value == 0.125


def test_one_failure_of_two_is_not_judged(core: Core) -> None:
    core.metrics.observe(Metric.PROVIDER_CALLS, 1.0, "groq")
    core.metrics.observe(Metric.PROVIDER_CALLS, 1.0, "groq")
    core.metrics.count(Metric.PROVIDER_ERRORS, "groq")
    core.after(10)
    assert core.reading(Indicator.ERRORS) == (0.5, IndicatorLevel.UNKNOWN)


def test_an_alarm_goes_when_its_hour_is_over_and_each_change_is_told_once(core: Core) -> None:
    core.after(10)
    assert core.told == 1
    for _ in range(20):
        core.metrics.observe(Metric.PROVIDER_CALLS, 1.0, "groq")
        core.metrics.count(Metric.PROVIDER_ERRORS, "groq")
    core.after(10)
    core.after(10)
    assert core.reading(Indicator.ERRORS) == (1.0, IndicatorLevel.ALARM)
    assert core.told == 2
    core.after(3600)
    assert core.reading(Indicator.ERRORS) == (None, IndicatorLevel.UNKNOWN)
    assert core.told == 3


def test_the_cache_is_judged_by_hits_of_both_tiers(core: Core) -> None:
    core.metrics.count(Metric.CACHE_LOOKUPS, "memory", 2)
    core.metrics.count(Metric.CACHE_LOOKUPS, "disk", 3)
    core.metrics.count(Metric.CACHE_LOOKUPS, "miss", 15)
    core.after(10)
    assert core.reading(Indicator.CACHE) == (0.25, IndicatorLevel.WARNING)
    assert core.indicators.charts(SeriesWindow.HOUR).hour[Indicator.CACHE][-1].value == 0.25


def test_latency_is_that_of_95_of_100(core: Core) -> None:
    for number in range(100):
        core.meter.ended(2.0 if number < 90 else 40.0)
    core.after(60)
    value, level = core.reading(Indicator.LATENCY)
    assert value == pytest.approx(40.0, rel=0.2)
    assert level is IndicatorLevel.WARNING
    charts = core.indicators.charts(SeriesWindow.QUARTER_HOUR)
    assert charts.p50_s[-1].value == pytest.approx(2.0, rel=0.2)
    assert charts.p95_s[-1].value == pytest.approx(40.0, rel=0.2)
    assert charts.p95_s[-2].value is None


def test_busy_workers_and_a_full_queue_are_seen(core: Core) -> None:
    core.metrics.watch(Metric.WORKERS, lambda: 4.0)
    core.metrics.watch(Metric.WORKERS_BUSY, lambda: 3.0)
    core.metrics.watch(Metric.JOBS_WAITING, lambda: 60.0)
    core.metrics.watch(Metric.MEMORY_USED, lambda: 0.91)
    core.statistics = QueueStatistics(waiting_by_priority=(10, 20, 30), utilization_5_minutes=0.9)
    core.after(10)
    assert core.reading(Indicator.WORKERS) == (0.9, IndicatorLevel.WARNING)
    assert core.reading(Indicator.QUEUE) == (60.0, IndicatorLevel.WARNING)
    assert core.reading(Indicator.MEMORY) == (0.91, IndicatorLevel.ALARM)
    hour = core.indicators.charts(SeriesWindow.HOUR).hour
    assert hour[Indicator.WORKERS][-1].value == 0.75
    assert hour[Indicator.QUEUE][-1].value == 60.0
    assert hour[Indicator.MEMORY][-1].value == 0.91


def test_memory_of_an_hour_ago_is_not_that_of_now(core: Core) -> None:
    core.metrics.watch(Metric.MEMORY_USED, lambda: 0.95)
    core.after(10)
    core.metrics.watch(Metric.MEMORY_USED, lambda: 0.2)
    core.after(10)
    assert core.reading(Indicator.MEMORY) == (0.2, IndicatorLevel.GOOD)


def test_what_was_done_is_counted_and_failures_are_not(core: Core) -> None:
    core.metrics.count(Metric.JOBS_SUBMITTED, amount=5)
    core.metrics.count(Metric.JOBS_ENDED, "done", 3)
    core.metrics.count(Metric.JOBS_ENDED, "failed", 2)
    core.after(60)
    charts = core.indicators.charts(SeriesWindow.HOUR)
    assert charts.has_numbers
    assert charts.done[-1].value == 3
