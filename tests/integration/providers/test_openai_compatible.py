"""The provider for servers in the manner of OpenAI, against a strict fake of one."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest

from core.domain import TranscriptionOptions
from core.domain.errors import (
    AddressWrong,
    CreditExhausted,
    KeyRequired,
    ModelRefused,
    ProviderFailing,
    RecordingRefused,
)
from core.providers import ChunkTranscript
from core.providers.http.upload import ResponseTimeout
from core.providers.services.openai_compatible import CompatibleServer, OpenAiCompatibleProvider
from tests.fakes.plain_client import plain_client
from tests.fakes.speech_server import Answer, Reply, SpeechServer
from tests.fakes.transcription_service import Model, TranscriptionService, openai_service
from tests.integration.providers.contract import ignore
from tests.integration.providers.upload_contract import DURATION_S, KEY, START_S, Subject, UploadContract, chunk_of


class TestOpenAiCompatible(UploadContract):
    def service(self) -> TranscriptionService:
        return openai_service(KEY)

    def build(
        self, key: str, client: httpx.AsyncClient, url: str, timeout: ResponseTimeout
    ) -> OpenAiCompatibleProvider:
        server = CompatibleServer("Home", f"{url}/v1", "whisper-1")
        return OpenAiCompatibleProvider(server, key, client, response_timeout=timeout)

    def options(self) -> TranscriptionOptions:
        return TranscriptionOptions(provider="Home", model="whisper-1")

    async def test_its_name_is_that_of_the_server(self, subject: Subject) -> None:
        assert subject.provider.name == "Home"

    async def test_into_english_it_translates(self, subject: Subject) -> None:
        options = replace(subject.options, language="id", to_english=True)
        transcript = await subject.provider.transcribe(chunk_of(), options, ignore)
        assert transcript.language == "en"
        assert subject.server.requests[-1].path == "/v1/audio/translations"

    async def test_a_used_up_quota_is_not_waited_for(self, subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
        exhausted = Answer(429, b'{"error":{"message":"You exceeded your quota","code":"insufficient_quota"}}')
        monkeypatch.setattr(subject.server.service, "failure", lambda status: exhausted)
        subject.server.next(Reply(429))
        with pytest.raises(CreditExhausted):
            await subject.transcribe()


class _Home:
    """A server of one's own, the provider for it, and what came of a request."""

    def __init__(self, service: TranscriptionService, server: SpeechServer, provider: OpenAiCompatibleProvider) -> None:
        self.service = service
        self.server = server
        self.provider = provider

    async def transcribe(self, **options: object) -> ChunkTranscript:
        return await self.provider.transcribe(
            chunk_of(),
            TranscriptionOptions(**options),  # type: ignore[arg-type]
            ignore,
        )

    def asked(self, field: str) -> list[str]:
        return [form.one(field, "-") for form in self.service.forms]


@asynccontextmanager
async def _home(model: Model, key: str | None = None, *, path: str = "/v1") -> AsyncIterator[_Home]:
    service = TranscriptionService(prefix="/v1", key=key, models={"m": model}, language=None)
    async with SpeechServer(service).running() as server, plain_client() as client:
        asked = CompatibleServer("Home", f"{server.url}{path}", "m")
        yield _Home(service, server, OpenAiCompatibleProvider(asked, None, client))


async def test_what_a_server_refuses_is_asked_for_only_once() -> None:
    async with _home(Model(frozenset({"json", "text"}))) as home:
        assert home.provider.capabilities.gives_words
        for _ in range(3):
            await home.transcribe()
        assert home.asked("response_format") == ["verbose_json", "json", "json", "json"]
        assert not home.provider.capabilities.gives_words


async def test_a_server_that_writes_only_text_is_understood() -> None:
    async with _home(Model(frozenset({"text"}))) as home:
        home.service.speech = ((0.0, 9.0, "One two three. Four five six seven? Eight."),)
        transcript = await home.transcribe(language="id")
        assert home.asked("response_format") == ["verbose_json", "json", "text"]
        assert [segment.text for segment in transcript.segments] == ["One two three.", "Four five six seven?", "Eight."]
        assert transcript.segments[0].start_s == START_S
        assert transcript.segments[-1].end_s == START_S + DURATION_S
        assert transcript.language == "id"


async def test_a_server_without_times_of_words_still_gives_segments() -> None:
    async with _home(Model(times_words=False)) as home:
        for _ in range(2):
            transcript = await home.transcribe(word_timestamps=True)
            assert len(transcript.segments) == 3
            assert not any(segment.words for segment in transcript.segments)
        assert home.asked("timestamp_granularities[]") == ["word", "-", "-"]


async def test_a_language_that_nobody_names_stays_open() -> None:
    async with _home(Model()) as home:
        assert (await home.transcribe()).language == ""


async def test_a_slash_at_the_end_of_the_address_does_not_matter() -> None:
    async with _home(Model(), path="/v1/") as home:
        assert (await home.transcribe()).segments


async def test_a_wrong_address_is_no_reason_to_try_again() -> None:
    async with _home(Model(), path="/v2") as home:
        with pytest.raises(AddressWrong):
            await home.transcribe()


async def test_a_server_without_the_model_is_told_by_its_name() -> None:
    async with _home(Model()) as home:
        home.service.models = {}
        with pytest.raises(ModelRefused, match="Home has no model called m"):
            await home.transcribe()


async def test_a_server_that_wants_a_key_and_gets_none() -> None:
    async with _home(Model(), KEY) as home:
        with pytest.raises(KeyRequired, match="Home wants a key"):
            await home.transcribe()


@pytest.mark.parametrize("body", [b"<!DOCTYPE html><title>Log in</title>", b'{"error": "failed to process audio"}'])
async def test_what_a_server_that_writes_only_text_sends_instead_is_no_transcript(body: bytes) -> None:
    async with _home(Model(frozenset({"text"}))) as home:
        await home.transcribe()
        home.server.next(Reply(body=body))
        with pytest.raises(ProviderFailing):
            await home.transcribe()


def test_an_address_is_not_shown() -> None:
    assert "planted" not in repr(CompatibleServer("Home", "https://user:planted@example.org", "m"))


async def test_a_refusal_of_everything_comes_to_an_end() -> None:
    async with _home(Model(frozenset())) as home:
        with pytest.raises(RecordingRefused):
            await home.transcribe(word_timestamps=True)
        assert len(home.server.requests) == 3


async def test_fastapi_names_what_it_refuses_in_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    async with _home(Model()) as home:
        detail = [{"loc": ["body", "response_format"], "msg": "Input should be 'json'"}]
        monkeypatch.setattr(
            home.service, "failure", lambda status: Answer(status, json.dumps({"detail": detail}).encode())
        )
        home.server.next(Reply(422))
        assert (await home.transcribe()).segments
        assert home.asked("response_format") == ["json"]


async def test_a_server_that_knows_whispers_codes_alone_is_asked_with_those(monkeypatch: pytest.MonkeyPatch) -> None:
    async with _home(Model()) as home:
        detail = [{"loc": ["body", "language"], "msg": "Input should be 'en', 'id' or 'jw'"}]
        monkeypatch.setattr(
            home.service, "failure", lambda status: Answer(status, json.dumps({"detail": detail}).encode())
        )
        home.server.next(Reply(422))
        assert (await home.transcribe(language="jv")).segments
        refused, _ = home.server.requests
        assert b'name="language"\r\n\r\njv\r\n' in refused.body
        assert [form.one("language") for form in home.service.forms] == ["jw"]
