"""SHA-256 of a source's bytes: computed while they are read for decoding, or by reading all of them."""

import asyncio
import hashlib
import threading
from collections.abc import Callable

from core.domain.identity import ContentHash
from core.media.reading import read_in_order
from core.media.source import MediaSource, SourceInfo

_MAX_OUT_OF_ORDER_BYTES = 8 * 1024 * 1024
"""Kept in memory until the bytes before it come: read-ahead is out of order, an index at the end is read early."""


class IncrementalHash:
    """SHA-256 of a source, computed of the ranges that are read anyway, in any order."""

    def __init__(self, size_bytes: int) -> None:
        self._size_bytes = size_bytes
        self._digest = hashlib.sha256()
        self._hashed_bytes = 0
        self._early: dict[int, bytes] = {}
        self._early_bytes = 0
        self._is_given_up = False
        self._adding = threading.Lock()

    def add(self, offset: int, data: bytes) -> None:
        """Add bytes that were read. Any thread may call this; it takes as long as hashing them does."""
        with self._adding:
            self._add(offset, data)

    def _add(self, offset: int, data: bytes) -> None:
        if offset > self._hashed_bytes:
            self._keep(offset, data)
            return
        self._take(offset, data)
        while self._early and (start := min(self._early)) <= self._hashed_bytes:
            early = self._early.pop(start)
            self._early_bytes -= len(early)
            self._take(start, early)

    @property
    def content(self) -> ContentHash | None:
        """The hash, once every byte was added; None before, and where too much came out of order."""
        with self._adding:
            return self._hash()

    def _hash(self) -> ContentHash | None:
        return ContentHash(self._digest.hexdigest()) if self._hashed_bytes == self._size_bytes else None

    def _take(self, offset: int, data: bytes) -> None:
        new = data[self._hashed_bytes - offset :]
        self._digest.update(new)
        self._hashed_bytes += len(new)

    def _keep(self, offset: int, data: bytes) -> None:
        if len(self._early.get(offset, b"")) >= len(data):
            return
        if self._early_bytes + len(data) > _MAX_OUT_OF_ORDER_BYTES:
            self._cut_overlaps()
        if self._is_given_up or self._early_bytes + len(data) > _MAX_OUT_OF_ORDER_BYTES:
            self._is_given_up = True  # Too much is out of order: `content` stays None.
            self._early.clear()
            return
        self._early_bytes += len(data) - len(self._early.get(offset, b""))
        self._early[offset] = data

    def _cut_overlaps(self) -> None:
        """Keep every byte that came early once only."""
        kept: dict[int, bytes] = {}
        reached = self._hashed_bytes
        for start, data in sorted(self._early.items()):
            if start + len(data) > reached:
                begin = max(start, reached)
                kept[begin] = data[begin - start :]
                reached = start + len(data)
        self._early = kept
        self._early_bytes = sum(map(len, kept.values()))


def ignore_bytes(count: int) -> None:
    """For callers that show no progress."""


async def hash_source(source: MediaSource, on_bytes: Callable[[int], None] = ignore_bytes) -> ContentHash:
    """SHA-256 of all bytes of a source. Raises what `read_in_order` raises.

    `on_bytes` gets how many bytes more have been hashed, each time.
    """
    digest = hashlib.sha256()

    async def take(piece: bytes) -> None:
        await asyncio.to_thread(digest.update, piece)
        on_bytes(len(piece))

    await read_in_order(source, take)
    return ContentHash(digest.hexdigest())


class HashingSource:
    """A source that hashes what is read of it; it knows the content's hash once all of it was read, in any order."""

    def __init__(self, source: MediaSource) -> None:
        self._source = source
        self._hash = IncrementalHash(source.info.size_bytes)

    @property
    def info(self) -> SourceInfo:
        """That of the source inside."""
        return self._source.info

    @property
    def content(self) -> ContentHash | None:
        """The hash, where everything has been read."""
        return self._hash.content

    async def read_range(self, offset: int, length: int) -> bytes:
        """The bytes of the source inside. Raises what it raises."""
        data = await self._source.read_range(offset, length)
        await asyncio.to_thread(self._hash.add, offset, data)
        return data

    async def content_hash(self) -> ContentHash:
        """SHA-256 of all bytes. Raises what the source raises."""
        return self._hash.content or await self._source.content_hash()

    async def close(self) -> None:
        """Close the source."""
        await self._source.close()
