"""Metrics over time, for charts: 15 minutes, an hour and a day, each with as many points as a chart shows."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from core.concurrency.supervision import Supervisor, end
from core.domain.errors import StoreError
from core.domain.metrics import BucketSum, Metric, MetricKind, MetricTotal, SeriesPoint, SeriesWindow
from core.observability.metrics import Metrics

logger = logging.getLogger(__name__)

SAMPLE_EVERY_S = 10.0
"""One point of the shortest window."""

SAVE_EVERY_S = 300.0
"""A crash costs charts at most this much."""

_Key = tuple[str, str, int]
"""Metric, label, and the step of the window in seconds."""


class SeriesStore(Protocol):
    """Where series are kept so that they survive a restart. Every call raises `StoreError` where the store fails."""

    async def load(self, since: Mapping[int, int]) -> list[BucketSum]:
        """What is kept, by step in seconds from this bucket on."""

    async def add(self, sums: Sequence[BucketSum], since: Mapping[int, int]) -> None:
        """Add these to what is kept of the same buckets, all or none; delete the buckets before `since`."""


class _Sum:
    """What a metric came to in one bucket; see `BucketSum`."""

    __slots__ = ("total", "weight")

    def __init__(self) -> None:
        self.total = 0.0
        self.weight = 0.0

    def add(self, total: float, weight: float) -> None:
        self.total += total
        self.weight += weight


class MetricSeries:
    """Samples `metrics` every ten seconds, and writes what is new to the store every five minutes and at the end.

    `clock` gives seconds since the epoch, so that points stay where they were after a restart; where it is set, new
    samples go where it points. While no samples are taken (Notula is off, the computer sleeps), gauges have no points.
    Several processes on one store add up: of counters the sums, of gauges the means. `pause` waits for so many seconds.
    """

    def __init__(
        self,
        metrics: Metrics,
        store: SeriesStore,
        clock: Callable[[], float],
        *,
        supervisor: Supervisor | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._metrics = metrics
        self._store = store
        self._clock = clock
        self._supervisor = supervisor or Supervisor()
        self._pause = pause
        self._running: asyncio.Task[None] | None = None
        self._sums: defaultdict[_Key, defaultdict[int, _Sum]] = defaultdict(lambda: defaultdict(_Sum))
        self._unsaved: defaultdict[tuple[_Key, int], _Sum] = defaultdict(_Sum)
        self._sampled: dict[tuple[Metric, str], MetricTotal] = {}
        """The totals of the last sample: what has come since is new."""
        self._saving = asyncio.Lock()
        self._is_loaded = False
        self._saved_at = clock()
        self.on_sample: Callable[[], None] = lambda: None
        """Called after each sample that is taken by itself, and once what is kept of earlier sessions is read."""

    def start(self) -> None:
        """Begin to take samples, until `stop`. What is kept of earlier sessions comes with the first of them."""
        self._running = self._supervisor.start("metrics", self._run)

    async def stop(self) -> None:
        """Take the last sample and write down what is not yet."""
        await end(self._running)
        self.sample()
        await self.save()

    async def _run(self) -> None:
        await self.load()
        self.on_sample()
        while True:
            await self._pause(SAMPLE_EVERY_S)
            self.sample()
            self.on_sample()
            if abs(self._clock() - self._saved_at) >= SAVE_EVERY_S:
                await self.save()

    def sample(self) -> None:
        """Add what has happened since the last sample, and the gauges' levels, to the buckets of now."""
        now = self._clock()
        for total in self._metrics.totals():
            if total.metric.kind is MetricKind.GAUGE:
                self._add(total, now, total.total, 1.0)
                continue
            key = (total.metric, total.label)
            before = self._sampled.get(key)
            self._sampled[key] = total
            events = total.total - (before.total if before else 0.0)
            count = total.count - (before.count if before else 0)
            if events or count:
                self._add(total, now, events, float(count))
        for (_, _, step_s), buckets in self._sums.items():
            first, last = self._bounds(step_s, now)
            for bucket in [bucket for bucket in buckets if not first <= bucket <= last]:
                del buckets[bucket]

    def series(self, metric: Metric | str, window: SeriesWindow, label: str | None = None) -> tuple[SeriesPoint, ...]:
        """A metric's points, oldest first, always as many as the window has; the last one is of the time that passes.

        Of one label, or of all together. Raises `ValueError` for a name that is no metric's.
        """
        metric = Metric(metric)

        def value(total: float, weight: float) -> float | None:
            if metric.kind is MetricKind.COUNTER:
                return total
            return total / weight if weight else None

        return tuple(SeriesPoint(at, value(total, weight)) for at, total, weight in self._of(metric, window, label))

    def events(self, metric: Metric, window: SeriesWindow, label: str | None = None) -> tuple[float, ...]:
        """How many events there were in the time of each point of `series`; for a gauge, how many samples."""
        is_counter = metric.kind is MetricKind.COUNTER
        return tuple(total if is_counter else weight for _, total, weight in self._of(metric, window, label))

    def labels(self, metric: Metric) -> frozenset[str]:
        """The labels that the last day has of a metric."""
        return frozenset(label for name, label, _ in self._sums if name == metric)

    def _of(self, metric: Metric, window: SeriesWindow, label: str | None) -> Iterator[tuple[float, float, float]]:
        """The beginning, the sum and the weight of each bucket of a window."""
        first, last = self._bounds(window.step_s, self._clock())
        of_labels = [
            buckets
            for (name, of, step_s), buckets in self._sums.items()
            if name == metric and step_s == window.step_s and label in (None, of)
        ]
        for bucket in range(first, last + 1):
            sums = [buckets[bucket] for buckets in of_labels if bucket in buckets]
            yield float(bucket * window.step_s), sum(one.total for one in sums), sum(one.weight for one in sums)

    async def save(self) -> None:
        """Write what is new to the store. What it doesn't take is kept for the next time."""
        async with self._saving:
            self._saved_at = self._clock()
            unsaved, self._unsaved = self._unsaved, defaultdict(_Sum)
            sums = [
                BucketSum(metric, label, step_s, bucket, one.total, one.weight)
                for ((metric, label, step_s), bucket), one in unsaved.items()
                if bucket >= self._first_kept(step_s)
            ]
            if not sums:
                return
            try:
                await self._store.add(sums, {window.step_s: self._first_kept(window.step_s) for window in SeriesWindow})
            except BaseException as error:
                for key, one in unsaved.items():
                    self._unsaved[key].add(one.total, one.weight)
                if not isinstance(error, StoreError):
                    raise
                logger.warning("Metrics can't be written down; it is tried again with the next")

    async def load(self) -> None:
        """Read what is kept, once. What can't be read is missing from charts until the next start."""
        if self._is_loaded:
            return
        try:
            kept = await self._store.load({window.step_s: self._first_kept(window.step_s) for window in SeriesWindow})
        except StoreError:
            logger.warning("The metrics of earlier sessions can't be read")
            kept = []
        self._is_loaded = True
        self._restore(kept)

    def _restore(self, kept: Iterable[BucketSum]) -> None:
        for one in kept:
            self._sums[one.metric, one.label, one.step_s][one.bucket].add(one.total, one.weight)

    def _add(self, total: MetricTotal, now: float, amount: float, weight: float) -> None:
        for window in SeriesWindow:
            key, bucket = (str(total.metric), total.label, window.step_s), int(now // window.step_s)
            self._sums[key][bucket].add(amount, weight)
            self._unsaved[key, bucket].add(amount, weight)

    def _bounds(self, step_s: int, now: float) -> tuple[int, int]:
        """The first and the last bucket of this step's window."""
        window = next(window for window in SeriesWindow if window.step_s == step_s)
        last = int(now // step_s)
        return last - window.points + 1, last

    def _first_kept(self, step_s: int) -> int:
        return self._bounds(step_s, self._clock())[0]
