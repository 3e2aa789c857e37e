"""Start and stop as pairs: everything that was started is stopped, in reverse order, after errors and cancels too."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from core.concurrency.supervision import complete, end

logger = logging.getLogger(__name__)


class Lifetime:
    """An exit stack from one `open` to its `close`. Belongs to one event loop.

    The function given to `open` calls `at_end` for each thing that it starts, no later than that holds resources.
    """

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._failures: list[Exception] = []
        self._opening: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None

    def at_end(self, name: str, stop: Callable[[], Awaitable[object]]) -> None:
        """Call `stop` in `close`, before those that were given earlier. `name` is for the log."""
        self._stack.push_async_callback(self._end, name, stop)

    async def open(self, start: Callable[[], Awaitable[None]]) -> None:
        """Call `start`. If it fails or is cancelled, what it has started is stopped before this raises."""
        self._opening = asyncio.create_task(self._open(start), name="start")
        try:
            await asyncio.shield(self._opening)
        except asyncio.CancelledError:
            await end(self._opening)
            raise

    async def close(self) -> None:
        """Stop everything, even if some `stop` raises or the caller is cancelled meanwhile.

        A second call waits for the first one; a call during `open` cancels that. Raises the first exception of a
        `stop`, after all of them have been called.
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
            logger.exception("Stopping %s failed", name)
            self._failures.append(error)
