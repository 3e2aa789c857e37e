"""One recording through the whole pipeline in a process of its own: `python -m tests.benchmarks.pipeline_job URL`.

The provider is a fake that takes 0.5 s and a second a minute of sound; cache and history are in memory, so that what
is written to the disk is the pipeline's. Without an address nothing is done but to start and end.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable

from core.cache import TranscriptCache
from core.domain import (
    AudioFormat,
    CacheKey,
    ContentHash,
    IdentityAlias,
    Job,
    JobId,
    Requester,
    Segment,
    SourceReference,
    SpeechChunk,
    Transcript,
    TranscriptId,
    TranscriptionOptions,
    UploadLimits,
)
from core.domain.cache_entry import CacheEntry
from core.media import Decoder, Encoder, HttpSources, MediaSource
from core.pipeline import MediaAccess, Pipeline, PipelineStores, SpendingRules
from core.providers import Capabilities, ChunkTranscript, LanguageGuess
from tests.fakes.provider import router_of, unwritten_spending
from tests.fakes.watcher import Watcher

CALL_S = 0.5
PER_MINUTE_S = 1.0
PARALLEL = 8
UPLOAD = UploadLimits(frozenset({AudioFormat.OGG, AudioFormat.FLAC, AudioFormat.MP3}), 25_000_000)


class TimedProvider:
    """Takes its time, in proportion to the sound."""

    name = "timed"
    capabilities = Capabilities(PARALLEL, 3600.0, gives_words=False, upload=UPLOAD)

    def __init__(self) -> None:
        self.chunks: list[tuple[float, str]] = []

    async def identify_language(self, chunk: SpeechChunk, options: TranscriptionOptions) -> LanguageGuess | None:
        return LanguageGuess("en", 1.0, is_for_all=True)

    async def transcribe(
        self,
        chunk: SpeechChunk,
        options: TranscriptionOptions,
        on_segment: Callable[[Segment], None],
        *,
        on_uploaded: Callable[[float], None] = lambda _: None,
    ) -> ChunkTranscript:
        self.chunks.append((chunk.duration_s, chunk.format))
        on_uploaded(1.0)
        await asyncio.sleep(seconds_for(chunk.duration_s))
        segment = Segment(chunk.start_s, chunk.end_s, f"chunk {chunk.index}")
        on_segment(segment)
        return ChunkTranscript((segment,), "en")

    async def close(self) -> None:
        """Nothing to give back."""


class _Tier:
    """A slow tier that keeps nothing."""

    most_bytes = 0

    async def get(self, key: CacheKey) -> CacheEntry | None:
        return None

    async def put(
        self,
        key: CacheKey,
        content: ContentHash,
        transcript: Transcript,
        created_at: float,
        *,
        is_derived: bool = False,
    ) -> int:
        return 0

    async def touch(self, key: CacheKey, used_at: float) -> None:
        """Nothing to remember."""

    async def purge(self, made_until: float) -> int:
        return 0

    async def clear(self) -> None:
        """Nothing to delete."""


class _Aliases:
    async def content_of(self, alias: IdentityAlias) -> ContentHash | None:
        return None

    async def remember(self, alias: IdentityAlias, content: ContentHash) -> None:
        """Nothing is kept."""


class _History:
    async def save(self, *_: object, **__: object) -> TranscriptId:
        return TranscriptId(1)


def seconds_for(duration_s: float) -> float:
    """How long the provider takes for a chunk."""
    return CALL_S + PER_MINUTE_S * duration_s / 60


async def run(url: str | None) -> dict[str, object]:
    """Transcribe what is at the address; tells how long that took and of which chunks it was made."""
    sources = HttpSources()

    async def open_source(reference: SourceReference) -> MediaSource:
        return await sources.open(reference.location, reference.name)

    decoder, encoder, provider = Decoder(), Encoder(), TimedProvider()
    pipeline = Pipeline(
        MediaAccess(open_source, decoder, encoder),
        router_of(provider),
        SpendingRules(unwritten_spending()),
        PipelineStores(TranscriptCache(_Tier()), _Aliases(), _History()),  # type: ignore[arg-type]
        time.time,
    )
    await decoder.start()
    await decoder.sandbox_layers()  # The child's start is not on the path of a job.
    begun = time.perf_counter()
    if url is not None:
        source = SourceReference("http", url, "recording")
        await pipeline.run(Job(JobId("1"), source, TranscriptionOptions(), Requester("test"), time.time()), Watcher())
    seconds = time.perf_counter() - begun
    if url is None:
        await asyncio.sleep(1.0)  # Long enough to be looked at.
    await encoder.close()
    await decoder.close()
    await sources.close()
    return {"seconds": seconds, "chunks": provider.chunks}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(sys.argv[1] if len(sys.argv) > 1 else None))))
