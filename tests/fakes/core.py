"""A core that answers as it is told: for states of the window that a real one reaches rarely, or slowly."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from core.config import Settings
from core.domain import (
    Check,
    HistoryEntry,
    HistoryPage,
    JobId,
    ModelState,
    ModelStatus,
    NotulaError,
    Requester,
    Snapshot,
    StoredTranscript,
    TranscriptId,
    TranslatableText,
)
from core.domain.errors import ModelDownloadFailed
from core.domain.provider_offer import KeyHint, KeyList, KeyTrial, ModelOffer, ProviderOffer
from core.domain.provider_settings import ProviderSettings
from core.domain.provider_state import ProviderState

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
    trials: tuple[KeyTrial, ...] = ()
    states: tuple[ProviderState, ...] = ()
    tell: Callable[[], None] = lambda: None

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

    async def submit(self, paths: Sequence[Path], requester: Requester) -> tuple[JobId, ...]:
        await self._called("submit", list(paths), requester)
        return tuple(JobId(path.name) for path in paths)

    async def notices_told(self) -> None:
        await self._called("notices_told")

    async def cancel(self, ids: Sequence[JobId]) -> None:
        await self._called("cancel", list(ids))

    async def retry(self, ids: Sequence[JobId]) -> None:
        await self._called("retry", list(ids))

    async def transcribe_again(self, ids: Sequence[JobId], requester: Requester) -> tuple[JobId, ...]:
        await self._called("transcribe_again", list(ids), requester)
        return tuple(JobId(f"{one}-again") for one in ids)

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

    async def page(self, search: str = "", *, limit: int = 100, offset: int = 0) -> HistoryPage:
        await self._called("history", search, limit, offset)
        found = [entry for entry in self.entries if search.lower() in entry.name.lower()]
        return HistoryPage(tuple(found[offset : offset + limit]), len(found))

    async def delete(self, ids: Sequence[TranscriptId]) -> None:
        await self._called("delete_transcripts", list(ids))
        self.entries = [entry for entry in self.entries if entry.id not in ids]

    async def export(self, stored: StoredTranscript, format_name: str, file: Path) -> None:
        await self._called("export", stored, format_name, file)

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

    async def try_server(self, name: str, service: ProviderSettings) -> tuple[KeyTrial, ...]:
        await self._called("try_server", name, service)
        return self.trials or (KeyTrial("", None, 0.1),)

    async def partial(self, job_id: JobId) -> StoredTranscript | None:
        await self._called("partial", job_id)
        return self.partials.get(job_id)

    async def export_again(self, job_ids: list[JobId]) -> None:
        await self._called("export_again", list(job_ids))

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


class FakeKeys:
    """Keys that are those of a `FakeNotula`, whose methods have longer names."""

    def __init__(self, notula: FakeNotula) -> None:
        self.list = notula.list_keys
        self.add = notula.add_key
        self.delete = notula.delete_keys


class FakeModels:
    """The same of the models."""

    def __init__(self, notula: FakeNotula) -> None:
        self.list = notula.list_models
        self.download = notula.download_model
        self.delete = notula.delete_model


class FakeSettingsService:
    """The same of the settings."""

    def __init__(self, notula: FakeNotula) -> None:
        self.change = notula.change_settings
        self.change_service = notula.change_service


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
