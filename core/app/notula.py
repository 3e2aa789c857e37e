"""The composition root: builds all parts, starts and stops them, and hands settings to those without a facade.

Window, bot and command line hold a `Notula` and call its facades: `jobs`, `transcripts`, `models`, `keys`, `providers`,
`own_servers`, `key_trials`, `settings_service` and `bot`. It is longer than other files because it alone knows all
parts, whose order of starting and stopping is to be read in one place.
"""

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from core.app.bot_host import BotHost
from core.app.bot_service import BotService
from core.app.export_folder import ExportFolder
from core.app.exports import Exports
from core.app.housekeeping import Housekeeping
from core.app.job_factory import JobFactory
from core.app.jobs import FinishedParts, Jobs
from core.app.key_trials import KeyTrials
from core.app.keys import Keys
from core.app.on_device_models import OnDeviceModels, on_device_provider
from core.app.own_servers import OwnServers
from core.app.providers import ProviderSetup
from core.app.settings import SettingsService
from core.app.sources import Sources
from core.app.status import Status, StatusSources
from core.app.transcripts import Transcripts
from core.cache import TranscriptCache
from core.concurrency.lifetime import Lifetime
from core.concurrency.supervision import Supervisor, complete, end
from core.config import Folders, LoadedSettings, Settings, lacks_budget
from core.doctor import check_up
from core.domain import (
    Check,
    Job,
    Snapshot,
)
from core.domain.metrics import Metric, SeriesPoint, SeriesWindow
from core.domain.usage import UsageRow
from core.media import Decoder, DecoderLimits, Encoder, HttpSources
from core.observability.metrics import Metrics
from core.observability.redaction import Redactor
from core.observability.series import MetricSeries
from core.pipeline import MediaAccess, Outcome, Pipeline, PipelineStores, Report, SpendingRules
from core.pipeline.budget import Budget
from core.pipeline.minutes import DailyMinutes
from core.processing import TranscriptProcessor
from core.providers import (
    ModelLibrary,
)
from core.queue import JobHandling, LocalQueue, QueueClocks, QueueService, RequestLimits
from core.store.sqlite import Database, Instance, sqlite_stores
from core.store.sqlite.health import store_error
from core.system.private_files import close_to_others

logger = logging.getLogger(__name__)

TICK_S = 0.5
"""While a job runs its elapsed time changes, so panels are updated at least this often."""


class Notula:
    """One running Notula. Everything but `snapshot` is a coroutine of the loop that `start` ran on."""

    def __init__(
        self,
        settings: SettingsService | Settings,
        folders: Folders,
        *,
        redactor: Redactor | None = None,
        clock: Callable[[], float] = time.time,
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        """`redactor` is the one that logs go through: every key is registered with it."""
        if isinstance(settings, Settings):
            settings = SettingsService(LoadedSettings(settings), folders.settings_file)
        self.settings_service = settings
        self._folders = folders
        self._clock = clock
        self._new_id = new_id
        self._supervisor = Supervisor(self._touch)
        self._metrics = Metrics()
        self._lifetime = Lifetime()
        self._is_shown = False
        """Whether the queue exists, whose followers are notified of changes."""
        self._is_hurried = False
        self._instance = Instance(folders.instances, new_id)
        library = ModelLibrary(folders.models)
        self.models = OnDeviceModels(library)
        self._decoder = Decoder()
        self._encoder = Encoder()
        self._web = HttpSources()
        self._request_limits = RequestLimits(
            self.settings.user_requests_per_minute, self.settings.all_requests_per_minute, metrics=self._metrics
        )
        self._provider = on_device_provider(library, self.settings, self._supervisor)
        self._redactor = redactor or Redactor()

    async def start(self, *, resume: bool = True) -> None:
        """Open the database, start the workers and, with `resume`, run what a crash left unfinished.

        To be called once. Raises `StoreError` where the data folder can't be used. Where it fails or is cancelled,
        nothing that it has started stays.
        """
        await self._lifetime.open(partial(self._start, resume=resume))

    async def stop(self) -> None:
        """Stop the workers, keep unfinished jobs for the next start, close everything.

        Running jobs get the seconds of `shutdown_grace_s`, unless `hurry` is called. It is carried out to its end
        whatever a part raises, which is raised afterwards; a second call waits for the first.
        """
        await self._lifetime.close()

    def hurry(self) -> None:
        """Let `stop` wait for no running job any more."""
        self._is_hurried = True
        if self._is_shown:
            self._queue.hurry()

    async def _start(self, *, resume: bool) -> None:
        """Each part with what ends it; they are ended in the opposite order."""
        at_end = self._lifetime.at_end
        await complete(self._open_store())
        for name, close in (
            ("web sources", self._web.close),
            ("decoder", self._decoder.close),
            ("encoder", self._encoder.close),
            ("on-device engine", self._provider.close),
        ):
            at_end(name, close)
        self._stores = stores = sqlite_stores(self._database, self._folders.database, self._instance, self._clock)
        self._history = stores.history
        self._parts = stores.job_parts
        self._cache = TranscriptCache(stores.cached_transcripts, clock=self._clock, metrics=self._metrics)
        self._aliases = stores.aliases
        self._ended = stores.ended_records
        self._usage = stores.usage
        self._series = MetricSeries(self._metrics, stores.metric_buckets, self._clock, supervisor=self._supervisor)
        at_end("metrics", self._series.stop)  # After the queue, whose last jobs count.
        self._series.start()
        self._budget = Budget(self._usage, self._clock, supervisor=self._supervisor)
        at_end("usage", self._budget.stop)
        await self._budget.start()
        self._minutes = DailyMinutes(stores.worked_recordings, self._clock)
        self.keys = Keys(self.settings_service, self._redactor)
        self.providers = ProviderSetup(
            self.settings_service,
            self.keys,
            self._provider,
            may_spend=lambda: self._budget.may_spend,
            supervisor=self._supervisor,
            metrics=self._metrics,
        )
        at_end("providers", self.providers.close)
        self.own_servers = OwnServers(self.settings_service, self.keys)
        self.key_trials = KeyTrials(self.settings_service, self.providers.online, self._encoder)
        self._pipeline = Pipeline(
            MediaAccess(lambda reference: self._sources.open(reference), self._decoder, self._encoder),
            self.providers.router,
            SpendingRules(
                self._budget,
                allowance=self._minutes.work,
                may_cost=lambda requester: requester.is_owner or not lacks_budget(self.settings),
            ),
            PipelineStores(self._cache, self._aliases, self._history, self._parts),
            self._clock,
        )
        processing = TranscriptProcessor(
            self._cache, lambda: self.providers.llms, free_llms=lambda: self.providers.free_llms
        )
        journal = stores.jobs
        self._exports = Exports(
            lambda transcript_id: self._export_folder.write(transcript_id),
            lambda job_id, due, problem: self._queue.note_export(job_id, due, problem),
            supervisor=self._supervisor,
        )
        self._queue: QueueService = LocalQueue(
            journal,
            JobHandling(self._run, ended=self._exports.add, keep_text=self._parts.keep_shown),
            workers=self.settings.workers,
            clocks=QueueClocks(self._clock),
            supervisor=self._supervisor,
            metrics=self._metrics,
        )
        self.transcripts = Transcripts(
            self._database, self._history, self._cache, self._queue, processing, self.providers.ready
        )
        factory = JobFactory(self.settings_service, self._clock, self._new_id)
        parts = FinishedParts(self._parts, self._database.erase)
        self.jobs = Jobs(self._queue, self._request_limits, factory, self._exports, parts)
        self._export_folder = ExportFolder(self.settings_service, self.transcripts)
        self.settings_service.check_before("export_folder", self._export_folder.probe)
        host = BotHost(
            settings_service=self.settings_service,
            queue=self._queue,
            request_limits=self._request_limits,
            transcripts=self.transcripts,
            providers=self.providers,
            statistics=lambda: self._status.statistics(),
            notices=lambda: self._status.notices(),
        )
        sessions = self._folders.telegram_sessions
        self.bot = BotService(
            self._stores,
            host,
            sessions,
            clock=self._clock,
            changed=self._queue.touch,
            supervisor=self._supervisor,
        )
        self._sources = Sources(self.bot, self._web)
        self._status = Status(
            StatusSources(
                settings=self.settings_service,
                table=self._queue,
                history=self._history,
                cache=self._cache,
                metrics=self._metrics,
                supervisor=self._supervisor,
                providers=self.providers,
                budget=self._budget,
                bot=self.bot,
                database_notices=lambda: self._database.notices,
            )
        )
        at_end("bot", self.bot.close)
        at_end("exports", self._exports.stop)
        at_end("queue", self._stop_queue)  # Before the bot: jobs may be reading what was sent to it.
        self._history.on_change = self._touch
        self._is_shown = True
        self._follow_settings()
        await self._queue.start(resume=resume)
        self._exports.start()
        if resume:
            for job in await journal.due_exports():
                self._exports.add(job)
        housekeeping = Housekeeping(
            {
                "deleted text could not be erased": self._database.erase_left,
                "ended recordings could not be forgotten": self._ended.purge,
                "crash reports could not be deleted": journal.forget_the_dead,
                "the cache could not be cleaned up": self._forget_expired,
            }
        )
        at_end("housekeeping", partial(end, self._supervisor.start("housekeeping", housekeeping.run)))

    async def _open_store(self) -> None:
        self._database = await Database.open(self._folders.database)
        self._lifetime.at_end("database", self._database.close)
        self._lifetime.at_end("instance", partial(asyncio.to_thread, self._instance.leave))
        await asyncio.to_thread(close_to_others, self._folders.all)
        try:
            await asyncio.to_thread(self._instance.announce)
        except OSError as error:
            raise store_error(error, self._folders.data) from error

    async def _stop_queue(self) -> None:
        await self._queue.stop(0.0 if self._is_hurried else self.settings.shutdown_grace_s)

    def snapshot(self) -> Snapshot:
        """The queue as it is now. Cheap; the same `JobView` objects come back where nothing changed."""
        return self._status.snapshot()

    @property
    def settings(self) -> Settings:
        """The settings in use."""
        return self.settings_service.current

    def series(self, metric: Metric, window: SeriesWindow, label: str | None = None) -> tuple[SeriesPoint, ...]:
        """A metric over the last 15 minutes, hour or day, oldest point first; of one label, or of all together."""
        return self._series.series(metric, window, label)

    async def notices_told(self) -> None:
        """A person has read what `snapshot` says that damaged files have lost; it isn't said again.

        Raises `StoreError`.
        """
        await self._database.notices_told()
        self._touch()

    def _touch(self) -> None:
        """Something that is shown has changed."""
        if self._is_shown:
            self._queue.touch()

    async def wait_for_change(self) -> None:
        """Return as soon as the snapshot differs from the last one taken, or a running job's clock has ticked."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TICK_S if self._queue.is_busy else None):
                await self._queue.wait_for_change()

    def _follow_settings(self) -> None:
        """Hand on what may change while jobs run."""
        self.providers.follow_settings()
        self.bot.follow_settings()
        self.settings_service.follow(self._apply_settings)
        self.settings_service.follow(lambda _: self._touch())
        self.settings_service.follow(lambda _: self._exports.retry(), "export_folder", "export_formats")

    def _apply_settings(self, settings: Settings) -> None:
        self._decoder.limits = DecoderLimits(longest_hours=settings.longest_hours)
        self._budget.monthly_budget = settings.monthly_budget
        self._minutes.most_minutes = settings.user_minutes_per_day
        self._provider.idle_s = settings.engine_idle_minutes * 60
        self._pipeline.most_parallel_chunks = settings.chunks_at_once
        self._pipeline.shares_cache = settings.cache_shared
        self._cache.lifetime_s = self._aliases.lifetime_s = settings.cache_days * 24 * 3600
        self._ended.kept_days = settings.records_days
        self._cache.set_bound(settings.cache_megabytes * 1_000_000)
        self._queue.set_workers(settings.workers)
        self._queue.set_limits(running=settings.user_running, waiting=settings.user_waiting)
        self._request_limits.set(settings.user_requests_per_minute, settings.all_requests_per_minute)

    async def usage(self, month: str) -> tuple[UsageRow, ...]:
        """What was transcribed in a month, as `2026-11`, by day, provider, model and person. Raises `StoreError`."""
        await self._budget.flush()
        return await self._usage.rows(month)

    async def check_up(self) -> tuple[Check, ...]:
        """What works on this computer, and what to do about what doesn't."""
        return await check_up(self._folders, self.settings)

    async def _run(self, job: Job, report: Report) -> Outcome:
        """One attempt at a job: transcribe it. What follows of a text can't make its job fail."""
        await self.providers.ready()
        outcome = await self._pipeline.run(job, report)
        return replace(outcome, export_due=bool(self.settings.export_folder))

    async def _forget_expired(self) -> None:
        """Delete what is too old to answer for a recording, from the database's log too."""
        if await self._cache.purge_expired() + await self._aliases.purge_expired():
            await self._database.erase()
