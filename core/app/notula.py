"""The composition root: builds all parts, starts and stops them, and hands settings to those without a facade.

Window, bot and command line hold a `Notula` and call its facades: `jobs`, `transcripts`, `models`, `keys`, `providers`,
`own_servers`, `key_trials`, `recordings`, `recorder`, `translations`, `transcript_notes`, `playback`, `indicators`,
`settings_service`, `bot`, `bot_setup` and `bot_chats`. `Notula._start` has the order in which the parts are started;
they are stopped in the reverse order.
"""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Callable
from functools import partial

from core.app.bot_chats import BotChatList
from core.app.bot_host import BotHost
from core.app.bot_service import BotParts, BotService
from core.app.bot_setup import BotSetup
from core.app.export_folder import ExportFolder
from core.app.exports import Exports
from core.app.housekeeping import Housekeeping
from core.app.indicators import Indicators
from core.app.job_factory import JobFactory
from core.app.jobs import FinishedParts, Jobs
from core.app.key_trials import KeyTrials
from core.app.keys import Keys
from core.app.on_device_models import OnDeviceModels, on_device_provider, on_device_voices
from core.app.open_stores import open_stores
from core.app.own_servers import OwnServers
from core.app.playback import Playback
from core.app.recorder import Recorder
from core.app.recordings import Recordings
from core.app.remembered_voices import RememberedVoices
from core.app.settings import SettingsService
from core.app.sound_deletion import SoundDeletion, SoundUse
from core.app.sources import Sources
from core.app.speed_measurement import SpeedMeasurement
from core.app.status import Status, StatusSources
from core.app.transcript_deletion import TranscriptDeletion
from core.app.transcript_notes import TranscriptNotes
from core.app.transcription import MediaTools, Runtime, Transcription
from core.app.transcripts import Transcripts
from core.app.translations import Translations
from core.app.voices_file import VoicesFile
from core.app.wakefulness import Wakefulness
from core.app.watched_folders import WatchedFolders, WatchParts
from core.concurrency.lifetime import Lifetime
from core.concurrency.supervision import Supervisor, complete, end
from core.config import Folders, LoadedSettings, Settings
from core.doctor import check_up
from core.domain import Check, Snapshot
from core.domain.metrics import Metric
from core.domain.usage import UsageRow
from core.observability.redaction import Redactor
from core.observability.series import MetricSeries
from core.providers import ModelLibrary
from core.queue import JobHandling, LocalQueue, QueueClocks, QueueService, RequestLimits
from core.recording.recording_files import RecordingFiles
from core.secrets import EncryptedKeyFile
from core.system.hardware import used_memory_share
from core.system.sleep_inhibitor import SleepInhibitor, sleep_inhibitor

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
        inhibitor: SleepInhibitor | None = None,
        key_file: EncryptedKeyFile | None = None,
    ) -> None:
        """`redactor` is the one that logs go through: every key is registered with it.

        `inhibitor` keeps the computer awake while jobs run, by default as this system does it. `key_file` may have been
        opened already; without one it is that of `folders`.
        """
        if isinstance(settings, Settings):
            settings = SettingsService(LoadedSettings(settings), folders.settings_file)
        self.settings_service = settings
        self._folders = folders
        self._new_id = new_id
        self._redactor = redactor or Redactor()
        self._key_file = key_file or EncryptedKeyFile(folders.key_file)
        self._runtime = Runtime(clock, Supervisor(self._touch))
        self._lifetime = Lifetime()
        self._is_shown = False
        """Whether the queue exists, whose followers are notified of changes."""
        self._is_hurried = False
        library = ModelLibrary(folders.models)
        self.models = OnDeviceModels(library)
        supervisor = self._runtime.supervisor
        self._wakefulness = Wakefulness(inhibitor or sleep_inhibitor(), supervisor)
        self._tools = MediaTools(
            on_device_provider(library, self.settings, supervisor),
            on_device_voices(library, self.settings, supervisor),
        )
        self.speed = SpeedMeasurement(self._tools.on_device, self._tools.decoder)
        self._request_limits = RequestLimits(
            self.settings.user_requests_per_minute, self.settings.all_requests_per_minute, metrics=self._runtime.metrics
        )

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
        self._stores = await complete(
            open_stores(self._folders, self._lifetime, clock=self._runtime.clock, new_id=self._new_id)
        )
        self._tools.close_at_end(self._lifetime)
        self._start_metrics()
        await self._start_transcription()
        self._build_queue()
        self._build_facades()
        self._build_bot()
        self._build_status()
        self._lifetime.at_end("bot", self.bot.close)
        self._lifetime.at_end("exports", self._exports.stop)
        self._lifetime.at_end("queue", self._stop_queue)  # Before the bot: jobs may be reading what was sent to it.
        self._stores.history.on_change = self._touch
        self._is_shown = True
        self._follow_settings()
        await self._start_queue(resume=resume)
        if resume:  # A command that soon ends leaves the watching to others.
            self._watched_folders.start()
            self._lifetime.at_end("watched folders", self._watched_folders.stop)
        self._start_housekeeping()

    def _start_metrics(self) -> None:
        runtime = self._runtime
        self._series = MetricSeries(
            runtime.metrics, self._stores.metric_buckets, runtime.clock, supervisor=runtime.supervisor
        )
        self._lifetime.at_end("metrics", self._series.stop)  # After the queue, whose last jobs count.
        runtime.metrics.watch(Metric.MEMORY_USED, used_memory_share)

    async def _start_transcription(self) -> None:
        self.keys = Keys(self.settings_service, self._redactor, key_file=self._key_file)
        self._transcription = Transcription(self.settings_service, self._stores, self._tools, self._runtime)
        await self._transcription.start(self._lifetime, self.keys, lambda reference: self._sources.open(reference))
        self.providers = self._transcription.providers

    def _build_queue(self) -> None:
        """The queue, and the exports that follow its jobs."""
        runtime = self._runtime
        self._exports = Exports(
            lambda job: self._export_folder.write(job),
            lambda job_id, due, problem, notes: self._queue.note_export(job_id, due, problem, notes),
            supervisor=runtime.supervisor,
        )
        self._queue: QueueService = LocalQueue(
            self._stores.jobs,
            JobHandling(self._transcription.run, ended=self._exports.add, keep_text=self._stores.job_parts.keep_shown),
            workers=self.settings.workers,
            clocks=QueueClocks(runtime.clock),
            supervisor=runtime.supervisor,
            metrics=runtime.metrics,
            busy_changed=self._wakefulness.set_busy,
        )
        self._wakefulness.start()
        self._lifetime.at_end("wakefulness", self._wakefulness.stop)

    def _build_facades(self) -> None:
        """What window, bot and command line call, but for the bot's own."""
        stores, transcription = self._stores, self._transcription
        self.own_servers = OwnServers(self.settings_service, self.keys)
        self.key_trials = KeyTrials(self.settings_service, self.providers.online, self._tools.encoder, self.keys)
        self._sounds = SoundDeletion(
            SoundUse(stores.history, stores.jobs, self._queue), self._folders.recordings, self._runtime.supervisor
        )
        self._lifetime.at_end("sound deletion", self._sounds.stop)
        self.transcripts = Transcripts(
            TranscriptDeletion(stores.history, transcription.cache, self._queue, stores.maintenance, self._sounds),
            stores.history,
            transcription.cache,
            transcription.processing,
            self.providers.ready,
            self._runtime.clock,
            lambda: self.settings.subtitle_rules,
        )
        self.transcript_notes = TranscriptNotes(stores.transcript_notes, self._runtime.clock)
        self.translations = Translations(
            stores.history,
            stores.translations,
            transcription.processing,
            lambda: self.providers.llms,
            self.providers.ready,
            self._runtime.clock,
        )
        self.remembered_voices = RememberedVoices(
            VoicesFile(self._folders.voices),
            stores.history,
            self._tools.decoder,
            self._tools.voices,
            self._runtime.clock,
        )
        self.recordings = Recordings(stores.history)
        self.playback = Playback(
            self._tools.decoder, lambda reference: self._sources.open(reference), self._folders.playback
        )
        self._lifetime.at_end("playback", self.playback.close)
        factory = JobFactory(self.settings_service, self._runtime.clock, self._new_id)
        parts = FinishedParts(stores.job_parts, stores.maintenance.erase)
        self.jobs = Jobs(self._queue, self._request_limits, factory, self._exports, parts)
        self._watched_folders = WatchedFolders(
            WatchParts(
                settings=self.settings_service,
                store=stores.watched_files,
                queue=self._queue,
                factory=factory,
                names_in_use=lambda: [state.name for state in self.providers.states],
                new_id=self._new_id,
                lock_file=self._folders.watching_lock,
                changed=self._touch,
            ),
            supervisor=self._runtime.supervisor,
        )
        self.recorder = Recorder(
            RecordingFiles(self._folders.recordings, stores.instance.id, stores.instance.is_alive),
            lambda files, requester, options: self.jobs.submit(files, requester, options=options),
            self._wakefulness.set_recording,
            self._runtime.clock,
        )
        self._lifetime.at_end("recorder", self.recorder.close)
        self._export_folder = ExportFolder(self.settings_service, self.transcripts)
        self.settings_service.check_before("export_folder", self._export_folder.probe)

    def _build_bot(self) -> None:
        """The bot, switched off, and the sources of recordings, some of which are read through it."""
        host = BotHost(
            settings_service=self.settings_service,
            queue=self._queue,
            request_limits=self._request_limits,
            transcripts=self.transcripts,
            providers=self.providers,
            statistics=lambda: self._status.statistics(),
            notices=lambda: self._status.notices(),
        )
        self.bot = BotService(
            BotParts(self._stores, host, self._folders.telegram_sessions, self._runtime.clock),
            changed=self._queue.touch,
            supervisor=self._runtime.supervisor,
        )
        self._sources = Sources(self.bot, self._tools.web)
        self.bot_setup = BotSetup(self.settings_service, self.keys, self.bot, self._stores.bot_chats)
        self.bot_chats = BotChatList(self._stores, self.bot, self._runtime.clock())

    def _build_status(self) -> None:
        self.indicators = Indicators(self._series, lambda: self._queue.statistics(), self._touch)
        self._series.on_sample = self.indicators.update
        self._status = Status(
            StatusSources(
                settings=self.settings_service,
                table=self._queue,
                history=self._stores.history,
                cache=self._transcription.cache,
                metrics=self._runtime.metrics,
                supervisor=self._runtime.supervisor,
                providers=self.providers,
                budget=self._transcription.budget,
                bot=self.bot,
                database_notices=lambda: self._stores.maintenance.notices,
                readings=lambda: self.indicators.readings,
                watched_folders=self._watched_folders,
            )
        )
        self._series.start()

    async def _start_queue(self, *, resume: bool) -> None:
        """Start the workers and, with `resume`, run what a crash left unfinished: jobs and exports."""
        await self._queue.start(resume=resume)
        self._exports.start()
        if resume:
            self._sounds.start()
            for job in await self._stores.jobs.due_exports():
                self._exports.add(job)

    def _start_housekeeping(self) -> None:
        housekeeping = Housekeeping(
            {
                "older transcripts could not be indexed": self._stores.maintenance.complete_index,
                "deleted text could not be erased": self._stores.maintenance.erase_left,
                "ended recordings could not be forgotten": self._stores.ended_records.purge,
                "crash reports could not be deleted": self._stores.jobs.forget_the_dead,
                "the cache could not be cleaned up": self._transcription.forget_expired,
            }
        )
        task = self._runtime.supervisor.start("housekeeping", housekeeping.run)
        self._lifetime.at_end("housekeeping", partial(end, task))

    async def _stop_queue(self) -> None:
        await self._queue.stop(0.0 if self._is_hurried else self.settings.shutdown_grace_s)

    def snapshot(self) -> Snapshot:
        """The queue as it is now. Cheap; the same `JobView` objects come back where nothing changed."""
        return self._status.snapshot()

    @property
    def settings(self) -> Settings:
        """The settings in use."""
        return self.settings_service.current

    async def notices_told(self) -> None:
        """A person has read what `snapshot` says that damaged files have lost; it isn't said again.

        Raises `StoreError`.
        """
        await self._stores.maintenance.notices_told()
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
        self._transcription.apply_settings(settings)
        self._stores.ended_records.kept_days = settings.records_days
        self._queue.set_workers(settings.workers)
        self._queue.set_paused(settings.queue_paused)
        self._wakefulness.set_wanted(settings.stay_awake)
        self._queue.set_limits(running=settings.user_running, waiting=settings.user_waiting)
        self._request_limits.set(settings.user_requests_per_minute, settings.all_requests_per_minute)

    async def cost_today(self) -> dict[str, float]:
        """What each provider is estimated to have cost today, in US dollars. Raises `StoreError`."""
        return await self._transcription.cost_today()

    async def usage(self, month: str) -> tuple[UsageRow, ...]:
        """What was transcribed in a month, as `2026-11`, by day, provider, model and person. Raises `StoreError`."""
        return await self._transcription.usage(month)

    async def check_up(self) -> tuple[Check, ...]:
        """What works on this computer, and what to do about what doesn't."""
        return await check_up(self._folders, self.settings)
