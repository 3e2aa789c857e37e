"""Translations and summaries: over HTTP from a strict fake service, and from the cache in a real database."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio

from core.cache import TranscriptCache
from core.concurrency.retry import RetryPolicy
from core.domain import (
    CacheKey,
    ContentHash,
    HistoryEntry,
    Segment,
    SourceReference,
    StoredTranscript,
    Transcript,
    TranscriptId,
)
from core.domain.errors import (
    BudgetRequired,
    KeyRefused,
    LanguageUnknown,
    NoLlm,
    ProviderFailing,
    ProviderOverloaded,
)
from core.export import render
from core.processing import Llm, TranscriptProcessor
from core.providers import Upstream
from core.providers.http.endpoint import Endpoint
from core.providers.llm.client import LlmClient
from core.providers.llm.upstream_llm import UpstreamLlm
from core.store.sqlite import Database, SqliteCachedTranscripts, SqliteHistory
from tests.fakes.llm_answers import FakeLlm
from tests.fakes.llm_service import LlmService, groq_llm
from tests.fakes.plain_client import plain_client
from tests.fakes.speech_server import Reply, SpeechServer
from tests.patience import PATIENCE_S
from tests.unit.samples import HASH, OTHER_HASH, THE_OWNER

KEY = "sk-planted-secret-0123456789abcdef3f2a"
MODEL = "openai/gpt-oss-120b"


def stored_of(*texts: str, language: str = "id") -> StoredTranscript:
    said = tuple(Segment(place * 1.5, place * 1.5 + 1.25, text) for place, text in enumerate(texts))
    transcript = Transcript(said, language, 90.0, "on-device", "tiny")
    entry = HistoryEntry(TranscriptId(1), "talk.ogg", "/talk.ogg", 1.0, 90.0, language, "on-device", "tiny")
    return StoredTranscript(entry, HASH, transcript)


TALK = stored_of("Selamat pagi.", "Apa kabar hari ini?", "Baik, terima kasih.")
LONG_TALK = stored_of(*(f"Ini kalimat nomor {number}." for number in range(400)))


def tried_again(llm: LlmClient) -> Llm:
    """As the app has it, but without waiting between attempts."""
    retry = RetryPolicy(first_delay_s=0.0)
    return UpstreamLlm(Upstream(llm.name, "Groq", {"": llm}, model=llm.model, retry=retry), is_last=True)


@dataclass(frozen=True)
class Bench:
    """All that takes part. `fresh` gives a processing with a cache that has nothing in memory."""

    processing: TranscriptProcessor
    service: LlmService
    server: SpeechServer
    cache: TranscriptCache
    llms: list[Llm]
    fresh: Callable[[], TranscriptProcessor]


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "notula.db")
    # What is made of a transcript is kept for as long as that is.
    source = SourceReference("file", "/talk.ogg", "talk.ogg")
    await SqliteHistory(opened).save(source, CacheKey("original"), HASH, TALK.transcript, 1.0, requester=THE_OWNER)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def bench(database: Database) -> AsyncIterator[Bench]:
    service = groq_llm(KEY)
    async with SpeechServer(service).running() as server, plain_client() as client:
        endpoint = Endpoint("groq", "Groq", f"{server.url}/openai/v1")
        llms: list[Llm] = [tried_again(LlmClient(endpoint, MODEL, KEY, client))]

        def fresh() -> TranscriptProcessor:
            return TranscriptProcessor(TranscriptCache(SqliteCachedTranscripts(database)), lambda: llms)

        cache = TranscriptCache(SqliteCachedTranscripts(database))
        yield Bench(TranscriptProcessor(cache, lambda: llms), service, server, cache, llms, fresh)


async def test_a_translation_is_subtitles_on_the_same_clock(bench: Bench) -> None:
    translation = await bench.processing.translate(TALK, "en")
    assert [one.text for one in translation.segments] == [
        "<English> Selamat pagi.",
        "<English> Apa kabar hari ini?",
        "<English> Baik, terima kasih.",
    ]
    assert [(one.start_s, one.end_s) for one in translation.segments] == [(0.0, 1.25), (1.5, 2.75), (3.0, 4.25)]
    assert (translation.language, translation.provider, translation.model) == ("en", "groq", MODEL)
    assert len(bench.server.requests) == 1
    subtitles = render(replace(TALK, transcript=translation), "srt").decode("utf-8")
    assert "00:00:01,500 --> 00:00:02,750\n<English> Apa kabar hari ini?" in subtitles


async def test_a_speaker_who_gets_a_name_has_it_in_the_translation_for_no_other_request(bench: Bench) -> None:
    def talk(*speakers: str) -> StoredTranscript:
        segments = zip(TALK.transcript.segments, speakers, strict=True)
        spoken = tuple(replace(segment, speaker=speaker) for segment, speaker in segments)
        return replace(TALK, transcript=replace(TALK.transcript, segments=spoken))

    first = await bench.processing.translate(talk("Speaker 1", "Speaker 2", "Speaker 1"), "en")
    named = await bench.processing.translate(talk("Ana", "Speaker 2", "Ana"), "en")
    assert [one.speaker for one in first.segments] == ["Speaker 1", "Speaker 2", "Speaker 1"]
    assert [(one.speaker, one.text) for one in named.segments] == [
        ("Ana", "<English> Selamat pagi."),
        ("Speaker 2", "<English> Apa kabar hari ini?"),
        ("Ana", "<English> Baik, terima kasih."),
    ]
    assert [one.speaker for one in (await bench.processing.translate(TALK, "en")).segments] == [None, None, None]
    assert len(bench.server.requests) == 1


async def test_a_language_may_be_named(bench: Bench) -> None:
    assert (await bench.processing.translate(TALK, "Javanese")).language == "jv"
    with pytest.raises(LanguageUnknown, match="Klingon is no language"):
        await bench.processing.translate(TALK, "Klingon")
    with pytest.raises(LanguageUnknown):
        await bench.processing.summarize(TALK, "Klingon")


async def test_who_may_cost_nothing_gets_what_is_there_and_what_is_free(bench: Bench) -> None:
    for make in (bench.processing.translate, bench.processing.summarize):
        with pytest.raises(BudgetRequired):
            await make(TALK, "en", only_free=True)
    assert bench.server.requests == []
    await bench.processing.translate(TALK, "en")
    assert (await bench.processing.translate(TALK, "en", only_free=True)).language == "en"
    free = TranscriptProcessor(bench.cache, lambda: bench.llms, free_llms=lambda: bench.llms)
    assert (await free.summarize(TALK, "en", only_free=True)).language == "en"


async def test_there_and_back(bench: Bench) -> None:
    english = await bench.processing.translate(TALK, "en")
    back = await bench.processing.translate(replace(TALK, transcript=english), "id")
    assert back.language == "id"
    assert back.segments[0].text == "<Indonesian> <English> Selamat pagi."


async def test_a_summary_is_in_the_language_of_the_speakers_or_that_of_choice(bench: Bench) -> None:
    assert (await bench.processing.summarize(TALK)).text.startswith("In Indonesian: 3 lines")
    english = await bench.processing.summarize(TALK, "en")
    assert english.text.startswith("In English: 3 lines")
    assert (english.language, english.segments[0].end_s) == ("en", 90.0)


async def test_the_second_time_nobody_is_asked(bench: Bench) -> None:
    fractions: list[float] = []
    translation = await bench.processing.translate(LONG_TALK, "en")
    summary = await bench.processing.summarize(LONG_TALK)
    asked = len(bench.server.requests)
    for processing in (bench.processing, bench.fresh()):
        assert await processing.translate(LONG_TALK, "en", fractions.append) == translation
        assert await processing.summarize(LONG_TALK) == summary
    assert len(bench.server.requests) == asked
    assert fractions == [1.0, 1.0]


async def test_another_language_model_or_transcript_is_another_translation(bench: Bench) -> None:
    await bench.processing.translate(TALK, "en")
    await bench.processing.translate(TALK, "de")
    await bench.processing.translate(replace(TALK, content_hash=OTHER_HASH), "en")
    better = replace(TALK, transcript=replace(TALK.transcript, segments=TALK.transcript.segments[:2]))
    assert len((await bench.processing.translate(better, "en")).segments) == 2
    bench.llms[:] = [FakeLlm(model="other")]
    assert (await bench.processing.translate(TALK, "en")).model == "other"
    assert len(bench.server.requests) == 4


async def test_what_the_second_model_has_made_is_found_again(bench: Bench) -> None:
    failing = FakeLlm(model="failing")
    failing.failures = [KeyRefused(provider="Groq", ending="3f2a")]
    bench.llms.insert(0, failing)
    translation = await bench.processing.translate(TALK, "en")
    assert translation.model == MODEL
    assert await bench.processing.translate(TALK, "en") == translation
    assert len(failing.requests) == 1


async def test_at_the_same_time_it_is_made_once(bench: Bench) -> None:
    reply = bench.server.next(Reply(go_on=asyncio.Event()))
    fractions: list[list[float]] = [[], [], []]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(bench.processing.translate(TALK, "en", one.append)) for one in fractions]
        await reply.arrived.wait()
        assert reply.go_on
        reply.go_on.set()
    assert len({task.result() for task in tasks}) == 1
    assert len(bench.server.requests) == 1
    assert fractions == [[1.0]] * 3


async def test_what_was_made_while_the_cache_was_looked_into_is_not_made_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = bench.server.next(Reply(go_on=asyncio.Event()))
    first = asyncio.create_task(bench.processing.translate(TALK, "en"))
    await reply.arrived.wait()
    find, looked = bench.cache.find, asyncio.Event()

    async def find_late(keys: Iterable[CacheKey], content: ContentHash) -> tuple[CacheKey, Transcript] | None:
        monkeypatch.setattr(bench.cache, "find", find)
        found = await find(keys, content)
        looked.set()
        await first
        return found

    monkeypatch.setattr(bench.cache, "find", find_late)
    second = asyncio.create_task(bench.processing.translate(TALK, "en"))
    await looked.wait()
    assert reply.go_on
    reply.go_on.set()
    assert await second == await first
    assert len(bench.server.requests) == 1


async def test_with_its_recording_it_is_forgotten(bench: Bench, database: Database) -> None:
    await bench.processing.translate(TALK, "en")
    await database.write(
        lambda rows: rows.execute("DELETE FROM cached_transcripts WHERE content_hash = ?", [HASH]), durable=True
    )
    bench.cache.forget(HASH)
    await bench.processing.translate(TALK, "en")
    assert len(bench.server.requests) == 2


async def test_what_is_deleted_while_it_is_translated_does_not_come_back(bench: Bench) -> None:
    reply = bench.server.next(Reply(go_on=asyncio.Event()))
    running = asyncio.create_task(bench.processing.translate(TALK, "en"))
    await reply.arrived.wait()
    bench.processing.forget()
    assert reply.go_on
    reply.go_on.set()
    assert (await running).language == "en"
    await bench.processing.translate(TALK, "en")
    assert len(bench.server.requests) == 2


async def test_what_is_deleted_before_the_first_request_does_not_come_back_either(bench: Bench) -> None:
    running = asyncio.create_task(bench.processing.translate(TALK, "en"))
    await asyncio.sleep(0)
    bench.processing.forget()
    assert (await running).language == "en"
    await bench.processing.translate(TALK, "en")
    assert len(bench.server.requests) == 2


async def test_what_passes_is_tried_again(bench: Bench) -> None:
    for reply in (Reply(429, retry_after="0"), Reply(503)):
        bench.server.next(reply)
    assert (await bench.processing.translate(TALK, "en")).language == "en"
    assert len(bench.server.requests) == 3


async def test_what_does_not_pass_is_told_and_not_kept(bench: Bench) -> None:
    for error, status in ((ProviderOverloaded, 429), (ProviderFailing, 500)):
        for _ in range(3):
            bench.server.next(Reply(status, retry_after="0"))
        with pytest.raises(error):
            await bench.processing.translate(TALK, "en")
    assert (await bench.processing.translate(TALK, "en")).language == "en"


async def test_a_truncated_answer_is_asked_for_again(bench: Bench) -> None:
    bench.server.next(Reply(half=True))
    assert len((await bench.processing.translate(TALK, "en")).segments) == 3
    assert len(bench.server.requests) == 2


async def test_a_model_with_a_small_context_does_it_in_more_requests(bench: Bench) -> None:
    small = next(iter(bench.service.models.values()))
    bench.service.models = {MODEL: replace(small, context_tokens=3_000)}
    translation = await bench.processing.translate(LONG_TALK, "en")
    assert [one.text for one in translation.segments] == [
        f"<English> {one.text}" for one in LONG_TALK.transcript.segments
    ]
    assert (await bench.processing.summarize(LONG_TALK)).text


async def test_cancelling_ends_the_requests(bench: Bench) -> None:
    replies = [bench.server.next(Reply(go_on=asyncio.Event())) for _ in range(4)]
    running = asyncio.create_task(bench.processing.translate(LONG_TALK, "en"))
    async with asyncio.timeout(PATIENCE_S):
        for reply in replies:
            await reply.arrived.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        for reply in replies:
            await reply.left.wait()
    assert len(bench.server.requests) == 4


async def test_what_needs_no_model_costs_nothing(bench: Bench) -> None:
    bench.llms.clear()
    silent = stored_of("", "  ")
    assert await bench.processing.translate(silent, "en") is silent.transcript
    assert await bench.processing.summarize(silent) is silent.transcript
    assert await bench.processing.translate(TALK, "id") is TALK.transcript
    with pytest.raises(NoLlm, match="Nobody is set up to translate or summarize"):
        await bench.processing.translate(TALK, "en")
    with pytest.raises(NoLlm):
        await bench.processing.summarize(TALK)
