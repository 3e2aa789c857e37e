"""Numbers of a busy hour, a quiet one and one with alarms, for tests and pictures of the dashboard."""

from math import sin

from core.domain import JobState, QueueStatistics, Snapshot, TranslatableText
from core.domain.indicators import DashboardCharts, Indicator, IndicatorReading, judged
from core.domain.metrics import SeriesPoint, SeriesWindow
from core.domain.provider_state import CircuitState, ProviderState
from tests.gui.samples import view

NOON = 1_700_049_600.0


def points(*values: float | None, step_s: int = 60) -> tuple[SeriesPoint, ...]:
    """A series that ends at `NOON`."""
    return tuple(SeriesPoint(NOON - step_s * (len(values) - 1 - n), value) for n, value in enumerate(values))


def wave(number: int, middle: float, height: float, gap: range = range(0)) -> list[float | None]:
    """Values that go up and down, with nothing measured in the gap."""
    swings = (middle + height * (0.6 * sin(n / 5) + 0.4 * sin(n * 1.7)) for n in range(number))
    return [None if n in gap else value for n, value in enumerate(swings)]


VALUES = {
    Indicator.WORKERS: 0.72,
    Indicator.QUEUE: 12.0,
    Indicator.CACHE: 0.41,
    Indicator.ERRORS: 0.012,
    Indicator.LATENCY: 8.4,
    Indicator.MEMORY: 0.63,
}
ALARMING = {Indicator.QUEUE: 64.0, Indicator.CACHE: 0.12, Indicator.ERRORS: 0.137, Indicator.MEMORY: 0.86}


def readings(**values: float) -> tuple[IndicatorReading, ...]:
    """All indicators; those that are named have other values than in a good hour."""
    wanted = {**VALUES, **{Indicator(name): value for name, value in values.items()}}
    return tuple(judged(indicator, value) for indicator, value in wanted.items())


def charts(window: SeriesWindow = SeriesWindow.QUARTER_HOUR) -> DashboardCharts:
    """A day in which Notula was off for a while."""
    number, step_s = window.points, window.step_s
    off = range(number // 3, number // 3 + number // 10)
    done = [max(0, round(value or 0)) for value in wave(number, 2, 3, off)]
    return DashboardCharts(
        hour={indicator: points(*wave(60, value, value / 4, range(20, 26))) for indicator, value in VALUES.items()},
        done=points(*map(float, done), step_s=step_s),
        p50_s=points(*wave(number, 4, 1.5, off), step_s=step_s),
        p95_s=points(*wave(number, 11, 6, off), step_s=step_s),
        has_numbers=True,
    )


def snapshot(**values: float) -> Snapshot:
    """Two workers of three at work, one provider of three paused."""
    jobs = (
        view(1, JobState.RUNNING, progress=0.34, elapsed_s=43.0, remaining_s=84.0),
        view(2, JobState.RUNNING, elapsed_s=4.0),
        view(3, JobState.DONE),
    )
    providers = (
        ProviderState("groq", "Groq", "whisper-large-v3-turbo", keys=3, usable_keys=2, rate_limited_keys=1),
        ProviderState(
            "deepgram",
            "Deepgram",
            "nova-3",
            CircuitState.OPEN,
            27.6,
            keys=1,
            usable_keys=1,
            last_problem=TranslatableText("It doesn't answer."),
        ),
        ProviderState("on-device", "This computer", "base"),
    )
    statistics = QueueStatistics(running=2, queued=12, done=1, workers=3)
    return Snapshot(jobs, statistics, providers=providers, readings=readings(**values))
