"""The taskbar and the dock: how far all work is, and how much is left."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable

from PySide6.QtGui import QGuiApplication

from core.system.taskbar_progress import TaskbarProgress, TaskbarState, TaskbarUnavailable, taskbar_progress
from gui.work_progress import WorkState

logger = logging.getLogger(__name__)

LEAST_INTERVAL_S = 0.5
"""Between two updates: docks draw each one, some with an animation."""


class Taskbar:
    """Belongs to the window's loop. What it tells the system, a thread does; what fails is only logged."""

    def __init__(
        self,
        progress: TaskbarProgress | None,
        loop: asyncio.AbstractEventLoop,
        *,
        window: Callable[[], int] = lambda: 0,
        badge: Callable[[int], None] | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`progress` is None where the system has none; `window` gives the handle that Windows needs.

        `badge` is given how much is left, where the system shows that.
        """
        self._progress = progress
        self._loop = loop
        self._window = window
        self._badge = badge
        self._pause = pause
        self._wanted = self._shown = TaskbarState()
        self._is_refused = False
        """Whether the last one was refused. It is tried once more when the next batch begins."""
        self._task: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._is_closed = False

    def follow(self, work: WorkState) -> None:
        """Show this from now on."""
        if self._badge is not None:
            self._badge(work.unfinished)
        if self._wanted.progress is None:
            self._is_refused = False
        self._wanted = TaskbarState(work.progress, work.unfinished, work.is_paused, self._window())
        if self._progress is not None and self._task is None and not (self._is_refused or self._is_closed):
            self._task = self._loop.create_task(self._show(self._progress), name="taskbar")

    async def close(self) -> None:
        """Show nothing any more."""
        self._is_closed = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        if self._telling is not None:  # The thread goes on, and not two may use the taskbar at once.
            await asyncio.wait([self._telling])
        if self._progress is not None:
            if self._shown.progress is not None:
                await self._tell(self._progress, TaskbarState())
            await asyncio.to_thread(self._progress.close)

    async def _show(self, progress: TaskbarProgress) -> None:
        """Bring the taskbar up to date, with the newest state each time."""
        try:
            while self._wanted != self._shown and not self._is_refused:
                await self._tell(progress, self._wanted)
                await self._pause(LEAST_INTERVAL_S)
        finally:
            self._task = None

    async def _tell(self, progress: TaskbarProgress, state: TaskbarState) -> None:
        self._shown = state
        self._telling = self._loop.create_task(self._tell_in_thread(progress, state), name="taskbar-call")
        await asyncio.shield(self._telling)

    async def _tell_in_thread(self, progress: TaskbarProgress, state: TaskbarState) -> None:
        try:
            await asyncio.to_thread(progress.show, state)
        except TaskbarUnavailable as error:
            logger.info("The taskbar can't show progress: %s", error)
            self._is_refused = True


def make_taskbar(application: QGuiApplication, loop: asyncio.AbstractEventLoop, window: Callable[[], int]) -> Taskbar:
    """That of this system. `window` gives the handle of the window."""
    return Taskbar(
        taskbar_progress(application.desktopFileName() or "notula"),
        loop,
        window=window if sys.platform == "win32" else lambda: 0,
        badge=application.setBadgeNumber if sys.platform == "darwin" else None,
    )
