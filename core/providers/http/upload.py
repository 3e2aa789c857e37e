"""Sending a chunk as a file: its name and type, its bytes piece by piece, and how long to wait for the answer."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.domain import AudioFormat, SpeechChunk

if TYPE_CHECKING:
    import httpx

_MEDIA_TYPES = {
    AudioFormat.OGG: "audio/ogg",
    AudioFormat.FLAC: "audio/flac",
    AudioFormat.MP3: "audio/mpeg",
    AudioFormat.WAV: "audio/wav",
    AudioFormat.M4A: "audio/mp4",
    AudioFormat.MP4: "video/mp4",
    AudioFormat.WEBM: "audio/webm",
}

UPLOAD_FORMATS = frozenset(_MEDIA_TYPES)
"""What both OpenAI and Groq say that they take (https://console.groq.com/docs/speech-to-text)."""

_CONNECT_S = 15.0
_STALLED_S = 60.0
"""How long a piece of the upload may take to go out; for the larger ones that is 17 kB/s."""

_LARGE_BYTES = 4 * 1024 * 1024
_PIECE_BYTES = 1024 * 1024
"""Of a large upload; in httpx's own pieces of 64 KiB it takes a sixth more time on a very fast line (measured)."""


@dataclass(frozen=True, slots=True)
class ResponseTimeout:
    """How long an answer may take once all is sent: `least_s`, and `per_second_of_speech` for each second of speech."""

    least_s: float
    per_second_of_speech: float

    def for_chunk(self, chunk: SpeechChunk) -> float:
        """In seconds."""
        return self.least_s + self.per_second_of_speech * chunk.duration_s


class UploadBody(io.BytesIO):
    """A chunk's bytes as a file that httpx sends piece by piece. `BytesIO` shares the bytes, it doesn't copy them.

    `on_uploaded` gets the share that has been handed to the network: the next piece is read when the one before has
    gone.
    """

    def __init__(self, data: bytes, on_uploaded: Callable[[float], None]) -> None:
        super().__init__(data)
        self._size_bytes = len(data)
        self._on_uploaded = on_uploaded

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes; none at the end. Of a large body they are more than httpx asks for, and it takes them."""
        self._on_uploaded(self.tell() / self._size_bytes if self._size_bytes else 1.0)
        if size is not None and 0 < size < _PIECE_BYTES and self._size_bytes >= _LARGE_BYTES:
            size = _PIECE_BYTES
        return super().read(size)


FormFile = tuple[str, UploadBody, str]
"""What httpx and the services' own clients take as a file: name, bytes, type."""


@asynccontextmanager
async def uploading(
    chunk: SpeechChunk, on_uploaded: Callable[[float], None], timeout_s: float
) -> AsyncIterator[FormFile]:
    """The chunk as a file to send, for the time of one request.

    Raises TimeoutError where the answer isn't complete `timeout_s` seconds after the last byte has been sent.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as deadline:

        def uploaded(fraction: float) -> None:
            if fraction >= 1.0:
                deadline.reschedule(loop.time() + timeout_s)
            on_uploaded(fraction)

        yield f"audio.{chunk.format}", UploadBody(chunk.data, uploaded), _MEDIA_TYPES[chunk.format]


def bearer(key: str | None) -> dict[str, str]:
    """The header with the key; none for a server without keys."""
    return {"Authorization": f"Bearer {key}"} if key else {}


def timeouts(timeout_s: float) -> "httpx.Timeout":
    """For one request: short to connect, `timeout_s` seconds for the answer and for a free connection."""
    import httpx

    return httpx.Timeout(timeout_s, connect=_CONNECT_S, write=_STALLED_S)
