"""Any server with OpenAI's `/audio/transcriptions`: speaches, LocalAI, vLLM, whisper.cpp, Together AI, OpenAI itself.

Their common ground is https://platform.openai.com/docs/api-reference/audio/createTranscription.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from core.domain import AudioFormat, SpeechChunk, TranscriptionOptions, UploadLimits
from core.domain.provider_settings import ProviderSettings
from core.providers.answers.openai import AnswerFormat, read_openai
from core.providers.http.endpoint import OPENAI_CODES, Endpoint
from core.providers.http.upload import UPLOAD_FORMATS, FormFile, ResponseTimeout, bearer, timeouts
from core.providers.http.upload_provider import UploadProvider
from core.providers.prompt import prompt_of
from core.providers.provider import Capabilities, ChunkTranscript, OfferedModel
from core.providers.services.groq import ERROR_CODES as GROQ_CODES
from core.providers.spec import ProviderSpec
from core.providers.whisper_codes import whisper_code

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

_LONGEST_CHUNK_S = 1200.0
"""gpt-4o-transcribe takes at most 1500 s."""

_RESPONSE_TIMEOUT = ResponseTimeout(least_s=120.0, per_second_of_speech=5.0)
"""A server at home may have no graphics card."""

_ENGLISH = "en"
_FORMAT, _TIMES = "response_format", "timestamp_granularities"
ERROR_CODES = OPENAI_CODES | GROQ_CODES
"""A server may be Groq, or a proxy that passes on what Groq says."""

_REFUSALS = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)


@dataclass(frozen=True, slots=True)
class CompatibleServer:
    """A server and its model. `name` is the owner's for it, `base_url` ends as `/v1` mostly does.

    `price_per_minute` is in US dollars.
    """

    name: str
    base_url: str = field(repr=False)
    model: str
    largest_bytes: int = 25_000_000
    price_per_minute: float = 0.0
    parallel_chunks: int = 4
    formats: frozenset[AudioFormat] = UPLOAD_FORMATS


@dataclass(frozen=True, slots=True)
class _Features:
    """What the server is known to be able to write."""

    answer_format: AnswerFormat = AnswerFormat.VERBOSE_JSON
    word_times: bool = True
    whisper_codes: bool = False
    """Whether languages are called as Whisper does, where that isn't ISO 639-1."""


class OpenAiCompatibleProvider(UploadProvider):
    """The provider that is called as its server is. It uses the server's own model, whatever the options name.

    A feature that the server refuses (words, segments) is found out with the first request and not requested again.
    """

    def __init__(
        self,
        server: CompatibleServer,
        key: str | None,
        client: "httpx.AsyncClient",
        *,
        response_timeout: ResponseTimeout = _RESPONSE_TIMEOUT,
    ) -> None:
        """Raises `AddressUnusable`."""
        capabilities = Capabilities(
            server.parallel_chunks,
            _LONGEST_CHUNK_S,
            gives_words=True,
            upload=UploadLimits(server.formats, server.largest_bytes),
            translates_to_english=True,
            takes_vocabulary=True,
            models=(OfferedModel(server.model, server.price_per_minute),),
        )
        endpoint = Endpoint(server.name, server.name, server.base_url, ERROR_CODES)
        super().__init__(endpoint, key, client, capabilities, response_timeout)
        self._model = server.model
        self._features = _Features()

    @property
    def capabilities(self) -> Capabilities:
        """What it can do, as far as is known by now."""
        features = self._features
        gives_words = features.word_times and features.answer_format is AnswerFormat.VERBOSE_JSON
        return replace(self._capabilities, gives_words=gives_words)

    async def _transcribe(
        self, chunk: SpeechChunk, options: TranscriptionOptions, on_uploaded: Callable[[float], None]
    ) -> ChunkTranscript:
        features = self._features
        while True:
            response = await self._upload(chunk, on_uploaded, partial(self._request, options, features))
            if response.is_success:
                break
            fewer = (
                _without_refused(features, response, options.language) if response.status_code in _REFUSALS else None
            )
            if fewer is None:
                raise self._failures.refused(response, model=self._model, language=options.language)
            logger.info("%s refuses a feature: %s instead of %s", self.name, fewer, features)
            self._features = features = fewer
        read = partial(read_openai, response.content, features.answer_format, chunk, language=options.language)
        transcript = await self._read(read)
        return replace(transcript, language=_ENGLISH) if options.to_english else transcript

    async def _request(
        self, options: TranscriptionOptions, features: _Features, file: FormFile, timeout_s: float
    ) -> "httpx.Response":
        return await self._client.post(
            f"{self._base_url}/audio/{'translations' if options.to_english else 'transcriptions'}",
            data=self._fields(options, features),
            files={"file": file},
            headers=bearer(self._key),
            timeout=timeouts(timeout_s),
        )

    def _fields(self, options: TranscriptionOptions, features: _Features) -> dict[str, str | list[str]]:
        fields: dict[str, str | list[str]] = {"model": self._model, _FORMAT: features.answer_format.value}
        if options.temperature:
            fields["temperature"] = str(options.temperature)
        if prompt := prompt_of(options.vocabulary):
            fields["prompt"] = prompt
        if options.language and not options.to_english:
            fields["language"] = whisper_code(options.language) if features.whisper_codes else options.language
        verbose = features.answer_format is AnswerFormat.VERBOSE_JSON
        if options.word_timestamps and verbose and features.word_times and not options.to_english:
            fields[f"{_TIMES}[]"] = ["word", "segment"]
        return fields


def _without_refused(features: _Features, response: "httpx.Response", language: str | None) -> _Features | None:
    """The features without the one that the refusal names; None where it names none."""
    if _TIMES in response.text and features.word_times:
        return replace(features, word_times=False)
    if _FORMAT in response.text and features.answer_format is not AnswerFormat.TEXT:
        formats = list(AnswerFormat)
        return replace(features, answer_format=formats[formats.index(features.answer_format) + 1])
    if "language" in response.text and language and not features.whisper_codes and whisper_code(language) != language:
        return replace(features, whisper_codes=True)
    return None


def _connect(
    name: str, settings: ProviderSettings, key: str | None, client: "httpx.AsyncClient"
) -> OpenAiCompatibleProvider:
    server = CompatibleServer(
        name,
        settings.base_url,
        settings.model,
        largest_bytes=SPEC.largest_bytes(settings),
        price_per_minute=settings.price_per_minute,
    )
    return OpenAiCompatibleProvider(server, key, client)


SPEC = ProviderSpec(
    "openai",
    "OpenAI-compatible server",
    _connect,
    max_megabytes=2000,
    is_server=True,
    error_codes=ERROR_CODES,
    key_prefixes=("sk-",),
)
