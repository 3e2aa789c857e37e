"""Calling what may block for as long as a desktop likes, such as a keyring that waits for its password."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar, cast

from core.concurrency.daemon_thread import in_daemon_thread

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
        self._hung: threading.Event | None = None
        """What one that has taken too long sets at its end."""

    async def run(self, function: Callable[[], _Result], timeout_s: float) -> _Result:
        """What the function returns or raises. Raises TimeoutError."""
        if self._hung is not None and not self._hung.is_set():
            raise TimeoutError
        ended = threading.Event()

        def in_turn(is_abandoned: Callable[[], bool]) -> _Result | None:
            try:
                with self._turn:
                    # Else its caller has got a failure already: the work must not be done after all.
                    return None if is_abandoned() else function()
            finally:
                ended.set()

        try:
            async with asyncio.timeout(timeout_s):
                return cast(_Result, await in_daemon_thread(self._name, in_turn, self._expected))
        except TimeoutError:
            # One that is cancelled may well be about to answer: the next one waits for it, as long as it may.
            if self._hung is None or self._hung.is_set():
                self._hung = ended
            raise
