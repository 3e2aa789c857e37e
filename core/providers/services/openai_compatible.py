"""Any server with OpenAI's `/audio/transcriptions`: speaches, LocalAI, vLLM, whisper.cpp, Together AI, OpenAI itself.

Their common ground is https://platform.openai.com/docs/api-reference/audio/createTranscription.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from core.domain import AudioFormat, Segment, SpeechChunk, TranscriptionOptions, UploadLimits
from core.domain.errors import ProviderError
from core.domain.provider_settings import ProviderSettings
from core.providers.answers.openai import AnswerFormat, read_answer
from core.providers.http.address import checked_address
from core.providers.http.failures import HttpFailures
from core.providers.http.upload import UPLOAD_FORMATS, Patience, timeouts, uploading
from core.providers.prompt import prompt_of
from core.providers.provider import Capabilities, ChunkTranscript, LanguageGuess, OfferedModel, ignore_upload
from core.providers.spec import ProviderSpec

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

_LONGEST_CHUNK_S = 1200.0
"""gpt-4o-transcribe takes at most 1500 s."""

_PATIENCE = Patience(least_s=120.0, per_second_of_speech=5.0)
"""A server at home may have no graphics card."""

_ENGLISH = "en"
_FORMAT, _TIMES = "response_format", "timestamp_granularities"
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
class _Manners:
    """What the server is known to understand."""

    answer_format: AnswerFormat = AnswerFormat.VERBOSE_JSON
    times_words: bool = True


class OpenAiCompatibleProvider:
    """The provider that is called as its server is. The connections are the giver's.

    What the server refuses to write (words, segments) is found out with the first request and not asked for again.
    """

    def __init__(
        self,
        server: CompatibleServer,
        key: str | None,
        client: "httpx.AsyncClient",
        *,
        patience: Patience = _PATIENCE,
    ) -> None:
        """Raises `AddressUnusable`."""
        from core.providers.http.bounded_client import bounded

        self._server = server
        self._address = checked_address(server.name, server.base_url)
        self._key = key
        self._client = bounded(client)
        self._patience = patience
        self._failures = HttpFailures(server.name, key)
        self._manners = _Manners()

    @property
    def name(self) -> str:
        """The name that settings and cache keys use."""
        return self._server.name

    @property
    def capabilities(self) -> Capabilities:
        """What it can do, as far as is known by now."""
        return Capabilities(
            self._server.parallel_chunks,
            _LONGEST_CHUNK_S,
            gives_words=self._manners.times_words and self._manners.answer_format is AnswerFormat.VERBOSE_JSON,
            upload=UploadLimits(self._server.formats, self._server.largest_bytes),
            translates_to_english=True,
            takes_vocabulary=True,
            models=(OfferedModel(self._server.model, self._server.price_per_minute),),
        )

    async def identify_language(self, chunk: SpeechChunk, options: TranscriptionOptions) -> LanguageGuess | None:
        """The language that was asked for, else None: such servers recognise it while they transcribe."""
        return LanguageGuess(options.language, 1.0) if options.language else None

    async def transcribe(
        self,
        chunk: SpeechChunk,
        options: TranscriptionOptions,
        on_segment: Callable[[Segment], None],
        *,
        on_uploaded: Callable[[float], None] = ignore_upload,
    ) -> ChunkTranscript:
        """The chunk's text by the server's own model, whatever the options name.

        Raises `ProviderUnreachable`, `ProviderOverloaded`, `ProviderFailing`, `KeyRefused`, `CreditExhausted`,
        `UploadTooLarge`, `RecordingRefused`, `ModelRefused` and `AddressWrong`.
        """
        manners = self._manners
        while True:
            response = await self._ask(chunk, options, manners, on_uploaded)
            if response.is_success:
                break
            poorer = _poorer(manners, response) if response.status_code in _REFUSALS else None
            if poorer is None:
                raise self._failures.refused(response, model=self._server.model)
            logger.info("%s doesn't know %s", self._server.name, manners)
            self._manners = manners = poorer
        transcript = await self._read(response.content, manners.answer_format, chunk, options)
        for segment in transcript.segments:
            on_segment(segment)
        return transcript

    async def close(self) -> None:
        """Nothing is held but the connections, which are the giver's."""

    async def _ask(
        self,
        chunk: SpeechChunk,
        options: TranscriptionOptions,
        manners: _Manners,
        on_uploaded: Callable[[float], None],
    ) -> "httpx.Response":
        self._failures.check_key()
        import httpx

        failure: ProviderError
        patience_s = self._patience.for_chunk(chunk)
        try:
            async with uploading(chunk, on_uploaded, patience_s) as file:
                return await self._client.post(
                    f"{self._address}/audio/{_task(options)}",
                    data=self._fields(options, manners),
                    files={"file": file},
                    headers={"Authorization": f"Bearer {self._key}"} if self._key else {},
                    timeout=timeouts(patience_s),
                )
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            failure = self._failures.unreachable(error)
        raise failure  # Not in the block above: httpx's own errors hold the address and the request.

    def _fields(self, options: TranscriptionOptions, manners: _Manners) -> dict[str, str | list[str]]:
        fields: dict[str, str | list[str]] = {"model": self._server.model, _FORMAT: manners.answer_format.value}
        if options.temperature:
            fields["temperature"] = str(options.temperature)
        if prompt := prompt_of(options.vocabulary):
            fields["prompt"] = prompt
        if options.language and not options.to_english:
            fields["language"] = options.language
        verbose = manners.answer_format is AnswerFormat.VERBOSE_JSON
        if options.word_timestamps and verbose and manners.times_words and not options.to_english:
            fields[f"{_TIMES}[]"] = ["word", "segment"]
        return fields

    async def _read(
        self, body: bytes, answer_format: AnswerFormat, chunk: SpeechChunk, options: TranscriptionOptions
    ) -> ChunkTranscript:
        failure: ProviderError
        try:
            transcript = await asyncio.to_thread(read_answer, body, answer_format, chunk, language=options.language)
        except ValueError as error:
            failure = self._failures.nonsense(error)
        else:
            return replace(transcript, language=_ENGLISH) if options.to_english else transcript
        raise failure


def _task(options: TranscriptionOptions) -> str:
    return "translations" if options.to_english else "transcriptions"


def _poorer(manners: _Manners, response: "httpx.Response") -> _Manners | None:
    """What to ask for instead, where the refusal names what it refuses."""
    if _TIMES in response.text and manners.times_words:
        return replace(manners, times_words=False)
    if _FORMAT in response.text and manners.answer_format is not AnswerFormat.TEXT:
        formats = list(AnswerFormat)
        return replace(manners, answer_format=formats[formats.index(manners.answer_format) + 1])
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


SPEC = ProviderSpec("openai", "OpenAI-compatible server", _connect, most_megabytes=2000, is_server=True)
