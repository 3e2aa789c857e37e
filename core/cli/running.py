"""Running a command to its exit status, and ending it well on Ctrl-C and SIGTERM."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from core.domain import NotulaError, TranslatableText, mark

STOPPED = TranslatableText(mark("Stopped."))


def run(work: Coroutine[Any, Any, int], complain: Callable[[TranslatableText], None]) -> int:
    """Run a command and return its exit status; what it can't do goes to `complain`."""
    new_loop: Callable[[], asyncio.AbstractEventLoop] | None = None
    with contextlib.suppress(ImportError):
        import uvloop

        new_loop = uvloop.new_event_loop
    try:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            return runner.run(_stoppable(work, complain))
    except KeyboardInterrupt:  # Windows; elsewhere signals are ours.
        complain(STOPPED)
        return 130
    except NotulaError as error:
        complain(error.message)
        return 1
    except BrokenPipeError:
        # The reader has closed the pipe. What is still in the buffer must not raise again at the interpreter's end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


async def _stoppable(work: Coroutine[Any, Any, int], complain: Callable[[TranslatableText], None]) -> int:
    """The command, cancelled by each Ctrl-C or SIGTERM: what it cleans up is shielded, and can be hurried."""
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(work, name="command")
    stopped_by: list[int] = []

    def stop(number: int) -> None:
        stopped_by.append(number)
        task.cancel()

    with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C cancels us through the runner.
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop, number)
    try:
        return await task
    except asyncio.CancelledError:
        if not stopped_by:
            raise
        complain(STOPPED)
        return 128 + stopped_by[0]


async def stopped_with_grace(stopping: Coroutine[Any, Any, None], hurry: Callable[[], None]) -> None:
    """Await a stop that may take its time. A Ctrl-C meanwhile calls `hurry`, and counts once it is done."""
    task = asyncio.create_task(stopping, name="stop")
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
            hurry()
    task.result()
    if cancelled is not None:
        raise cancelled


async def to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Await what must not be left half done; a Ctrl-C meanwhile counts once it is done."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
