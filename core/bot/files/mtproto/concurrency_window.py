"""How many requests may be under way at once."""

import asyncio
from types import TracebackType

_LEAST = 2


class ConcurrencyWindow:
    """A semaphore that gets narrower where somebody takes offence. Belongs to one event loop."""

    def __init__(self, widest: int) -> None:
        self._widest = widest
        self._width = widest
        self._places = asyncio.Semaphore(widest)
        self._surplus = 0
        """Places that are to go as soon as they are free."""

    @property
    def width(self) -> int:
        """How many may be under way."""
        return self._width

    def narrow(self) -> None:
        """Half as many from now on; what is under way comes to its end."""
        narrower = max(_LEAST, self._width // 2)
        self._surplus += self._width - narrower
        self._width = narrower

    def widen(self) -> None:
        """As many as in the beginning."""
        missing = self._widest - self._width - self._surplus
        self._width, self._surplus = self._widest, 0
        for _ in range(missing):
            self._places.release()

    async def __aenter__(self) -> None:
        await self._places.acquire()
        while self._surplus:
            self._surplus -= 1
            await self._places.acquire()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._surplus:
            self._surplus -= 1
        else:
            self._places.release()
