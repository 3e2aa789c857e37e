"""A recording that is known, sent to a queue whose cache holds a hundred thousand of them."""

import asyncio
import hashlib
import itertools
import random
import statistics
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import sqlite_utils

from core.cache import TranscriptCache
from core.domain import (
    CacheKey,
    ContentHash,
    IdentityAlias,
    Job,
    JobId,
    Requester,
    Segment,
    SourceReference,
    Transcript,
    TranscriptionOptions,
)
from core.media import Decoder, Encoder, SourceInfo
from core.pipeline import MediaAccess, Pipeline, PipelineStores, SpendingRules
from core.queue import JobHandling, LocalQueue
from core.store.sqlite import (
    Database,
    Instance,
    SqliteCachedTranscripts,
    SqliteHistory,
    SqliteIdentityAliases,
    SqliteJobJournal,
)
from core.store.sqlite.body import pack
from tests.benchmarks.figure import Figure
from tests.benchmarks.scale import Scale
from tests.fakes.provider import NumberingProvider, router_of, unwritten_spending

ENTRIES = 100_000
HISTORY = 2_000
HITS = 500
WORDS = 3_000
"""So many words are a transcript of 10 kB as it is kept."""
OPTIONS = TranscriptionOptions(language="en")


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much there is, and how many recordings of each kind are known.

    The history's search index takes long to fill, so that it holds fewer; half of the hits are repeats of its entries.
    """

    entries: int
    history: int
    hits: int


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """From submitting to done; the transcripts are on the disk, and the recordings have an identity like a chat's."""
    return asyncio.run(_measure(folder, Amounts(scale.of(ENTRIES, 2_000), scale.of(HISTORY, 50), scale.of(HITS, 20))))


async def _measure(folder: Path, amounts: Amounts) -> list[Figure]:
    vocabulary = _vocabulary()
    transcripts = [_made_up(seed, vocabulary) for seed in range(20)]
    database = await Database.open(folder / "notula.db")
    history = SqliteHistory(database)
    router = router_of(NumberingProvider())
    made_by = router.candidates(OPTIONS)[0].options  # Under these it would be kept, whatever the key is made of.
    await _fill(database, made_by, amounts.entries, [pack(transcript) for transcript in transcripts])
    for number in range(amounts.history):
        content = _content(number)
        transcript = transcripts[number % len(transcripts)]
        await history.save(
            _source(number),
            made_by.cache_key(content),
            content,
            transcript,
            time.time(),
            requester=Requester("desktop"),
        )
    instance = Instance(folder / "instances", lambda: uuid.uuid4().hex)
    instance.announce()
    cache = TranscriptCache(SqliteCachedTranscripts(database, most_bytes=10**10))
    pipeline = Pipeline(
        MediaAccess(_KnownSource.open, Decoder(), Encoder()),
        router,
        SpendingRules(unwritten_spending()),
        PipelineStores(cache, SqliteIdentityAliases(database, time.time), history),
        time.time,
    )
    queue = LocalQueue(SqliteJobJournal(database, instance), JobHandling(pipeline.run), workers=2)
    await queue.start(resume=False)
    order = random.Random(1)
    repeats = [await _hit(queue, number) for number in order.sample(range(amounts.history), amounts.hits)]
    renamed = [
        await _hit(queue, number) for number in order.sample(range(amounts.history, amounts.entries), amounts.hits)
    ]
    assert (cache.disk_hits, cache.misses) == (2 * amounts.hits, 0)
    await queue.stop()
    instance.leave()
    await database.close()
    return _figures("repeat", repeats, amounts) + _figures("new name", renamed, amounts)


def _figures(what: str, durations_s: list[float], amounts: Amounts) -> list[Figure]:
    detail = f"{amounts.hits} hits on disk, one after another, {amounts.entries} entries of 10 kB"
    p99_s = statistics.quantiles(durations_s, n=100)[98]
    return [
        Figure(f"cache hit, {what}, p50", statistics.median(durations_s) * 1000, 5, "ms", detail),
        Figure(f"cache hit, {what}, p99", p99_s * 1000, 20, "ms", detail),
    ]


async def _hit(queue: LocalQueue, number: int) -> float:
    job = Job(JobId(uuid.uuid4().hex), _source(number), OPTIONS, Requester("benchmark"), time.time())
    begun = time.perf_counter()
    await queue.submit([job])
    done = await queue.wait(job.id)
    seconds = time.perf_counter() - begun
    assert done.from_cache, done
    return seconds


async def _fill(database: Database, made_by: TranscriptionOptions, entries: int, bodies: list[bytes]) -> None:
    now = time.time()

    def operation(database: sqlite_utils.Database, numbers: range) -> None:
        database.conn.executemany(
            """INSERT INTO cached_transcripts (key, content_hash, body, created_at, used_at, size_bytes)
               VALUES (?, ?, ?, ?, ?, ?)""",
            [_row(made_by, number, bodies[number % len(bodies)], now) for number in numbers],
        )
        database.conn.executemany(
            "INSERT INTO identity_aliases (alias, content_hash, used_at) VALUES (?, ?, ?)",
            [(_alias(_source(number)), _content(number), now) for number in numbers],
        )

    for first in range(0, entries, 1_000):
        numbers = range(first, first + 1_000)
        await database.write(lambda database, numbers=numbers: operation(database, numbers), durable=False)


def _row(
    made_by: TranscriptionOptions, number: int, body: bytes, now: float
) -> tuple[CacheKey, ContentHash, bytes, float, float, int]:
    content = _content(number)
    return made_by.cache_key(content), content, body, now, now, len(body)


def _content(number: int) -> ContentHash:
    return ContentHash(hashlib.sha256(str(number).encode()).hexdigest())


def _source(number: int) -> SourceReference:
    return SourceReference("chat", str(number), f"{number}.ogg")


def _alias(reference: SourceReference) -> IdentityAlias:
    return IdentityAlias(f"chat:{reference.location}")


def _made_up(seed: int, vocabulary: list[str]) -> Transcript:
    """Twenty minutes of talk, in which words are as frequent as in a language: the n-th word 1/n of the first."""
    chance = random.Random(seed)
    frequencies = list(itertools.accumulate(1 / rank for rank in range(1, len(vocabulary) + 1)))
    segments = tuple(
        Segment(start_s, start_s + 4.9, " ".join(chance.choices(vocabulary, cum_weights=frequencies, k=12)))
        for start_s in (5.0 * number for number in range(WORDS // 12))
    )
    return Transcript(segments, "en", 5.0 * len(segments), "on-device", "tiny.en")


def _vocabulary() -> list[str]:
    chance = random.Random(0)
    return ["".join(chance.choices("etaoinshrdlucmfwyp", k=chance.randint(2, 9))) for _ in range(20_000)]


class _KnownSource:
    """A recording whose identity is enough; its bytes are never asked for."""

    def __init__(self, reference: SourceReference) -> None:
        self.info = SourceInfo(reference.name, 1, _alias(reference), read_ahead_bytes=1)

    @classmethod
    async def open(cls, reference: SourceReference) -> "_KnownSource":
        return cls(reference)

    async def read_range(self, offset: int, length: int) -> bytes:
        raise AssertionError("a hit fetches nothing")

    async def content_hash(self) -> ContentHash:
        raise AssertionError("a hit fetches nothing")

    async def close(self) -> None:
        pass
