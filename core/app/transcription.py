"""The parts that make text of recordings: media tools, cache, budget, providers and pipeline, started together."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from core.app.keys import Keys
from core.app.providers import ProviderRuntime, ProviderSetup
from core.app.settings import SettingsService
from core.cache import TranscriptCache
from core.concurrency.lifetime import Lifetime
from core.concurrency.supervision import Supervisor
from core.config import Settings, lacks_budget
from core.domain import Job, SourceReference
from core.domain.usage import UsageRow
from core.media import Decoder, DecoderLimits, Encoder, HttpSources, MediaSource
from core.observability.metrics import Metrics
from core.pipeline import MediaAccess, Outcome, Pipeline, PipelineStores, Report, SpendingRules
from core.pipeline.budget import Budget
from core.pipeline.minutes import DailyMinutes
from core.processing import TranscriptProcessor
from core.providers import OnDeviceProvider, OnDeviceVoices
from core.store import Stores


@dataclass(frozen=True, slots=True)
class Runtime:
    """What parts of all subjects are given. `clock` gives seconds since the epoch."""

    clock: Callable[[], float] = time.time
    supervisor: Supervisor = field(default_factory=Supervisor)
    metrics: Metrics = field(default_factory=Metrics)


@dataclass(frozen=True, slots=True)
class MediaTools:
    """The connections and child processes that recordings are read, decoded, encoded and transcribed with."""

    on_device: OnDeviceProvider
    voices: OnDeviceVoices
    web: HttpSources = field(default_factory=HttpSources)
    decoder: Decoder = field(default_factory=Decoder)
    encoder: Encoder = field(default_factory=Encoder)

    def close_at_end(self, lifetime: Lifetime) -> None:
        """Have them closed, the on-device engine first, at the end of `lifetime`."""
        lifetime.at_end("web sources", self.web.close)
        lifetime.at_end("decoder", self.decoder.close)
        lifetime.at_end("encoder", self.encoder.close)
        lifetime.at_end("on-device engine", self.on_device.close)
        lifetime.at_end("voices", self.voices.close)


class Transcription:
    """Lives on one event loop, from `start` to the end of the lifetime given there."""

    def __init__(self, settings: SettingsService, stores: Stores, tools: MediaTools, runtime: Runtime) -> None:
        self._settings = settings
        self._stores = stores
        self._tools = tools
        self._runtime = runtime
        self.cache = TranscriptCache(stores.cached_transcripts, clock=runtime.clock, metrics=runtime.metrics)
        self.budget = Budget(stores.usage, runtime.clock, supervisor=runtime.supervisor)
        self._minutes = DailyMinutes(stores.worked_recordings, runtime.clock)

    async def start(
        self, lifetime: Lifetime, keys: Keys, open_source: Callable[[SourceReference], Awaitable[MediaSource]]
    ) -> None:
        """Read what was spent this month, then build providers and pipeline. Raises `StoreError`."""
        lifetime.at_end("usage", self.budget.stop)
        await self.budget.start()
        self.providers = ProviderSetup(
            self._settings,
            keys,
            self._tools.on_device,
            ProviderRuntime(
                may_spend=lambda: self.budget.may_spend,
                tells_voices=lambda: self._tools.voices.model is not None,
                supervisor=self._runtime.supervisor,
                metrics=self._runtime.metrics,
            ),
        )
        lifetime.at_end("providers", self.providers.close)
        stores = self._stores
        self._pipeline = Pipeline(
            MediaAccess(open_source, self._tools.decoder, self._tools.encoder, self._tools.voices),
            self.providers.router,
            SpendingRules(
                self.budget,
                allowance=self._minutes.work,
                may_cost=lambda requester: requester.is_owner or not lacks_budget(self._settings.current),
            ),
            PipelineStores(self.cache, stores.aliases, stores.history, stores.job_parts),
            self._runtime.clock,
        )
        self.processing = TranscriptProcessor(
            self.cache, lambda: self.providers.llms, free_llms=lambda: self.providers.free_llms
        )

    def apply_settings(self, settings: Settings) -> None:
        """Hand on what may change while jobs run."""
        self._tools.decoder.limits = DecoderLimits(longest_hours=settings.longest_hours)
        self.budget.monthly_budget = settings.monthly_budget
        self._minutes.most_minutes = settings.user_minutes_per_day
        self._tools.on_device.idle_s = self._tools.voices.idle_s = settings.engine_idle_minutes * 60
        self._pipeline.most_parallel_chunks = settings.chunks_at_once
        self._pipeline.shares_cache = settings.cache_shared
        self.cache.lifetime_s = self._stores.aliases.lifetime_s = settings.cache_days * 24 * 3600
        self.cache.set_bound(settings.cache_megabytes * 1_000_000)

    async def run(self, job: Job, report: Report) -> Outcome:
        """One attempt at a job: transcribe it. What follows of a text can't make its job fail."""
        await self.providers.ready()
        await self._tools.on_device.refresh()
        outcome = await self._pipeline.run(job, report)
        is_due = bool(self._settings.current.export_folder or job.options.beside)
        return replace(outcome, export_due=is_due)

    async def usage(self, month: str) -> tuple[UsageRow, ...]:
        """What was transcribed in a month, as `2026-11`, by day, provider, model and person. Raises `StoreError`."""
        await self.budget.flush()
        return await self._stores.usage.rows(month)

    async def cost_today(self) -> dict[str, float]:
        """What each provider is estimated to have cost today, in US dollars. Raises `StoreError`."""
        day = time.strftime("%Y-%m-%d", time.localtime(self._runtime.clock()))
        costs: dict[str, float] = {}
        for row in await self.usage(day[:7]):
            if row.key.day == day:
                costs[row.key.provider] = costs.get(row.key.provider, 0.0) + row.usage.cost_usd
        return costs

    async def forget_expired(self) -> None:
        """Delete what is too old to answer for a recording, from the database's log too. Raises `StoreError`."""
        if await self.cache.purge_expired() + await self._stores.aliases.purge_expired():
            await self._stores.maintenance.erase()
