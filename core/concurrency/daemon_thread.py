"""Calling what may hang for ever, such as a network drive, so that neither the loop nor the exit waits for it."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def _all_errors() -> tuple[type[BaseException], ...]:
    return (Exception,)


async def in_daemon_thread(
    name: str,
    function: Callable[[Callable[[], bool]], T],
    expected: Callable[[], tuple[type[BaseException], ...]] = _all_errors,
) -> T:
    """What the function returns or raises. It gets what tells whether its caller was cancelled and it may end.

    What is raised beside the `expected` exceptions ends the thread, as it ends any other, and nothing is returned.

    `asyncio.to_thread` has threads that the interpreter waits for at its end.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()
    cancelled = threading.Event()

    def deliver(result: T | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(result)  # type: ignore[arg-type] # the function's, which may be None
        else:
            done.set_exception(error)

    def work() -> None:
        result: T | None = None
        failure: BaseException | None = None
        try:
            result = function(cancelled.is_set)
        except expected() as error:
            failure = error
        with contextlib.suppress(RuntimeError):  # The loop is closed: there is no caller any more.
            loop.call_soon_threadsafe(deliver, result, failure)

    threading.Thread(target=work, name=name, daemon=True).start()
    try:
        return await done
    finally:
        cancelled.set()
