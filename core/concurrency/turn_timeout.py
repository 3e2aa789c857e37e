"""A timeout for the answer of another process that doesn't count the time in which this process didn't run."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

_LONGEST_TICK_S = 1.0
_TICKS = 5
_LAST_LOOK_S = 0.1
"""An answer that is in the pipe already is read within this time."""


class TurnClock:
    """Adds up time in small steps; of a step that took much longer than planned, only twice the planned time counts.

    A computer that slept, a process that was stopped (Ctrl-Z, a debugger), or a busy event loop shows as one long step.
    Meanwhile nothing was read from the pipe, so that time says nothing about the other process.
    """

    def __init__(self, clock: Callable[[], float], step_s: float) -> None:
        self._clock = clock
        self._longest_step_s = 2 * step_s
        self._at_s = clock()
        self.spent_s = 0.0
        """The time counted so far, in seconds."""

    def step(self, *, counts: bool = True) -> None:
        """Count the time since the last step, or leave it out."""
        now_s = self._clock()
        if counts:
            self.spent_s += min(max(now_s - self._at_s, 0.0), self._longest_step_s)
        self._at_s = now_s


class TurnTimeout:
    """Like `asyncio.timeout`, but counts only the time in which the other process is to answer, as a `TurnClock` does.

        async with TurnTimeout(30) as turn:
            frame = await child.receive()
            turn.restart(30)

    Before it expires it lets the event loop read the pipe once more. Raises TimeoutError at the end of the block.
    """

    def __init__(self, limit_s: float) -> None:
        self._timeout = asyncio.timeout(None)
        self._timer: asyncio.TimerHandle | None = None
        self._limit_s = limit_s
        self._base_s = 0.0
        self._is_paused = False
        self._is_last_look = False

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._set_limit(self._limit_s)
        await self._timeout.__aenter__()
        self._arm()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await self._timeout.__aexit__(kind, error, trace)

    def restart(self, limit_s: float) -> float:
        """Data has arrived: the limit is `limit_s` from now on. Returns the seconds that were counted until now."""
        if self._timer is None:
            return 0.0
        self._clock.step(counts=not self._is_paused)
        used_s = self._clock.spent_s - self._base_s
        if limit_s != self._limit_s:
            self._set_limit(limit_s)
            self._timer.cancel()
            self._arm()
        else:
            self._base_s = self._clock.spent_s
        self._is_last_look = False
        return used_s

    def pause(self) -> None:
        """Stop counting: this process works on what it has received."""
        if self._timer is not None and not self._is_paused:
            self._clock.step()
            self._is_paused = True

    def resume(self) -> None:
        """Count again: the other process is to answer."""
        if self._timer is not None and self._is_paused:
            self._clock.step(counts=False)
            self._is_paused = False

    def _set_limit(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._tick_s = min(_LONGEST_TICK_S, max(limit_s / _TICKS, 0.001))
        self._clock = TurnClock(self._loop.time, self._tick_s)
        self._base_s = 0.0

    def _arm(self) -> None:
        self._timer = self._loop.call_later(_LAST_LOOK_S if self._is_last_look else self._tick_s, self._tick)

    def _tick(self) -> None:
        self._clock.step(counts=not self._is_paused)
        is_over = self._clock.spent_s - self._base_s >= self._limit_s and not self._is_paused
        if is_over and self._is_last_look:
            self._timeout.reschedule(self._loop.time())
            return
        self._is_last_look = is_over
        self._arm()
