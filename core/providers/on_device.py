"""Whisper on this computer: a small pool of warm engine processes behind the `Provider` protocol."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from core.domain import Segment, SpeechChunk, TranscriptionOptions, Word
from core.domain.errors import OtherLanguage, ProviderError
from core.process import Frame
from core.providers.clock import between, on_clock
from core.providers.engine import Engine, StartChild, start_engine_child
from core.providers.models import ModelFiles, ModelLibrary
from core.providers.provider import Capabilities, ChunkTranscript, LanguageGuess, ignore_upload
from core.providers.repetition import without_loops

logger = logging.getLogger(__name__)

NAME = "on-device"

LONGEST_CHUNK_S = 90.0
"""faster-whisper looks for speech in a whole chunk and computes its features before the first word: an hour takes
3.3 GB and 13 s, 4 minutes 0.6 GB, 90 s hardly more than any shorter recording (measured)."""

_ENGLISH = "en"
_PATIENCE_PER_SECOND_OF_SPEECH = 10.0
_BYTES_PER_CHILD = 1_000_000_000
"""A child with a small model takes about 600 MB; some room is left for the rest of the computer."""


def default_children(cores: int, workers: int, available_bytes: int) -> int:
    """How many engines to run at once.

    Two processes with a thread each were 1.9 times as fast as one, one process with two threads only 1.1 times, so
    there is a process for each core as far as there is work and memory for it.
    """
    return max(1, min(cores, workers, available_bytes // _BYTES_PER_CHILD))


class OnDeviceProvider:
    """The provider `on-device`. Lives on one event loop.

    Calls beyond `children` wait in the order in which they came. An engine is started when a call needs it, kept warm
    for the next one, replaced when that wants another model, and ended after `idle_s` seconds without work.
    """

    def __init__(
        self,
        library: ModelLibrary,
        *,
        children: int,
        idle_s: float = 300.0,
        threads: int | None = None,
        least_patience_s: float = 180.0,
        start_child: StartChild = start_engine_child,
    ) -> None:
        """`threads` is for each child, by default its share of the cores.

        An engine that is silent for `least_patience_s` and for ten times the length of its chunk counts as hung.
        """
        self._library = library
        self._children = children
        self.idle_s = idle_s
        self._threads = threads or max(1, (os.cpu_count() or 1) // children)
        self._least_patience_s = least_patience_s
        self._start_child = start_child
        self._places = asyncio.Semaphore(children)
        self._engines: set[Engine] = set()
        self._idle: dict[Engine, asyncio.Task[None]] = {}

    @property
    def name(self) -> str:
        """The name that settings and cache keys use."""
        return NAME

    @property
    def capabilities(self) -> Capabilities:
        """What it can do now."""
        return Capabilities(self._children, LONGEST_CHUNK_S, gives_words=True, identifies_language=True)

    @property
    def engine_pids(self) -> tuple[int, ...]:
        """The process ids of the engines that are running now."""
        return tuple(engine.pid for engine in self._engines)

    async def warm_up(self, model: str) -> None:
        """Start an engine and load the model, so that the first recording needn't wait. Raises as `transcribe`."""
        async with self._engine(await self._library.locate(model)):
            pass

    async def identify_language(self, chunk: SpeechChunk, options: TranscriptionOptions) -> LanguageGuess | None:
        """The language spoken in the chunk. An English-only model can only tell English: else `OtherLanguage`."""
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

        What `on_segment` gets is as the engine wrote it. In the result, loops that run across segments are cut too.
        Raises `OtherLanguage`, `EngineCrashed`, `EngineUnavailable` and the model errors of `ModelLibrary.locate`.
        """
        model = await self._model(options)
        request = {
            "kind": "transcribe",
            "language": options.language,
            "beam_size": options.beam_size,
            "words": options.word_timestamps,
        }
        segments: list[Segment] = []

        def receive(frame: Frame) -> None:
            not_before = segments[-1].end_s if segments else chunk.start_s
            for segment in without_loops(_segments_of(frame, chunk, not_before)):
                segments.append(segment)
                on_segment(segment)

        answer = await self._ask(model, request, chunk, receive)
        return ChunkTranscript(without_loops(segments), answer.header["language"])

    async def close(self) -> None:
        """End all engines. No call may be running."""
        for task in self._idle.values():
            task.cancel()
        await asyncio.gather(*self._idle.values(), return_exceptions=True)
        self._idle.clear()
        for engine in tuple(self._engines):
            await self._end(engine)

    async def _model(self, options: TranscriptionOptions) -> ModelFiles:
        model = await self._library.locate(options.model)
        if model.english_only and options.language not in (None, _ENGLISH):
            raise OtherLanguage(model=model.name)
        return model

    async def _ask(
        self, model: ModelFiles, request: Mapping[str, object], chunk: SpeechChunk, on_frame: Callable[[Frame], None]
    ) -> Frame:
        patience_s = max(self._least_patience_s, _PATIENCE_PER_SECOND_OF_SPEECH * chunk.duration_s)
        async with self._engine(model) as engine:
            answer = await engine.ask(request, chunk.data, on_frame, patience_s)
        if answer.kind == "other-language":
            raise OtherLanguage(model=model.name)
        if answer.kind == "failed":
            logger.warning("the engine failed: %s", answer.header.get("reason"))
            raise ProviderError
        return answer

    @asynccontextmanager
    async def _engine(self, model: ModelFiles) -> AsyncIterator[Engine]:
        """An engine with the model loaded, for the time of the block."""
        async with self._places:
            engine = await self._take_idle(model) or await self._start(model)
            try:
                yield engine
            finally:
                if engine.is_usable:
                    self._idle[engine] = asyncio.create_task(self._end_when_idle(engine), name="engine-idle")
                else:
                    await self._end(engine)

    async def _start(self, model: ModelFiles) -> Engine:
        engine = await Engine.start(model, self._threads, self._start_child)
        self._engines.add(engine)
        return engine

    async def _take_idle(self, model: ModelFiles) -> Engine | None:
        """A waiting engine with this model. Where there is none and the pool is full, one is ended to make room."""
        fitting = [engine for engine in self._idle if engine.model == model and engine.is_usable]
        if fitting:
            self._idle.pop(fitting[-1]).cancel()
            return fitting[-1]
        while self._idle and len(self._engines) >= self._children:
            longest_idle = next(iter(self._idle))
            self._idle.pop(longest_idle).cancel()
            await self._end(longest_idle)
        return None

    async def _end_when_idle(self, engine: Engine) -> None:
        await asyncio.sleep(self.idle_s)
        del self._idle[engine]
        await self._end(engine)

    async def _end(self, engine: Engine) -> None:
        await engine.stop()
        self._engines.discard(engine)


def _ignore(frame: Frame) -> None:
    """Identifying sends nothing but its answer."""


def _segments_of(frame: Frame, chunk: SpeechChunk, not_before: float) -> list[Segment]:
    """The segment in a frame, on the recording's clock, with its times put right; none where it has no text."""
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
