"""The whole way of a job: cache, fetch, split, optimize, transcribe, stitch, save. Read it and you know the program."""

import logging
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from core.concurrency.single_flight import Report, SingleFlight
from core.domain import (
    AudioFormat,
    CacheKey,
    ContentHash,
    Job,
    JobId,
    SpeechChunk,
    Transcript,
    TranscriptId,
    TranscriptionOptions,
)
from core.domain.errors import MinutesError, PartBeyondEnd, ProviderError, ResultNotKept, StoreError
from core.domain.identity import content_named
from core.media import (
    Decoding,
    HashingSource,
    Length,
    MediaInfo,
    MediaSource,
    MemorySource,
    OwnedSource,
    measure,
    original_format,
    passes_through,
    read_all_bytes,
)
from core.pipeline.chunk_adapter import ChunkAdapter
from core.pipeline.dependencies import MediaAccess, PipelineStores, SpendingRules
from core.pipeline.fallback_notes import notes_on_cached
from core.pipeline.finished_parts import FinishedParts
from core.pipeline.minutes import Allowance
from core.pipeline.outcome import FoundTranscript, Outcome
from core.pipeline.recording_notices import clock_time
from core.pipeline.recording_run import RecordingRun
from core.pipeline.run_request import RunRequest, RunTools
from core.pipeline.upload_speed import UploadSpeed
from core.providers import Candidate, Router

logger = logging.getLogger(__name__)

MOST_UNSAVED = 200
"""How many transcripts wait in memory for a database that can't be written; an hour of speech takes under 1 MB."""


class Pipeline:
    """Takes one recording from its bytes to a transcript in the history.

    `clock` gives seconds since the epoch. The public attributes may be changed while jobs run.
    """

    def __init__(
        self,
        media: MediaAccess,
        router: Router,
        spending: SpendingRules,
        stores: PipelineStores,
        clock: Callable[[], float],
    ) -> None:
        self._open_source = media.open_source
        self._decoder = media.decoder
        self._voices = media.voices
        self._router = router
        self._spending = spending
        self._cache = stores.cache
        self._aliases = stores.aliases
        self._history = stores.history
        self._parts = stores.parts
        self._clock = clock
        self._unsaved: dict[JobId, FoundTranscript] = {}
        """Transcripts that the database could not take yet, so that they are not made, and paid for, again."""
        self._single_flight = SingleFlight[FoundTranscript]()
        self._upload_speed = UploadSpeed()
        self._adapter = ChunkAdapter(media.decoder, media.encoder, self._upload_speed)
        self.most_parallel_chunks = 8
        """How many chunks of one recording are transcribed at once, where the provider takes as many."""
        self.shares_cache = True
        """Whether the cache answers across requesters: a quick answer tells one that another had the same recording."""

    async def run(self, job: Job, report: Report) -> Outcome:
        """Transcribe a job's recording. Raises `NotulaError` and its children."""
        if job.id in self._unsaved:
            unsaved = self._unsaved[job.id]
            maker = unsaved.transcript.provider
            return Outcome(await self._saved(job, unsaved), from_cache=False, notes=unsaved.notes, provider=maker)
        opened = OwnedSource(await self._open_source(job.source))
        try:
            content = await self._identify(opened.source)
            candidates = self._router.candidates(job.options)
            ended = self._single_flight.ended
            found = await self._cached(job, candidates, content)
            from_cache = found is not None
            if found is None:
                if not self._spending.may_cost(job.requester):
                    candidates = self._router.free_of(candidates)
                likely = self._key(job, self._router.available(candidates)[-1], content)
                if likely in self._single_flight:
                    await opened.close()  # While it waits for that run, this job needs no file or connection.
                found = await self._run_once(
                    job, likely, report, partial(self._transcribe_new, job, candidates, content, opened, ended)
                )
        finally:
            await opened.close()
        report.duration(found.transcript.duration_s)
        return Outcome(await self._saved(job, found), from_cache, found.notes, found.transcript.provider)

    async def _saved(self, job: Job, found: FoundTranscript) -> TranscriptId:
        """Put it into the history. Raises `ResultNotKept` while the database can't take it; it is kept for a retry."""
        made_of = job.id if self._is_found_again(job, found) else None
        at, requester = self._clock(), job.requester
        try:
            saved = await self._history.save(
                job.source, found.key, found.content, found.transcript, at, requester=requester, made_of=made_of
            )
        except StoreError as error:
            self._unsaved[job.id] = found
            while len(self._unsaved) > MOST_UNSAVED:
                del self._unsaved[next(iter(self._unsaved))]
            raise ResultNotKept(reason=error.message) from error
        self._unsaved.pop(job.id, None)
        return saved

    def _is_found_again(self, job: Job, found: FoundTranscript) -> bool:
        """Whether the job would look for this transcript in the cache, should it be run again for a crash."""
        try:
            candidates = self._router.available(self._router.candidates(job.options))
        except ProviderError:
            return False
        return found.key in [self._key(job, candidate, found.content) for candidate in candidates]

    async def _identify(self, source: MediaSource) -> ContentHash:
        """Which content this is. Nothing is downloaded for that where the source has an identity."""
        if source.info.identity is None:
            return await source.content_hash()
        return await self._aliases.content_of(source.info.identity) or content_named(source.info.identity)

    async def _cached(self, job: Job, candidates: Sequence[Candidate], content: ContentHash) -> FoundTranscript | None:
        """The cached transcript of the provider that would be asked now, or of one before it in the owner's order."""
        keys = [self._key(job, candidate, content) for candidate in self._router.available(candidates)]
        cached = await self._cache.find(keys, content)
        if cached is None:
            return None
        key, transcript = cached
        return FoundTranscript(transcript, key, content, notes_on_cached(candidates, keys.index(key), transcript.model))

    async def _run_once(
        self, job: Job, key: CacheKey, report: Report, make: Callable[[Report], Coroutine[Any, Any, FoundTranscript]]
    ) -> FoundTranscript:
        """The result of the run with this key, which may be another job's."""
        while True:
            try:
                return await self._single_flight.run(key, report, make)
            except MinutesError as error:
                if error.requester == job.requester:
                    raise  # Else the other job's requester has no minutes left; run it for this one.

    async def _transcribe_new(
        self,
        job: Job,
        candidates: Sequence[Candidate],
        content: ContentHash,
        opened: OwnedSource,
        ended: int,
        report: Report,
    ) -> FoundTranscript:
        """Transcribe, within what the requester is allowed, and put the transcript into the cache.

        `ended` is how many runs had ended when the cache was looked into: one that has since may have made it.
        """
        if ended != self._single_flight.ended and (found := await self._cached(job, candidates, content)) is not None:
            return found
        async with self._spending.allowance(job) as allowance:
            return await self._transcribe_within(allowance, job, candidates, content, opened, report)

    async def _transcribe_within(
        self,
        allowance: Allowance,
        job: Job,
        candidates: Sequence[Candidate],
        content: ContentHash,
        opened: OwnedSource,
        report: Report,
    ) -> FoundTranscript:
        source = opened.hand_over()
        if source is None:  # The job that opened it was cancelled before this began, while another one waits.
            source = await self._open_source(job.source)
            content = await self._identify(source)
        if source.info.identity is not None:
            source = HashingSource(source)
        try:
            made = await self._transcribe(allowance, job, candidates, source, content, report)
        finally:
            await source.close()
        if source.info.identity is not None:
            try:
                await self._aliases.remember(source.info.identity, made.content)
            except StoreError:  # It only costs a download the next time.
                logger.warning("The content of a source's identity could not be written down")
        return made

    async def _transcribe(
        self,
        allowance: Allowance,
        job: Job,
        candidates: Sequence[Candidate],
        source: MediaSource,
        content: ContentHash,
        report: Report,
    ) -> FoundTranscript:
        if source.info.comes_whole and source.info.identity is not None:
            content = await source.content_hash()
            found = await self._cached(job, candidates, content)
            if found is not None:  # The same content is known under another identity.
                return found
        async with self._decoder.decode(source, hears_channels=True, track=job.options.track or 0) as decoding:
            await allowance.announce(decoding.info.duration_s or 0.0)
            original = self._original_format(decoding.info, candidates, job.options)
            run = RecordingRun(
                RunTools(self._router, self._adapter, self._upload_speed, self._spending.budget, self._voices),
                RunRequest(job.requester, tuple(candidates), job.options, _end_of(job.options, decoding.info)),
                allowance,
                report,
                self._finished_parts(job, content, candidates),
            )
            if original is None:
                transcript = await run.transcribe_speech(decoding, self.most_parallel_chunks)
                if transcript.duration_s <= (job.options.from_s or -1.0):
                    raise PartBeyondEnd(name=source.info.name, end=clock_time(transcript.duration_s))
                return await self._put_into_cache(job, run, transcript, _content_of(source, content))
            # A source in memory reads the same again, so it need not be decoded a second time.
            measured = (await measure(decoding), decoding) if source.info.comes_whole else None
        data = await read_all_bytes(source)
        known, content = content, _content_of(source, content)
        found = await self._cached(job, candidates, content) if content != known else None
        if found is not None:
            return found
        transcript = await self._transcribe_original(
            run, MemorySource(source.info.name, data), data, original, candidates, measured
        )
        return await self._put_into_cache(job, run, transcript, content)

    async def _transcribe_original(
        self,
        run: RecordingRun,
        source: MemorySource,
        data: bytes,
        original: AudioFormat,
        candidates: Sequence[Candidate],
        measured: tuple[Length, Decoding] | None,
    ) -> Transcript:
        """The recording as it is, unless it isn't what it says, is too long, silent in part, or hard to hear."""
        if measured is None:
            async with self._decoder.decode(source, hears_channels=True) as decoding:
                measured = await measure(decoding), decoding
        length, decoded = measured
        report = decoded.report
        longest_s = self._router.available(candidates)[-1].capabilities.longest_chunk_s
        is_heard_as_it_is = report is None or (report.is_plain and not report.altered)
        if is_heard_as_it_is and not length.has_silence and length.total_s <= longest_s:
            return await run.transcribe_file(SpeechChunk(0, 0.0, length.total_s, data, original), decoded)
        async with self._decoder.decode(source, hears_channels=True) as decoding:
            return await run.transcribe_speech(decoding, self.most_parallel_chunks)

    def _original_format(
        self, info: MediaInfo, candidates: Sequence[Candidate], options: TranscriptionOptions
    ) -> AudioFormat | None:
        """The recording's own format, where the provider takes it as it is and tells all that is asked for."""
        capabilities = self._router.available(candidates)[-1].capabilities
        if options.is_part:
            return None  # It is cut out of the decoded sound.
        if options.speakers and not capabilities.gives_speakers:
            return None  # They are told apart here, in the decoded sound.
        if capabilities.upload is None or not passes_through(info, capabilities.upload, capabilities.longest_chunk_s):
            return None
        return original_format(info)

    def _finished_parts(self, job: Job, content: ContentHash, candidates: Sequence[Candidate]) -> FinishedParts | None:
        if self._parts is None:
            return None
        return FinishedParts(self._parts, self._spending.budget, job.id, self._run_key(job, content), candidates)

    async def _put_into_cache(
        self, job: Job, run: RecordingRun, transcript: Transcript, content: ContentHash
    ) -> FoundTranscript:
        """Put the transcript into the cache, under the last in the owner's order of the providers that made it."""
        key = self._key(job, run.makers[-1], content, with_voices=not run.lacks_speakers)
        await self._cache.put(key, content, transcript)
        return FoundTranscript(transcript, key, content, run.notes)

    def _run_key(self, job: Job, content: ContentHash) -> CacheKey:
        """The same for all requests with the same answer, whichever provider gives it; begins with the content."""
        return CacheKey(f"{content}:{job.options.cache_key(content, self._scope(job))}")

    def _key(self, job: Job, candidate: Candidate, content: ContentHash, *, with_voices: bool = True) -> CacheKey:
        """Without voices, a transcript of before they could be told apart: it must not answer once they can be."""
        voices = self._voices.model if with_voices and self._voices is not None and job.options.speakers else None
        return candidate.options.cache_key(content, self._scope(job), voices or "")

    def _scope(self, job: Job) -> str:
        return "" if self.shares_cache else f"{job.requester.channel}:{job.requester.user}"


def _end_of(options: TranscriptionOptions, info: MediaInfo) -> float | None:
    """Where what is transcribed ends, in seconds of the recording; None where that isn't known before."""
    known = [end_s for end_s in (options.until_s, info.duration_s) if end_s is not None]
    return min(known) if known else None


def _content_of(source: MediaSource, content: ContentHash) -> ContentHash:
    """Which content it is, now that the bytes have been read."""
    return source.content or content if isinstance(source, HashingSource) else content
