"""The body of a file that a server sends only as a whole: downloaded once, and read while it arrives."""

import asyncio
from collections.abc import AsyncIterator, Callable

from core.domain.errors import NotulaError, SourceNotInParts, WebInterrupted
from core.media.http.failures import http_errors

LARGEST_KEPT_BYTES = 64 * 1024 * 1024
"""A file of up to this size is kept in memory, so that any range of it can be read again."""

WINDOW_BYTES = 24 * 1024 * 1024
"""How much of the latest bytes of a larger file is kept: read-ahead requests ranges out of order."""

_PIECE_BYTES = 64 * 1024
_LONGEST_PIECE_S = 120.0
"""For each 64 KiB: a server slower than half a kilobyte a second is given up."""


class WholeBody:
    """Ranged reads of bytes that arrive in order. Lives on one event loop.

    `pieces` are the bytes; `failed` makes an error of what iterating over them raises. Of a file larger than
    `LARGEST_KEPT_BYTES` the bytes before the window can't be read again. `size_bytes` is None where the server doesn't
    send it.
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
        """Whether any range can be read again, at any time."""
        return self._size_bytes is None or self._size_bytes <= LARGEST_KEPT_BYTES

    async def size(self) -> int:
        """The size in bytes; where the server doesn't send it, all of it is received first. Raises as `read` does."""
        while self._size_bytes is None:
            await self._more()
        return self._size_bytes

    async def read(self, offset: int, length: int) -> bytes:
        """These bytes, once they have arrived. Raises `SourceNotInParts` before the window, and `WebInterrupted`."""
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
        """Stop receiving, and free the memory."""
        if self._receiving is not None:
            self._receiving.cancel()
            await asyncio.wait([self._receiving])
        self._kept.clear()

    async def _more(self) -> None:
        """Wait for the next piece. Cancelling a caller doesn't cancel the download, for which others wait."""
        if self._failure is None:
            if self._receiving is None or self._receiving.done():
                self._receiving = asyncio.create_task(self._receive(), name="receive-file")
            await asyncio.shield(self._receiving)
        if self._failure is not None:
            raise self._failure

    async def _receive(self) -> None:
        """Receive the next piece, or store the failure."""
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
        elif not self.is_kept and len(self._kept) > 2 * WINDOW_BYTES:  # Not at every piece: the rest is copied.
            gone = len(self._kept) - WINDOW_BYTES
            del self._kept[:gone]
            self._gone_bytes += gone

    async def _gather(self) -> bool:
        """Receive at least `_PIECE_BYTES`. Returns whether there may be more."""
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
