"""Whisper on this computer: a small pool of engine processes behind the `Provider` protocol."""

import logging
from collections.abc import Callable, Mapping

from core.concurrency.supervision import Supervisor
from core.domain import Segment, SpeechChunk, TranscriptionOptions, TranslatableText, Word
from core.domain.device import Device
from core.domain.errors import EngineCrashed, EngineNotInstalled, ModelCannotTranslate, OtherLanguage, ProviderError
from core.providers.answers.recording_clock import between, on_clock
from core.providers.answers.repetition import without_loops
from core.providers.on_device.engine import crash_of
from core.providers.on_device.engine_pool import EnginePool, EngineRuntime
from core.providers.on_device.model_library import ModelFiles, ModelLibrary
from core.providers.prompt import prompt_of
from core.providers.provider import Capabilities, ChunkTranscript, LanguageGuess, OfferedModel, ignore_upload
from core.system.child_process import Frame
from core.system.hardware import usable_cores

logger = logging.getLogger(__name__)

NAME = "on-device"

LONGEST_CHUNK_S = 90.0
"""faster-whisper looks for speech in a whole chunk and computes its features before the first word: an hour takes
3.3 GB and 13 s, 4 minutes 0.6 GB, 90 s hardly more than any shorter recording (measured)."""

_ENGLISH = "en"
_TIMEOUT_PER_SECOND_OF_SPEECH = 10.0
_BYTES_PER_CHILD = 1_000_000_000
"""A child with a small model takes about 600 MB; some room is left for the rest of the computer."""

_MOST_THREADS = 8
"""Beyond about so many, Whisper's short matrices keep no more threads busy."""


def default_children(cores: int, workers: int, available_bytes: int) -> int:
    """How many engines to run at once.

    Two processes with a thread each were 1.9 times as fast as one, one process with two threads only 1.1 times, so
    there is a process for each core as far as there is work and memory for it.
    """
    return max(1, min(cores, workers, available_bytes // _BYTES_PER_CHILD))


def default_threads(cores: int, children: int) -> int:
    """How many threads each of so many engines gets: its share of the cores."""
    return max(1, min(_MOST_THREADS, cores // children))


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
        self._pool = EnginePool(
            children,
            threads or default_threads(usable_cores(), children),
            idle_s=idle_s,
            runtime=runtime,
            supervisor=supervisor,
        )
        models = tuple(OfferedModel(model.name, languages=model.languages) for model in library.catalogue())
        self._capabilities = Capabilities(
            children,
            LONGEST_CHUNK_S,
            gives_words=True,
            translates_to_english=True,
            takes_vocabulary=True,
            identifies_language=True,
            models=models,
            is_installed=runtime.is_installed(),
        )

    @property
    def name(self) -> str:
        """The name that settings and cache keys use."""
        return NAME

    @property
    def capabilities(self) -> Capabilities:
        """What it can do. Not every model is on this computer; `ModelLibrary.status` tells which are."""
        return self._capabilities

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
        return (self._pool.notice,) if self._pool.notice else ()

    @property
    def engine_pids(self) -> tuple[int, ...]:
        """The process ids of the engines that are running now."""
        return self._pool.pids

    async def warm_up(self, model: str) -> None:
        """Start an engine and load the model, so that the first recording needn't wait. Raises as `transcribe`."""
        async with self._pool.engine(await self._locate(model)):
            pass

    async def identify_language(self, chunk: SpeechChunk, options: TranscriptionOptions) -> LanguageGuess | None:
        """The language spoken in the chunk. An English-only model knows no other: else `OtherLanguage`."""
        model = await self._model(options)
        if options.language is not None:
            return LanguageGuess(options.language, 1.0)
        answer = await self._ask(model, {"kind": "identify"}, chunk, _ignore)
        code = answer.header["code"]
        return LanguageGuess(code, answer.header["probability"]) if code else None

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
        model = await self._model(options)
        if options.to_english and not model.english_only and not model.translates and options.language != _ENGLISH:
            raise ModelCannotTranslate(model=model.name)
        request = {
            "kind": "transcribe",
            "language": options.language,
            "options": {
                "beam_size": options.beam_size,
                "words": options.word_timestamps,
                "vocabulary": prompt_of(options.vocabulary),
                "to_english": options.to_english,
                "temperature": options.temperature,
            },
        }
        segments: list[Segment] = []
        told_until_s = chunk.start_s

        def begin() -> None:
            segments.clear()

        def receive(frame: Frame) -> None:
            nonlocal told_until_s
            not_before = segments[-1].end_s if segments else chunk.start_s
            for segment in without_loops(_segments_of(frame, chunk, not_before)):
                segments.append(segment)
                if segment.start_s >= told_until_s:
                    told_until_s = segment.end_s
                    on_segment(segment)

        answer = await self._ask(model, request, chunk, receive, begin)
        return ChunkTranscript(without_loops(segments), answer.header["language"])

    async def close(self) -> None:
        """End all engines. No call may be running."""
        await self._pool.close()

    async def _model(self, options: TranscriptionOptions) -> ModelFiles:
        model = await self._locate(options.model)
        if model.english_only and options.language not in (None, _ENGLISH):
            raise OtherLanguage(model=model.name)
        return model

    async def _locate(self, name: str) -> ModelFiles:
        if not self._capabilities.is_installed:
            raise EngineNotInstalled
        return await self._library.locate(name)

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
            return answer


def _ignore(frame: Frame) -> None:
    """Identifying sends nothing but its answer."""


def _segments_of(frame: Frame, chunk: SpeechChunk, not_before: float) -> list[Segment]:
    """The segment in a frame, on the recording's clock, with corrected times; empty where it has no text."""
    text = str(frame.header["text"]).strip()
    if not text:
        return []
    latest = chunk.start_s + chunk.duration_s
    start_s, end_s = on_clock(frame.header["start"], frame.header["end"], chunk.start_s, not_before, latest)
    words = []
    at = start_s
    for word_start, word_end, word, probability in frame.header["words"]:
        span = on_clock(word_start, word_end, chunk.start_s, at, end_s)
        words.append(Word(*span, str(word).strip(), between(float(probability), 0.0, 1.0)))
        at = span[1]
    return [Segment(start_s, end_s, text, tuple(word for word in words if word.text))]
