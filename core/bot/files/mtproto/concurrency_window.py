"""A limit of concurrent requests that is lowered after flood errors."""

import asyncio
from types import TracebackType

_MIN_LIMIT = 2


class ConcurrencyWindow:
    """A semaphore whose limit can be halved and reset (multiplicative decrease). Belongs to one event loop."""

    def __init__(self, initial_limit: int) -> None:
        self._initial_limit = initial_limit
        self._limit = initial_limit
        self._slots = asyncio.Semaphore(initial_limit)
        self._slots_to_remove = 0
        """Slots that are removed as soon as they are released."""

    @property
    def limit(self) -> int:
        """The present limit."""
        return self._limit

    def halve(self) -> None:
        """Halve the limit. Requests in progress aren't interrupted."""
        halved = max(_MIN_LIMIT, self._limit // 2)
        self._slots_to_remove += self._limit - halved
        self._limit = halved

    def reset(self) -> None:
        """Restore the initial limit."""
        missing = self._initial_limit - self._limit - self._slots_to_remove
        self._limit, self._slots_to_remove = self._initial_limit, 0
        for _ in range(missing):
            self._slots.release()

    async def __aenter__(self) -> None:
        await self._slots.acquire()
        while self._slots_to_remove:
            self._slots_to_remove -= 1
            await self._slots.acquire()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._slots_to_remove:
            self._slots_to_remove -= 1
        else:
            self._slots.release()
