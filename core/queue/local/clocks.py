"""The clocks that a local queue goes by, so that tests can give it others."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Timer(Protocol):
    """A scheduled call."""

    def cancel(self) -> object:
        """Don't make the call."""


CallLater = Callable[[float, Callable[[], None]], Timer]
"""Schedules a call after so many seconds, as `asyncio.loop.call_later` does."""


@dataclass(frozen=True, slots=True)
class QueueClocks:
    """`wall` gives seconds since the epoch; it may be set while jobs run.

    `monotonic` gives seconds that never go back. It need not run while the computer sleeps, nor need `call_later`,
    which schedules retries: after a sleep they wait for what was left of their delay.
    """

    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    call_later: CallLater | None = None

    def schedule(self, delay_s: float, call: Callable[[], None]) -> Timer:
        """Make a call after so many seconds, on the running event loop."""
        return (self.call_later or asyncio.get_running_loop().call_later)(delay_s, call)
