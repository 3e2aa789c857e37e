import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.cache import TranscriptCache
from core.domain import (
    AudioFormat,
    ContentHash,
    IdentityAlias,
    Requester,
    SourceReference,
    TranscriptionOptions,
    UploadLimits,
)
from core.domain.errors import EngineCrashed, NotMedia, OtherLanguage, SourceMissing
from core.media import Decoder, Encoder, FileSource, MediaSource, SourceInfo
from core.pipeline import MediaAccess, Pipeline, PipelineStores, SpendingRules
from core.pipeline.finished_parts import PartStore
from core.pipeline.outcome import FoundTranscript
from core.providers import LanguageGuess
from core.store.sqlite import Database, SqliteCachedTranscripts, SqliteHistory, SqliteIdentityAliases
from core.voices import VoiceTeller
from tests.benchmarks.recordings import make_recording
from tests.fakes.provider import NumberingProvider, router_of, unwritten_spending
from tests.fakes.watcher import Watcher
from tests.unit.samples import make_job

FIVE_MINUTES_S = 300.0


class Bench:
    """A pipeline with everything real but the provider."""

    def __init__(
        self,
        provider: NumberingProvider,
        database: Database,
        decoder: Decoder,
        encoder: Encoder,
        voices: VoiceTeller | None = None,
        parts: PartStore | None = None,
    ) -> None:
        self.provider = provider
        self.history = SqliteHistory(database)
        self.cache = TranscriptCache(SqliteCachedTranscripts(database))
        self.opened: list[MediaSource] = []
        self.pipeline = Pipeline(
            MediaAccess(self._open, decoder, encoder, voices),
            router_of(provider),
            SpendingRules(unwritten_spending()),
            PipelineStores(
                self.cache,
                SqliteIdentityAliases(database, clock=lambda: 1_000.0),
                self.history,
                parts,
            ),
            clock=lambda: 1_000.0,
        )

    async def _open(self, reference: SourceReference) -> MediaSource:
        if reference.kind == "remote":
            source = RemoteFile(Path(reference.location), reference.name)
        else:
            source = await FileSource.open(reference.location, reference.name)
        self.opened.append(source)
        return source

    @property
    def bytes_fetched(self) -> int:
        return sum(source.bytes_fetched for source in self.opened if isinstance(source, RemoteFile))


class RemoteFile:
    """A file that has an identity before its bytes, as a chat's has; counts what is fetched of it."""

    def __init__(self, path: Path, name: str) -> None:
        self.bytes_fetched = 0
        self._content = path.read_bytes()
        self.info = SourceInfo(name, len(self._content), IdentityAlias(f"remote:{name}"))

    async def read_range(self, offset: int, length: int) -> bytes:
        data = self._content[offset : offset + length]
        self.bytes_fetched += len(data)
        return data

    async def content_hash(self) -> ContentHash:
        raise AssertionError("the identity is enough")

    async def close(self) -> None:
        pass


@asynccontextmanager
async def bench(
    folder: Path, provider: NumberingProvider, voices: VoiceTeller | None = None, parts: PartStore | None = None
) -> AsyncIterator[Bench]:
    database = await Database.open(folder / "notula.db")
    decoder, encoder = Decoder(), Encoder()
    try:
        yield Bench(provider, database, decoder, encoder, voices, parts)
    finally:
        await encoder.close()
        await decoder.close()
        await database.close()


def job_for(file: Path, language: str | None = None, kind: str = "file"):
    source = SourceReference(kind, str(file), file.name)
    return make_job(source=source, options=TranscriptionOptions(language=language))


@pytest.fixture(scope="module")
def five_minutes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_recording(tmp_path_factory.mktemp("speech") / "five-minutes.wav", FIVE_MINUTES_S)


async def test_each_chunk_is_transcribed_in_its_own_language(five_minutes: Path, tmp_path: Path) -> None:
    provider = NumberingProvider(parallel=1)
    doubtful = LanguageGuess("cy", 0.2, likely=(("cy", 0.2), ("nn", 0.18), ("en", 0.15)))
    english, indonesian = LanguageGuess("en", 1.0), LanguageGuess("id", 0.9)
    provider.guesses = [doubtful, english, doubtful, english, *[indonesian] * 9]
    provider.models = {"en": "tiny.en", "id": "base"}
    async with bench(tmp_path, provider) as b:
        outcome = await b.pipeline.run(job_for(five_minutes), Watcher())
        stored = await b.history.get(outcome.transcript_id)
    assert stored is not None
    assert [language for _, language in sorted(provider.calls)] == [*["en"] * 4, *["id"] * (len(provider.calls) - 4)]
    assert stored.transcript.language == "en"
    assert stored.transcript.model == "tiny.en + base"


async def test_chunks_come_back_as_one_transcript_in_order(five_minutes: Path, tmp_path: Path) -> None:
    provider, watcher = NumberingProvider(parallel=3), Watcher()
    provider.gates = {index: asyncio.Event() for index in range(3)}
    async with bench(tmp_path, provider) as b:
        run = asyncio.create_task(b.pipeline.run(job_for(five_minutes), watcher))
        await provider.has_started(2)
        for index in (2, 1, 0):
            provider.gates[index].set()
        outcome = await run
        stored = await b.history.get(outcome.transcript_id)

    assert stored is not None
    transcript = stored.transcript
    chunks = len(transcript.segments)
    assert chunks >= 5
    assert [segment.text for segment in transcript.segments] == [f"chunk {n}" for n in range(chunks)]
    assert transcript.segments == tuple(watcher.segments)
    assert (transcript.language, transcript.provider) == ("id", "numbering")
    assert transcript.duration_s == pytest.approx(FIVE_MINUTES_S, abs=0.05)
    assert watcher.fractions == sorted(watcher.fractions)
    assert watcher.fractions[-1] == pytest.approx(1.0)
    assert provider.most_at_once == 3
    assert provider.identified == [0]
    assert {language for _, language in provider.calls} == {"id"}


async def test_a_repeated_recording_costs_no_work(beckett: Path, tmp_path: Path) -> None:
    provider = NumberingProvider()
    async with bench(tmp_path, provider) as b:
        first = await b.pipeline.run(job_for(beckett), Watcher())
        calls = len(provider.calls)
        again = await b.pipeline.run(job_for(beckett), Watcher())

    assert (first.from_cache, again.from_cache) == (False, True)
    assert first.transcript_id == again.transcript_id
    assert len(provider.calls) == calls
    assert (b.cache.hits, b.cache.misses) == (1, 1)


async def test_a_named_language_is_not_asked_for(beckett: Path, tmp_path: Path) -> None:
    provider = NumberingProvider()
    async with bench(tmp_path, provider) as b:
        await b.pipeline.run(job_for(beckett, "en"), Watcher())

    assert provider.identified == []
    assert provider.calls == [(0, "en")]


async def test_the_first_chunk_with_speech_tells_the_language(five_minutes: Path, tmp_path: Path) -> None:
    provider = NumberingProvider(parallel=1)
    provider.language = None
    async with bench(tmp_path, provider) as b:
        await b.pipeline.run(job_for(five_minutes), Watcher())

    assert provider.identified == [index for index, _ in provider.calls]


async def test_a_chunk_that_keeps_failing_fails_the_job_and_stops_the_others(
    five_minutes: Path, tmp_path: Path
) -> None:
    provider = NumberingProvider()
    provider.gates[0] = asyncio.Event()
    provider.failures[1] = [EngineCrashed() for _ in range(3)]
    async with bench(tmp_path, provider) as b:
        with pytest.raises(EngineCrashed) as failure:
            await b.pipeline.run(job_for(five_minutes), Watcher())

    assert failure.value.retries_exhausted
    assert [index for index, _ in provider.calls] == [0, 1, 1, 1]
    assert provider.cancelled == [0]


async def test_a_chunk_that_fails_is_tried_again_alone(five_minutes: Path, tmp_path: Path) -> None:
    provider, watcher = NumberingProvider(), Watcher()
    provider.failures[1] = [EngineCrashed(), EngineCrashed()]
    async with bench(tmp_path, provider) as b:
        await b.pipeline.run(job_for(five_minutes), watcher)

    calls = [index for index, _ in provider.calls]
    assert sorted(calls) == sorted([*range(max(calls) + 1), 1, 1])
    assert [segment.text for segment in watcher.segments] == [f"chunk {index}" for index in range(max(calls) + 1)]


async def test_an_error_that_stays_is_not_tried_again(beckett: Path, tmp_path: Path) -> None:
    provider = NumberingProvider()
    provider.failures[0] = [OtherLanguage(model="tiny.en")]
    async with bench(tmp_path, provider) as b:
        with pytest.raises(OtherLanguage):
            await b.pipeline.run(job_for(beckett), Watcher())
    assert len(provider.calls) == 1


async def test_the_same_recording_asked_for_by_many_at_once_is_transcribed_once(beckett: Path, tmp_path: Path) -> None:
    provider = NumberingProvider()
    provider.gates[0] = asyncio.Event()
    watchers = [Watcher() for _ in range(5)]
    async with bench(tmp_path, provider) as b:
        runs = [asyncio.create_task(b.pipeline.run(job_for(beckett), watcher)) for watcher in watchers]
        await provider.has_started(0)
        runs[0].cancel()
        await asyncio.wait([runs[0]])
        provider.gates[0].set()
        outcomes = await asyncio.gather(*runs[1:])

    assert len(provider.calls) == 1
    assert len({outcome.transcript_id for outcome in outcomes}) == 1
    assert runs[0].cancelled()


async def test_what_was_transcribed_while_the_cache_was_looked_into_is_not_transcribed_again(
    beckett: Path, tmp_path: Path
) -> None:
    provider, looked = NumberingProvider(), asyncio.Event()
    provider.gates[0] = asyncio.Event()
    async with bench(tmp_path, provider) as b:
        first = asyncio.create_task(b.pipeline.run(job_for(beckett), Watcher()))
        await provider.has_started(0)
        find = b.pipeline._cached

        async def find_late(*asked: Any) -> FoundTranscript | None:
            b.pipeline._cached = find
            found = await find(*asked)
            looked.set()
            await first
            return found

        b.pipeline._cached = find_late
        second = asyncio.create_task(b.pipeline.run(job_for(beckett), Watcher()))
        await looked.wait()
        provider.gates[0].set()
        outcomes = await asyncio.gather(first, second)

    assert len(provider.calls) == 1
    assert outcomes[0].transcript_id == outcomes[1].transcript_id


async def test_an_identity_that_is_known_costs_no_download(beckett: Path, tmp_path: Path) -> None:
    provider = NumberingProvider()
    async with bench(tmp_path, provider) as b:
        first = await b.pipeline.run(job_for(beckett, kind="remote"), Watcher())
        fetched = b.bytes_fetched
        again = await b.pipeline.run(job_for(beckett, kind="remote"), Watcher())
        local = await b.pipeline.run(job_for(beckett), Watcher())

    assert fetched >= beckett.stat().st_size
    assert b.bytes_fetched == fetched
    assert (first.from_cache, again.from_cache, local.from_cache) == (False, True, True)
    assert len(provider.calls) == 1


async def test_what_others_had_may_be_kept_from_a_person(beckett: Path, tmp_path: Path) -> None:
    provider = NumberingProvider()
    mine, theirs = (replace(job_for(beckett), requester=Requester("telegram", user)) for user in ("1", "2"))
    async with bench(tmp_path, provider) as b:
        b.pipeline.shares_cache = False
        outcomes = [await b.pipeline.run(job, Watcher()) for job in (mine, theirs, mine)]

    assert [outcome.from_cache for outcome in outcomes] == [False, False, True]


LIMITS = UploadLimits(frozenset({AudioFormat.OGG, AudioFormat.WAV}), 25_000_000)


async def test_a_file_that_the_provider_takes_is_sent_untouched(beckett: Path, tmp_path: Path) -> None:
    provider = NumberingProvider(upload=LIMITS)
    async with bench(tmp_path, provider) as b:
        await b.pipeline.run(job_for(beckett), Watcher())
    assert provider.received == [(AudioFormat.WAV, beckett.read_bytes())]


async def test_what_is_too_large_is_encoded_small_enough(five_minutes: Path, tmp_path: Path) -> None:
    provider = NumberingProvider(longest_chunk_s=120, upload=replace(LIMITS, largest_bytes=1_000_000))
    async with bench(tmp_path, provider) as b:
        await b.pipeline.run(job_for(five_minutes), Watcher())
    assert len(provider.received) >= 3
    for audio_format, data in provider.received:
        assert audio_format is AudioFormat.OGG
        assert data.startswith(b"OggS")
        assert len(data) < 1_000_000


async def test_the_same_bytes_under_another_name_cost_no_call(beckett: Path, tmp_path: Path) -> None:
    provider = NumberingProvider(upload=LIMITS)
    other = tmp_path / "other.wav"
    other.write_bytes(beckett.read_bytes())
    async with bench(tmp_path, provider) as b:
        await b.pipeline.run(job_for(beckett, kind="remote"), Watcher())
        await b.pipeline.run(job_for(other, kind="remote"), Watcher())
    assert len(provider.calls) == 1


async def test_only_so_many_parts_as_the_owner_wants_are_sent_at_once(five_minutes: Path, tmp_path: Path) -> None:
    provider = NumberingProvider(parallel=8)
    async with bench(tmp_path, provider) as b:
        b.pipeline.most_parallel_chunks = 2
        await b.pipeline.run(job_for(five_minutes), Watcher())
    assert provider.most_at_once <= 2


async def test_cancelling_stops_decoder_and_provider(five_minutes: Path, tmp_path: Path) -> None:
    provider = NumberingProvider()
    provider.gates = {0: asyncio.Event(), 1: asyncio.Event()}
    async with bench(tmp_path, provider) as b:
        run = asyncio.create_task(b.pipeline.run(job_for(five_minutes), Watcher()))
        await provider.has_started(1)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run

    assert sorted(provider.cancelled) == [0, 1]


async def test_what_is_no_recording_never_reaches_the_provider(tmp_path: Path) -> None:
    provider = NumberingProvider()
    text = tmp_path / "notes.mp3"
    text.write_text("not audio\n" * 500)
    async with bench(tmp_path, provider) as b:
        with pytest.raises(NotMedia):
            await b.pipeline.run(job_for(text), Watcher())
        with pytest.raises(SourceMissing):
            await b.pipeline.run(job_for(tmp_path / "gone.wav"), Watcher())

    assert provider.calls == []
