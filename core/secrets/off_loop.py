"""Calling what may block for as long as a desktop likes, such as a keyring that waits for its password."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

_Result = TypeVar("_Result")


class OffLoop:
    """Runs one function after another on daemon threads, so that a hung one neither stops the loop nor the exit.

    While one that has taken too long still hangs, further ones fail at once instead of queueing up.
    """

    def __init__(self, name: str, expected: Callable[[], tuple[type[BaseException], ...]]) -> None:
        """`name` is the threads'; `expected` gives the exceptions that the functions may raise."""
        self._name = name
        self._expected = expected
        self._turn = threading.Lock()
        self._hung: threading.Thread | None = None

    async def run(self, function: Callable[[], _Result], timeout_s: float) -> _Result:
        """What the function returns or raises. Raises TimeoutError."""
        if self._hung is not None and self._hung.is_alive():
            raise TimeoutError
        loop = asyncio.get_running_loop()
        done: asyncio.Future[_Result] = loop.create_future()
        abandoned = threading.Event()

        def deliver(result: _Result | None, error: BaseException | None) -> None:
            if done.done():
                return
            if error is None:
                done.set_result(result)  # type: ignore[arg-type] # the function's, which may be None
            else:
                done.set_exception(error)

        def work() -> None:
            result: _Result | None = None
            failure: BaseException | None = None
            with self._turn:
                if abandoned.is_set():
                    return  # Its caller has got a failure already: the work must not be done after all.
                try:
                    result = function()
                except self._expected() as error:
                    failure = error
            with contextlib.suppress(RuntimeError):  # The loop is closed: there is no caller any more.
                loop.call_soon_threadsafe(deliver, result, failure)

        thread = threading.Thread(target=work, name=self._name, daemon=True)
        thread.start()
        try:
            async with asyncio.timeout(timeout_s):
                return await done
        except TimeoutError:
            abandoned.set()
            if self._hung is None or not self._hung.is_alive():
                self._hung = thread
            raise
        except asyncio.CancelledError:  # It may well be about to answer: the next one waits for it, as long as it may.
            abandoned.set()
            raise
