"""One road for work that a click starts: run it, keep it, deliver its result, show its error."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from core.domain import NotulaError, TranslatableText
from core.domain.errors import InternalError
from gui.messages import Messages

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Operations:
    """Coroutines that belong to the window. None is lost, and none is left when the window goes."""

    def __init__(self, loop: asyncio.AbstractEventLoop, messages: Messages) -> None:
        self._loop = loop
        self._messages = messages
        self._tasks: set[asyncio.Task[None]] = set()
        self._of_kind: dict[str, asyncio.Task[None]] = {}

    def start(
        self,
        work: Coroutine[Any, Any, T],
        *,
        done: Callable[[T], None] | None = None,
        failed: Callable[[TranslatableText], None] | None = None,
        kind: str = "",
    ) -> asyncio.Task[None]:
        """Run `work` and give its result to `done`; an error goes to `failed`, by default the message bar.

        Of one `kind` only the latest goes on: a new search cancels the one before it.
        """
        earlier = self._of_kind.get(kind) if kind else None
        if earlier is not None:
            earlier.cancel()
        task = self._loop.create_task(self._run(work, done, failed or self._messages.error))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # A task that is cancelled before its first step never comes to await its work.
        task.add_done_callback(lambda _: work.close())
        if kind:
            self._of_kind[kind] = task
        return task

    async def close(self) -> None:
        """Cancel what still runs and wait for it."""
        while self._tasks:  # What is cancelled may start something else at its end.
            tasks = tuple(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            # Not left to their callbacks: waiting for tasks that are done gives those no turn, from Python 3.12 on.
            self._tasks.difference_update(tasks)

    async def _run(
        self, work: Coroutine[Any, Any, T], done: Callable[[T], None] | None, failed: Callable[[TranslatableText], None]
    ) -> None:
        try:
            result = await work
            if done is not None:
                done(result)
        except NotulaError as error:
            logger.info("An operation failed: %r", error)
            failed(error.message)
        except Exception:
            logger.exception("An operation failed unexpectedly")
            failed(InternalError().message)
