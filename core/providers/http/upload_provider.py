"""The base of all providers that are sent files over HTTP."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from core.domain import Segment, SpeechChunk, TranscriptionOptions
from core.domain.errors import ProviderError
from core.providers.http.address import checked_address
from core.providers.http.endpoint import Endpoint
from core.providers.http.failures import HttpFailures
from core.providers.http.upload import FormFile, ResponseTimeout, uploading
from core.providers.provider import Capabilities, ChunkTranscript, LanguageGuess, ignore_upload

if TYPE_CHECKING:
    import httpx


SHORTEST_S = 0.1
"""Nothing can be said in less; OpenAI refuses it (its error code audio_too_short)."""


class UploadProvider(ABC):
    """A service or server with one key, or None for a server without keys.

    A subclass writes `_transcribe`, out of `_upload` and `_read`. Lives on one event loop; the connections are the
    caller's.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        key: str | None,
        client: "httpx.AsyncClient",
        capabilities: Capabilities,
        response_timeout: ResponseTimeout,
    ) -> None:
        """Raises `AddressUnusable`."""
        from core.providers.http.bounded_client import bounded

        self._endpoint = endpoint
        self._key = key
        self._client = bounded(client)
        self._capabilities = capabilities
        self._response_timeout = response_timeout
        self._base_url = checked_address(endpoint.title, endpoint.base_url)
        self._failures = HttpFailures(endpoint.title, key, endpoint.error_codes)

    @property
    def name(self) -> str:
        """The name that settings and cache keys use."""
        return self._endpoint.name

    @property
    def capabilities(self) -> Capabilities:
        """What it can do, as far as is known by now."""
        return self._capabilities

    async def identify_language(self, chunk: SpeechChunk, options: TranscriptionOptions) -> LanguageGuess | None:
        """The language of the options, else None: services recognise it while they transcribe."""
        return LanguageGuess(options.language, 1.0, is_for_all=True) if options.language else None

    async def transcribe(
        self,
        chunk: SpeechChunk,
        options: TranscriptionOptions,
        on_segment: Callable[[Segment], None],
        *,
        on_uploaded: Callable[[float], None] = ignore_upload,
    ) -> ChunkTranscript:
        """The chunk's text, whose segments all come at once. What is shorter than `SHORTEST_S` isn't sent.

        Raises `ProviderUnreachable`, `ProviderOverloaded`, `ProviderFailing`, `KeyRefused`, `CreditExhausted`,
        `UploadTooLarge`, `RecordingRefused`, `ModelRefused` and `AddressWrong`.
        """
        self._failures.check_key()
        if chunk.duration_s < SHORTEST_S:
            return ChunkTranscript((), options.language or "")
        transcript = await self._transcribe(chunk, options, on_uploaded)
        for segment in transcript.segments:
            on_segment(segment)
        return transcript

    async def close(self) -> None:  # noqa: B027  Not abstract: no subclass has anything to close.
        """Nothing is held but the connections, which are the caller's."""

    @abstractmethod
    async def _transcribe(
        self, chunk: SpeechChunk, options: TranscriptionOptions, on_uploaded: Callable[[float], None]
    ) -> ChunkTranscript:
        """The chunk's text. Raises as `transcribe`."""

    async def _upload(
        self,
        chunk: SpeechChunk,
        on_uploaded: Callable[[float], None],
        send: Callable[[FormFile, float], Awaitable["httpx.Response"]],
    ) -> "httpx.Response":
        """The response to one request, which may be a refusal. Raises `ProviderError` where there is none.

        `send` gets the chunk as a file, and how many seconds to wait for the response; it may raise httpx's errors,
        TimeoutError, and the errors in `_connection_errors`.
        """
        import httpx

        failure: ProviderError
        timeout_s = self._response_timeout.for_chunk(chunk)
        errors: tuple[type[Exception], ...] = (httpx.HTTPError, httpx.InvalidURL, TimeoutError)
        errors += self._connection_errors()
        try:
            async with uploading(chunk, on_uploaded, timeout_s) as file:
                return await send(file, timeout_s)
        except errors as error:
            failure = self._failures.unreachable(error)
        raise failure  # Not in the block above: clients' own errors hold the address, the key and the recording.

    def _connection_errors(self) -> tuple[type[Exception], ...]:
        """What the service's own client raises, besides httpx's errors, where no response comes."""
        return ()

    async def _read(self, read: Callable[[], ChunkTranscript]) -> ChunkTranscript:
        """What `read` returns, on another thread. Raises `ProviderFailing` where it raises ValueError."""
        failure: ProviderError
        try:
            return await asyncio.to_thread(read)
        except ValueError as error:
            failure = self._failures.unreadable(error)
        raise failure
