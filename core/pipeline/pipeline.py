"""The whole way of a job: cache, fetch, split, optimize, transcribe, stitch, save. Read it and you know the program."""

import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.cache import TranscriptCache
from core.concurrency.single_flight import Report, SingleFlight
from core.domain import (
    AudioFormat,
    CacheKey,
    ContentHash,
    Job,
    JobId,
    Requester,
    SourceReference,
    SpeechChunk,
    Transcript,
    TranscriptId,
    TranslatableText,
)
from core.domain.errors import MinutesError, ResultNotKept, StoreError
from core.domain.identity import content_named
from core.media import (
    Decoder,
    Encoder,
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
from core.pipeline.budget import Budget
from core.pipeline.chunk_adapter import ChunkAdapter
from core.pipeline.finished_parts import FinishedParts, NoParts, PartStore
from core.pipeline.minutes import Allowance, unlimited
from core.pipeline.passed_over import made_earlier
from core.pipeline.recording_run import RecordingRun
from core.pipeline.upload_speed import UploadSpeed
from core.providers import Candidate, Router
from core.store import History, IdentityAliases

logger = logging.getLogger(__name__)

MOST_UNSAVED = 200
"""An hour of speech takes less than a megabyte."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job."""

    transcript_id: TranscriptId
    from_cache: bool
    notes: tuple[TranslatableText, ...] = ()
    """What a person should know of how it came about."""
    export_due: bool = False
    """Whether it is still to be written into the owner's folder."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A transcript, the key under which it is kept, and of which content it is."""

    transcript: Transcript
    key: CacheKey
    content: ContentHash
    notes: tuple[TranslatableText, ...] = ()


def anybody(requester: Requester) -> bool:
    """For whoever makes no difference between people."""
    return True


class Pipeline:
    """Takes one recording from its bytes to a transcript in the history.

    `open_source` finds the bytes of a job; `work` says how much of it may be worked on for who asks, and `may_cost`
    whether that may cost money; `clock` gives seconds since the epoch. Finished `parts` of unfinished jobs are kept
    there, if anywhere. The attributes may be changed while jobs run.
    """

    def __init__(
        self,
        *,
        open_source: Callable[[SourceReference], Awaitable[MediaSource]],
        decoder: Decoder,
        encoder: Encoder,
        router: Router,
        budget: Budget,
        work: Callable[[Job], AbstractAsyncContextManager[Allowance]] = unlimited,
        cache: TranscriptCache,
        aliases: IdentityAliases,
        history: History,
        clock: Callable[[], float],
        parts: PartStore | None = None,
        may_cost: Callable[[Requester], bool] = anybody,
    ) -> None:
        self._open_source = open_source
        self._decoder = decoder
        self._router = router
        self._budget = budget
        self._work = work
        self._may_cost = may_cost
        self._cache = cache
        self._aliases = aliases
        self._history = history
        self._clock = clock
        self._parts = parts or NoParts()
        self._unsaved: dict[JobId, _Found] = {}
        """Transcripts that the database could not take yet, so that nobody makes, or pays for, them again."""
        self._single_flight = SingleFlight[_Found]()
        self._upload_speed = UploadSpeed()
        self._adapter = ChunkAdapter(decoder, encoder, self._upload_speed)
        self.most_parallel_chunks = 8
        """How many chunks of one recording are transcribed at once, where the provider takes as many."""
        self.shares_cache = True
        """Whether a person gets what was made for another one: a quick answer tells that somebody had the recording."""

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
                if not self._may_cost(job.requester):
                    candidates = self._router.free_of(candidates)
                likely = self._key(job, self._router.available(candidates)[-1], content)
                if likely in self._single_flight:
                    await opened.close()  # Whoever waits for another one's run needs no file or connection meanwhile.
                found = await self._made(job, likely, report, partial(self._make, job, candidates, content, opened))
        finally:
            await opened.close()
        report.duration(found.transcript.duration_s)
        return Outcome(await self._saved(job, found), from_cache, found.notes)

    async def _saved(self, job: Job, found: _Found) -> TranscriptId:
        """Put it into the history. Raises `ResultNotKept` while the database can't take it, and has it for later."""
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
        """Which content this is. Of a source with an identity nothing is fetched for that."""
        if source.info.identity is None:
            return await source.content_hash()
        return await self._aliases.content_of(source.info.identity) or content_named(source.info.identity)

    async def _cached(self, job: Job, candidates: Sequence[Candidate], content: ContentHash) -> _Found | None:
        """What is in the cache by whoever would do the work now, or by anybody whom the owner likes better."""
        keys = [self._key(job, candidate, content) for candidate in self._router.available(candidates)]
        cached = await self._cache.find(keys, content)
        if cached is None:
            return None
        key, transcript = cached
        return _Found(transcript, key, content, made_earlier(candidates, keys.index(key)))

    async def _made(
        self, job: Job, key: CacheKey, report: Report, make: Callable[[Report], Coroutine[Any, Any, _Found]]
    ) -> _Found:
        """What comes of the run under this key, which may be another person's."""
        while True:
            try:
                return await self._single_flight.run(key, report, make)
            except MinutesError as error:
                if error.requester == job.requester:
                    raise  # Else it was that one's run, and now somebody else makes one.

    async def _make(
        self, job: Job, candidates: Sequence[Candidate], content: ContentHash, opened: OwnedSource, report: Report
    ) -> _Found:
        """Transcribe, and keep the transcript for whoever comes with the same content."""
        async with self._work(job) as allowance:
            return await self._make_within(allowance, job, candidates, content, opened, report)

    async def _make_within(
        self,
        allowance: Allowance,
        job: Job,
        candidates: Sequence[Candidate],
        content: ContentHash,
        opened: OwnedSource,
        report: Report,
    ) -> _Found:
        source = opened.hand_over()
        if source is None:  # Who opened it has left before this began, and somebody else still waits.
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
            except StoreError:  # It only saves somebody a download.
                logger.warning("What a recording is known by could not be written down")
        return made

    async def _transcribe(
        self,
        allowance: Allowance,
        job: Job,
        candidates: Sequence[Candidate],
        source: MediaSource,
        content: ContentHash,
        report: Report,
    ) -> _Found:
        if source.info.comes_whole and source.info.identity is not None:
            content = await source.content_hash()
            found = await self._cached(job, candidates, content)
            if found is not None:  # Somebody has sent the same under another name.
                return found
        async with self._decoder.decode(source) as decoding:
            await allowance.announce(decoding.info.duration_s or 0.0)
            original = self._original_format(decoding.info, candidates)
            run = RecordingRun(
                self._router,
                self._adapter,
                self._upload_speed,
                self._budget,
                allowance,
                job.requester,
                candidates,
                report,
                decoding.info.duration_s,
                job.options,
                FinishedParts(self._parts, job.id, self._run_key(job, content), candidates),
            )
            if original is None:
                transcript = await run.transcribe_speech(decoding, self.most_parallel_chunks)
                return await self._kept(job, run, transcript, _content_of(source, content))
            # What is kept whole is the same when it is read again, so that there is no need to decode it again.
            length = await measure(decoding) if source.info.comes_whole else None
        data = await read_all_bytes(source)
        known, content = content, _content_of(source, content)
        found = await self._cached(job, candidates, content) if content != known else None
        if found is not None:
            return found
        transcript = await self._transcribe_original(
            run, MemorySource(source.info.name, data), data, original, candidates, length
        )
        return await self._kept(job, run, transcript, content)

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

    async def _kept(self, job: Job, run: RecordingRun, transcript: Transcript, content: ContentHash) -> _Found:
        """Keep the transcript under the name of the maker whom the owner likes least."""
        key = self._key(job, run.makers[-1], content)
        await self._cache.put(key, content, transcript)
        return _Found(transcript, key, content, run.notes)

    def _run_key(self, job: Job, content: ContentHash) -> CacheKey:
        """What all requests have in common that have the same answer, whoever gives it, with the content in front."""
        return CacheKey(f"{content}:{job.options.cache_key(content, self._scope(job))}")

    def _key(self, job: Job, candidate: Candidate, content: ContentHash) -> CacheKey:
        return candidate.options.cache_key(content, self._scope(job))

    def _scope(self, job: Job) -> str:
        return "" if self.shares_cache else f"{job.requester.channel}:{job.requester.user}"


def _content_of(source: MediaSource, content: ContentHash) -> ContentHash:
    """Which content it is, now that the bytes have been read."""
    return source.content or content if isinstance(source, HashingSource) else content
