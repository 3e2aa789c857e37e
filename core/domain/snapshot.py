"""The state that the window shows: an immutable snapshot of the queue, rebuilt at most ten times a second."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.domain.bot import BotState
from core.domain.bot_events import BotEvent
from core.domain.identity import JobId, TranscriptId
from core.domain.indicators import IndicatorReading
from core.domain.job import JobState, Requester
from core.domain.provider_state import ProviderState
from core.domain.transcript import Segment
from core.domain.translatable_text import TranslatableText
from core.domain.watching import WatchedFolder

_FINISHING_FROM = 0.99
"""Of its progress."""


@dataclass(frozen=True, slots=True)
class JobView:
    """One row of the job table.

    `progress` is 0 to 1, or None while it can't be known. `remaining_s` is None until it can be estimated.
    `segments` holds what has been transcribed so far while the job runs, and is empty before and after.
    `notes` are about the providers that were used, `export_error` is why the automatic export failed. `done_share`,
    0 to 1, is how much is stored of a job that has ended without a transcript. `source_kind` is that of its
    `SourceReference`, `worker` the number, from 1, of the worker that it occupies while it runs, `provider` who
    has made its transcript, where that is known, and `finished_at` when it has ended, in seconds since the epoch.
    While nothing about the job changes it is the same object, so views compare with `is` to find what to redraw.
    """

    id: JobId
    name: str
    location: str
    state: JobState
    submitted_at: float
    progress: float | None = None
    elapsed_s: float = 0.0
    remaining_s: float | None = None
    attempt: int = 0
    error: TranslatableText | None = None
    duration_s: float | None = None
    transcript_id: TranscriptId | None = None
    from_cache: bool = False
    notes: tuple[TranslatableText, ...] = ()
    export_error: TranslatableText | None = None
    done_share: float | None = None
    segments: tuple[Segment, ...] = ()
    requester: Requester = field(default_factory=lambda: Requester("desktop"))
    source_kind: str = "file"
    worker: int | None = None
    provider: str = ""
    finished_at: float | None = None

    @property
    def is_finishing(self) -> bool:
        """Whether it runs and all but a hundredth is done. What is left isn't transcribing: its rate says nothing."""
        return self.state is JobState.RUNNING and self.progress is not None and self.progress >= _FINISHING_FROM


@dataclass(frozen=True, slots=True)
class QueueStatistics:
    """Numbers about the whole. Utilization and rates are 0 to 1; `cache_hit_rate` is None before the first lookup.

    `waiting_by_priority` is in the order of `Priority`. `failures` counts jobs by the name of their error's class.
    `requests`, `cache_hits` and `provider_calls` and those beside them count since the start. Seconds of work
    (`median_s`, `p95_s`) are those of the last thousand jobs, None before the first. While the queue `is_paused`
    waiting jobs don't begin.
    """

    queued: int = 0
    running: int = 0
    retrying: int = 0
    done: int = 0
    failed: int = 0
    cancelled: int = 0
    workers: int = 0
    cache_hits: int = 0
    cache_misses: int = 0
    requests: int = 0
    requests_refused: int = 0
    provider_calls: int = 0
    provider_errors: int = 0
    waiting_by_priority: tuple[int, ...] = ()
    oldest_waiting_s: float = 0.0
    utilization_1_minute: float = 0.0
    utilization_5_minutes: float = 0.0
    ended_per_minute: float = 0.0
    retries: int = 0
    failures: tuple[tuple[str, int], ...] = ()
    median_s: float | None = None
    p95_s: float | None = None
    is_paused: bool = False

    @property
    def idle(self) -> int:
        """Workers without a job."""
        return max(0, self.workers - self.running)

    @property
    def unfinished(self) -> int:
        """Jobs that haven't ended."""
        return self.queued + self.running + self.retrying

    @property
    def cache_hit_rate(self) -> float | None:
        """Hits over lookups since the start."""
        lookups = self.cache_hits + self.cache_misses
        return self.cache_hits / lookups if lookups else None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`jobs` are in the order of submission, `providers` in the order in which they are tried.

    `settings` are the `core.config.Settings` in use, which this floor doesn't know; None where they aren't known yet.
    """

    jobs: tuple[JobView, ...] = ()
    statistics: QueueStatistics = field(default_factory=QueueStatistics)
    notices: tuple[TranslatableText, ...] = ()
    providers: tuple[ProviderState, ...] = ()
    bot: BotState = field(default_factory=BotState)
    settings: object = None
    history_revision: int = 0
    """Another number whenever entries of the history were saved, edited or deleted."""
    turns: Mapping[JobId, int] = field(default_factory=dict)
    """The place of each waiting job, about, counted from 1. The same object until it is counted anew."""

    readings: tuple[IndicatorReading, ...] = ()
    """The indicators of the dashboard; empty before the first sample. They are as old as ten seconds."""

    bot_events: tuple[BotEvent, ...] = ()
    """What has happened at the bot since Notula was started, the oldest first. The same object until there is more."""

    watched_folders: tuple[WatchedFolder, ...] = ()
    """Those of the settings, in their order."""
