"""Translations beside the text that is edited: who would make them, those that there are, and new ones."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from core.domain import StoredTranscript, Transcript, TranscriptId
from core.domain.languages import language_code
from core.domain.translation import TranslatedLine, Translation, TranslationService
from core.processing import TranscriptProcessor
from core.providers import UpstreamLlm
from core.store import History, TranslationStore


class Translations:
    """`ready` is awaited before each request. `clock` gives seconds since the epoch."""

    def __init__(
        self,
        history: History,
        store: TranslationStore,
        processing: TranscriptProcessor,
        llms: Callable[[], Sequence[UpstreamLlm]],
        ready: Callable[[], Awaitable[None]],
        clock: Callable[[], float],
    ) -> None:
        self._history = history
        self._store = store
        self._processing = processing
        self._llms = llms
        self._ready = ready
        self._clock = clock

    async def services(self) -> tuple[TranslationService, ...]:
        """Who would be sent the text, in the order in which they are asked; empty where nobody is set up."""
        await self._ready()
        return tuple(TranslationService(llm.name, llm.title, llm.model) for llm in self._llms())

    async def find(self, transcript_id: TranscriptId, language: str) -> Translation | None:
        """The translation that was made last, also of an earlier text; None where there is none. Nothing is sent.

        Raises `LanguageUnknown` and `StoreError`.
        """
        await self._ready()
        kept = await self._store.get(transcript_id, language_code(language))
        if kept is not None:
            return kept
        stored = await self._history.get(transcript_id)
        found = await self._processing.find_translation(stored, language) if stored is not None else None
        return await self._kept(stored, found) if stored is not None and found is not None else None

    async def translate(
        self,
        transcript_id: TranscriptId,
        language: str,
        services: Sequence[TranslationService],
        on_progress: Callable[[float], None],
    ) -> Translation | None:
        """Translate what isn't translated yet, and keep it with the transcript; None where that was deleted.

        The text goes to nobody but these services, which the person was told. `on_progress` gets the share that is
        done, 0 to 1. Raises `TranslatorsChanged` where none of them is set up any more, and `ProviderError`.
        """
        await self._ready()
        stored = await self._history.get(transcript_id)
        if stored is None:
            return None
        before = await self._store.get(transcript_id, language_code(language))
        known: Mapping[str, str] = {line.source: line.text for line in before.lines} if before is not None else {}
        allowed = frozenset((service.name, service.model) for service in services)
        made = await self._processing.translate(stored, language, on_progress, allowed=allowed, known=known)
        return await self._kept(stored, made)

    async def _kept(self, stored: StoredTranscript, made: Transcript) -> Translation | None:
        """What was made of this transcript, once it is kept; None where the transcript was deleted meanwhile."""
        lines = tuple(
            TranslatedLine(before.text, after.text)
            for before, after in zip(stored.transcript.segments, made.segments, strict=True)
        )
        translation = Translation(made.language, lines, made.provider, made.model)
        is_kept = await self._store.keep(stored.entry.id, translation, self._clock())
        return translation if is_kept else None
