"""Start and stop as pairs: whatever has been started is ended, last first, whichever way that comes about."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from core.concurrency.supervision import complete, end

logger = logging.getLogger(__name__)


class Lifetime:
    """From one `open` to its `close`. Belongs to one event loop.

    What `open` is given calls `at_end` for each thing that it starts, before or as soon as that holds anything.
    """

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._failures: list[Exception] = []
        self._opening: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None

    def at_end(self, name: str, stop: Callable[[], Awaitable[object]]) -> None:
        """Call this at the end, before what was given earlier. `name` is for the log."""
        self._stack.push_async_callback(self._end, name, stop)

    async def open(self, start: Callable[[], Awaitable[None]]) -> None:
        """Start. Where that fails or is cancelled, what has been started already is ended first."""
        self._opening = asyncio.create_task(self._open(start), name="start")
        try:
            await asyncio.shield(self._opening)
        except asyncio.CancelledError:
            await end(self._opening)
            raise

    async def close(self) -> None:
        """End everything, even if some of it can't be ended well or the caller is cancelled meanwhile.

        Once is enough: a second call waits for the first one, and one that comes during `open` breaks that off. Raises
        what the first part raised that could not be ended, after all others have been.
        """
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(), name="stop")
        await complete(self._closing)

    async def _open(self, start: Callable[[], Awaitable[None]]) -> None:
        try:
            await start()
        except BaseException:
            await complete(self._stack.aclose())
            raise

    async def _close(self) -> None:
        if self._opening is not None and not self._opening.done():
            await end(self._opening)
        await self._stack.aclose()
        if self._failures:
            raise self._failures[0]

    async def _end(self, name: str, stop: Callable[[], Awaitable[object]]) -> None:
        try:
            await stop()
        except Exception as error:
            logger.exception("%s could not be stopped well", name)
            self._failures.append(error)
