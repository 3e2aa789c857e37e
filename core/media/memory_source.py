"""Recordings, and parts of them, whose bytes are in memory."""

import asyncio
import hashlib

from core.domain.identity import ContentHash
from core.media.source import SourceInfo


class MemorySource:
    """Bytes in memory as a source."""

    def __init__(self, name: str, data: bytes) -> None:
        self._info = SourceInfo(name, len(data))
        self._data = data

    @property
    def info(self) -> SourceInfo:
        """The name it was given, and how many bytes there are."""
        return self._info

    async def read_range(self, offset: int, length: int) -> bytes:
        """The bytes from `offset`; fewer than `length` only at the end."""
        return self._data[offset : offset + length]

    async def content_hash(self) -> ContentHash:
        """SHA-256 of all of them."""
        return ContentHash(await asyncio.to_thread(lambda: hashlib.sha256(self._data).hexdigest()))

    async def close(self) -> None:
        """Does nothing: no file or connection is open."""
