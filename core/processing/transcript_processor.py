"""Makes translations and summaries of stored transcripts, each once, and caches them."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from core.cache import TranscriptCache
from core.concurrency.single_flight import Report, SingleFlight
from core.domain import CacheKey, ContentHash, Segment, StoredTranscript, Transcript
from core.domain.errors import BudgetRequired, LanguageUnknown, NoLlm, TranslatorsChanged
from core.domain.languages import language_code
from core.domain.speakers import segment_speakers, with_speakers
from core.processing import prompts
from core.processing.llm import FallbackLlm, Llm
from core.processing.summarizer import Summarizer
from core.processing.translator import NOTHING_KNOWN, TranscriptTranslator

REQUESTS_AT_ONCE = 4
"""Groq's free tier takes 30 a minute."""


class Task(StrEnum):
    """What can be made of a transcript. The values are part of cache keys."""

    TRANSLATION = "translation"
    SUMMARY = "summary"


def ignore_progress(fraction: float) -> None:
    """For callers that show no progress."""


class TranscriptProcessor:
    """Lives on one event loop.

    `llms` gives the language models as they are now, best first, and `free_llms` those of them that cost nothing.
    """

    def __init__(
        self,
        cache: TranscriptCache,
        llms: Callable[[], Sequence[Llm]],
        *,
        free_llms: Callable[[], Sequence[Llm]] = tuple,
        most_at_once: int = REQUESTS_AT_ONCE,
    ) -> None:
        self._cache = cache
        self._llms = llms
        self._free_llms = free_llms
        self._most_at_once = most_at_once
        self._single_flight = SingleFlight[Transcript]()
        self._deletions = 0

    async def translate(
        self,
        stored: StoredTranscript,
        language: str,
        on_progress: Callable[[float], None] = ignore_progress,
        *,
        only_free: bool = False,
        allowed: frozenset[tuple[str, str]] | None = None,
        known: Mapping[str, str] = NOTHING_KNOWN,
    ) -> Transcript:
        """The transcript in another language, named by its code or in English, with the same segments.

        `on_progress` gets the share that is done, 0 to 1; with `only_free` no model that costs money is used. Where
        names and models are `allowed`, no other ones are asked. Segments whose text is `known` get that translation.
        In its own language it is returned as it is. Raises `LanguageUnknown`, `NoLlm`, `TranslatorsChanged`,
        `BudgetRequired`, and other kinds of `ProviderError` where no language model could do it.
        """
        code = _code(language)
        if code == stored.transcript.language or not stored.transcript.text:
            on_progress(1.0)
            return stored.transcript
        # Who speaks is no part of what is translated, so a speaker who gets a name costs no second translation.
        speakers = segment_speakers(stored.transcript)
        nameless = with_speakers(stored.transcript, (None,) * len(speakers))
        stored = replace(stored, transcript=nameless)

        async def make(llm: FallbackLlm, report: Callable[[float], None]) -> Transcript:
            translator = TranscriptTranslator(llm, code, most_at_once=self._most_at_once)
            return await translator.translate(nameless, report, known)

        chosen = _Chosen(only_free=only_free, allowed=allowed)
        made = await self._cached_or_made(Task.TRANSLATION, stored, code, on_progress, chosen, make)
        return with_speakers(made, speakers)

    async def find_translation(self, stored: StoredTranscript, language: str) -> Transcript | None:
        """The translation as `translate` would give it, if it has been made already. Raises `LanguageUnknown`."""
        code = _code(language)
        if code == stored.transcript.language or not stored.transcript.text:
            return stored.transcript
        speakers = segment_speakers(stored.transcript)
        nameless = with_speakers(stored.transcript, (None,) * len(speakers))
        content, text_hash = stored.content_hash, _text_hash(replace(stored, transcript=nameless))
        keys = [_key(Task.TRANSLATION, content, text_hash, code, llm) for llm in self._llms()]
        found = await self._cache.find(keys, content)
        return with_speakers(found[1], speakers) if found is not None else None

    async def summarize(
        self,
        stored: StoredTranscript,
        language: str = "",
        on_progress: Callable[[float], None] = ignore_progress,
        *,
        only_free: bool = False,
    ) -> Transcript:
        """What the recording is about, as a transcript of one segment; of none where nothing was said.

        It is in the transcript's language unless another one is named. Progress and errors as with `translate`.
        """
        code = _code(language) if language else language_code(stored.transcript.language)
        if not stored.transcript.text:
            on_progress(1.0)
            return stored.transcript

        async def make(llm: FallbackLlm, report: Callable[[float], None]) -> Transcript:
            summarizer = Summarizer(llm, code, most_at_once=self._most_at_once)
            return await summarizer.summarize(stored.transcript, report)

        chosen = _Chosen(only_free=only_free)
        return await self._cached_or_made(Task.SUMMARY, stored, code, on_progress, chosen, make)

    def forget(self) -> None:
        """Something was deleted: don't cache what is being made now, as it may be of that."""
        self._deletions += 1

    async def _cached_or_made(
        self,
        task: Task,
        stored: StoredTranscript,
        language: str,
        on_progress: Callable[[float], None],
        chosen: "_Chosen",
        make: "_Make",
    ) -> Transcript:
        deletions = self._deletions
        llms = tuple(self._llms())
        if not llms:
            raise NoLlm
        content = stored.content_hash
        text_hash = _text_hash(stored)
        keys = [_key(task, content, text_hash, language, llm) for llm in llms]
        ended = self._single_flight.ended
        found = await self._cache.find(keys, content)
        if found is not None:
            on_progress(1.0)
            return found[1]
        llms = self._usable(llms, chosen)
        keys = [_key(task, content, text_hash, language, llm) for llm in llms]

        async def run(report: Report) -> Transcript:
            if ended != self._single_flight.ended:  # Another run may have made it while the cache was looked into.
                made = await self._cache.find(keys, content)
                if made is not None:
                    report.progress(1.0)
                    return made[1]
            llm = FallbackLlm(llms)
            transcript = await make(llm, report.progress)
            if deletions == self._deletions:
                key = _key(task, content, text_hash, language, llm.used[-1])
                await self._cache.put(key, content, transcript, is_derived=True)
            return transcript

        return await self._single_flight.run(keys[0], _ProgressReport(on_progress), run)

    def _usable(self, llms: tuple[Llm, ...], chosen: "_Chosen") -> tuple[Llm, ...]:
        """Those that may be asked. Raises `BudgetRequired` or `TranslatorsChanged` where there are none."""
        if chosen.only_free:
            llms = tuple(self._free_llms())
            if not llms:
                raise BudgetRequired
        if chosen.allowed is not None:
            llms = tuple(llm for llm in llms if (llm.name, llm.model) in chosen.allowed)
            if not llms:
                raise TranslatorsChanged
        return llms


_Make: TypeAlias = Callable[[FallbackLlm, Callable[[float], None]], Awaitable[Transcript]]


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Which language models may be asked: those that cost nothing, or these names with their models; None for all."""

    only_free: bool = False
    allowed: frozenset[tuple[str, str]] | None = None


class _ProgressReport:
    """A `Report` that passes on the progress alone."""

    def __init__(self, on_progress: Callable[[float], None]) -> None:
        self.progress = on_progress

    def duration(self, seconds: float) -> None:
        """Known already."""

    def segment(self, segment: Segment) -> None:
        """All come at the end."""

    def speakers_known(self, segments: tuple[Segment, ...]) -> None:
        """The text that is processed has its speakers already."""


def _code(language: str) -> str:
    code = language_code(language)
    if not code:
        raise LanguageUnknown.of(language)
    return code


def _text_hash(stored: StoredTranscript) -> str:
    """A hash of the text: another transcript of the same recording has translations of its own."""
    transcript = stored.transcript
    segments = [[segment.start_s, segment.end_s, segment.text, segment.speaker] for segment in transcript.segments]
    described = json.dumps([transcript.language, transcript.duration_s, segments])
    return hashlib.sha256(described.encode()).hexdigest()


def _key(task: Task, content: ContentHash, text_hash: str, language: str, llm: Llm) -> CacheKey:
    parts = ["processing", task, content, text_hash, language, llm.name, llm.model, prompts.VERSION]
    return CacheKey(hashlib.sha256(json.dumps(parts).encode()).hexdigest())
