"""How busy the queue has been in the last five minutes; its totals are in `core.observability.metrics`."""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable
from itertools import islice
from math import floor

from core.domain import JobState
from core.domain.duration_histogram import duration_class
from core.domain.metrics import Metric
from core.observability.metrics import Metrics

LONGEST_WINDOW_S = 300
MOST_DURATIONS = 1000


class _Second:
    """One second: worker seconds that were busy, worker seconds in all, and jobs that ended."""

    __slots__ = ("available_s", "busy_s", "ended")

    def __init__(self) -> None:
        self.busy_s = 0.0
        self.available_s = 0.0
        self.ended = 0


class QueueMeter:
    """Exact figures of the last five minutes, second by second, in bounded memory; totals go to `metrics`.

    `clock` gives seconds that never go back; should they, time stands still until they are where they were.
    """

    def __init__(self, clock: Callable[[], float], metrics: Metrics | None = None) -> None:
        self._clock = clock
        self._metrics = metrics or Metrics()
        self._now = clock()
        self._busy = 0
        self._available = 0
        self._seconds: deque[_Second] = deque([_Second()], maxlen=LONGEST_WINDOW_S + 1)
        """The last one is the current second."""
        self._durations_s: deque[float] = deque()
        self._ordered_durations_s: list[float] = []

    @property
    def retries(self) -> int:
        """How many attempts have failed and were followed by another one."""
        return self._metrics.events(Metric.JOB_RETRIES)

    @property
    def failures(self) -> dict[str, int]:
        """How many jobs have failed for good, by reason."""
        return self._metrics.by_label(Metric.JOB_FAILURES)

    def submitted(self, jobs: int) -> None:
        """So many jobs were accepted."""
        self._metrics.count(Metric.JOBS_SUBMITTED, amount=jobs)

    def reached(self, state: JobState) -> None:
        """A job is in this final state."""
        self._metrics.count(Metric.JOBS_ENDED, state.value)

    def retried(self) -> None:
        """An attempt has failed and will be followed by another one."""
        self._metrics.count(Metric.JOB_RETRIES)

    def level(self, busy: int, workers: int) -> None:
        """So many workers are busy from now on."""
        self._catch_up()
        self._busy = busy
        self._available = max(workers, busy)

    def ended(self, duration_s: float) -> None:
        """A job is done after so many seconds of work."""
        self._catch_up()
        self._seconds[-1].ended += 1
        duration_s = max(0.0, duration_s)
        self._metrics.observe(Metric.JOB_SECONDS, duration_s)
        self._metrics.count(Metric.JOBS_BY_SECONDS, str(duration_class(duration_s)))
        self._durations_s.append(duration_s)
        insort(self._ordered_durations_s, duration_s)
        if len(self._durations_s) > MOST_DURATIONS:
            del self._ordered_durations_s[bisect_left(self._ordered_durations_s, self._durations_s.popleft())]

    def failed(self, reason: str) -> None:
        """A job has failed for good, for this reason."""
        self._catch_up()
        self._seconds[-1].ended += 1
        self._metrics.count(Metric.JOB_FAILURES, reason)

    def utilization(self, window_s: int) -> float:
        """Busy worker seconds over worker seconds in the last `window_s` (at most 300) seconds, 0 to 1."""
        self._catch_up()
        # Of the second in which the window begins, only the share inside of the window counts.
        oldest_share = 1 - (self._now - floor(self._now))
        busy_s = available_s = 0.0
        for age, second in enumerate(islice(reversed(self._seconds), window_s + 1)):
            share = oldest_share if age == window_s else 1.0
            busy_s += share * second.busy_s
            available_s += share * second.available_s
        return min(1.0, busy_s / available_s) if available_s else 0.0

    def ended_per_minute(self) -> float:
        """Jobs that ended in the last five minutes, a minute."""
        self._catch_up()
        recent = sum(second.ended for second in islice(reversed(self._seconds), LONGEST_WINDOW_S))
        return recent / (LONGEST_WINDOW_S / 60)

    def duration_s(self, share: float) -> float | None:
        """The seconds of work that this share (0 to 1) of the last thousand finished jobs took at most."""
        ordered = self._ordered_durations_s
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None

    def _catch_up(self) -> None:
        """Add the time since the last call to the seconds that it lies in."""
        now = max(self._clock(), self._now)
        if floor(now) - floor(self._now) > LONGEST_WINDOW_S:  # No window reaches further back.
            self._now = float(floor(now) - LONGEST_WINDOW_S)
            self._seconds.clear()
            self._seconds.append(_Second())
        while floor(self._now) < floor(now):
            second_end = floor(self._now) + 1
            self._pass(second_end - self._now)
            self._now = float(second_end)
            self._seconds.append(_Second())
        self._pass(now - self._now)
        self._now = now

    def _pass(self, seconds: float) -> None:
        self._seconds[-1].busy_s += self._busy * seconds
        self._seconds[-1].available_s += self._available * seconds
