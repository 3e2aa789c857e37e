"""What Notula counts about itself, and the shape in which charts read it. Nothing in it tells of a person."""

from dataclasses import dataclass
from enum import Enum, StrEnum

CACHE_MISS = "miss"
"""The label of the `CACHE_LOOKUPS` that no tier has answered."""


class MetricKind(Enum):
    """How the values of a metric add up."""

    COUNTER = "counter"
    """Events: a point of a series is how many there were in its time."""

    DURATION = "duration"
    """Events that take seconds: a point is their mean."""

    GAUGE = "gauge"
    """A level: a point is the mean of the samples that were taken of it."""


class Metric(StrEnum):
    """Every metric by its name; the value is what charts, the database and a metrics endpoint call it."""

    REQUESTS = "requests"
    """By whether they were `accepted` or `refused` for a rate limit."""
    JOBS_SUBMITTED = "jobs_submitted"
    JOBS_ENDED = "jobs_ended"
    """By their final state (`JobState`)."""
    JOB_RETRIES = "job_retries"
    """Attempts that failed and are followed by another one."""
    JOB_FAILURES = "job_failures"
    """By the name of the error's class."""
    JOB_SECONDS = "job_seconds"
    """The last attempt of each job that is done, from its start to its result."""
    JOBS_BY_SECONDS = "jobs_by_seconds"
    """The same jobs, counted by their `core.domain.duration_histogram.duration_class`."""
    CACHE_LOOKUPS = "cache_lookups"
    """By their answer: `memory`, `disk` or `CACHE_MISS`."""
    PROVIDER_CALLS = "provider_calls"
    """By provider: every attempt at a request, of transcription and of language models."""
    PROVIDER_ERRORS = "provider_errors"
    """By provider: those of the calls that failed."""
    WORKERS = "workers"
    WORKERS_BUSY = "workers_busy"
    JOBS_WAITING = "jobs_waiting"
    """Jobs that wait for a worker."""
    OLDEST_WAITING_SECONDS = "oldest_waiting_seconds"
    MEMORY_USED = "memory_used"
    """The share of the computer's memory that is in use, 0 to 1. Not there where the system doesn't report it."""

    @property
    def kind(self) -> MetricKind:
        """How its values add up."""
        if self in (Metric.JOB_SECONDS, Metric.PROVIDER_CALLS):
            return MetricKind.DURATION
        if self in _GAUGES:
            return MetricKind.GAUGE
        return MetricKind.COUNTER


_GAUGES = frozenset(
    {
        Metric.WORKERS,
        Metric.WORKERS_BUSY,
        Metric.JOBS_WAITING,
        Metric.OLDEST_WAITING_SECONDS,
        Metric.MEMORY_USED,
    }
)


class SeriesWindow(Enum):
    """How far a series goes back, as the seconds of one point and the number of points."""

    QUARTER_HOUR = (10, 90)
    HOUR = (60, 60)
    DAY = (600, 144)

    @property
    def step_s(self) -> int:
        """The seconds that one point stands for."""
        return self.value[0]

    @property
    def points(self) -> int:
        """How many points a series has."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class MetricTotal:
    """A metric with one label since the start. `total` is events of a counter, seconds of durations, a gauge's level.

    `count` is the number of durations, else 0.
    """

    metric: Metric
    label: str
    total: float
    count: int = 0


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One point of a chart. `at` is the beginning of its time in seconds since the epoch.

    `value` is None where nothing was measured: no event whose duration is asked for, or Notula wasn't running. A
    counter's is 0 there.
    """

    at: float
    value: float | None


@dataclass(frozen=True, slots=True)
class BucketSum:
    """What a metric came to in one bucket of time, as it is kept: sums, so that those of several processes add up.

    `bucket` is the time since the epoch in whole steps of `step_s` seconds. `total` is a sum of events, seconds or
    samples, `weight` how many durations or samples it is of (0 for counters).
    """

    metric: str
    label: str
    step_s: int
    bucket: int
    total: float
    weight: float
