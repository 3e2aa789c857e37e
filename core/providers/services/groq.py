"""Groq's Whisper (https://console.groq.com/docs/speech-to-text), through Groq's own client."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from core.domain import SpeechChunk, TranscriptionOptions, UploadLimits
from core.domain.provider_settings import ProviderSettings
from core.providers.answers.openai import AnswerFormat, read_openai
from core.providers.http.endpoint import OPENAI_CODES, Endpoint, ErrorCodes
from core.providers.http.lazy_client import LazyClient
from core.providers.http.upload import UPLOAD_FORMATS, FormFile, ResponseTimeout, timeouts
from core.providers.http.upload_provider import UploadProvider
from core.providers.prompt import prompt_of
from core.providers.provider import Capabilities, ChunkTranscript, OfferedModel
from core.providers.spec import ProviderSpec

if TYPE_CHECKING:
    import groq
    import httpx

NAME = "groq"
TITLE = "Groq"
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

_RESPONSE_TIMEOUT = ResponseTimeout(least_s=60.0, per_second_of_speech=0.1)
"""Groq says that it takes a two-hundredth of the recording's length, and queues."""

_ENGLISH = "en"

ERROR_CODES = OPENAI_CODES | ErrorCodes(
    no_credit=frozenset({"blocked_api_access"}),
    model_unavailable=frozenset(
        {
            "model_not_active",
            "model_decommissioned",
            "model_terms_required",
            "model_permission_blocked_org",
            "model_permission_blocked_project",
        }
    ),
)
"""Groq refuses with status 400 and the first where the spend limit is used up
(https://console.groq.com/docs/spend-limits)."""


class GroqProvider(UploadProvider):
    """The provider `groq`, with one key."""

    def __init__(
        self,
        key: str,
        client: "httpx.AsyncClient",
        *,
        base_url: str = BASE_URL,
        largest_bytes: int = 25_000_000,
        parallel_chunks: int = 8,
        response_timeout: ResponseTimeout = _RESPONSE_TIMEOUT,
    ) -> None:
        """`largest_bytes` is 25 MB for a free account, 100 MB for a developer's.

        Raises `AddressUnusable`.
        """
        capabilities = Capabilities(
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
        super().__init__(Endpoint(NAME, TITLE, base_url, ERROR_CODES), key, client, capabilities, response_timeout)
        self._api_key = key
        self._sdk = LazyClient(self._load_sdk, loggers=("groq",))

    async def _transcribe(
        self, chunk: SpeechChunk, options: TranscriptionOptions, on_uploaded: Callable[[float], None]
    ) -> ChunkTranscript:
        """For English, whisper-large-v3 translates, whatever model the options name."""
        sdk = await self._sdk.get()
        response = await self._upload(chunk, on_uploaded, partial(_request, sdk, options))
        if not response.is_success:
            raise self._failures.refused(response, model=_model(options), language=options.language)
        language = _ENGLISH if options.to_english else options.language
        read = partial(read_openai, response.content, AnswerFormat.VERBOSE_JSON, chunk, language=language)
        transcript = await self._read(read)
        return replace(transcript, language=_ENGLISH) if options.to_english else transcript

    def _connection_errors(self) -> tuple[type[Exception], ...]:
        from groq import APIConnectionError

        return (APIConnectionError,)

    def _load_sdk(self) -> "groq.AsyncGroq":
        import groq

        sdk = groq.AsyncGroq(api_key=self._api_key, base_url=self._base_url, max_retries=0, http_client=self._client)
        _ = sdk.audio.transcriptions  # Imports, too.
        return sdk


async def _request(
    sdk: "groq.AsyncGroq", options: TranscriptionOptions, file: FormFile, timeout_s: float
) -> "httpx.Response":
    """The response as it came: what the client would make of it leaves out all but the text."""
    from groq import APIStatusError

    fields: dict[str, Any] = {
        "file": file,
        "response_format": AnswerFormat.VERBOSE_JSON.value,
        "timeout": timeouts(timeout_s),
    }
    if options.temperature:
        fields["temperature"] = options.temperature
    if prompt := prompt_of(options.vocabulary):
        fields["prompt"] = prompt
    audio = sdk.audio
    try:
        if options.to_english:
            translated = await audio.translations.with_raw_response.create(model=_model(options), **fields)
            return translated.http_response
        if options.language:
            fields["language"] = options.language
        if options.word_timestamps:  # Words alone would come without segments.
            fields["timestamp_granularities"] = ["word", "segment"]
        transcribed = await audio.transcriptions.with_raw_response.create(model=_model(options), **fields)
        return transcribed.http_response
    except APIStatusError as error:
        return error.response


def _model(options: TranscriptionOptions) -> str:
    return _TRANSLATING_MODEL if options.to_english else options.model


def _connect(name: str, settings: ProviderSettings, key: str | None, client: "httpx.AsyncClient") -> GroqProvider:
    return GroqProvider(
        key or "", client, base_url=settings.base_url or BASE_URL, largest_bytes=SPEC.largest_bytes(settings)
    )


SPEC = ProviderSpec(
    NAME,
    TITLE,
    _connect,
    models=MODELS,
    error_codes=ERROR_CODES,
    key_prefixes=("gsk_",),
    keys_page="https://console.groq.com/keys",
    llm_url="https://api.groq.com/openai/v1",
    llm_models=("openai/gpt-oss-120b", "llama-3.3-70b-versatile", "openai/gpt-oss-20b", "llama-3.1-8b-instant"),
)
