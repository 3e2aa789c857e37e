"""What a running Notula shows of itself: the jobs, the numbers beside them, and what the owner has to know."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.app.bot_service import BotService
from core.app.providers import ProviderSetup
from core.app.settings import SettingsService
from core.app.watched_folders import WatchedFolders
from core.cache import TranscriptCache
from core.concurrency.supervision import Supervisor
from core.config import lacks_budget
from core.domain import QueueStatistics, Snapshot, TranslatableText
from core.domain.bot import BotCondition
from core.domain.indicators import IndicatorReading
from core.domain.metrics import Metric
from core.domain.notice_pages import BUDGET_WANTED
from core.observability.metrics import Metrics
from core.pipeline.budget import Budget
from core.queue import JobTable
from core.store import History


@dataclass(frozen=True, slots=True)
class StatusSources:
    """The parts that are shown. `database_notices` gives the notices about lost data that were not shown yet."""

    settings: SettingsService
    table: JobTable
    history: History
    cache: TranscriptCache
    metrics: Metrics
    supervisor: Supervisor
    providers: ProviderSetup
    budget: Budget
    bot: BotService
    database_notices: Callable[[], tuple[TranslatableText, ...]]
    readings: Callable[[], tuple[IndicatorReading, ...]]
    watched_folders: WatchedFolders


class Status:
    """Reads the parts at each call, and caches nothing."""

    def __init__(self, sources: StatusSources) -> None:
        self._sources = sources

    def snapshot(self) -> Snapshot:
        """The queue as it is now. Cheap; the same `JobView` objects come back where nothing changed."""
        sources = self._sources
        return Snapshot(
            sources.table.views(),
            self.statistics(),
            self.notices(),
            sources.providers.states,
            sources.bot.state,
            sources.settings.current,
            sources.history.revision,
            sources.table.turns(),
            sources.readings(),
            sources.bot.events.latest,
            sources.watched_folders.states,
        )

    def statistics(self) -> QueueStatistics:
        """How many jobs are in each state, and what was counted since the start."""
        cache, metrics = self._sources.cache, self._sources.metrics
        return replace(
            self._sources.table.statistics(),
            cache_hits=cache.hits,
            cache_misses=cache.misses,
            requests=metrics.events(Metric.REQUESTS, "accepted"),
            requests_refused=metrics.events(Metric.REQUESTS, "refused"),
            provider_calls=metrics.events(Metric.PROVIDER_CALLS),
            provider_errors=metrics.events(Metric.PROVIDER_ERRORS),
        )

    def notices(self) -> tuple[TranslatableText, ...]:
        """What the owner has to know."""
        sources = self._sources
        notices = (
            *sources.supervisor.notices,
            *sources.database_notices(),
            *sources.providers.notices,
            *sources.watched_folders.notices,
            sources.budget.notice,
            self._budget_notice(),
        )
        return tuple(filter(None, notices))

    def _budget_notice(self) -> TranslatableText | None:
        settings, bot = self._sources.settings.current, self._sources.bot
        has_bot = settings.bot_enabled or bot.state.condition is BotCondition.RUNNING
        is_wanted = has_bot and lacks_budget(settings) and self._sources.providers.has_paid
        return TranslatableText(BUDGET_WANTED) if is_wanted else None
