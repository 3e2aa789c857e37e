"""The application that the bot runs in, as the bot sees it. `core.app.bot_host.BotHost` is the implementation."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from core.bot.files.mtproto.session_store import SecretStore
from core.config import Settings
from core.domain import QueueStatistics, Requester, StoredTranscript, TranscriptId, TranslatableText
from core.domain.provider_offer import ProviderOffer
from core.domain.provider_state import ProviderState
from core.queue import Queue


class Transcripts(Protocol):
    """Finished transcripts. All methods raise `StoreError`."""

    async def get(self, transcript_id: TranscriptId) -> StoredTranscript | None:
        """A transcript, None where it was deleted."""

    async def delete(self, transcript_ids: Sequence[TranscriptId]) -> None:
        """Delete transcripts for good, with what is cached of them."""

    async def name_speakers(self, transcript_id: TranscriptId, names: Mapping[str, str]) -> StoredTranscript | None:
        """Give speakers other names, by their present ones; None where it was deleted. Raises `SpeakersError`."""

    async def translate(
        self, transcript_id: TranscriptId, language: str, on_progress: Callable[[float], None], *, only_free: bool
    ) -> StoredTranscript | None:
        """A transcript in another language (ISO 639-1 code, or its English name), None where it was deleted.

        `on_progress` gets a fraction, 0 to 1. With `only_free` no provider that costs money is asked. Raises
        `ProviderError`.
        """

    async def find_translation(self, transcript_id: TranscriptId, language: str) -> StoredTranscript | None:
        """What `translate` would give, None where that isn't made yet. Raises `LanguageUnknown`."""

    async def summarize(
        self, transcript_id: TranscriptId, language: str, on_progress: Callable[[float], None], *, only_free: bool
    ) -> StoredTranscript | None:
        """A summary, in the recording's own language where `language` is empty; otherwise as `translate`."""


class Providers(Protocol):
    """The transcription providers."""

    @property
    def states(self) -> tuple[ProviderState, ...]:
        """The providers in use, in the order in which they are tried."""

    async def ready(self) -> None:
        """Return once `states` are those of the present settings. Raises `InternalError`."""

    def offers(self) -> tuple[ProviderOffer, ...]:
        """Every provider that can be chosen, with its models."""


class Keys(Protocol):
    """Keys and tokens."""

    @property
    def store(self) -> SecretStore:
        """Where keys and sessions are kept."""

    async def secrets(self, name: str) -> tuple[str, ...]:
        """All secrets of this name in the profile in use. Raises `KeysError`."""


class Host(Protocol):
    """A running Notula."""

    @property
    def queue(self) -> Queue:
        """Where jobs are submitted and followed."""

    @property
    def transcripts(self) -> Transcripts:
        """What finished jobs have led to."""

    @property
    def keys(self) -> Keys:
        """The owner's keys."""

    @property
    def providers(self) -> Providers:
        """Who transcribes."""

    @property
    def settings(self) -> Settings:
        """The settings in use."""

    async def change_settings(self, **values: Any) -> None:
        """Use these values and save them. Raises `SettingsError` and its children; then nothing is changed."""

    async def claim(self, user_id: int) -> bool:
        """Make this person the owner unless there is one, and return whether they are. Raises as `change_settings`."""

    async def admit(self, requester: Requester, *, waited_s: float = 0.0) -> None:
        """Count one request, sent `waited_s` seconds ago. Raises `TooManyRequests`."""

    def statistics(self) -> QueueStatistics:
        """How many jobs are in each state, and how busy the workers are."""

    def notices(self) -> tuple[TranslatableText, ...]:
        """What the owner should know of, such as a part that has failed."""
