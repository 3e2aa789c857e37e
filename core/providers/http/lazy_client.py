"""A service's own client library, imported when it is first needed."""

import asyncio
import logging
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class LazyClient(Generic[T]):
    """Calls `load`, which imports the library, once and on another thread: an import may take 0.3 s.

    `loggers` are those of the library; below warnings they would log addresses and what is sent.
    """

    def __init__(self, load: Callable[[], T], *, loggers: tuple[str, ...]) -> None:
        self._load = load
        self._loggers = loggers
        self._loading = asyncio.Lock()
        self._loaded: list[T] = []

    async def get(self) -> T:
        """What `load` has returned. Raises what it raises, and then tries again next time."""
        async with self._loading:
            if not self._loaded:
                for name in self._loggers:
                    logging.getLogger(name).setLevel(logging.WARNING)
                self._loaded.append(await asyncio.to_thread(self._load))
            return self._loaded[0]
