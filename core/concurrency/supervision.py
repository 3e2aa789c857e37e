"""Long-lived tasks that are started again when they fail, and what a person is told of that."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from core.domain import TranslatableText, mark

logger = logging.getLogger(__name__)

T = TypeVar("T")

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
"""A task that fails at once each time is restarted once a minute, for ever: that costs little, and it is shown."""

STEADY_S = 300.0
"""A task that has run for so long after a failure counts as recovered: no notice any more, and short pauses again."""

RESTARTED = TranslatableText(
    mark("A part of Notula failed and was started again. If this comes back, quit Notula and open it again.")
)


def ignore_change() -> None:
    """For owners that show no notices."""


class Supervisor:
    """Runs long-lived coroutines, and restarts them after any exception. Belongs to one event loop.

    `changed` is called when `notices` may have changed. `pause` waits for so many seconds, `clock` gives seconds that
    never go back.
    """

    def __init__(
        self,
        changed: Callable[[], None] = ignore_change,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._changed = changed
        self._pause = pause
        self._clock = clock
        self._failed_at: dict[str, tuple[float, TranslatableText]] = {}
        """When each task that has not recovered has failed last, and its notice."""

    @property
    def notices(self) -> tuple[TranslatableText, ...]:
        """The notices of tasks that have failed and not recovered, each sentence once."""
        steady_since = self._clock() - STEADY_S
        self._failed_at = {name: told for name, told in self._failed_at.items() if told[0] > steady_since}
        return tuple({str(message): message for _, message in self._failed_at.values()}.values())

    def start(
        self, name: str, run: Callable[[], Awaitable[object]], trouble: TranslatableText = RESTARTED
    ) -> asyncio.Task[None]:
        """A task that runs `keep_running`. The caller cancels and awaits it, as `end` does."""
        return asyncio.create_task(self.keep_running(name, run, trouble), name=name)

    async def keep_running(
        self, name: str, run: Callable[[], Awaitable[object]], trouble: TranslatableText = RESTARTED
    ) -> None:
        """Return once `run` has returned; after an exception, which is logged and shown as a notice, call it again.

        A cancellation of the calling task ends it. A CancelledError that `run` raises without that, because a task it
        awaited was cancelled elsewhere, is a failure like any other.
        """
        pause_s = FIRST_PAUSE_S
        while True:
            begun = self._clock()
            try:
                await run()
            except asyncio.CancelledError as error:
                if is_being_cancelled():
                    raise
                failure: BaseException = error
            except Exception as error:  # noqa: BLE001  It is logged with its traceback, shown, and tried again.
                failure = error
            else:
                return
            if self._clock() - begun >= STEADY_S:
                pause_s = FIRST_PAUSE_S
            logger.error("%s failed and is started again in %.0f s", name, pause_s, exc_info=failure)
            self.tell(name, trouble)
            await self._pause(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def start_once(
        self, name: str, work: Coroutine[Any, Any, T], trouble: TranslatableText = RESTARTED
    ) -> asyncio.Task[T]:
        """A task that ends by itself. What it raises is logged and shown at once, whether it is awaited or not."""
        return start_once(name, work, lambda: self.tell(name, trouble))

    def tell(self, name: str, trouble: TranslatableText = RESTARTED) -> None:
        """Show this notice for a while: a part of this name has failed, and its owner goes on without it."""
        self._failed_at[name] = (self._clock(), trouble)
        self._changed()


def start_once(name: str, work: Coroutine[Any, Any, T], failed: Callable[[], None] = ignore_change) -> asyncio.Task[T]:
    """A task that ends by itself. What it raises is logged at once, and `failed` called, even if it is awaited."""

    def ended(task: asyncio.Task[T]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("%s failed", name, exc_info=error)
            failed()

    task = asyncio.create_task(work, name=name)
    task.add_done_callback(ended)
    return task


async def complete(work: Coroutine[Any, Any, T] | asyncio.Task[T]) -> T:
    """What `work` returns or raises. A cancellation of the caller doesn't cancel it; it is raised at its end."""
    task = work if isinstance(work, asyncio.Task) else asyncio.create_task(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is None:
        return task.result()
    if not task.cancelled() and (failure := task.exception()) is not None:
        logger.error("%s failed while its caller was cancelled", task.get_name(), exc_info=failure)
    raise cancelled


async def end(task: asyncio.Task[Any] | None) -> None:
    """Cancel a task and return once it has ended. A cancellation of the caller meanwhile is raised afterwards."""
    if task is None or task is asyncio.current_task():
        return
    task.cancel()
    await complete(_ended(task))


async def _ended(task: asyncio.Task[Any]) -> None:
    await asyncio.wait([task])
    if not task.cancelled() and (failure := task.exception()) is not None:
        logger.error("%s failed at its end", task.get_name(), exc_info=failure)


def is_being_cancelled() -> bool:
    """Whether the current task has been cancelled; if not, a CancelledError comes from something that it awaited."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
