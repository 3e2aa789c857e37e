"""One recording on its way through the providers: chunks in parallel, each by the first provider that can."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from core.concurrency.single_flight import Report
from core.domain import Segment, SpeechChunk, Transcript, TranscriptionOptions, TranslatableText
from core.media import Decoding, SplitPlan, Timeline, split, without_silence
from core.pipeline.fallback_notes import FallbackNotes
from core.pipeline.finished_parts import FinishedParts, key_of
from core.pipeline.minutes import Allowance
from core.pipeline.parallel_chunks import in_parallel
from core.pipeline.progress import Progress
from core.pipeline.run_request import RunRequest, RunTools
from core.providers import Candidate, ChunkTranscript, LanguageGuess, Provider
from core.stitch import Stitcher, in_order

_MOST_DECODED_CHUNKS = 2
"""How many chunks of a recording wait for the encoder; a minute of decoded speech takes 2 MB."""

_SHORT_S = 60.0
"""Up to this length a recording is a note, whose sender waits for the text."""

_ENGLISH = "en"


class RecordingRun:
    """Transcribes one recording; used once.

    `allowance` limits how much is transcribed. Of a recording that is split, finished `parts` are used and added.
    """

    def __init__(
        self, tools: RunTools, request: RunRequest, allowance: Allowance, report: Report, parts: FinishedParts
    ) -> None:
        self._parts = parts
        self._keys: dict[int, str] = {}
        """The key of each chunk that is being transcribed, by its index."""
        self._plan: SplitPlan | None = None
        self._router = tools.router
        self._adapter = tools.adapter
        self._upload_speed = tools.upload_speed
        self._budget = tools.budget
        self._allowance = allowance
        self._requester = request.requester
        self._candidates = request.candidates
        self._options = self._candidates[0].options
        self._language = self._options.language
        self._heard: list[str] = []
        self._makers: set[int] = set()
        self._fallback_notes = FallbackNotes(tools.router.left_out(request.options))
        self._is_short = request.duration_s is not None and request.duration_s <= _SHORT_S
        self._progress = Progress(report, request.duration_s)
        self._report = report
        self._timeline = Timeline()
        self._stitcher = Stitcher(self._publish)

    @property
    def makers(self) -> tuple[Candidate, ...]:
        """The candidates that have made the transcript, in their order; the first one where there is no speech."""
        return tuple(self._candidates[position] for position in sorted(self._makers)) or self._candidates[:1]

    @property
    def notes(self) -> tuple[TranslatableText, ...]:
        """Which candidates were asked in vain or left out, and why."""
        return self._fallback_notes.notes(self.makers)

    async def transcribe_file(self, chunk: SpeechChunk) -> Transcript:
        """The whole recording, sent as it is. Raises `ProviderError` and its children."""
        self._timeline.total_s = chunk.duration_s
        await self._allowance.reached(chunk.duration_s)
        await self._transcribe(chunk)
        return self._transcript()

    async def transcribe_speech(self, decoding: Decoding, most_parallel: int) -> Transcript:
        """Decode, split, encode, transcribe and stitch side by side; only a few chunks are in memory at a time.

        Long silences are left out: from here to `_publish` and `_transcript` all times are without them.

        Raises `MediaError`, `ProviderError` and their children.
        """
        preferred = self._preferred().capabilities
        self._adapter.warm_up(preferred)
        if self._options.speakers and preferred.gives_speakers:
            most_parallel = 1  # Each part's speakers are numbered anew, so as few parts as can be.
        parallel, plan = self._adapter.plan(decoding.info.duration_s, preferred, most_parallel)
        if not self._is_short:
            await self._parts.load()
            # Finished parts fit only if the recording is split in the same places, whatever the plan would be today.
            plan = self._plan = self._parts.plan or plan
        decoded = asyncio.Semaphore(_MOST_DECODED_CHUNKS)

        async def work(chunk: SpeechChunk) -> None:
            chunk = await self._adapter.encoded(chunk, self._preferred().capabilities, decoding.info.bits_per_s)
            decoded.release()
            await self._transcribe(chunk)

        async def prepared() -> AsyncGenerator[SpeechChunk]:
            async with (
                aclosing(without_silence(decoding, self._timeline)) as blocks,
                aclosing(split(blocks, plan)) as chunks,
            ):
                async for chunk in chunks:
                    await self._allowance.reached(self._timeline.total_s)
                    self._progress.skipped_s = self._timeline.skipped_s
                    self._progress.decoded(chunk)
                    yield chunk

        async def identified() -> AsyncGenerator[SpeechChunk]:
            async with aclosing(prepared()) as chunks:
                async for chunk in chunks:
                    if self._plan is not None and await self._is_finished(chunk):
                        continue
                    await decoded.acquire()
                    if self._language is None:
                        self._language = await self._identify(chunk)
                    yield chunk

        async with aclosing(identified()) as chunks:
            await in_parallel(chunks, parallel, work)
        await self._allowance.reached(self._timeline.total_s)  # Its end may be silent.
        return self._transcript()

    async def _is_finished(self, chunk: SpeechChunk) -> bool:
        """Whether there is the text of this chunk already; then it is used."""
        key = self._keys[chunk.index] = await key_of(chunk)
        part = self._parts.find(key)
        if part is None:
            return False
        del self._keys[chunk.index]
        self._language = self._language or part.language
        self._fallback_notes.restore(part.failures)
        self._stitcher.begin(chunk)
        for segment in part.segments:
            self._stitcher.add(chunk, segment)
        self._finish(chunk, part.provider, ChunkTranscript(part.segments, part.heard))
        return True

    def _preferred(self) -> Candidate:
        """The candidate that would do the next chunk now."""
        return self._router.available(self._candidates)[-1]

    def _candidates_for(self, chunk: SpeechChunk) -> tuple[Candidate, ...]:
        """The candidates with what is asked of this chunk."""
        joined_at_words = (
            bool(chunk.overlap_before_s or chunk.overlap_after_s)
            or self._timeline.has_joint_within(chunk.start_s, chunk.end_s)  # To put a word on its side.
        )
        language = self._language or next(iter(self._heard), None)

        def asked(options: TranscriptionOptions) -> TranscriptionOptions:
            return replace(
                options,
                language=language,
                word_timestamps=options.word_timestamps or joined_at_words,
            )

        return tuple(replace(candidate, options=asked(candidate.options)) for candidate in self._candidates)

    async def _identify(self, chunk: SpeechChunk) -> str | None:
        """The spoken language; None without speech, or where no candidate identifies it without transcribing."""
        if not self._preferred().capabilities.identifies_language:
            return None

        async def identify(candidate: Candidate) -> LanguageGuess | None:
            if not candidate.capabilities.identifies_language:
                return None
            piece = chunk
            if not self._adapter.fits(chunk, candidate.capabilities):
                async with aclosing(self._adapter.pieces(chunk, candidate.capabilities)) as pieces:
                    piece = await anext(pieces)
            return await candidate.ask(lambda provider: provider.identify_language(piece, candidate.options))

        guess = await self._router.ask(self._candidates_for(chunk), identify)
        return guess.code if guess else None

    async def _transcribe(self, chunk: SpeechChunk) -> None:
        """Have one chunk transcribed by the first candidate that can."""

        async def work(candidate: Candidate) -> tuple[str, ChunkTranscript]:
            return candidate.name, await self._transcribe_with(candidate, chunk)

        maker, transcribed = await self._router.ask(
            self._candidates_for(chunk), work, is_short=self._is_short, passed_over=self._fallback_notes.add
        )
        self._finish(chunk, maker, transcribed)
        key = self._keys.pop(chunk.index, None)
        if key is not None and self._plan is not None:
            made_by = next(one for one in self._candidates if one.name == maker)
            failures = self._fallback_notes.failures
            await self._parts.keep(key, made_by, self._plan, self._language, transcribed, failures)

    def _finish(self, chunk: SpeechChunk, maker: str, transcribed: ChunkTranscript) -> None:
        """This is the chunk's text, by this provider."""
        self._makers.update(place for place, one in enumerate(self._candidates) if one.name == maker)
        if transcribed.segments and transcribed.language and not self._options.to_english:
            self._heard.append(transcribed.language)
        self._stitcher.finish(chunk, transcribed.segments)
        self._progress.reached(chunk, chunk.end_s)

    async def _transcribe_with(self, candidate: Candidate, chunk: SpeechChunk) -> ChunkTranscript:
        """The chunk's text by this provider, in as many pieces as it needs."""

        def found(segment: Segment) -> None:
            if not candidate.is_raced:
                self._stitcher.add(chunk, segment)
                self._progress.reached(chunk, segment.end_s)

        def begin() -> None:
            if not candidate.is_raced:
                self._stitcher.begin(chunk)

        if self._adapter.fits(chunk, candidate.capabilities):
            return await self._ask(candidate, chunk, begin, found, partial(self._progress.uploaded, chunk))
        begin()
        stitcher = Stitcher(found)
        languages: list[str] = []

        async def work(piece: SpeechChunk) -> None:
            transcribed = await self._ask(
                candidate, piece, partial(stitcher.begin, piece), partial(stitcher.add, piece)
            )
            stitcher.finish(piece, transcribed.segments)
            languages.append(transcribed.language)

        async with aclosing(self._adapter.pieces(chunk, candidate.capabilities)) as pieces:
            await in_parallel(pieces, candidate.capabilities.parallel_chunks, work)
        return ChunkTranscript(stitcher.segments, next(filter(None, languages), ""))

    async def _ask(
        self,
        candidate: Candidate,
        chunk: SpeechChunk,
        begin: Callable[[], None],
        found: Callable[[Segment], None],
        on_uploaded: Callable[[float], None] | None = None,
    ) -> ChunkTranscript:
        """The chunk's text. `begin` is called before each attempt."""

        def attempt(provider: Provider) -> Awaitable[ChunkTranscript]:
            begin()
            measured = self._upload_speed.watch(len(chunk.data))

            def uploaded(fraction: float) -> None:
                measured(fraction)
                if on_uploaded is not None:
                    on_uploaded(fraction)

            return provider.transcribe(chunk, candidate.options, found, on_uploaded=uploaded)

        billed_s = max(chunk.duration_s, candidate.capabilities.least_billed_s)
        cost_usd = billed_s / 60 * candidate.price_per_minute
        with self._budget.reserved(cost_usd):
            transcribed = await candidate.ask(attempt)
        self._budget.record(candidate.name, candidate.options.model, self._requester, billed_s, cost_usd)
        return transcribed

    def _publish(self, segment: Segment) -> None:
        for restored in self._timeline.restored(segment):
            self._report.segment(restored)

    def _transcript(self) -> Transcript:
        language = _ENGLISH if self._options.to_english else self._language or next(iter(self._heard), "")
        segments = (restored for segment in self._stitcher.segments for restored in self._timeline.restored(segment))
        if not self._options.word_timestamps:  # Some may be there all the same, asked for at joints.
            segments = (replace(segment, words=()) for segment in segments)
        return Transcript(
            tuple(in_order(segments)),
            language,
            self._timeline.total_s,
            provider=" + ".join(maker.name for maker in self.makers),
            model=" + ".join(maker.options.model for maker in self.makers),
        )
