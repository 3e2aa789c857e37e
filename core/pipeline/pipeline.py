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
)
from core.domain.errors import MinutesError, ResultNotKept, StoreError
from core.domain.identity import content_named
from core.media import (
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
            return Outcome(await self._saved(job, unsaved), from_cache=False, notes=unsaved.notes)
        opened = OwnedSource(await self._open_source(job.source))
        try:
            content = await self._identify(opened.source)
            candidates = self._router.candidates(job.options)
            found = await self._cached(job, candidates, content)
            from_cache = found is not None
            if found is None:
                if not self._spending.may_cost(job.requester):
                    candidates = self._router.free_of(candidates)
                likely = self._key(job, self._router.available(candidates)[-1], content)
                if likely in self._single_flight:
                    await opened.close()  # While it waits for that run, this job needs no file or connection.
                found = await self._run_once(
                    job, likely, report, partial(self._transcribe_new, job, candidates, content, opened)
                )
        finally:
            await opened.close()
        report.duration(found.transcript.duration_s)
        return Outcome(await self._saved(job, found), from_cache, found.notes)

    async def _saved(self, job: Job, found: FoundTranscript) -> TranscriptId:
        """Put it into the history. Raises `ResultNotKept` while the database can't take it; it is kept for a retry."""
        try:
            saved = await self._history.save(
                job.source, found.key, found.content, found.transcript, self._clock(), requester=job.requester
            )
        except StoreError as error:
            self._unsaved[job.id] = found
            while len(self._unsaved) > MOST_UNSAVED:
                del self._unsaved[next(iter(self._unsaved))]
            raise ResultNotKept(reason=error.message) from error
        self._unsaved.pop(job.id, None)
        return saved

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
        return FoundTranscript(transcript, key, content, notes_on_cached(candidates, keys.index(key)))

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
        self, job: Job, candidates: Sequence[Candidate], content: ContentHash, opened: OwnedSource, report: Report
    ) -> FoundTranscript:
        """Transcribe, within what the requester is allowed, and put the transcript into the cache."""
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
        async with self._decoder.decode(source) as decoding:
            await allowance.announce(decoding.info.duration_s or 0.0)
            original = self._original_format(decoding.info, candidates)
            run = RecordingRun(
                RunTools(self._router, self._adapter, self._upload_speed, self._spending.budget),
                RunRequest(job.requester, tuple(candidates), job.options, decoding.info.duration_s),
                allowance,
                report,
                FinishedParts(self._parts, job.id, self._run_key(job, content), candidates),
            )
            if original is None:
                transcript = await run.transcribe_speech(decoding, self.most_parallel_chunks)
                return await self._put_into_cache(job, run, transcript, _content_of(source, content))
            # A source in memory reads the same again, so it need not be decoded a second time.
            length = await measure(decoding) if source.info.comes_whole else None
        data = await read_all_bytes(source)
        known, content = content, _content_of(source, content)
        found = await self._cached(job, candidates, content) if content != known else None
        if found is not None:
            return found
        transcript = await self._transcribe_original(
            run, MemorySource(source.info.name, data), data, original, candidates, length
        )
        return await self._put_into_cache(job, run, transcript, content)

    async def _transcribe_original(
        self,
        run: RecordingRun,
        source: MemorySource,
        data: bytes,
        original: AudioFormat,
        candidates: Sequence[Candidate],
        length: Length | None,
    ) -> Transcript:
        """The recording as it is, unless it is longer than it says or holds silence that needn't be sent."""
        if length is None:
            async with self._decoder.decode(source) as decoding:
                length = await measure(decoding)
        longest_s = self._router.available(candidates)[-1].capabilities.longest_chunk_s
        if not length.has_silence and length.total_s <= longest_s:
            return await run.transcribe_file(SpeechChunk(0, 0.0, length.total_s, data, original))
        async with self._decoder.decode(source) as decoding:
            return await run.transcribe_speech(decoding, self.most_parallel_chunks)

    def _original_format(self, info: MediaInfo, candidates: Sequence[Candidate]) -> AudioFormat | None:
        """The recording's own format, where the provider takes it as it is."""
        capabilities = self._router.available(candidates)[-1].capabilities
        if capabilities.upload is None or not passes_through(info, capabilities.upload, capabilities.longest_chunk_s):
            return None
        return original_format(info)

    async def _put_into_cache(
        self, job: Job, run: RecordingRun, transcript: Transcript, content: ContentHash
    ) -> FoundTranscript:
        """Put the transcript into the cache, under the last in the owner's order of the providers that made it."""
        key = self._key(job, run.makers[-1], content)
        await self._cache.put(key, content, transcript)
        return FoundTranscript(transcript, key, content, run.notes)

    def _run_key(self, job: Job, content: ContentHash) -> CacheKey:
        """The same for all requests with the same answer, whichever provider gives it; begins with the content."""
        return CacheKey(f"{content}:{job.options.cache_key(content, self._scope(job))}")

    def _key(self, job: Job, candidate: Candidate, content: ContentHash) -> CacheKey:
        return candidate.options.cache_key(content, self._scope(job))

    def _scope(self, job: Job) -> str:
        return "" if self.shares_cache else f"{job.requester.channel}:{job.requester.user}"


def _content_of(source: MediaSource, content: ContentHash) -> ContentHash:
    """Which content it is, now that the bytes have been read."""
    return source.content or content if isinstance(source, HashingSource) else content
