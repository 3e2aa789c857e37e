"""Deepgram (https://developers.deepgram.com/docs/pre-recorded-audio), through Deepgram's own client."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self, cast

from core.domain import SpeechChunk, TranscriptionOptions, UploadLimits
from core.domain.provider_settings import ProviderSettings
from core.providers.answers.deepgram import read_deepgram
from core.providers.http.endpoint import Endpoint, ErrorCodes
from core.providers.http.lazy_client import LazyClient
from core.providers.http.upload import UPLOAD_FORMATS, FormFile, ResponseTimeout, UploadBody, timeouts
from core.providers.http.upload_provider import UploadProvider
from core.providers.provider import Capabilities, ChunkTranscript, LanguageGuess, OfferedModel
from core.providers.spec import MEGABYTE, ProviderSpec

if TYPE_CHECKING:
    import httpx

NAME = "deepgram"
TITLE = "Deepgram"
BASE_URL = "https://api.deepgram.com"

SEVERAL_LANGUAGES = "multi"
"""In place of a language: people change between languages
(https://developers.deepgram.com/docs/multilingual-code-switching)."""

_CODES = {"yue": "zh-HK"}
"""What Deepgram calls languages otherwise."""

_NOVA_2 = "bg ca cs da de el en es et fi fr hi hu id it ja ko lt lv ms nl no pl pt ro ru sk sv th tr uk vi yue zh"
_NOVA_3 = f"{_NOVA_2} af ar be bn bs fa gl gu he hr kk kn mk mr sl sr ta te tl ur xh zu"
"""https://developers.deepgram.com/docs/models-languages-overview"""

MODELS = (
    OfferedModel("nova-3", 0.0043, frozenset([SEVERAL_LANGUAGES, *_NOVA_3.split()])),
    OfferedModel("nova-2", 0.0043, frozenset(_NOVA_2.split())),
    OfferedModel("nova-3-medical", 0.0043, frozenset({"en"})),
    OfferedModel("whisper-large", 0.0048),
    OfferedModel("whisper-medium", 0.0048),
)
"""Prices of recordings without a contract (https://deepgram.com/pricing), as told in May 2026. Telling speakers apart
and several languages at once cost extra."""

_LONGEST_CHUNK_S = 7200.0
"""Nova may take ten minutes for a request, Whisper twenty; it does an hour in less than one, Whisper in some."""

_PARALLEL_CHUNKS = 5
"""Of Whisper no more are allowed at once (https://developers.deepgram.com/reference/api-rate-limits)."""

_RESPONSE_TIMEOUT = ResponseTimeout(least_s=60.0, per_second_of_speech=0.2)

ERROR_CODES = ErrorCodes(
    no_credit=frozenset({"ASR_PAYMENT_REQUIRED"}),
    key_refused=frozenset({"INVALID_AUTH", "INSUFFICIENT_PERMISSIONS"}),
    model_unavailable_words=(re.compile(r"access to the requested model", re.IGNORECASE),),
)
"""https://developers.deepgram.com/docs/errors; it has one code for keys that may do too little and for models that an
account doesn't have."""

_MOST_TERMS = 100
_MOST_TERM_BYTES = 1000
"""Nova-3 refuses more than 500 tokens of terms (https://developers.deepgram.com/docs/keyterm)."""

_PIECE_BYTES = 64 * 1024


class DeepgramProvider(UploadProvider):
    """The provider `deepgram`, with one key. It knows no temperature and doesn't translate: both are ignored."""

    def __init__(
        self,
        key: str,
        client: "httpx.AsyncClient",
        *,
        base_url: str = BASE_URL,
        largest_bytes: int = 50 * MEGABYTE,
        parallel_chunks: int = _PARALLEL_CHUNKS,
        response_timeout: ResponseTimeout = _RESPONSE_TIMEOUT,
    ) -> None:
        """`base_url` is where Deepgram is, one of its other regions, or a server of one's own.

        Raises `AddressUnusable`.
        """
        capabilities = Capabilities(
            parallel_chunks,
            _LONGEST_CHUNK_S,
            gives_words=True,
            upload=UploadLimits(UPLOAD_FORMATS, largest_bytes),
            gives_speakers=True,
            takes_vocabulary=True,
            models=MODELS,
        )
        super().__init__(Endpoint(NAME, TITLE, base_url, ERROR_CODES), key, client, capabilities, response_timeout)
        self._api_key = key
        self._sdk = LazyClient(_import_sdk, loggers=("deepgram", "fern"))

    async def identify_language(self, chunk: SpeechChunk, options: TranscriptionOptions) -> LanguageGuess | None:
        """The language of the options, else None: Deepgram recognises it while it transcribes."""
        language = _one_language(options)
        return LanguageGuess(language, 1.0, is_for_all=True) if language else None

    async def _transcribe(
        self, chunk: SpeechChunk, options: TranscriptionOptions, on_uploaded: Callable[[float], None]
    ) -> ChunkTranscript:
        await self._sdk.get()
        response = await self._upload(chunk, on_uploaded, partial(self._request, options, len(chunk.data)))
        if not response.is_success:
            raise self._failures.refused(response, model=options.model, language=options.language)
        read = partial(
            read_deepgram,
            response.content,
            chunk,
            language=_one_language(options),
            keep_words=options.word_timestamps,
        )
        return await self._read(read)

    async def _request(
        self, options: TranscriptionOptions, size_bytes: int, file: FormFile, timeout_s: float
    ) -> "httpx.Response":
        from deepgram import AsyncDeepgramClient
        from deepgram.environment import DeepgramClientEnvironment

        _, body, media_type = file
        url = self._base_url
        exchange = _Exchange(self._client)
        sdk = AsyncDeepgramClient(
            api_key=self._api_key,
            environment=DeepgramClientEnvironment(base=url, production=url, agent=url, agent_rest=url),
            httpx_client=cast("httpx.AsyncClient", exchange),
            telemetry_opt_out=True,
        )
        await sdk.listen.v1.media.transcribe_file(
            request=_Pieces(body),
            request_options={
                "timeout": cast("float", timeouts(timeout_s)),  # Handed to httpx as it is.
                "max_retries": 0,
                "additional_headers": {"content-type": media_type, "content-length": str(size_bytes)},
            },
            **_query(options),
        )
        assert exchange.response is not None
        return exchange.response


def _import_sdk() -> None:
    """With the parts that it would import when they are first used, on the loop."""
    import deepgram.client
    import deepgram.environment
    import deepgram.listen.client
    import deepgram.listen.v1.client
    import deepgram.listen.v1.media.client
    import deepgram.listen.v1.media.raw_client  # noqa: F401


class _Exchange:
    """What Deepgram's client takes for httpx's, for one request: it keeps the answer for us, as it came.

    Theirs would make thousands of objects of it on the event loop, and errors without what HttpFailures reads.
    """

    def __init__(self, client: "httpx.AsyncClient") -> None:
        self._client = client
        self.response: httpx.Response | None = None

    async def request(self, **request: Any) -> "httpx.Response":
        """The answer goes to `response`; what is returned is an empty one."""
        import httpx

        self.response = await self._client.request(**request)
        return httpx.Response(HTTPStatus.OK, json={})


class _Pieces:
    """The body as httpx takes one that is made while it is sent, from the beginning each time it is asked for."""

    def __init__(self, body: UploadBody) -> None:
        self._body = body

    def __aiter__(self) -> Self:
        self._body.seek(0)
        return self

    async def __anext__(self) -> bytes:
        if piece := self._body.read(_PIECE_BYTES):
            return piece
        raise StopAsyncIteration


def _one_language(options: TranscriptionOptions) -> str | None:
    return None if options.language == SEVERAL_LANGUAGES else options.language


def _query(options: TranscriptionOptions) -> dict[str, Any]:
    """The parameters of a request. Without a language Deepgram would take everything for English."""
    query: dict[str, Any] = {
        "model": options.model,
        "smart_format": True,
        "punctuate": True,
        "paragraphs": True,
        "utterances": True,
    }
    is_whisper = options.model.startswith("whisper")
    language = _one_language(options) if is_whisper else options.language
    if language:
        query["language"] = language if is_whisper else _CODES.get(language, language)
    else:
        query["detect_language"] = True
    if options.speakers and is_whisper:
        query["diarize"] = True
    elif options.speakers:  # The better way, for all but Whisper (https://developers.deepgram.com/docs/diarization).
        query["diarize_model"] = "latest"
    if options.model.startswith("nova-3"):
        query["keyterm"] = _fitting(options.vocabulary)
    elif not is_whisper:  # Single words; what stands after a colon would be how much they matter.
        query["keywords"] = _fitting([word for term in options.vocabulary for word in term.replace(":", " ").split()])
    return {name: value for name, value in query.items() if value}


def _fitting(terms: Sequence[str]) -> list[str]:
    """As many as Deepgram takes; those that come first matter most."""
    fitting: list[str] = []
    size_bytes = 0
    for term in dict.fromkeys(" ".join(term.split()) for term in terms):
        size_bytes += len(term.encode())
        if size_bytes > _MOST_TERM_BYTES or len(fitting) == _MOST_TERMS:
            break
        if term:
            fitting.append(term)
    return fitting


def _connect(name: str, settings: ProviderSettings, key: str | None, client: "httpx.AsyncClient") -> DeepgramProvider:
    return DeepgramProvider(
        key or "", client, base_url=settings.base_url or BASE_URL, largest_bytes=SPEC.largest_bytes(settings)
    )


SPEC = ProviderSpec(
    NAME,
    TITLE,
    _connect,
    models=MODELS,
    error_codes=ERROR_CODES,
    default_megabytes=50,
    max_megabytes=2000,
    keys_page="https://console.deepgram.com/",
)
