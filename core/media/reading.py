"""Reading all bytes of a source, in order."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from core.domain.errors import SourceInterrupted
from core.media.source import MediaSource

_PIECE_BYTES = 512 * 1024


async def read_all_bytes(source: MediaSource) -> bytes:
    """All bytes of a source. Raises what `read_in_order` raises."""
    pieces: list[bytes] = []

    async def take(piece: bytes) -> None:
        pieces.append(piece)

    await read_in_order(source, take)
    return b"".join(pieces)


async def read_in_order(source: MediaSource, take: Callable[[bytes], Awaitable[None]]) -> None:
    """Give all bytes to `take` in order, with as many ranges requested at once as the source's `read_ahead_bytes` says.

    Raises what reading raises, `SourceInterrupted` where there are too few bytes.
    """
    info = source.info

    async def piece(offset: int) -> bytes:
        length = min(_PIECE_BYTES, info.size_bytes - offset)
        data = await source.read_range(offset, length)
        if len(data) != length:
            raise SourceInterrupted(name=info.name)
        return data

    requested: deque[asyncio.Task[bytes]] = deque()
    try:
        async with asyncio.TaskGroup() as reads:
            for offset in range(0, info.size_bytes, _PIECE_BYTES):
                requested.append(reads.create_task(piece(offset)))
                if len(requested) * _PIECE_BYTES >= info.read_ahead_bytes:
                    await take(await requested.popleft())
            while requested:
                await take(await requested.popleft())
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from failures
