"""What the queue has been doing lately, in numbers."""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

LONGEST_WINDOW_S = 300.0
MOST_DURATIONS = 1000
MOST_ENDINGS = 10_000


@dataclass(frozen=True, slots=True)
class _Level:
    """From this moment on so many of so many workers are busy."""

    since: float
    busy: int
    workers: int


class QueueMeter:
    """Counts exactly, not by sampling. `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._levels: deque[_Level] = deque()
        self._endings: deque[float] = deque(maxlen=MOST_ENDINGS)
        self._durations_s: deque[float] = deque(maxlen=MOST_DURATIONS)
        self.retries = 0
        self.failures: Counter[str] = Counter()

    def level(self, busy: int, workers: int) -> None:
        """So many workers are busy from now on."""
        now = self._clock()
        self._levels.append(_Level(now, busy, workers))
        while len(self._levels) > 1 and self._levels[1].since < now - LONGEST_WINDOW_S:
            self._levels.popleft()

    def ended(self, duration_s: float) -> None:
        """A job is done after so many seconds of work."""
        self._endings.append(self._clock())
        self._durations_s.append(max(0.0, duration_s))

    def failed(self, reason: str) -> None:
        """A job has failed for good, for this reason."""
        self._endings.append(self._clock())
        self.failures[reason] += 1

    def utilization(self, window_s: float) -> float:
        """Busy worker seconds over worker seconds in the last `window_s` seconds, 0 to 1."""
        now = self._clock()
        busy_s = available_s = 0.0
        until = now
        for level in reversed(self._levels):
            since = max(level.since, now - window_s)
            busy_s += level.busy * max(0.0, until - since)
            available_s += max(level.workers, level.busy) * max(0.0, until - since)
            until = since
            if level.since <= now - window_s:
                break
        return busy_s / available_s if available_s else 0.0

    def ended_per_minute(self) -> float:
        """Jobs that ended in the last five minutes, a minute."""
        now = self._clock()
        recent = sum(ending >= now - LONGEST_WINDOW_S for ending in self._endings)
        return recent / (LONGEST_WINDOW_S / 60)

    def duration_s(self, share: float) -> float | None:
        """The seconds of work that this share (0 to 1) of the last thousand finished jobs took at most."""
        ordered = sorted(self._durations_s)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None
