"""Whisper on this computer: a small pool of engine processes behind the `Provider` protocol."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace

from core.concurrency.supervision import Supervisor
from core.domain import Segment, SpeechChunk, TranscriptionOptions, TranslatableText
from core.domain.device import Device
from core.domain.errors import (
    EngineCrashed,
    EngineNotInstalled,
    ModelCannotTranslate,
    ModelLacksLanguage,
    OtherLanguage,
    ProviderError,
)
from core.domain.languages import language_code, language_in_sentence
from core.domain.model import AUTOMATIC
from core.domain.provider_state import ON_DEVICE
from core.providers.on_device.engines.chunk_reading import ChunkReading, request_of
from core.providers.on_device.engines.count import default_threads
from core.providers.on_device.engines.engine import crash_of
from core.providers.on_device.engines.pool import EnginePool, EngineRuntime
from core.providers.on_device.models.automatic_model import AutomaticModels
from core.providers.on_device.models.choice import ModelChoice
from core.providers.on_device.models.files import ModelFiles
from core.providers.on_device.models.library import ModelLibrary
from core.providers.on_device.models.offered import offered_models
from core.providers.on_device.models.own.records import OwnModel
from core.providers.provider import Capabilities, ChunkTranscript, LanguageGuess, ignore_upload
from core.system.child_process import Frame
from core.system.hardware import usable_cores

logger = logging.getLogger(__name__)

NAME = ON_DEVICE

LONGEST_CHUNK_S = 90.0
"""faster-whisper looks for speech in a whole chunk and computes its features before the first word: an hour takes
3.3 GB and 13 s, 4 minutes 0.6 GB, 90 s hardly more than any shorter recording (measured)."""

_ENGLISH = "en"
_OTHER_THAN_ENGLISH = "und"
"""For a language that isn't determined (ISO 639-2)."""

_TIMEOUT_PER_SECOND_OF_SPEECH = 10.0

_NOTE_S = 10.0
"""A model for English can't tell one or two words from those of another language. In a note of up to this length the
multilingual one is asked about them; in longer ones they are no reason to load it."""


class OnDeviceProvider:
    """The provider `on-device`. Lives on one event loop.

    It computes on the graphics card where there is one that works, else, and where that fails in the middle of a
    recording, on the processor.
    """

    def __init__(
        self,
        library: ModelLibrary,
        *,
        children: int,
        idle_s: float = 300.0,
        threads: int | None = None,
        runtime: EngineRuntime | None = None,
        supervisor: Supervisor | None = None,
    ) -> None:
        """`threads` is for each child, by default its share of the cores."""
        runtime = runtime or EngineRuntime()
        self._library = library
        self._least_timeout_s = runtime.least_timeout_s
        self._clock = runtime.clock
        self._choice = ModelChoice(library)
        self._pool = EnginePool(
            children,
            threads or default_threads(usable_cores(), children),
            idle_s=idle_s,
            runtime=runtime,
            supervisor=supervisor,
        )
        self._offered: tuple[tuple[OwnModel, ...], AutomaticModels] | None = None
        self._capabilities = Capabilities(
            children,
            LONGEST_CHUNK_S,
            gives_words=True,
            translates_to_english=True,
            takes_vocabulary=True,
            identifies_language=True,
            is_installed=runtime.is_installed(),
        )

    @property
    def name(self) -> str:
        """The name that settings and cache keys use."""
        return NAME

    @property
    def capabilities(self) -> Capabilities:
        """What it can do. Not every model is on this computer; `ModelLibrary.status` tells which are."""
        known = (self._library.own_models, self.automatic)
        if known != self._offered:
            self._offered = known
            self._capabilities = replace(self._capabilities, models=offered_models(*known, self._library.catalogue()))
        return self._capabilities

    @property
    def automatic(self) -> AutomaticModels:
        """What "auto" stands for, as it was at the last `refresh`."""
        return self._choice.now

    @property
    def idle_s(self) -> float:
        """After how many seconds without work an engine is ended."""
        return self._pool.idle_s

    @idle_s.setter
    def idle_s(self, idle_s: float) -> None:
        self._pool.idle_s = idle_s

    @property
    def device(self) -> Device | None:
        """What it computes with; None before the first model was loaded."""
        return self._pool.device

    @property
    def notices(self) -> tuple[TranslatableText, ...]:
        """What the owner should be told, such as that the graphics card doesn't work."""
        card = (self._pool.notice,) if self._pool.notice else ()
        return (*card, *self._choice.notices, *self._library.notices)

    @property
    def engine_pids(self) -> tuple[int, ...]:
        """The process ids of the engines that are running now."""
        return self._pool.pids

    async def refresh(self) -> None:
        """See which models there are now, so that `capabilities` has them."""
        await self._library.refresh()
        await self._choice.refresh()

    async def warm_up(self, model: str) -> None:
        """Start an engine and load the model, so that the first recording needn't wait. Raises as `transcribe`."""
        self._require_engine()
        async with self._pool.engine(await self._library.locate(model)):
            pass

    async def identify_language(self, chunk: SpeechChunk, options: TranscriptionOptions) -> LanguageGuess | None:
        """The language spoken in the chunk. An English-only model knows no other: else `OtherLanguage`.

        With the model "auto", what doesn't sound like English everywhere to the model for it is heard by the
        multilingual one; where there is none, and nothing sounds like English, `MultilingualModelMissing` is raised.
        """
        self._require_engine()
        if options.language is not None:
            await self._model(options)
            return LanguageGuess(options.language, 1.0, is_for_all=True)
        if options.model != AUTOMATIC:
            return await self._identified(await self._model(options), chunk, is_alone=True)
        choice = self._choice.for_recording(options)
        english = await self._choice.locate(self._choice.name_for(replace(options, language=_ENGLISH)))
        try:
            guess = await self._identified(english, chunk, is_alone=not choice.others)
        except OtherLanguage as error:
            if not choice.others:
                raise self._choice.multilingual_missing() from error
            return await self._identified(await self._choice.locate(choice.others), chunk)
        is_note = chunk.index == 0 and chunk.duration_s <= _NOTE_S
        is_doubtful = is_note if guess is None else guess.probability < 1
        may_be_other = is_doubtful and english.english_only and bool(choice.others)
        if may_be_other and await self._choice.is_usable(choice.others):
            heard = await self._identified(await self._choice.locate(choice.others), chunk, is_thorough=not is_note)
            return heard if guess or (heard is not None and heard.is_rather_than(_ENGLISH)) else None
        return guess

    async def _identified(
        self, model: ModelFiles, chunk: SpeechChunk, *, is_alone: bool = False, is_thorough: bool = False
    ) -> LanguageGuess | None:
        """What a model hears, in all of the chunk where it `is_thorough`.

        `is_alone`: no other model is asked about the rest of the recording.
        """
        answer = await self._ask(model, {"kind": "identify", "thorough": is_thorough}, chunk, _ignore)
        code = language_code(answer.header["code"] or "")
        if not code:
            return None
        likely = tuple((language_code(name), share) for name, share in answer.header["likely"])
        is_for_all = is_alone and model.english_only
        probability = 1.0 if is_for_all else answer.header["probability"]
        others = tuple(map(language_code, answer.header["others"]))
        return LanguageGuess(code, probability, is_for_all=is_for_all, likely=likely, others=others)

    async def transcribe(
        self,
        chunk: SpeechChunk,
        options: TranscriptionOptions,
        on_segment: Callable[[Segment], None],
        *,
        on_uploaded: Callable[[float], None] = ignore_upload,
    ) -> ChunkTranscript:
        """The chunk's text. Without a language in the options, an English-only model makes sure that it is English.

        What `on_segment` gets is as the engine wrote it. In the result, loops that run across segments are cut too,
        and where the graphics card has failed in the middle, all of it is the processor's.
        Raises `OtherLanguage`, `EngineCrashed`, `EngineUnavailable`, `EngineNotInstalled`, `ModelCannotTranslate` and
        the model errors of `ModelLibrary.locate`.
        """
        if options.model == AUTOMATIC and options.language is None:
            options = _with(options, await self.identify_language(chunk, options))
        reading = ChunkReading(chunk, on_segment)
        transcript = await self._read(reading, chunk, options)
        is_doubtful = bool(transcript.other_language or transcript.noisy)
        if not is_doubtful or options.heard is None or options.model != AUTOMATIC:
            return transcript
        # The model for English has perhaps written what isn't English.
        others = self._choice.for_recording(options).model_for(_OTHER_THAN_ENGLISH, to_english=options.to_english)
        if others in ("", transcript.model) or not await self._choice.is_usable(others):
            return transcript
        guess = await self._identified(await self._choice.locate(others), chunk, is_thorough=True)
        if guess is None or guess.languages == (_ENGLISH,):
            return replace(transcript, other_language=(), noisy=())
        return await self._read(reading, chunk, _with(options, guess))

    async def _read(self, reading: ChunkReading, chunk: SpeechChunk, options: TranscriptionOptions) -> ChunkTranscript:
        model = await self._model(options)
        languages = {options.language, *(options.heard or ())}
        if options.to_english and not model.english_only and not model.translates and languages != {_ENGLISH}:
            raise ModelCannotTranslate(model=model.name)
        answer = await self._ask(model, request_of(options), chunk, reading.receive, reading.begin)
        return reading.transcript(answer, model.name)

    async def close(self) -> None:
        """End all engines. No call may be running."""
        await self._pool.close()

    async def _model(self, options: TranscriptionOptions) -> ModelFiles:
        self._require_engine()
        if options.model == AUTOMATIC:
            model = await self._choice.locate(self._choice.name_for(options))
        else:
            model = await self._library.locate(options.model)
        if model.english_only and options.language not in (None, _ENGLISH):
            raise OtherLanguage(model=model.name)
        if options.language and model.languages and options.language not in model.languages:
            raise ModelLacksLanguage(model=model.name, language=language_in_sentence(options.language))
        return model

    def _require_engine(self) -> None:
        """Comes before any question about models: without the engine there may be none, and they would be of no use."""
        if not self._capabilities.is_installed:
            raise EngineNotInstalled

    async def _ask(
        self,
        model: ModelFiles,
        request: Mapping[str, object],
        chunk: SpeechChunk,
        on_frame: Callable[[Frame], None],
        begin: Callable[[], None] = lambda: None,
    ) -> Frame:
        """The last frame of the answer. `begin` is called before each attempt; after a card's failure there is one."""
        timeout_s = max(self._least_timeout_s, _TIMEOUT_PER_SECOND_OF_SPEECH * chunk.duration_s)
        while True:
            begin()
            async with self._pool.engine(model) as engine:
                is_on_card = engine.device is not None and engine.device.is_graphics_card
                begun_s = self._clock()
                try:
                    answer = await engine.ask(request, chunk.data, on_frame, timeout_s)
                except EngineCrashed as error:
                    if not is_on_card:
                        raise
                    failure = crash_of(error)
                else:
                    failure = answer.fields.reason("unknown") if answer.kind == "failed" else ""
                if is_on_card and failure:
                    await self._pool.leave_card(engine, failure)
                    continue
            if answer.kind == "other-language":
                raise OtherLanguage(model=model.name)
            if answer.kind == "failed":
                logger.warning("the engine failed: %s", failure)
                raise ProviderError
            if answer.kind == "done":
                await self._choice.measure(engine.device, model.name, chunk.duration_s, self._clock() - begun_s)
            return answer


def _ignore(frame: Frame) -> None:
    """Identifying sends nothing but its answer."""


def _with(options: TranscriptionOptions, guess: LanguageGuess | None) -> TranscriptionOptions:
    """The options for what was recognised."""
    if guess is None:
        return replace(options, language=None, heard=())
    return replace(options, language=guess.code, heard=guess.languages)
