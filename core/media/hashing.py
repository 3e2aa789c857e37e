"""A source as a whole: its hash while its bytes pass by, or all of them at once."""

import asyncio
import hashlib
import threading
from collections import deque
from collections.abc import Awaitable, Callable

from core.domain.errors import SourceInterrupted
from core.domain.identity import ContentHash, IdentityAlias
from core.media.source import MediaSource, is_forward_only

_PIECE_BYTES = 512 * 1024
_MOST_HELD_BYTES = 8 * 1024 * 1024
"""What came before its turn is kept until its turn comes: read-ahead is out of order, an index at the end is early."""


class PassingHash:
    """SHA-256 of a source, made of the ranges that are read anyway, in whatever order they come."""

    def __init__(self, size_bytes: int) -> None:
        self._size_bytes = size_bytes
        self._digest = hashlib.sha256()
        self._hashed_bytes = 0
        self._early: dict[int, bytes] = {}
        self._early_bytes = 0
        self._is_hopeless = False
        self._adding = threading.Lock()

    def add(self, offset: int, data: bytes) -> None:
        """These bytes have been read. Any thread may tell it; of much, hashing takes its time."""
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
        """The hash, once every byte has passed by."""
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
        if self._early_bytes + len(data) > _MOST_HELD_BYTES:
            self._cut_overlaps()
        if self._is_hopeless or self._early_bytes + len(data) > _MOST_HELD_BYTES:
            self._is_hopeless = True  # Read in such leaps there is no hash; whoever needs one has another way.
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


async def read_all(source: MediaSource) -> bytes:
    """All bytes of a source. Raises what reading raises, `SourceInterrupted` where there are too few."""
    pieces: list[bytes] = []

    async def take(piece: bytes) -> None:
        pieces.append(piece)

    await _read_through(source, take)
    return b"".join(pieces)


async def hash_of(source: MediaSource) -> ContentHash:
    """SHA-256 of all bytes of a source. Raises what `read_all` raises."""
    digest = hashlib.sha256()

    async def take(piece: bytes) -> None:
        await asyncio.to_thread(digest.update, piece)

    await _read_through(source, take)
    return ContentHash(digest.hexdigest())


async def _read_through(source: MediaSource, take: Callable[[bytes], Awaitable[None]]) -> None:
    """Give all bytes to `take`, in their order, with as many pieces under way as the source wants."""

    async def piece(offset: int) -> bytes:
        length = min(_PIECE_BYTES, source.size_bytes - offset)
        data = await source.read_range(offset, length)
        if len(data) != length:
            raise SourceInterrupted(name=source.name)
        return data

    under_way: deque[asyncio.Task[bytes]] = deque()
    try:
        async with asyncio.TaskGroup() as reads:
            for offset in range(0, source.size_bytes, _PIECE_BYTES):
                under_way.append(reads.create_task(piece(offset)))
                if len(under_way) * _PIECE_BYTES >= source.read_ahead_bytes:
                    await take(await under_way.popleft())
            while under_way:
                await take(await under_way.popleft())
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from failures


class OpenedSource:
    """A source with an owner who may hand it over, once; whoever has it last closes it."""

    def __init__(self, source: MediaSource) -> None:
        self.source = source
        self._is_held = True

    def take(self) -> MediaSource | None:
        """The source, for the caller to close; None where it has been taken or closed before."""
        if not self._is_held:
            return None
        self._is_held = False
        return self.source

    async def close(self) -> None:
        """Close the source unless somebody else has taken it; more than once does no harm."""
        if self._is_held:
            self._is_held = False
            await self.source.close()


class HashedSource:
    """A source with an identity that knows its content's hash once all of it has been read, in whatever order."""

    def __init__(self, source: MediaSource) -> None:
        self._source = source
        self._passing = PassingHash(source.size_bytes)

    @property
    def name(self) -> str:
        """What people call the recording."""
        return self._source.name

    @property
    def size_bytes(self) -> int:
        """How many bytes there are."""
        return self._source.size_bytes

    @property
    def identity(self) -> IdentityAlias | None:
        """The name that the content has before its bytes are known."""
        return self._source.identity

    @property
    def read_ahead_bytes(self) -> int:
        """How much should be under way at once."""
        return self._source.read_ahead_bytes

    @property
    def comes_whole(self) -> bool:
        """Whether all of it is fetched at once, and kept."""
        return self._source.comes_whole

    @property
    def is_forward_only(self) -> bool:
        """Whether what was read long ago can't be read again."""
        return is_forward_only(self._source)

    @property
    def content(self) -> ContentHash | None:
        """The hash, where everything has been read."""
        return self._passing.content

    async def read_range(self, offset: int, length: int) -> bytes:
        """The source's own bytes. Raises what it raises."""
        data = await self._source.read_range(offset, length)
        await asyncio.to_thread(self._passing.add, offset, data)
        return data

    async def content_hash(self) -> ContentHash:
        """SHA-256 of all bytes. Raises what the source raises."""
        return self._passing.content or await self._source.content_hash()

    async def close(self) -> None:
        """Close the source."""
        await self._source.close()
