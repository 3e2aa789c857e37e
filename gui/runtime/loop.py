"""qasync's event loop with the defects closed that were measured in version 0.28.

Its timers fire up to 5 % early, cancelled ones stay until they would have fired, asynchronous generators are never
finalised, and a task that wakes while a dialog of another task is open never runs again (qasync issues 59, 82, 174).
This uses private names of qasync, so pyproject.toml pins 0.28.
"""

import asyncio
import contextvars
import math
import sys
from collections.abc import Callable
from typing import Any

import qasync
from PySide6.QtCore import QObject, Qt, QTimerEvent
from PySide6.QtWidgets import QApplication

_REENTERED_RETRY_MS = 15


class _Timers(QObject):
    """One Qt timer a handle: never early, gone when cancelled, put off while a task sits in a nested loop."""

    def __init__(self, loop: "GuiLoop") -> None:
        super().__init__()
        self._loop = loop
        self._handles: dict[int, _TimerHandle] = {}
        self._stopped = False

    def set_debug(self, enabled: bool) -> None:
        """Qasync calls this; there is nothing to show."""

    def stop(self) -> None:
        """Run no handle any more: the loop is closing."""
        self._stopped = True
        self._handles.clear()

    def add_callback(self, handle: asyncio.Handle, delay: float = 0) -> asyncio.Handle:
        """Qasync hands over what signal handlers want to run."""
        self._loop.call_later(delay, handle._run)
        return handle

    def arm(self, handle: "_TimerHandle", delay_ms: int) -> None:
        """Run the handle once, so many milliseconds from now."""
        handle.timer_id = self.startTimer(delay_ms, Qt.TimerType.PreciseTimer)
        self._handles[handle.timer_id] = handle

    def drop(self, handle: "_TimerHandle") -> None:
        """The handle was cancelled."""
        if self._handles.pop(handle.timer_id, None) is not None:
            self.killTimer(handle.timer_id)

    def timerEvent(self, event: QTimerEvent) -> None:
        self.killTimer(event.timerId())
        handle = self._handles.pop(event.timerId(), None)
        if handle is None or self._stopped or handle.cancelled():
            return
        if asyncio.current_task(self._loop) is not None:
            self.arm(handle, _REENTERED_RETRY_MS)
        else:
            handle._run()


class _TimerHandle(asyncio.TimerHandle):
    __slots__ = ("timer_id", "timers")

    timer_id: int
    timers: _Timers

    def cancel(self) -> None:
        super().cancel()
        self.timers.drop(self)


class GuiLoop(qasync.QEventLoop):  # type: ignore[misc]
    """The window's asyncio loop, driven by Qt's."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._timer = _Timers(self)

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.TimerHandle:
        handle = _TimerHandle(when, callback, args, self, context)
        handle.timers = self._timer
        self._timer.arm(handle, max(0, math.ceil((when - self.time()) * 1000)))
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_soon(
        self, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(0, callback, *args, context=context)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """`_TimerHandle.cancel` has dropped it already."""

    def run_forever(self) -> Any:
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(self._asyncgen_firstiter_hook, self._asyncgen_finalizer_hook)
        try:
            return super().run_forever()
        finally:
            sys.set_asyncgen_hooks(*hooks)
