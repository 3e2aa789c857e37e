"""Charts of metrics, on a clock of the test's, and over restarts."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from core.domain.errors import StoreError
from core.domain.metrics import BucketSum, Metric, SeriesWindow
from core.observability.metrics import Metrics
from core.observability.series import SAMPLE_EVERY_S, SAVE_EVERY_S, MetricSeries, SeriesStore
from core.store.sqlite import Database, SqliteMetricBuckets
from tests.fakes.simulated_time import SimulatedTime

MIDNIGHT = 1_700_006_400.0
"""A whole multiple of every step."""


class Session:
    """One run of Notula: its metrics, and the series of them."""

    def __init__(self, store: SeriesStore, clock: list[float]) -> None:
        self.clock = clock
        self.metrics = Metrics()
        self.series = MetricSeries(self.metrics, store, lambda: clock[0])

    def after(self, seconds: float) -> None:
        """Let so much time pass, and take a sample."""
        self.clock[0] += seconds
        self.series.sample()

    def values(self, metric: Metric, window: SeriesWindow, label: str | None = None) -> list[float | None]:
        return [point.value for point in self.series.series(metric, window, label)]


class NoSeriesStore:
    """Keeps nothing."""

    async def load(self, since: Mapping[int, int]) -> list[BucketSum]:
        return []

    async def add(self, sums: Sequence[BucketSum], since: Mapping[int, int]) -> None:
        """Drop them."""


class FailingStore:
    """A store that fails for as long as it is told to."""

    def __init__(self) -> None:
        self.fails = True
        self.kept: list[BucketSum] = []

    async def load(self, since: Mapping[int, int]) -> list[BucketSum]:
        if self.fails:
            raise StoreError
        return self.kept

    async def add(self, sums: Sequence[BucketSum], since: Mapping[int, int]) -> None:
        if self.fails:
            raise StoreError
        self.kept += sums


@pytest.fixture
def clock() -> list[float]:
    return [MIDNIGHT]


@pytest.fixture
def session(clock: list[float]) -> Session:
    return Session(NoSeriesStore(), clock)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "notula.db")
    yield opened
    await opened.close()


@pytest.mark.parametrize("window", SeriesWindow)
def test_a_series_has_always_as_many_points_up_to_now(session: Session, window: SeriesWindow) -> None:
    session.clock[0] += 7
    points = session.series.series(Metric.REQUESTS, window)
    assert len(points) == window.points
    assert points[-1].at == MIDNIGHT
    assert {later.at - earlier.at for earlier, later in pairwise(points)} == {window.step_s}
    assert {point.value for point in points} == {0.0}


def test_the_windows_are_fifteen_minutes_an_hour_and_a_day() -> None:
    assert [window.step_s * window.points for window in SeriesWindow] == [900, 3600, 24 * 3600]


def test_a_counters_points_are_what_happened_in_their_time(session: Session) -> None:
    session.metrics.count(Metric.REQUESTS, "accepted")
    session.metrics.count(Metric.REQUESTS, "refused")
    session.after(5)
    session.metrics.count(Metric.REQUESTS, "accepted", 3)
    session.after(10)
    session.after(10)
    assert session.values(Metric.REQUESTS, SeriesWindow.QUARTER_HOUR)[-3:] == [2, 3, 0]
    assert session.values(Metric.REQUESTS, SeriesWindow.QUARTER_HOUR, "accepted")[-3:] == [1, 3, 0]
    assert session.values(Metric.REQUESTS, SeriesWindow.HOUR)[-2:] == [0, 5]
    assert session.values(Metric.REQUESTS, SeriesWindow.DAY)[-1] == 5


def test_a_durations_points_are_means_and_there_is_none_without_events(session: Session) -> None:
    session.metrics.observe(Metric.PROVIDER_CALLS, 1.0, "groq")
    session.metrics.observe(Metric.PROVIDER_CALLS, 4.0, "deepgram")
    session.after(5)
    session.after(10)
    assert session.values(Metric.PROVIDER_CALLS, SeriesWindow.QUARTER_HOUR)[-3:] == [None, 2.5, None]
    assert session.values(Metric.PROVIDER_CALLS, SeriesWindow.QUARTER_HOUR, "groq")[-2] == 1.0
    assert session.series.events(Metric.PROVIDER_CALLS, SeriesWindow.QUARTER_HOUR)[-3:] == (0, 2, 0)
    assert session.series.events(Metric.PROVIDER_CALLS, SeriesWindow.QUARTER_HOUR, "groq")[-3:] == (0, 1, 0)
    assert session.series.labels(Metric.PROVIDER_CALLS) == {"groq", "deepgram"}


def test_a_gauges_points_are_the_means_of_its_samples_and_there_are_none_while_nobody_samples(
    session: Session,
) -> None:
    busy = [0.0]
    session.metrics.watch(Metric.WORKERS_BUSY, lambda: busy[0])
    session.after(1)
    busy[0] = 3.0
    session.after(1)
    session.after(30)  # The computer slept.
    assert session.values(Metric.WORKERS_BUSY, SeriesWindow.QUARTER_HOUR)[-4:] == [1.5, None, None, 3.0]


def test_a_gauge_that_has_no_level_is_not_there(session: Session) -> None:
    level: list[float | None] = [None]
    session.metrics.watch(Metric.MEMORY_USED, lambda: level[0])
    session.after(10)
    level[0] = 0.5
    session.after(10)
    assert session.values(Metric.MEMORY_USED, SeriesWindow.QUARTER_HOUR)[-3:] == [None, None, 0.5]


def test_what_is_older_than_the_window_is_forgotten(session: Session) -> None:
    for _ in range(200):
        session.metrics.count(Metric.REQUESTS, "accepted")
        session.after(600)
    assert session.values(Metric.REQUESTS, SeriesWindow.DAY) == [1.0] * 144
    assert max(len(buckets) for buckets in session.series._sums.values()) <= 144


def test_a_clock_that_is_set_back_or_forth_costs_points_but_neither_fails_nor_stands_still(session: Session) -> None:
    session.metrics.count(Metric.REQUESTS, "accepted")
    session.after(10)
    session.clock[0] += 365 * 24 * 3600
    session.metrics.count(Metric.REQUESTS, "accepted")
    session.after(0)
    session.clock[0] = MIDNIGHT + 20
    session.metrics.count(Metric.REQUESTS, "accepted", 2)
    session.after(0)
    assert session.values(Metric.REQUESTS, SeriesWindow.QUARTER_HOUR)[-1] == 2


def test_a_name_that_is_no_metrics_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        session.series.series("nonsense", SeriesWindow.DAY)


async def test_a_restart_keeps_the_points(database: Database, clock: list[float]) -> None:
    store = SqliteMetricBuckets(database)
    first = Session(store, clock)
    first.metrics.watch(Metric.WORKERS, lambda: 2.0)
    first.metrics.count(Metric.CACHE_LOOKUPS, "memory", 3)
    first.metrics.observe(Metric.JOB_SECONDS, 8.0)
    first.after(5)
    await first.series.save()
    first.metrics.count(Metric.CACHE_LOOKUPS, "memory")
    first.after(1)
    await first.series.stop()

    clock[0] += 60
    second = Session(store, clock)
    await second.series.load()
    second.metrics.count(Metric.CACHE_LOOKUPS, "miss")
    second.after(0)
    await second.series.stop()
    third = Session(store, clock)
    await third.series.load()
    for session in (second, third):
        assert session.values(Metric.CACHE_LOOKUPS, SeriesWindow.QUARTER_HOUR)[-7:] == [4, 0, 0, 0, 0, 0, 1]
        assert session.values(Metric.CACHE_LOOKUPS, SeriesWindow.HOUR, "memory")[-2:] == [4, 0]
        assert session.values(Metric.CACHE_LOOKUPS, SeriesWindow.DAY)[-1] == 5
        assert session.values(Metric.JOB_SECONDS, SeriesWindow.HOUR)[-2:] == [8.0, None]
        assert session.values(Metric.WORKERS, SeriesWindow.HOUR)[-2:] == [2.0, None]


async def test_two_processes_with_one_database_add_up(database: Database, clock: list[float]) -> None:
    store = SqliteMetricBuckets(database)
    for requests, workers in ((2, 1.0), (3, 3.0)):
        session = Session(store, clock)
        session.metrics.watch(Metric.WORKERS, lambda level=workers: level)
        session.metrics.count(Metric.REQUESTS, "accepted", requests)
        session.after(0)
        await session.series.stop()
    later = Session(store, clock)
    await later.series.load()
    assert later.values(Metric.REQUESTS, SeriesWindow.HOUR)[-1] == 5
    assert later.values(Metric.WORKERS, SeriesWindow.HOUR)[-1] == 2.0


async def test_the_table_does_not_grow_for_ever(database: Database, clock: list[float]) -> None:
    store = SqliteMetricBuckets(database)
    session = Session(store, clock)
    for _ in range(5):
        session.metrics.count(Metric.REQUESTS, "accepted")
        session.after(24 * 3600)
        await session.series.save()
    rows = await database.read(lambda connection: connection.execute("SELECT count(*) FROM metric_buckets").fetchone())
    assert rows[0] == len(SeriesWindow)


async def test_what_the_store_does_not_take_is_written_with_the_next(clock: list[float]) -> None:
    store = FailingStore()
    session = Session(store, clock)
    await session.series.load()
    session.metrics.count(Metric.REQUESTS, "accepted")
    session.after(0)
    await session.series.save()
    session.metrics.count(Metric.REQUESTS, "accepted")
    session.after(0)
    store.fails = False
    await session.series.save()
    await session.series.save()
    assert [one.total for one in store.kept] == [2.0] * len(SeriesWindow)
    assert session.values(Metric.REQUESTS, SeriesWindow.DAY)[-1] == 2


async def test_samples_are_taken_and_written_at_their_times() -> None:
    store, time = FailingStore(), SimulatedTime()
    store.fails = False
    begun = time.now
    metrics, paused = Metrics(), asyncio.Event()
    sampled: list[float] = []

    def level() -> float:
        sampled.append(time.clock() - begun)
        return 1.0

    async def pause(seconds: float) -> None:
        if time.clock() - begun >= SAVE_EVERY_S:
            paused.set()
            await asyncio.Event().wait()
        await time.pause(seconds)

    metrics.watch(Metric.WORKERS, level)
    series = MetricSeries(metrics, store, time.clock, pause=pause)
    told: list[float] = []
    series.on_sample = lambda: told.append(time.clock() - begun)
    series.start()
    await paused.wait()
    assert sampled == [SAMPLE_EVERY_S * number for number in range(1, 31)]
    assert told == [0.0, *sampled]
    assert sum(one.weight for one in store.kept if one.step_s == 10) == 30
    await series.stop()
    assert sum(one.weight for one in store.kept if one.step_s == 10) == 31
