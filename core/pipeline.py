"""The whole way of a job: cache, decode, split, transcribe, stitch, save. Read it and you know the program."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Protocol

from core.cache import TranscriptCache
from core.domain import (
    Job,
    Segment,
    SourceReference,
    SpeechChunk,
    Transcript,
    TranscriptId,
    TranscriptionOptions,
)
from core.media import Decoder, MediaSource, SplitPlan, split
from core.providers import Provider
from core.stitch import Stitcher
from core.store import History


class Report(Protocol):
    """Where a running job tells how far it is."""

    def duration(self, seconds: float) -> None:
        """The recording is this long."""

    def progress(self, fraction: float) -> None:
        """This share, 0 to 1, is done."""

    def segment(self, segment: Segment) -> None:
        """The next piece of text, in the recording's order."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job."""

    transcript_id: TranscriptId
    from_cache: bool


class Pipeline:
    """Takes one recording from its bytes to a transcript in the history.

    `open_source` finds the bytes of a job; `clock` gives seconds since the epoch.
    """

    def __init__(
        self,
        *,
        open_source: Callable[[SourceReference], Awaitable[MediaSource]],
        decoder: Decoder,
        provider: Provider,
        cache: TranscriptCache,
        history: History,
        clock: Callable[[], float],
    ) -> None:
        self._open_source = open_source
        self._decoder = decoder
        self._provider = provider
        self._cache = cache
        self._history = history
        self._clock = clock

    async def run(self, job: Job, report: Report) -> Outcome:
        """Transcribe a job's recording. Raises `NotulaError` and its children."""
        source = await self._open_source(job.source)
        try:
            content = await source.content_hash()
            key = job.options.cache_key(content)
            transcript = await self._cache.get(key, content)
            from_cache = transcript is not None
            if transcript is None:
                transcript = await self._transcribe(source, job.options, report)
                await self._cache.put(key, content, transcript, self._clock())
        finally:
            await source.close()
        report.duration(transcript.duration_s)
        transcript_id = await self._history.save(job.source, key, content, transcript, self._clock())
        return Outcome(transcript_id, from_cache)

    async def _transcribe(self, source: MediaSource, options: TranscriptionOptions, report: Report) -> Transcript:
        """Decode, split, transcribe and stitch side by side; only a few chunks are in memory at a time."""
        capabilities = self._provider.capabilities
        async with self._decoder.decode(source) as decoding:
            progress = Progress(report, decoding.info.duration_s)
            stitcher = Stitcher(report.segment, keep_words=options.word_timestamps)
            plan = SplitPlan.for_recording(
                decoding.info.duration_s, capabilities.parallel_chunks, capabilities.longest_chunk_s
            )
            async with aclosing(split(decoding, plan)) as chunks:
                language = await self._transcribe_chunks(chunks, options, stitcher, progress)
        return Transcript(
            stitcher.segments, language or "", progress.decoded_s, provider=self._provider.name, model=options.model
        )

    async def _transcribe_chunks(
        self,
        chunks: AsyncIterator[SpeechChunk],
        options: TranscriptionOptions,
        stitcher: Stitcher,
        progress: "Progress",
    ) -> str | None:
        """Transcribe several chunks at once and return the language that is spoken, None where nobody speaks."""
        slots = asyncio.Semaphore(self._provider.capabilities.parallel_chunks)

        async def transcribe(chunk: SpeechChunk, options: TranscriptionOptions) -> None:
            def found(segment: Segment) -> None:
                stitcher.add(chunk, segment)
                progress.reached(chunk, segment.end_s)

            if chunk.overlap_before_s or chunk.overlap_after_s:  # What is shared is joined at a word.
                options = replace(options, word_timestamps=True)
            transcribed = await self._provider.transcribe(chunk, options, found)
            stitcher.finish(chunk, transcribed.segments)
            progress.reached(chunk, chunk.end_s)
            slots.release()

        try:
            async with asyncio.TaskGroup() as running:
                async for chunk in chunks:
                    progress.decoded(chunk)
                    await slots.acquire()
                    if options.language is None:  # The first chunk with speech in it tells the language for all.
                        guess = await self._provider.identify_language(chunk, options)
                        options = replace(options, language=guess.code if guess else None)
                    running.create_task(transcribe(chunk, options))
        except BaseExceptionGroup as failures:
            # Whichever chunk failed first decides; the group has cancelled the others.
            raise failures.exceptions[0] from failures
        return options.language


class Progress:
    """How much of a recording is done, summed over chunks that run side by side."""

    def __init__(self, report: Report, expected_s: float | None) -> None:
        self._report = report
        self._expected_s = expected_s
        self._done_s: dict[int, float] = {}
        self.decoded_s = 0.0
        if expected_s is not None:
            report.duration(expected_s)

    def decoded(self, chunk: SpeechChunk) -> None:
        """The recording goes on at least to the end of this chunk."""
        self.decoded_s = chunk.end_s

    def reached(self, chunk: SpeechChunk, until_s: float) -> None:
        """The chunk is transcribed up to this place on the recording's clock."""
        self._done_s[chunk.index] = until_s - chunk.start_s
        if self._expected_s:
            self._report.progress(sum(self._done_s.values()) / max(self._expected_s, self.decoded_s))
