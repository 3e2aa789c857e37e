"""How many requests may be under way at once."""

import asyncio
from types import TracebackType

_MIN_LIMIT = 2


class ConcurrencyWindow:
    """A semaphore that gets narrower where somebody takes offence. Belongs to one event loop."""

    def __init__(self, initial_limit: int) -> None:
        self._initial_limit = initial_limit
        self._limit = initial_limit
        self._slots = asyncio.Semaphore(initial_limit)
        self._slots_to_remove = 0
        """Places that are to go as soon as they are free."""

    @property
    def limit(self) -> int:
        """How many may be under way."""
        return self._limit

    def halve(self) -> None:
        """Half as many from now on; what is under way comes to its end."""
        halved = max(_MIN_LIMIT, self._limit // 2)
        self._slots_to_remove += self._limit - halved
        self._limit = halved

    def reset(self) -> None:
        """As many as in the beginning."""
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
