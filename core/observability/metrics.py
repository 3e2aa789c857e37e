"""The one place where metrics are counted. `core.observability.series` makes charts of them."""

from collections import Counter
from collections.abc import Callable, Iterator

from core.domain.metrics import Metric, MetricKind, MetricTotal


class Metrics:
    """Totals since the start by metric and label, and gauges that are read when they are asked for.

    Belongs to one event loop. Labels come from small closed sets (states, class names, the settings' providers), never
    from what people send.
    """

    def __init__(self) -> None:
        self._totals: Counter[tuple[Metric, str]] = Counter()
        self._seconds: dict[tuple[Metric, str], float] = {}
        self._gauges: dict[Metric, Callable[[], float | None]] = {}

    def count(self, metric: Metric, label: str = "", amount: int = 1) -> None:
        """So many events have happened."""
        self._totals[metric, label] += amount

    def observe(self, metric: Metric, seconds: float, label: str = "") -> None:
        """An event has taken so long; it counts as one, too."""
        self._totals[metric, label] += 1
        self._seconds[metric, label] = self._seconds.get((metric, label), 0.0) + max(0.0, seconds)

    def watch(self, metric: Metric, read: Callable[[], float | None]) -> None:
        """Read this gauge from here; a second one of the same name takes the first one's place.

        While `read` gives None, the gauge isn't there.
        """
        self._gauges[metric] = read

    def events(self, metric: Metric, label: str | None = None) -> int:
        """How many events there were since the start, with this label or with any."""
        if label is not None:
            return self._totals[metric, label]
        return sum(count for (one, _), count in self._totals.items() if one is metric)

    def by_label(self, metric: Metric) -> dict[str, int]:
        """How many events there were since the start with each label."""
        return {label: count for (one, label), count in self._totals.items() if one is metric}

    def totals(self) -> Iterator[MetricTotal]:
        """Everything that is known now, for a metrics endpoint and for series."""
        for (metric, label), count in self._totals.items():
            if metric.kind is MetricKind.DURATION:
                yield MetricTotal(metric, label, self._seconds[metric, label], count)
            else:
                yield MetricTotal(metric, label, float(count))
        for metric, read in self._gauges.items():
            level = read()
            if level is not None:
                yield MetricTotal(metric, "", level)
