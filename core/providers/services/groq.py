"""Groq's Whisper (https://console.groq.com/docs/speech-to-text), through Groq's own client."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.domain import Segment, SpeechChunk, TranscriptionOptions, UploadLimits
from core.domain.errors import ProviderError
from core.domain.provider_settings import ProviderSettings
from core.providers.answers.openai import AnswerFormat, read_answer
from core.providers.http.address import checked_address
from core.providers.http.failures import HttpFailures
from core.providers.http.upload import UPLOAD_FORMATS, FormFile, Patience, timeouts, uploading
from core.providers.prompt import prompt_of
from core.providers.provider import Capabilities, ChunkTranscript, LanguageGuess, OfferedModel, ignore_upload
from core.providers.spec import ProviderSpec

if TYPE_CHECKING:
    import groq
    import httpx

NAME = "groq"
BASE_URL = "https://api.groq.com"

_TRANSLATING_MODEL = "whisper-large-v3"
"""The only one that translates."""

MODELS = (
    OfferedModel("whisper-large-v3-turbo", price_per_minute=0.04 / 60),
    OfferedModel(_TRANSLATING_MODEL, price_per_minute=0.111 / 60),
)
"""Prices as of November 2026."""

_LEAST_BILLED_S = 10.0
_LONGEST_CHUNK_S = 3600.0
"""Groq names no limit; after a failure an hour is enough to send again."""

_PATIENCE = Patience(least_s=60.0, per_second_of_speech=0.1)
"""Groq says that it takes a two-hundredth of the recording's length, and queues."""

_ENGLISH = "en"


class GroqProvider:
    """The provider `groq`, with one key. Lives on one event loop; the connections are the giver's."""

    def __init__(
        self,
        key: str,
        client: "httpx.AsyncClient",
        *,
        base_url: str = BASE_URL,
        largest_bytes: int = 25_000_000,
        parallel_chunks: int = 8,
        patience: Patience = _PATIENCE,
    ) -> None:
        """`largest_bytes` is 25 MB for a free account, 100 MB for a developer's.

        Raises `AddressUnusable`.
        """
        from core.providers.http.bounded_client import bounded

        self._key = key
        self._client = bounded(client)
        self._base_url = checked_address("Groq", base_url)
        self._patience = patience
        self._failures = HttpFailures("Groq", key)
        self._sdk: groq.AsyncGroq | None = None
        self._starting = asyncio.Lock()
        self._capabilities = Capabilities(
            parallel_chunks,
            _LONGEST_CHUNK_S,
            gives_words=True,
            upload=UploadLimits(UPLOAD_FORMATS, largest_bytes),
            translates_to_english=True,
            translating_model=_TRANSLATING_MODEL,
            takes_vocabulary=True,
            least_billed_s=_LEAST_BILLED_S,
            models=MODELS,
        )

    @property
    def name(self) -> str:
        """The name that settings and cache keys use."""
        return NAME

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        return self._capabilities

    async def identify_language(self, chunk: SpeechChunk, options: TranscriptionOptions) -> LanguageGuess | None:
        """The language that was asked for, else None: Groq recognises it while it transcribes."""
        return LanguageGuess(options.language, 1.0) if options.language else None

    async def transcribe(
        self,
        chunk: SpeechChunk,
        options: TranscriptionOptions,
        on_segment: Callable[[Segment], None],
        *,
        on_uploaded: Callable[[float], None] = ignore_upload,
    ) -> ChunkTranscript:
        """The chunk's text. Into English whisper-large-v3 translates, whatever model was asked for.

        Raises `ProviderUnreachable`, `ProviderOverloaded`, `ProviderFailing`, `KeyRefused`, `CreditExhausted`,
        `UploadTooLarge`, `RecordingRefused`, `ModelRefused` and `AddressWrong`.
        """
        body = await self._answer(chunk, options, on_uploaded)
        language = _ENGLISH if options.to_english else options.language
        transcript = await self._read(body, chunk, language)
        if options.to_english:
            transcript = replace(transcript, language=_ENGLISH)
        for segment in transcript.segments:
            on_segment(segment)
        return transcript

    async def close(self) -> None:
        """Nothing is held but the connections, which are the giver's."""

    async def _answer(
        self, chunk: SpeechChunk, options: TranscriptionOptions, on_uploaded: Callable[[float], None]
    ) -> bytes:
        self._failures.check_key()
        sdk = await self._started()
        from groq import APIConnectionError, APIStatusError

        failure: ProviderError
        patience_s = self._patience.for_chunk(chunk)
        try:
            async with uploading(chunk, on_uploaded, patience_s) as file:
                return await _ask(sdk, file, options, patience_s)
        except APIStatusError as error:
            failure = self._failures.refused(error.response, model=_model(options))
        except (APIConnectionError, TimeoutError) as error:
            failure = self._failures.unreachable(error)
        raise failure  # Not in the block above: the client's own errors hold the address and the request.

    async def _read(self, body: bytes, chunk: SpeechChunk, language: str | None) -> ChunkTranscript:
        failure: ProviderError
        try:
            return await asyncio.to_thread(read_answer, body, AnswerFormat.VERBOSE_JSON, chunk, language=language)
        except ValueError as error:
            failure = self._failures.nonsense(error)
        raise failure

    async def _started(self) -> "groq.AsyncGroq":
        """Groq's client takes 0.3 s to import, so that is done late and on another thread."""
        async with self._starting:
            if self._sdk is None:
                self._sdk = await asyncio.to_thread(self._start)
            return self._sdk

    def _start(self) -> "groq.AsyncGroq":
        import groq

        sdk = groq.AsyncGroq(api_key=self._key, base_url=self._base_url, max_retries=0, http_client=self._client)
        _ = sdk.audio.transcriptions  # Imports, too.
        return sdk


async def _ask(sdk: "groq.AsyncGroq", file: FormFile, options: TranscriptionOptions, patience_s: float) -> bytes:
    """The answer as it came: what the client would make of it leaves out all but the text."""
    asked: dict[str, Any] = {
        "file": file,
        "response_format": AnswerFormat.VERBOSE_JSON.value,
        "timeout": timeouts(patience_s),
    }
    if options.temperature:
        asked["temperature"] = options.temperature
    if prompt := prompt_of(options.vocabulary):
        asked["prompt"] = prompt
    if options.to_english:
        translated = await sdk.audio.translations.with_raw_response.create(model=_model(options), **asked)
        return await translated.read()
    if options.language:
        asked["language"] = options.language
    if options.word_timestamps:  # Words alone would come without segments.
        asked["timestamp_granularities"] = ["word", "segment"]
    transcribed = await sdk.audio.transcriptions.with_raw_response.create(model=_model(options), **asked)
    return await transcribed.read()


def _model(options: TranscriptionOptions) -> str:
    return _TRANSLATING_MODEL if options.to_english else options.model


def _connect(name: str, settings: ProviderSettings, key: str | None, client: "httpx.AsyncClient") -> GroqProvider:
    return GroqProvider(
        key or "", client, base_url=settings.base_url or BASE_URL, largest_bytes=SPEC.largest_bytes(settings)
    )


SPEC = ProviderSpec(
    NAME,
    "Groq",
    _connect,
    models=MODELS,
    keys_page="https://console.groq.com/keys",
    llm_url="https://api.groq.com/openai/v1",
    llm_models=("openai/gpt-oss-120b", "llama-3.3-70b-versatile", "openai/gpt-oss-20b", "llama-3.1-8b-instant"),
)
