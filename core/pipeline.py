"""The whole way of a job: cache, fetch, split, optimize, transcribe, stitch, save. Read it and you know the program."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from core.cache import TranscriptCache
from core.domain import (
    AudioFormat,
    CacheKey,
    ContentHash,
    Job,
    NotulaError,
    Segment,
    SourceReference,
    SpeechChunk,
    Transcript,
    TranscriptId,
    TranscriptionOptions,
)
from core.domain.identity import content_named
from core.flight import Flights, Report
from core.media import (
    Decoder,
    Decoding,
    Encoder,
    HashedSource,
    MediaInfo,
    MediaSource,
    SplitPlan,
    choose_encoding,
    longest_chunk_s,
    original_format,
    passes_through,
    read_all,
    split,
)
from core.progress import Progress
from core.providers import ChunkTranscript, Provider
from core.retry import RetryPolicy
from core.stitch import Stitcher
from core.store import History, IdentityAliases
from core.uplink import Uplink

__all__ = ["Outcome", "Pipeline", "Report"]

logger = logging.getLogger(__name__)

T = TypeVar("T")

_MOST_DECODED_CHUNKS = 2
"""How many chunks of a recording wait for the encoder; a minute of decoded speech takes 2 MB."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job."""

    transcript_id: TranscriptId
    from_cache: bool


@dataclass(frozen=True, slots=True)
class _Made:
    """A transcript that was made just now, and of which content."""

    transcript: Transcript
    content: ContentHash


class Pipeline:
    """Takes one recording from its bytes to a transcript in the history.

    `open_source` finds the bytes of a job; `clock` gives seconds since the epoch. The attributes may be changed while
    jobs run.
    """

    def __init__(
        self,
        *,
        open_source: Callable[[SourceReference], Awaitable[MediaSource]],
        decoder: Decoder,
        encoder: Encoder,
        provider: Provider,
        cache: TranscriptCache,
        aliases: IdentityAliases,
        history: History,
        clock: Callable[[], float],
        retry: RetryPolicy | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._open_source = open_source
        self._decoder = decoder
        self._encoder = encoder
        self._provider = provider
        self._cache = cache
        self._aliases = aliases
        self._history = history
        self._clock = clock
        self._retry = retry or RetryPolicy()
        self._pause = pause
        self._flights = Flights[_Made]()
        self._uplink = Uplink()
        self.most_parallel_chunks = 8
        """How many chunks of one recording are transcribed at once, where the provider takes as many."""
        self.shares_cache = True
        """Whether a person gets what was made for another one: a quick answer tells that somebody had the recording."""

    async def run(self, job: Job, report: Report) -> Outcome:
        """Transcribe a job's recording. Raises `NotulaError` and its children."""
        content = await self._identify(job.source)
        key = self._key(job, content)
        transcript = await self._cache.get(key, content)
        from_cache = transcript is not None
        if transcript is None:
            made = await self._flights.join(key, report, partial(self._make, job, content))
            transcript, content = made.transcript, made.content
        report.duration(transcript.duration_s)
        key = self._key(job, content)
        transcript_id = await self._history.save(job.source, key, content, transcript, self._clock())
        return Outcome(transcript_id, from_cache)

    async def _identify(self, reference: SourceReference) -> ContentHash:
        """Which content this is. Of a source with an identity nothing is fetched for that."""
        source = await self._open_source(reference)
        try:
            if source.identity is None:
                return await source.content_hash()
            return await self._aliases.content_of(source.identity) or content_named(source.identity)
        finally:
            await source.close()

    async def _make(self, job: Job, content: ContentHash, report: Report) -> "_Made":
        """Transcribe, and keep the transcript for whoever comes with the same content."""
        source = HashedSource(await self._open_source(job.source))
        try:
            transcript = await self._transcribe(job, source, report)
        finally:
            await source.close()
        if source.identity is not None:
            content = source.content or content
            await self._aliases.remember(source.identity, content)
        await self._cache.put(self._key(job, content), content, transcript)
        return _Made(transcript, content)

    async def _transcribe(self, job: Job, source: HashedSource, report: Report) -> Transcript:
        async with self._decoder.decode(source) as decoding:
            original = self._original_format(decoding.info)
            if original is None:
                return await self._transcribe_speech(decoding, job.options, report)
        return await self._transcribe_original(job, source, original, decoding.info.duration_s or 0.0, report)

    def _original_format(self, info: MediaInfo) -> AudioFormat | None:
        """The recording's own format, where the provider takes it as it is."""
        capabilities = self._provider.capabilities
        if capabilities.upload is None or not passes_through(info, capabilities.upload, capabilities.longest_chunk_s):
            return None
        return original_format(info)

    async def _transcribe_original(
        self, job: Job, source: HashedSource, original: AudioFormat, duration_s: float, report: Report
    ) -> Transcript:
        """Send the file untouched. Its hash is known before: somebody may have sent the same under another name."""
        data = await read_all(source)
        if source.identity is not None and source.content is not None:
            transcript = await self._cache.get(self._key(job, source.content), source.content)
            if transcript is not None:
                return transcript
        progress = Progress(report, duration_s)
        stitcher = Stitcher(report.segment, keep_words=job.options.word_timestamps)
        chunk = SpeechChunk(0, 0.0, duration_s, data, original)
        language = await self._transcribe_chunk(chunk, job.options, stitcher, progress)
        return self._transcript(stitcher, job.options, language, duration_s)

    async def _transcribe_speech(self, decoding: Decoding, options: TranscriptionOptions, report: Report) -> Transcript:
        """Decode, split, encode, transcribe and stitch side by side; only a few chunks are in memory at a time."""
        if self._provider.capabilities.upload is not None:
            self._encoder.warm_up()
        progress = Progress(report, decoding.info.duration_s)
        stitcher = Stitcher(report.segment, keep_words=options.word_timestamps)
        language = await self._transcribe_chunks(decoding, options, stitcher, progress)
        return self._transcript(stitcher, options, language, progress.decoded_s)

    def _plan(self, duration_s: float | None) -> tuple[int, SplitPlan]:
        """How many chunks are transcribed at once, and how long they should be."""
        capabilities = self._provider.capabilities
        parallel = max(1, min(capabilities.parallel_chunks, self.most_parallel_chunks))
        longest_s = capabilities.longest_chunk_s
        if capabilities.upload is not None:
            longest_s = min(longest_s, longest_chunk_s(capabilities.upload))
        return parallel, SplitPlan.for_recording(duration_s, parallel, longest_s)

    async def _transcribe_chunks(
        self, decoding: Decoding, options: TranscriptionOptions, stitcher: Stitcher, progress: Progress
    ) -> str | None:
        """Transcribe several chunks at once and return the language that is spoken, None where nobody speaks."""
        parallel, plan = self._plan(decoding.info.duration_s)
        free = asyncio.Semaphore(parallel)
        decoded = asyncio.Semaphore(_MOST_DECODED_CHUNKS)
        languages: list[str] = []

        async def transcribe(chunk: SpeechChunk, options: TranscriptionOptions) -> None:
            chunk = await self._encoded(chunk, decoding.info)
            decoded.release()
            languages.append(await self._transcribe_chunk(chunk, options, stitcher, progress))
            free.release()

        try:
            async with aclosing(split(decoding, plan)) as chunks, asyncio.TaskGroup() as running:
                async for chunk in chunks:
                    progress.decoded(chunk)
                    await free.acquire()
                    await decoded.acquire()
                    if options.language is None:  # The first chunk with speech in it tells the language for all.
                        identify = partial(self._provider.identify_language, chunk, options)
                        guess = await self._try(identify, "identifying the language")
                        options = replace(options, language=guess.code if guess else None)
                    running.create_task(transcribe(chunk, options))
        except BaseExceptionGroup as failures:
            # Whichever chunk failed first decides; the group has cancelled the others.
            raise failures.exceptions[0] from failures
        return options.language or next(filter(None, languages), None)

    async def _encoded(self, chunk: SpeechChunk, original: MediaInfo) -> SpeechChunk:
        """The chunk as the provider takes it."""
        upload = self._provider.capabilities.upload
        if upload is None:
            return chunk
        encoding = choose_encoding(
            chunk.duration_s, upload, link_bytes_per_s=self._uplink.bytes_per_s, original_bps=original.bits_per_s
        )
        return await self._encoder.encode(chunk, encoding)

    async def _transcribe_chunk(
        self, chunk: SpeechChunk, options: TranscriptionOptions, stitcher: Stitcher, progress: Progress
    ) -> str:
        """Transcribe one chunk and return its language. After a transient error that one is tried again, alone."""
        if chunk.overlap_before_s or chunk.overlap_after_s:  # What is shared is joined at a word.
            options = replace(options, word_timestamps=True)

        def found(segment: Segment) -> None:
            stitcher.add(chunk, segment)
            progress.reached(chunk, segment.end_s)

        async def transcribe() -> ChunkTranscript:
            stitcher.begin(chunk)
            uploaded = self._uplink.watch(len(chunk.data))
            return await self._provider.transcribe(chunk, options, found, on_uploaded=uploaded)

        transcribed = await self._try(transcribe, f"chunk {chunk.index}")
        stitcher.finish(chunk, transcribed.segments)
        progress.reached(chunk, chunk.end_s)
        return transcribed.language

    async def _try(self, call: Callable[[], Awaitable[T]], what: str) -> T:
        """Ask the provider, and again after transient errors. What still fails is not tried again by the queue."""
        attempt = 0
        while True:
            attempt += 1
            try:
                return await call()
            except NotulaError as error:
                logger.info("%s, attempt %d: %s", what, attempt, type(error).__name__)
                delay_s = self._retry.delay_s(error, attempt)
                if delay_s is None:
                    error.is_exhausted = True
                    raise
            await self._pause(delay_s)

    def _transcript(
        self, stitcher: Stitcher, options: TranscriptionOptions, language: str | None, duration_s: float
    ) -> Transcript:
        return Transcript(
            stitcher.segments, language or "", duration_s, provider=self._provider.name, model=options.model
        )

    def _key(self, job: Job, content: ContentHash) -> CacheKey:
        scope = "" if self.shares_cache else f"{job.requester.channel}:{job.requester.user}"
        return job.options.cache_key(content, scope)
