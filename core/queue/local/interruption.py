"""How a running attempt at a job is interrupted."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


class Interrupted(Exception):
    """The attempt was interrupted."""


class Interruption:
    """Cancels one attempt, but never the writing of the job's state before and after it.

    asyncio drops a task that is cancelled before its first step
    (https://docs.python.org/3/library/asyncio-task.html#asyncio.Task.cancel), and cancels whatever the task happens to
    wait for. So a job's task is cancelled only while it is inside of `guard`; at any other time the request is kept.
    """

    def __init__(self) -> None:
        self._is_requested = False
        self._task: asyncio.Task[object] | None = None

    def request(self) -> None:
        """Interrupt the attempt now or, if it hasn't begun, when it would begin. Further requests change nothing."""
        if self._is_requested:
            return
        self._is_requested = True
        if self._task is not None:
            self._task.cancel()

    def check(self) -> None:
        """Raises `Interrupted` if it was requested."""
        if self._is_requested:
            raise Interrupted

    async def guard(self, work: Callable[[], Awaitable[T]]) -> T:
        """What `work` returns. Raises `Interrupted` if that is requested before it returns."""
        self.check()
        self._task = task = asyncio.current_task()
        assert task is not None
        try:
            return await work()
        except asyncio.CancelledError:
            if self._is_requested:
                raise Interrupted from None
            raise
        finally:
            self._task = None
            if self._is_requested:
                task.uncancel()
