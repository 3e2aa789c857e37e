"""Keeps the computer awake while jobs run or something is recorded, if the settings want that."""

import asyncio
import logging

from core.concurrency.supervision import Supervisor, end
from core.system.sleep_inhibitor import SleepInhibitionFailed, SleepInhibitor

logger = logging.getLogger(__name__)


class Wakefulness:
    """Belongs to one event loop, between `start` and `stop`. What it asks of the system runs in a thread."""

    def __init__(self, inhibitor: SleepInhibitor, supervisor: Supervisor) -> None:
        self._inhibitor = inhibitor
        self._supervisor = supervisor
        self._is_busy = False
        self._is_recording = False
        self._is_wanted = False
        self._is_held = False
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to follow what is told."""
        self._task = self._supervisor.start("wakefulness", self._run)

    async def stop(self) -> None:
        """Let the computer sleep, whatever runs."""
        await end(self._task)
        await asyncio.to_thread(self._inhibitor.release)

    def set_busy(self, busy: bool) -> None:
        """Whether any job runs now."""
        self._is_busy = busy
        self._changed.set()

    def set_recording(self, recording: bool) -> None:
        """Whether something is recorded now."""
        self._is_recording = recording
        self._changed.set()

    def set_wanted(self, wanted: bool) -> None:
        """Whether these are to keep the computer awake from now on."""
        self._is_wanted = wanted
        self._changed.set()

    async def _run(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            wanted = (self._is_busy or self._is_recording) and self._is_wanted
            if wanted and not self._is_held:
                await self._hold()
            elif self._is_held and not wanted:
                self._is_held = False
                await asyncio.to_thread(self._inhibitor.release)

    async def _hold(self) -> None:
        """Where it fails, the next batch tries it again. A server or a container mostly never sleeps anyway."""
        try:
            await asyncio.to_thread(self._inhibitor.hold)
        except SleepInhibitionFailed as error:
            logger.info("The computer can't be kept awake: %s", error)
        self._is_held = True
