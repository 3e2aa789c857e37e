"""Groq's provider against a strict fake, through Groq's own client."""

import subprocess
import sys
from dataclasses import replace

import httpx
import pytest

from core.domain import SpeechChunk, TranscriptionOptions
from core.domain.errors import CreditExhausted, ModelRefused
from core.providers.http.upload import ResponseTimeout
from core.providers.services.groq import GroqProvider
from tests.fakes.speech_server import Answer, Reply
from tests.fakes.transcription_service import TranscriptionService, groq_service
from tests.integration.providers.contract import ignore
from tests.integration.providers.upload_contract import KEY, Subject, UploadContract, chunk_of

TURBO = "whisper-large-v3-turbo"


class TestGroq(UploadContract):
    def service(self) -> TranscriptionService:
        return groq_service(KEY)

    def build(self, key: str, client: httpx.AsyncClient, url: str, timeout: ResponseTimeout) -> GroqProvider:
        return GroqProvider(key, client, base_url=url, response_timeout=timeout)

    def options(self) -> TranscriptionOptions:
        return TranscriptionOptions(provider="groq", model=TURBO)

    async def test_into_english_it_takes_the_model_that_translates(self, subject: Subject) -> None:
        transcript = await subject.provider.transcribe(*_chunk_and(subject, language="id", to_english=True), ignore)
        assert transcript.language == "en"
        assert _service(subject).forms[-1].one("model") == "whisper-large-v3"
        assert subject.server.requests[-1].path == "/openai/v1/audio/translations"

    async def test_a_spoken_language_is_recognised(self, subject: Subject) -> None:
        _service(subject).language = "Indonesian"
        transcript = await subject.provider.transcribe(*_chunk_and(subject), ignore)
        assert transcript.language == "id"

    async def test_words_and_segments_are_both_asked_for(self, subject: Subject) -> None:
        await subject.transcribe(word_timestamps=True)
        assert _service(subject).forms[-1].fields["timestamp_granularities[]"] == ["word", "segment"]

    async def test_a_model_that_is_unknown_is_refused(self, subject: Subject) -> None:
        with pytest.raises(ModelRefused, match=r"Groq has no model called tiny\.en"):
            await subject.transcribe(model="tiny.en")

    async def test_the_end_of_the_money_is_no_broken_recording(
        self, subject: Subject, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        blocked = Answer(400, b'{"error":{"message":"Spend limit reached","code":"blocked_api_access"}}')
        monkeypatch.setattr(_service(subject), "failure", lambda status: blocked)
        subject.server.next(Reply(400))
        with pytest.raises(CreditExhausted):
            await subject.transcribe()

    async def test_the_environment_is_not_asked(self, subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GROQ_API_KEY", "other")
        monkeypatch.setenv("GROQ_BASE_URL", "http://127.0.0.1:1")
        assert await subject.transcribe()


def test_its_client_is_imported_when_it_is_first_needed() -> None:
    code = "import sys, core.providers, core.providers.services.groq; print({'groq', 'httpx'} & sys.modules.keys())"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert printed.strip() == "set()"


def _service(subject: Subject) -> TranscriptionService:
    service = subject.server.service
    assert isinstance(service, TranscriptionService)
    return service


def _chunk_and(subject: Subject, **changed: object) -> "tuple[SpeechChunk, TranscriptionOptions]":
    return chunk_of(), replace(subject.options, **changed)  # type: ignore[arg-type]
