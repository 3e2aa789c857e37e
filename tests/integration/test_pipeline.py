import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core.cache import TranscriptCache
from core.domain import SourceReference, TranscriptionOptions
from core.domain.errors import EngineCrashed, NotMedia, SourceMissing
from core.media import Decoder, FileSource, MediaSource
from core.pipeline import Pipeline
from core.store import CachedTranscripts, Database, History
from tests.benchmarks.recordings import make_recording
from tests.fakes.provider import NumberingProvider
from tests.fakes.watcher import Watcher
from tests.unit.samples import make_job

FIVE_MINUTES_S = 300.0


class Bench:
    """A pipeline with everything real but the provider."""

    def __init__(self, provider: NumberingProvider, database: Database, decoder: Decoder) -> None:
        self.provider = provider
        self.history = History(database)
        self.cache = TranscriptCache(CachedTranscripts(database))
        self.opened: list[MediaSource] = []
        self.pipeline = Pipeline(
            open_source=self._open,
            decoder=decoder,
            provider=provider,
            cache=self.cache,
            history=self.history,
            clock=lambda: 1_000.0,
        )

    async def _open(self, reference: SourceReference) -> MediaSource:
        source = await FileSource.open(reference.location, reference.name)
        self.opened.append(source)
        return source


@asynccontextmanager
async def bench(folder: Path, provider: NumberingProvider) -> AsyncIterator[Bench]:
    database = await Database.open(folder / "notula.db")
    decoder = Decoder()
    try:
        yield Bench(provider, database, decoder)
    finally:
        await decoder.close()
        await database.close()


def job_for(file: Path, language: str | None = None):
    source = SourceReference("file", str(file), file.name)
    return make_job(source=source, options=TranscriptionOptions(language=language))


@pytest.fixture(scope="module")
def five_minutes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_recording(tmp_path_factory.mktemp("speech") / "five-minutes.wav", FIVE_MINUTES_S)


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


async def test_one_failing_chunk_fails_the_job_and_stops_the_others(five_minutes: Path, tmp_path: Path) -> None:
    provider = NumberingProvider()
    provider.gates[0] = asyncio.Event()
    provider.failures[1] = [EngineCrashed()]
    async with bench(tmp_path, provider) as b:
        with pytest.raises(EngineCrashed):
            await b.pipeline.run(job_for(five_minutes), Watcher())

    assert provider.cancelled == [0]


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
