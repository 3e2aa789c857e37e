"""Deepgram's provider against a strict fake, through Deepgram's own client."""

import subprocess
import sys
from dataclasses import replace

import httpx
import pytest

from core.domain import TranscriptionOptions
from core.domain.errors import CreditExhausted, RecordingRefused
from core.domain.provider_settings import ProviderSettings
from core.providers import ChunkTranscript
from core.providers.http.upload import ResponseTimeout
from core.providers.services.deepgram import MODELS, SPEC, DeepgramProvider
from tests.fakes.deepgram_service import Asked, DeepgramService
from tests.fakes.plain_client import plain_client
from tests.fakes.speech_server import Reply
from tests.integration.providers.contract import ignore
from tests.integration.providers.upload_contract import KEY, Subject, UploadContract, chunk_of

"""Deepgram's client imports what is."""


class TestDeepgram(UploadContract):
    def service(self) -> DeepgramService:
        return DeepgramService(KEY)

    def build(self, key: str, client: httpx.AsyncClient, url: str, timeout: ResponseTimeout) -> DeepgramProvider:
        return DeepgramProvider(key, client, base_url=url, response_timeout=timeout)

    def options(self) -> TranscriptionOptions:
        return TranscriptionOptions(provider="deepgram", model="nova-3")

    @pytest.mark.parametrize("model", [model.name for model in MODELS])
    async def test_every_model_takes_every_option(self, subject: Subject, model: str) -> None:
        for language in ("en", "multi", None):
            assert await subject.transcribe(
                model=model, language=language, speakers=True, vocabulary=["Notula", "rapat: tahunan", "Notula"]
            )

    async def test_all_that_makes_a_text_readable_is_asked_for(self, subject: Subject) -> None:
        await subject.transcribe(language="id")
        assert _last(subject).query == {
            "model": ["nova-3"],
            "language": ["id"],
            "smart_format": ["true"],
            "punctuate": ["true"],
            "paragraphs": ["true"],
            "utterances": ["true"],
        }

    async def test_a_language_is_called_as_there(self, subject: Subject) -> None:
        for model in ("nova-3", "nova-2"):
            await subject.transcribe(model=model, language="yue")
            assert _last(subject).one("language") == "zh-HK"

    async def test_a_spoken_language_is_recognised(self, subject: Subject) -> None:
        _service(subject).language = "pt-BR"
        assert (await _transcript(subject)).language == "pt"
        assert _last(subject).is_on("detect_language")

    async def test_several_languages_are_asked_for_as_such(self, subject: Subject) -> None:
        _service(subject).language = "id"
        options = replace(subject.options, language="multi")
        assert await subject.provider.identify_language(chunk_of(), options) is None
        assert (await _transcript(subject, language="multi")).language == "id"
        assert _last(subject).one("language") == "multi"

    async def test_speakers_are_told_apart_where_that_is_asked_for(self, subject: Subject) -> None:
        assert {segment.speaker for segment in await subject.transcribe()} == {None}
        said = [(segment.speaker, segment.text) for segment in await subject.transcribe(speakers=True)]
        assert said == [
            ("Speaker 4.1", "It was the best of times,"),
            ("Speaker 4.1", "it was the worst of times,"),
            ("Speaker 4.2", "it was the age of wisdom."),
        ]

    async def test_a_language_without_spaces_comes_in_utterances(self, subject: Subject) -> None:
        _service(subject).spaced = False
        texts = [segment.text for segment in await subject.transcribe(speakers=True)]
        assert texts == ["It was the best of times,", "it was the worst of times,", "it was the age of wisdom."]

    async def test_terms_are_whole_for_the_newest_model_and_words_for_the_one_before(self, subject: Subject) -> None:
        vocabulary = ["rapat tahunan", "Ōtsu & Co", "rapat tahunan"]
        await subject.transcribe(vocabulary=vocabulary)
        assert _last(subject).query["keyterm"] == ["rapat tahunan", "Ōtsu & Co"]
        await subject.transcribe(vocabulary=vocabulary, model="nova-2")
        assert _last(subject).query["keywords"] == ["rapat", "tahunan", "Ōtsu", "&", "Co"]

    async def test_the_recording_arrives_as_it_is(self, subject: Subject) -> None:
        data = b"OggS" + bytes(range(256)) * 40_000
        await subject.provider.transcribe(chunk_of(data), subject.options, ignore)
        assert _last(subject).audio == data

    async def test_silence_is_no_failure(self, subject: Subject) -> None:
        _service(subject).speech = ()
        assert (await _transcript(subject)).segments == ()

    async def test_words_come_only_where_they_are_asked_for(self, subject: Subject) -> None:
        assert not any(segment.words for segment in await subject.transcribe(word_timestamps=False))
        assert any(segment.words for segment in await subject.transcribe(word_timestamps=True))

    async def test_a_model_that_is_unknown_is_refused(self, subject: Subject) -> None:
        with pytest.raises(RecordingRefused):
            await subject.transcribe(model="tiny.en")

    async def test_the_end_of_the_money_is_told(self, subject: Subject) -> None:
        subject.server.next(Reply(402))
        with pytest.raises(CreditExhausted):
            await subject.transcribe()

    async def test_the_environment_is_not_asked(self, subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DEEPGRAM_API_KEY", "other")
        assert await subject.transcribe()

    async def test_it_is_where_the_settings_say(self, subject: Subject) -> None:
        async with plain_client() as client:
            provider = SPEC.connect("deepgram", ProviderSettings(base_url=subject.server.url), KEY, client)
            assert (await provider.transcribe(chunk_of(), subject.options, ignore)).segments


async def test_the_largest_upload_is_a_setting() -> None:
    async with plain_client() as client:
        for megabytes, largest_bytes in ((0, 50_000_000), (200, 200_000_000), (9000, 2_000_000_000)):
            provider = SPEC.connect("deepgram", ProviderSettings(largest_megabytes=megabytes), KEY, client)
            upload = provider.capabilities.upload
            assert upload
            assert upload.largest_bytes == largest_bytes


def test_its_client_is_imported_when_it_is_first_needed() -> None:
    code = "import sys, core.providers.services.deepgram; print({'deepgram', 'httpx'} & sys.modules.keys())"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert printed.strip() == "set()"


def _service(subject: Subject) -> DeepgramService:
    service = subject.server.service
    assert isinstance(service, DeepgramService)
    return service


def _last(subject: Subject) -> Asked:
    return _service(subject).asked[-1]


async def _transcript(subject: Subject, **changed: object) -> ChunkTranscript:
    options = replace(subject.options, **changed)  # type: ignore[arg-type]
    return await subject.provider.transcribe(chunk_of(), options, ignore)
