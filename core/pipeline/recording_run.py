"""One recording on its way through the providers: chunks in parallel, each by the first provider that can."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from core.concurrency.single_flight import Report
from core.domain import Segment, SpeechChunk, Transcript, TranscriptionOptions, TranslatableText
from core.media import DecodeReport, Decoding, SplitPlan, Timeline, excerpt, split, without_silence
from core.pipeline.chunk_calls import ChunkCalls
from core.pipeline.fallback_notes import FallbackNotes
from core.pipeline.finished_parts import FinishedParts, key_of
from core.pipeline.language_identification import identified_language
from core.pipeline.makers import Makers
from core.pipeline.minutes import Allowance
from core.pipeline.parallel_chunks import in_parallel
from core.pipeline.progress import Progress
from core.pipeline.recording_notices import apart_from, notices_on, notices_on_part, notices_on_tracks, places_of
from core.pipeline.run_request import RunRequest, RunTools
from core.pipeline.speaker_telling import SpeakerTelling
from core.pipeline.spoken_languages import SpokenLanguages
from core.providers import Candidate, ChunkTranscript
from core.stitch import SentenceStream, Stitcher, in_order, sentences
from core.voices import overlaps

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
        self, tools: RunTools, request: RunRequest, allowance: Allowance, report: Report, parts: FinishedParts | None
    ) -> None:
        self._is_short = request.duration_s is not None and request.duration_s <= _SHORT_S
        self._parts = None if self._is_short else parts
        self._keys: dict[int, str] = {}
        """The key of each chunk that is being transcribed, by its index, where finished parts are kept."""
        self._plan: SplitPlan | None = None
        self._router = tools.router
        self._adapter = tools.adapter
        self._allowance = allowance
        self._calls = ChunkCalls(tools, request.requester)
        self._candidates = request.candidates
        self._options = self._candidates[0].options
        self._spoken = SpokenLanguages(self._options.language)
        self._made_by = Makers(request.candidates)
        self._fallback_notes = FallbackNotes(tools.router.excluded(request.options))
        self._progress = Progress(report, request.duration_s)
        self._timeline = Timeline()
        self._has_sound = False
        self._unwritten: list[tuple[float, float]] = []
        self._other_language: list[tuple[float, float]] = []
        self._noisy: list[tuple[float, float]] = []
        self._track_notices: tuple[TranslatableText, ...] = ()
        self._stitcher = Stitcher(self._publish)
        self._speakers = SpeakerTelling(tools.voices, request.options)
        self._report = report
        self._sentences = SentenceStream(report.segment)

    @property
    def makers(self) -> tuple[Candidate, ...]:
        """The candidates that have made the transcript, in their order; the first one where there is no speech."""
        return self._made_by.candidates

    @property
    def notes(self) -> tuple[TranslatableText, ...]:
        """Which candidates were asked in vain or left out, and why."""
        return self._fallback_notes.notes(self._made_by.with_models_used)

    @property
    def lacks_speakers(self) -> bool:
        """Whether speakers were asked for, and could not be told in all of the transcript."""
        return not self._speakers.is_complete

    async def transcribe_file(self, chunk: SpeechChunk, decoding: Decoding) -> Transcript:
        """The whole recording, sent as it is; `decoding` has ended, and measured it.

        Raises `ProviderError` and its children.
        """
        self._timeline.total_s = chunk.duration_s
        self._has_sound = True
        await self._allowance.reached(chunk.duration_s)
        await self._transcribe(chunk)
        return await self._transcript(decoding, tells_by_channel=False)

    async def transcribe_speech(self, decoding: Decoding, most_parallel: int) -> Transcript:
        """Decode, split, encode, transcribe and stitch side by side; only a few chunks are in memory at a time.

        What isn't in the part that is asked for, and long silences, are left out: from here to `_publish` and
        `_transcript` all times are without them.

        Raises `MediaError`, `ProviderError` and their children.
        """
        self._track_notices = notices_on_tracks(decoding.info)
        preferred = self._preferred().capabilities
        self._adapter.warm_up(preferred)
        if self._options.speakers and preferred.gives_speakers and not self._speakers.hears:
            most_parallel = 1  # Each part's speakers are numbered anew, so as few parts as can be.
        parallel, plan = self._adapter.plan(decoding.info.duration_s, preferred, most_parallel)
        if self._parts is not None:
            await self._parts.load()
            # Finished parts fit only if the recording is split in the same places, whatever the plan would be today.
            plan = self._plan = self._parts.plan or plan
        decoded = asyncio.Semaphore(_MOST_DECODED_CHUNKS)

        async def work(chunk: SpeechChunk) -> None:
            async with self._speakers.hearing(chunk):
                if self._parts is not None and chunk.index not in self._keys:
                    return  # Its text was there already.
                chunk = await self._adapter.encoded(chunk, self._preferred().capabilities, decoding.info.bits_per_s)
                decoded.release()
                await self._transcribe(chunk)

        async def prepared() -> AsyncGenerator[SpeechChunk]:
            options = self._options
            async with (
                aclosing(excerpt(decoding, options.from_s or 0.0, options.until_s)) as wanted,
                aclosing(without_silence(wanted, self._timeline)) as blocks,
                aclosing(split(blocks, plan)) as chunks,
            ):
                async for chunk in chunks:
                    await self._allowance.reached(self._timeline.total_s)
                    self._progress.skipped_s = self._timeline.skipped_s
                    self._progress.decoded(chunk)
                    self._has_sound = True
                    yield chunk

        async def identified() -> AsyncGenerator[SpeechChunk]:
            async with aclosing(prepared()) as chunks:
                async for chunk in chunks:
                    if self._parts is not None and await self._is_finished(self._parts, chunk):
                        if self._speakers.hears:
                            yield chunk
                        continue
                    await decoded.acquire()
                    if not self._spoken.is_settled:
                        self._spoken.add(
                            chunk, await identified_language(self._router, self._adapter, self._candidates, chunk)
                        )
                    for decided in self._spoken.decided(chunk):
                        yield decided
                for undecided in self._spoken.held:
                    yield undecided

        try:
            async with aclosing(identified()) as chunks:
                await in_parallel(chunks, parallel, work)
        finally:
            if self._parts is not None:
                await self._parts.flush()
        await self._allowance.reached(self._timeline.total_s)  # Its end may be silent.
        return await self._transcript(decoding, tells_by_channel=True)

    async def _is_finished(self, parts: FinishedParts, chunk: SpeechChunk) -> bool:
        """Whether there is the text of this chunk already; then it is used."""
        key = self._keys[chunk.index] = await key_of(chunk)
        part = parts.find(key)
        if part is None:
            return False
        del self._keys[chunk.index]
        self._spoken.restore(chunk, part.language)
        self._fallback_notes.restore(part.failures)
        self._stitcher.begin(chunk)
        for segment in part.segments:
            self._stitcher.add(chunk, segment)
        spans = part.unwritten, part.other_language, part.noisy
        self._finish(chunk, part.provider, ChunkTranscript(part.segments, part.heard, part.model, *spans))
        return True

    def _preferred(self) -> Candidate:
        """The candidate that would do the next chunk now."""
        return self._router.available(self._candidates)[-1]

    def _candidates_for(self, chunk: SpeechChunk) -> tuple[Candidate, ...]:
        """The candidates with what is asked of this chunk."""
        language = self._spoken.of(chunk) or (None if self._options.to_english else self._spoken.written)
        heard = self._spoken.heard_in(chunk)

        def asked(options: TranscriptionOptions) -> TranscriptionOptions:
            # Words tell where a sentence ends, and on which side of a silence that was left out.
            return replace(options, language=language, heard=heard, word_timestamps=True)

        return tuple(replace(candidate, options=asked(candidate.options)) for candidate in self._candidates)

    async def _transcribe(self, chunk: SpeechChunk) -> None:
        """Have one chunk transcribed by the first candidate that can."""

        async def work(candidate: Candidate) -> tuple[str, ChunkTranscript]:
            return candidate.name, await self._transcribe_with(candidate, chunk)

        maker, transcribed = await self._router.ask(
            self._candidates_for(chunk), work, is_short=self._is_short, passed_over=self._fallback_notes.add
        )
        self._finish(chunk, maker, transcribed)
        key = self._keys.pop(chunk.index, None)
        if key is not None and self._parts is not None and self._plan is not None:
            made_by = next(one for one in self._candidates if one.name == maker)
            failures, is_free = self._fallback_notes.failures, self._router.is_free(made_by)
            language = self._spoken.of(chunk)
            await self._parts.keep(key, made_by, self._plan, language, transcribed, failures, is_free=is_free)

    def _finish(self, chunk: SpeechChunk, maker: str, transcribed: ChunkTranscript) -> None:
        """This is the chunk's text, by this provider."""
        self._made_by.add(maker, chunk, transcribed)
        self._spoken.add_text(transcribed)
        self._unwritten += transcribed.unwritten
        self._other_language += transcribed.other_language
        self._noisy += transcribed.noisy
        is_published = self._stitcher.finish(chunk, transcribed.segments)
        if is_published:
            self._sentences.flush()
        self._progress.reached(chunk, chunk.end_s)

    async def _transcribe_with(self, candidate: Candidate, chunk: SpeechChunk) -> ChunkTranscript:
        """The chunk's text by this provider, shown as it comes."""

        def found(segment: Segment) -> None:
            if not candidate.is_raced:
                self._stitcher.add(chunk, segment)
                self._progress.reached(chunk, segment.end_s)

        def begin() -> None:
            if not candidate.is_raced:
                self._stitcher.begin(chunk)

        is_part = chunk.index in self._keys
        uploaded = partial(self._progress.uploaded, chunk)
        return await self._calls.transcribe(candidate, chunk, begin, found, uploaded, is_part=is_part)

    def _publish(self, segment: Segment) -> None:
        for restored in self._timeline.restored(segment):
            self._sentences.add(restored)

    def _restored(self, segments: Iterable[Segment]) -> tuple[Segment, ...]:
        return tuple(in_order(each for segment in segments for each in self._timeline.restored(segment)))

    def _notices(
        self, report: DecodeReport | None, segments: Sequence[Segment], at_once: Sequence[tuple[float, float]]
    ) -> tuple[TranslatableText, ...]:
        has_text = any(segment.text.strip() for segment in segments)
        # Two voices at once sound like a language that nobody knows: that is told as what it is, once.
        other_language = apart_from(at_once, self._restored_spans(self._other_language))
        noisy = apart_from(at_once, self._restored_spans(self._noisy))
        return notices_on(
            report,
            has_sound=self._has_sound,
            has_text=has_text,
            unwritten_s=[start_s for start_s, _ in self._restored_spans(self._unwritten)],
            other_language_s=places_of(other_language),
            noisy_s=places_of(noisy),
            at_once_s=places_of(at_once),
        )

    def _restored_spans(self, spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
        """Where these stretches of decoded speech are in the recording."""
        return [(place.start_s, place.end_s) for place in self._restored(Segment(*span, "") for span in sorted(spans))]

    async def _transcript(self, decoding: Decoding, *, tells_by_channel: bool) -> Transcript:
        """What was made of the recording; a provider that was sent it as it is has told its speakers."""
        levels = decoding.channel_levels
        language = self._options.language or self._spoken.written or self._spoken.main or ""
        if self._options.to_english:
            language = _ENGLISH
        told = await self._speakers.told(self._stitcher.segments, self._restored, levels if tells_by_channel else None)
        segments = await asyncio.to_thread(_in_sentences, told)  # Of a day of speech it takes seconds.
        at_once = await asyncio.to_thread(overlaps, levels) if levels is not None else ()
        if any(segment.speaker is not None for segment in segments):
            self._report.speakers_known(segments)
        if not self._options.word_timestamps:
            segments = tuple(replace(segment, words=()) for segment in segments)
        return Transcript(
            segments,
            language,
            self._timeline.total_s,
            provider=self._made_by.provider,
            model=self._made_by.model,
            notices=(
                *notices_on_part(self._options.from_s, self._options.until_s, self._timeline.total_s),
                *self._track_notices,
                *self._notices(decoding.report, segments, at_once),
                *self._speakers.notices,
            ),
            waveform=decoding.waveform.overview,
        )


def _in_sentences(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    return tuple(in_order(sentences(segments)))
