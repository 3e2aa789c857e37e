"""A fake Telegram in a thread of its own, for tests whose own loop is the window's."""

import asyncio
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

from tests.fakes.bot_api import FakeBotApi

T = TypeVar("T")


class TelegramThread:
    """Runs the service for the time of its `with`. Whatever touches it goes through `do`."""

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._ended = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), name="telegram")
        self.api: FakeBotApi

    @property
    def url(self) -> str:
        """The address, for the setting `bot_server`."""
        return self.api.url

    def do(self, work: Callable[[FakeBotApi], T]) -> T:
        """Have the service's own loop do this, and return what comes of it."""

        async def call() -> T:
            return work(self.api)

        return asyncio.run_coroutine_threadsafe(call(), self._loop).result()

    async def _serve(self) -> None:
        async with FakeBotApi(**self._options) as self.api:
            self._ready.set()
            await self._ended.wait()

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()
        self._loop.close()
