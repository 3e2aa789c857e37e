"""The one way to run work that a click starts: run it, deliver its result, show its error, tell what it has changed."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

from core.domain import NotulaError, TranslatableText
from core.domain.errors import InternalError
from gui.changes import ChangeEvents, Changes
from gui.messages import Messages

logger = logging.getLogger(__name__)

T = TypeVar("T")

NOTHING = Changes()


class Operations:
    """The coroutines of the window. Each is referenced until it ends, and all are cancelled when the window closes."""

    def __init__(self, loop: asyncio.AbstractEventLoop, messages: Messages, events: ChangeEvents) -> None:
        self._loop = loop
        self._messages = messages
        self._events = events
        self._tasks: set[asyncio.Task[None]] = set()
        self._of_kind: dict[str, asyncio.Task[None]] = {}

    def start(
        self,
        work: Coroutine[Any, Any, T],
        *,
        done: Callable[[T], None] | None = None,
        failed: Callable[[TranslatableText], None] | None = None,
        kind: str = "",
        changes: Changes = NOTHING,
        initiator: object = None,
    ) -> asyncio.Task[None]:
        """Run `work` and give its result to `done`; an error goes to `failed`, by default the message bar.

        Of one `kind` only the latest runs: a new search cancels the one before it, and its error in the message bar is
        over once one succeeds. When `work` has succeeded, views are told once that these `changes` were made and by
        which `initiator`, after `done` was called.
        """
        earlier = self._of_kind.get(kind) if kind else None
        if earlier is not None:
            earlier.cancel()
        told = partial(self._messages.error, about=kind)

        def deliver(result: T) -> None:
            if kind:
                self._messages.over(kind)
            if done is not None:
                done(result)

        task = self._loop.create_task(
            self._run(work, deliver, failed or told, lambda: self._events.publish(changes, initiator))
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # A task that is cancelled before its first step never comes to await its work.
        task.add_done_callback(lambda _: work.close())
        if kind:
            self._of_kind[kind] = task
        return task

    async def idle(self) -> None:
        """Wait until nothing runs any more."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def close(self) -> None:
        """Cancel all running work and wait for it."""
        while self._tasks:  # Cancelled work may start something else at its end.
            tasks = tuple(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            # Not left to their callbacks: from Python 3.12 on, waiting for finished tasks doesn't run those.
            self._tasks.difference_update(tasks)

    async def _run(
        self,
        work: Coroutine[Any, Any, T],
        deliver: Callable[[T], None],
        failed: Callable[[TranslatableText], None],
        publish: Callable[[], None],
    ) -> None:
        try:
            result = await work
            try:
                deliver(result)
            finally:
                publish()
        except NotulaError as error:
            logger.info("An operation failed: %r", error)
            failed(error.message)
        except Exception:
            logger.exception("An operation failed unexpectedly")
            failed(InternalError().message)
