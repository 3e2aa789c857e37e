"""A core that answers as it is told: for states of the window that a real one reaches rarely, or slowly."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from core.config import Settings
from core.config.settings_transfer import SettingsImport, read_settings, write_settings
from core.domain import (
    Check,
    HistoryEntry,
    HistoryFilter,
    HistoryPage,
    HistorySummary,
    JobId,
    ModelState,
    ModelStatus,
    NotulaError,
    Requester,
    Snapshot,
    StoredTranscript,
    Transcript,
    TranscriptId,
    TranscriptionOptions,
    TranslatableText,
)
from core.domain.capture import SavedRecording
from core.domain.errors import ModelDownloadFailed, PassphraseWrong, TextChanged
from core.domain.history import EVERYTHING
from core.domain.indicators import DashboardCharts, IndicatorReading
from core.domain.job_move import Move, MoveBefore
from core.domain.left_out import LeftOut
from core.domain.metrics import SeriesWindow
from core.domain.model import MeasuredSpeed
from core.domain.provider_offer import KeyHint, KeyList, KeyTrial, ModelOffer, ProviderOffer
from core.domain.provider_settings import ProviderSettings
from core.domain.provider_state import ProviderState
from core.domain.speakers import with_names
from core.domain.translation import TranslatedLine, Translation, TranslationService
from core.export import ExportedMany, ExportPlan, export_notices
from core.imports import ImportedTranscripts
from tests.fakes.core_bot import BotAnswers, FakeBotSide

T = TypeVar("T")


DEVICE = ProviderOffer("on-device", "on-device", (ModelOffer("base"),), takes_keys=False)
GROQ = ProviderOffer(
    "groq",
    "Groq",
    (ModelOffer("whisper-large-v3-turbo", 0.04 / 60), ModelOffer("whisper-large-v3", 0.111 / 60)),
    ("llama-3.3-70b-versatile",),
    25,
    100,
    keys_page="https://console.groq.com/keys",
)


@dataclass
class FakeNotula:
    """What the window calls of `Notula`. Every call is noted; `failures` and `gates` are by the method's name."""

    stored: dict[TranscriptId, StoredTranscript] = field(default_factory=dict)
    originals: dict[TranscriptId, Transcript] = field(default_factory=dict)
    entries: list[HistoryEntry] = field(default_factory=list)
    model_list: list[ModelStatus] = field(default_factory=list)
    checks: tuple[Check, ...] = ()
    partials: dict[JobId, StoredTranscript] = field(default_factory=dict)
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    failures: dict[str, Exception] = field(default_factory=dict)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    progress: Callable[[int, int], None] | None = None
    settings: Settings = field(default_factory=Settings)
    key_hints: list[KeyHint] = field(default_factory=list)
    key_problem: TranslatableText | None = None
    passphrase: str | None = None
    is_unlocked: bool = False
    trials: tuple[KeyTrial, ...] = ()
    states: tuple[ProviderState, ...] = ()
    tell: Callable[[], None] = lambda: None
    voices: dict[str, str] = field(default_factory=dict)
    playback: Any = None
    measured_speed: MeasuredSpeed = field(default_factory=lambda: MeasuredSpeed("tiny.en", 20.0))
    recorder: Any = field(default_factory=lambda: NothingSaved())
    translation_services: tuple[TranslationService, ...] = ()
    kept_translations: dict[tuple[TranscriptId, str], Translation] = field(default_factory=dict)
    notes: dict[TranscriptId, str] = field(default_factory=dict)
    recording_problem: TranslatableText | None = None
    """Why no transcript's recording is at hand."""
    chosen: list[HistoryFilter] = field(default_factory=list)
    """The filter of each page of the history that was asked for."""
    history_summary: HistorySummary = field(default_factory=HistorySummary)
    exported: ExportedMany | None = None
    imported: ImportedTranscripts = field(default_factory=ImportedTranscripts)
    readings: tuple[IndicatorReading, ...] = ()
    dashboard: dict[SeriesWindow, DashboardCharts] = field(default_factory=dict)
    costs: dict[str, float] = field(default_factory=dict)
    bot_answers: BotAnswers = field(default_factory=BotAnswers)
    order_before: tuple[JobId, ...] = ()
    """The order before each move; nothing where it changes nothing."""

    @property
    def transcript_notes(self) -> "FakeTranscriptNotes":
        """They note their calls with the rest."""
        return FakeTranscriptNotes(self)

    @property
    def translations(self) -> "FakeTranslations":
        """They note their calls with the rest."""
        return FakeTranslations(self)

    @property
    def recordings(self) -> "FakeRecordings":
        """They note their calls with the rest."""
        return FakeRecordings(self)

    def asked(self, name: str) -> list[tuple[Any, ...]]:
        """The arguments of every call of this method."""
        return [arguments for called, *arguments in self.calls if called == name]

    @property
    def jobs(self) -> "FakeNotula":
        """Jobs answer like the rest."""
        return self

    @property
    def settings_service(self) -> "FakeSettingsService":
        """It notes its calls with the rest."""
        return FakeSettingsService(self)

    @property
    def models(self) -> "FakeModels":
        """They note their calls with the rest."""
        return FakeModels(self)

    async def submit(
        self,
        paths: Sequence[Path],
        requester: Requester,
        *,
        options: TranscriptionOptions | None = None,
        on_left_out: Callable[[LeftOut], None],
    ) -> tuple[JobId, ...]:
        await self._called("submit", list(paths), requester, options)
        on_left_out(LeftOut(tuple(path.name for path in paths if path.suffix == ".docx")))
        return tuple(JobId(path.name) for path in paths if path.suffix != ".docx")

    async def notices_told(self) -> None:
        await self._called("notices_told")

    async def cancel(self, ids: Sequence[JobId]) -> None:
        await self._called("cancel", list(ids))

    async def retry(self, ids: Sequence[JobId]) -> None:
        await self._called("retry", list(ids))

    async def transcribe_again(
        self, ids: Sequence[JobId], requester: Requester, track: int | None = None
    ) -> tuple[JobId, ...]:
        await self._called("transcribe_again", list(ids), requester, track)
        return tuple(JobId(f"{one}-again") for one in ids)

    async def transcribe_with(
        self, ids: Sequence[JobId], requester: Requester, provider: str, model: str
    ) -> tuple[JobId, ...]:
        await self._called("transcribe_with", list(ids), requester, provider, model)
        return tuple(JobId(f"{one}-again") for one in ids)

    async def move(self, ids: Sequence[JobId], to: Move | MoveBefore) -> tuple[JobId, ...]:
        await self._called("move", list(ids), to)
        return self.order_before

    async def arrange(self, ids: Sequence[JobId]) -> None:
        await self._called("arrange", list(ids))

    async def remove(self, ids: Sequence[JobId]) -> None:
        await self._called("remove", list(ids))

    async def restore(self, ids: Sequence[JobId]) -> None:
        await self._called("restore", list(ids))

    @property
    def transcripts(self) -> "FakeNotula":
        """The history answers like the rest."""
        return self

    async def get(self, transcript_id: TranscriptId) -> StoredTranscript | None:
        await self._called("transcript", transcript_id)
        return self.stored.get(transcript_id)

    async def entry(self, transcript_id: TranscriptId) -> HistoryEntry | None:
        await self._called("entry", transcript_id)
        stored = self.stored.get(transcript_id)
        return stored.entry if stored is not None else None

    async def original(self, transcript_id: TranscriptId) -> Transcript | None:
        return self.originals.get(transcript_id)

    async def save_edits(self, before: StoredTranscript, revised: Transcript) -> StoredTranscript | None:
        """As the real one does: refused where the entry isn't what was edited."""
        await self._called("save_edits", before, revised)
        present = self.stored.get(before.entry.id)
        if present is None:
            return None
        if present.entry.edited_at != before.entry.edited_at:
            raise TextChanged
        self.originals.setdefault(before.entry.id, before.transcript)
        edited_at = (present.entry.edited_at or 1.0) + 1.0
        after = replace(present, entry=replace(present.entry, edited_at=edited_at), transcript=revised)
        self.stored[before.entry.id] = after
        return after

    async def page(
        self, search: str = "", *, limit: int = 100, offset: int = 0, chosen: HistoryFilter = EVERYTHING
    ) -> HistoryPage:
        self.chosen.append(chosen)
        await self._called("history", search, limit, offset)
        found = [entry for entry in self.entries if search.lower() in entry.name.lower()]
        return HistoryPage(tuple(found[offset : offset + limit]), len(found))

    async def rename(self, transcript_id: TranscriptId, name: str) -> str | None:
        await self._called("rename", transcript_id, name)
        stored = self.stored.get(transcript_id)
        if stored is None:
            return None
        name = name or "talk.wav"
        self.stored[transcript_id] = replace(stored, entry=replace(stored.entry, name=name))
        return name

    async def import_files(self, files: Sequence[Path]) -> ImportedTranscripts:
        await self._called("import_files", list(files))
        return self.imported

    async def summary(self) -> HistorySummary:
        await self._called("summary")
        return self.history_summary

    async def clear_cache(self) -> None:
        await self._called("clear_cache")
        self.history_summary = replace(self.history_summary, cached_bytes=0)

    async def export_many(
        self, ids: Sequence[TranscriptId], plan: ExportPlan, on_progress: Callable[[int], None]
    ) -> ExportedMany:
        """Goes on until its gate `export_many` opens, when half is done."""
        on_progress(len(ids) // 2)
        await self._called("export_many", list(ids), plan)
        return self.exported or ExportedMany(len(ids), len(ids) * len(plan.formats), plan.target)

    async def delete(self, ids: Sequence[TranscriptId]) -> None:
        await self._called("delete_transcripts", list(ids))
        self.entries = [entry for entry in self.entries if entry.id not in ids]

    async def export(self, stored: StoredTranscript, format_name: str, file: Path) -> tuple[TranslatableText, ...]:
        await self._called("export", stored, format_name, file)
        return export_notices(stored, format_name, self.settings.subtitle_rules)

    @property
    def speed(self) -> "FakeSpeed":
        """It notes its calls with the rest."""
        return FakeSpeed(self)

    @property
    def remembered_voices(self) -> "FakeVoices":
        """They note their calls with the rest."""
        return FakeVoices(self)

    async def name_speakers(self, transcript_id: TranscriptId, names: Mapping[str, str]) -> StoredTranscript | None:
        await self._called("name_speakers", transcript_id, dict(names))
        stored = self.stored.get(transcript_id)
        if stored is not None:
            stored = self.stored[transcript_id] = replace(stored, transcript=with_names(stored.transcript, names))
        return stored

    async def restore_speakers(self, before: StoredTranscript) -> StoredTranscript | None:
        await self._called("restore_speakers", before)
        self.stored[before.entry.id] = before
        return before

    async def translate(
        self, transcript_id: TranscriptId, language: str, on_progress: Callable[[float], None]
    ) -> StoredTranscript | None:
        """The text with the language before each line, once its gate `translate` opens."""
        on_progress(0.5)
        await self._called("translate", transcript_id, language)
        return self._version(transcript_id, language)

    async def summarize(
        self, transcript_id: TranscriptId, language: str, on_progress: Callable[[float], None]
    ) -> StoredTranscript | None:
        await self._called("summarize", transcript_id, language)
        return self._version(transcript_id, "summary")

    def _version(self, transcript_id: TranscriptId, kind: str) -> StoredTranscript | None:
        stored = self.stored.get(transcript_id)
        if stored is None:
            return None
        transcript = stored.transcript
        segments = tuple(replace(segment, text=f"{kind}: {segment.text}") for segment in transcript.segments)
        return replace(stored, transcript=replace(transcript, segments=segments, language=kind, model="chat"))

    async def list_models(self) -> tuple[ModelStatus, ...]:
        await self._called("models")
        return tuple(self.model_list)

    async def download_model(self, name: str, on_progress: Callable[[int, int], None]) -> None:
        """Goes on until its gate `download_model` opens; a test drives `progress` meanwhile."""
        self.progress = on_progress
        await self._called("download_model", name)
        self._set_state(name, ModelState.DOWNLOADED)

    async def add_model(self, wanted: str, name: str, on_progress: Callable[[int, int], None]) -> str:
        """Goes on until its gate `add_model` opens; the model is called as the last part of what is wanted."""
        self.progress = on_progress
        await self._called("add_model", wanted, name)
        called = name or wanted.rsplit("/", 1)[-1]
        others = [model for model in self.model_list if model.name != wanted]
        self.model_list = [*others, ModelStatus(called, False, 150_000_000, ModelState.OWN, place=wanted)]
        return called

    async def delete_model(self, name: str) -> None:
        await self._called("delete_model", name)
        self._set_state(name, ModelState.MISSING)

    async def change_settings(self, **values: Any) -> None:
        await self._called("change_settings", values)
        self._use(**values)

    async def change_service(self, name: str, service: ProviderSettings) -> None:
        await self._called("change_service", name, service)
        self._use(services={**self.settings.services, name: service})

    @property
    def own_servers(self) -> "FakeOwnServers":
        """They note their calls with the rest."""
        return FakeOwnServers(self)

    @property
    def keys(self) -> "FakeKeys":
        """They note their calls with the rest."""
        return FakeKeys(self)

    @property
    def key_trials(self) -> "FakeNotula":
        """They answer like the rest."""
        return self

    async def add_server(self, name: str, server: ProviderSettings) -> None:
        await self._called("add_server", name, server)
        self._use(services={**self.settings.services, name: server}, providers=(name, *self.order()))

    async def remove_server(self, name: str) -> None:
        await self._called("remove_server", name)
        services = {other: one for other, one in self.settings.services.items() if other != name}
        self._use(services=services, providers=tuple(other for other in self.settings.providers if other != name))

    def _use(self, **values: Any) -> None:
        """As a running Notula does, tell of the new settings with the next snapshot."""
        self.settings = self.settings.changed(**values)
        self.tell()

    @property
    def providers(self) -> "FakeNotula":
        """Whoever transcribes answers like the rest."""
        return self

    async def ready(self) -> None:
        await self._called("ready")

    def offers(self) -> tuple[ProviderOffer, ...]:
        servers = [name for name in self.settings.services if name not in ("groq", "on-device")]
        return (DEVICE, GROQ, *(ProviderOffer(name, name, is_server=True) for name in servers))

    def order(self) -> tuple[str, ...]:
        return self.settings.providers or ("on-device",)

    @property
    def bot(self) -> "FakeNotula":
        """The bot answers like the rest."""
        return self

    async def restart(self) -> None:
        await self._called("restart")

    @property
    def bot_setup(self) -> FakeBotSide:
        """It notes its calls with the rest."""
        return FakeBotSide(self)

    @property
    def bot_chats(self) -> FakeBotSide:
        """They note their calls with the rest."""
        return FakeBotSide(self)

    async def list_keys(self) -> KeyList:
        await self._called("keys")
        return KeyList(tuple(self.key_hints), self.key_problem)

    async def add_key(self, name: str, text: str, *, for_session: bool = False) -> None:
        await self._called("add_key_for_session" if for_session else "add_key", name, text)
        self.key_hints.append(KeyHint(name, text[-4:], is_for_session=for_session))
        self._use(providers=(name, *self.order()))

    async def delete_keys(self, name: str) -> None:
        await self._called("delete_keys", name)
        self.key_hints = [hint for hint in self.key_hints if hint.provider != name or hint.variable]

    async def try_provider(self, name: str) -> tuple[KeyTrial, ...]:
        await self._called("try_provider", name)
        return self.trials

    async def keep_if_taken(self, name: str, text: str, *, for_session: bool = False) -> tuple[KeyTrial, ...]:
        await self._called("keep_if_taken", name, text)
        failed = tuple(trial for trial in self.trials if trial.problem is not None)
        if not failed:
            await self.add_key(name, text, for_session=for_session)
        return failed

    async def try_server(self, name: str, service: ProviderSettings) -> tuple[KeyTrial, ...]:
        await self._called("try_server", name, service)
        return self.trials or (KeyTrial("", None, 0.1),)

    async def partial(self, job_id: JobId) -> StoredTranscript | None:
        await self._called("partial", job_id)
        return self.partials.get(job_id)

    async def export_again(self, job_ids: list[JobId]) -> None:
        await self._called("export_again", list(job_ids))

    @property
    def indicators(self) -> "FakeNotula":
        """They answer like the rest."""
        return self

    def charts(self, window: SeriesWindow) -> DashboardCharts:
        self.calls.append(("charts", window))
        return self.dashboard.get(window, DashboardCharts())

    async def cost_today(self) -> dict[str, float]:
        await self._called("cost_today")
        return self.costs

    async def check_up(self) -> tuple[Check, ...]:
        await self._called("check_up")
        return self.checks

    async def _called(self, name: str, *arguments: object) -> None:
        self.calls.append((name, *arguments))
        try:
            await asyncio.sleep(0)
            if name in self.gates:
                await self.gates[name].wait()
        except asyncio.CancelledError:
            self.cancelled.append(name)
            raise
        if name in self.failures:
            raise self.failures[name]

    def _set_state(self, name: str, state: ModelState) -> None:
        self.model_list = [
            ModelStatus(model.name, model.english_only, model.size_bytes, state) if model.name == name else model
            for model in self.model_list
        ]


@dataclass
class FakeSpeed:
    """The computer is as fast as `notula.measured_speed` says."""

    notula: FakeNotula

    async def measure(self, sample: Path, *, is_english: bool) -> MeasuredSpeed:
        await self.notula._called("measure", sample, is_english)
        return self.notula.measured_speed


class NothingSaved:
    """A recorder of which a test wants nothing else; others give it the real one, with a fake sound system."""

    async def saved(self) -> tuple[SavedRecording, ...]:
        return ()


class FakeKeys:
    """Keys that are those of a `FakeNotula`, whose methods have longer names."""

    def __init__(self, notula: FakeNotula) -> None:
        self._notula = notula
        self.list = notula.list_keys
        self.add = notula.add_key
        self.delete = notula.delete_keys

    async def is_locked(self) -> bool:
        return self._notula.passphrase is not None and not self._notula.is_unlocked

    async def unlock(self, passphrase: str) -> None:
        await self._notula._called("unlock", passphrase)
        if passphrase != self._notula.passphrase:
            raise PassphraseWrong
        self._notula.is_unlocked = True
        self._notula.key_problem = None

    async def begin_file(self, passphrase: str) -> None:
        await self._notula._called("begin_file", passphrase)
        self._notula.passphrase, self._notula.is_unlocked = passphrase, True
        self._notula.failures.pop("add_key", None)
        self._notula.key_problem = None

    async def discard_file(self) -> None:
        await self._notula._called("discard_file")
        self._notula.passphrase, self._notula.key_problem = None, None


class FakeModels:
    """The same of the models."""

    def __init__(self, notula: FakeNotula) -> None:
        self.list = notula.list_models
        self.add = notula.add_model
        self.download = notula.download_model
        self.delete = notula.delete_model


class FakeSettingsService:
    """The same of the settings."""

    def __init__(self, notula: FakeNotula) -> None:
        self.change = notula.change_settings
        self.change_service = notula.change_service
        self._notula = notula

    async def change_by(self, values_for: Callable[[Settings], Mapping[str, Any]]) -> None:
        await self._notula.change_settings(**values_for(self._notula.settings))

    async def export(self, file: Path) -> None:
        write_settings(self._notula.settings, file)

    async def read_import(self, file: Path) -> SettingsImport:
        return read_settings(file, self._notula.settings)


class FakeOwnServers:
    """The same of the owner's servers."""

    def __init__(self, notula: FakeNotula) -> None:
        self.add = notula.add_server
        self.remove = notula.remove_server


class FakeCoreThread(QObject):
    """Stands where `CoreThread` does; its Notula lives in the window's own loop."""

    published = Signal(object)
    failed = Signal(object)

    def __init__(self, notula: FakeNotula) -> None:
        super().__init__()
        self.notula = notula
        self.started = False
        self.last = Snapshot()
        self.published.connect(self._remember)
        notula.tell = self._publish_settings
        self.grace_s = 0.0
        self.hurried = 0
        self.may_close = asyncio.Event()
        self.may_close.set()

    def hurry(self) -> None:
        self.hurried += 1
        self.may_close.set()

    def _remember(self, snapshot: Snapshot) -> None:
        self.last = snapshot

    def _publish_settings(self) -> None:
        self.published.emit(replace(self.last, settings=self.notula.settings))

    def start(self) -> None:
        self.started = True

    async def call(self, ask: Callable[[FakeNotula], Coroutine[Any, Any, T]]) -> T:
        return await ask(self.notula)

    async def close(self) -> None:
        await self.may_close.wait()
        self.started = False


def download_refused() -> NotulaError:
    """What the core says where a model can't be fetched."""
    return ModelDownloadFailed(model="base")


@dataclass
class FakeVoices:
    """The voices that are remembered: those of `notula.voices`, each like the speaker of that label."""

    notula: FakeNotula

    async def names(self) -> tuple[str, ...]:
        return tuple(self.notula.voices.values())

    async def remember(self, transcript_id: TranscriptId, speaker: str, name: str) -> bool:
        await self.notula._called("remember", transcript_id, speaker, name)
        if transcript_id not in self.notula.stored:
            return False
        self.notula.voices[speaker] = name
        return True

    async def suggestions(self, transcript_id: TranscriptId) -> dict[str, str] | None:
        await self.notula._called("suggestions", transcript_id)
        return dict(self.notula.voices) if transcript_id in self.notula.stored else None

    async def forget(self, name: str) -> None:
        await self.notula._called("forget", name)

    async def forget_all(self) -> None:
        await self.notula._called("forget_all")


@dataclass
class FakeRecordings:
    """All recordings are at hand, or none is, until it is found."""

    notula: FakeNotula

    async def problem(self, stored: StoredTranscript) -> TranslatableText | None:
        await self.notula._called("recording_problem", stored.entry.location)
        return self.notula.recording_problem

    async def find(
        self, stored: StoredTranscript, place: Path, on_progress: Callable[[float], None]
    ) -> StoredTranscript | None:
        """It is there, once its gate `find_recording` opens."""
        on_progress(0.5)
        await self.notula._called("find_recording", stored.entry.id, place)
        self.notula.recording_problem = None
        return replace(stored, entry=replace(stored.entry, location=str(place)))


@dataclass
class FakeTranslations:
    """Those of `notula.kept_translations`; a new one has the language before each line."""

    notula: FakeNotula

    async def services(self) -> tuple[TranslationService, ...]:
        await self.notula._called("translation_services")
        return self.notula.translation_services

    async def find(self, transcript_id: TranscriptId, language: str) -> Translation | None:
        await self.notula._called("find_translation", transcript_id, language)
        return self.notula.kept_translations.get((transcript_id, language))

    async def translate(
        self,
        transcript_id: TranscriptId,
        language: str,
        services: Sequence[TranslationService],
        on_progress: Callable[[float], None],
    ) -> Translation | None:
        """It is there, once its gate `translate_beside` opens."""
        on_progress(0.5)
        await self.notula._called("translate_beside", transcript_id, language, tuple(services))
        stored = self.notula.stored.get(transcript_id)
        if stored is None:
            return None
        lines = tuple(TranslatedLine(one.text, f"{language}: {one.text}") for one in stored.transcript.segments)
        made = Translation(language, lines, services[0].name, services[0].model)
        self.notula.kept_translations[(transcript_id, language)] = made
        return made


@dataclass
class FakeTranscriptNotes:
    """Those of `notula.notes`."""

    notula: FakeNotula

    async def get(self, transcript_id: TranscriptId) -> str:
        await self.notula._called("get_notes", transcript_id)
        return self.notula.notes.get(transcript_id, "")

    async def save(self, transcript_id: TranscriptId, notes: str) -> bool:
        await self.notula._called("save_notes", transcript_id, notes)
        if transcript_id not in self.notula.stored:
            return False
        self.notula.notes[transcript_id] = notes
        return True
