"""A file that a server sends only as a whole: fetched once, and read while it comes."""

import asyncio
from collections.abc import AsyncIterator, Callable

from core.domain.errors import NotulaError, SourceNotInParts, WebInterrupted
from core.media.http.failures import http_errors

LARGEST_KEPT_BYTES = 64 * 1024 * 1024
"""A whole file of up to this size is kept, so that any part of it can be read again."""

WINDOW_BYTES = 24 * 1024 * 1024
"""Of a larger one, so much of what came last is kept: what is read ahead is asked for out of order."""

_PIECE_BYTES = 64 * 1024
_LONGEST_PIECE_S = 120.0
"""A server that is slower than this, half a kilobyte a second, is given up."""


class WholeBody:
    """Bytes that come one after the other, whatever is read first. Lives on one event loop.

    `pieces` are they; `failed` makes an error of what reading them raises. Of a file of more than `LARGEST_KEPT_BYTES`
    what lies further back than the window is gone. `size_bytes` is None where the server doesn't say.
    """

    def __init__(
        self,
        pieces: AsyncIterator[bytes],
        size_bytes: int | None,
        name: str,
        failed: Callable[[Exception], NotulaError],
    ) -> None:
        self._pieces = pieces
        self._size_bytes = size_bytes
        self._name = name
        self._failed = failed
        self._kept = bytearray()
        self._gone_bytes = 0
        self._receiving: asyncio.Task[None] | None = None
        self._failure: NotulaError | None = None

    @property
    def is_kept(self) -> bool:
        """Whether any part of it can be read, at any time."""
        return self._size_bytes is None or self._size_bytes <= LARGEST_KEPT_BYTES

    async def size(self) -> int:
        """How many bytes there are; where the server doesn't say, all are fetched to know. Raises as `read` does."""
        while self._size_bytes is None:
            await self._more()
        return self._size_bytes

    async def read(self, offset: int, length: int) -> bytes:
        """These bytes, as soon as they have come. Raises `SourceNotInParts` for what is gone, and `WebInterrupted`."""
        end = offset + length
        while self._received_bytes < end:
            await self._more()
        start = offset - self._gone_bytes
        if start < 0:
            raise SourceNotInParts(name=self._name)
        return bytes(memoryview(self._kept)[start : start + length])

    @property
    def _received_bytes(self) -> int:
        return self._gone_bytes + len(self._kept)

    async def close(self) -> None:
        """Receive nothing more, and let go of what is kept."""
        if self._receiving is not None:
            self._receiving.cancel()
            await asyncio.wait([self._receiving])
        self._kept.clear()

    async def _more(self) -> None:
        """Wait for the next piece. Whoever is cancelled meanwhile leaves the line as it is for others."""
        if self._failure is None:
            if self._receiving is None or self._receiving.done():
                self._receiving = asyncio.create_task(self._receive(), name="receive-file")
            await asyncio.shield(self._receiving)
        if self._failure is not None:
            raise self._failure

    async def _receive(self) -> None:
        """Take in the next piece, or note the failure."""
        try:
            async with asyncio.timeout(_LONGEST_PIECE_S):
                has_ended = not await self._gather()
        except http_errors() as error:
            self._failure = self._failed(error)
            self._failure.__cause__ = error
            return
        if has_ended:
            self._end()
        elif self._size_bytes is None and len(self._kept) > LARGEST_KEPT_BYTES:
            self._failure = SourceNotInParts(name=self._name)
        elif not self.is_kept and len(self._kept) > 2 * WINDOW_BYTES:  # Seldom, because all that stays is copied.
            gone = len(self._kept) - WINDOW_BYTES
            del self._kept[:gone]
            self._gone_bytes += gone

    async def _gather(self) -> bool:
        """Take in a good piece. Returns whether there may be more."""
        least = len(self._kept) + _PIECE_BYTES
        async for piece in self._pieces:
            self._kept += piece
            if len(self._kept) >= least:
                return True
        return False

    def _end(self) -> None:
        if self._size_bytes is None:
            self._size_bytes = self._received_bytes
        elif self._received_bytes < self._size_bytes:
            self._failure = WebInterrupted(name=self._name)
