"""The watched folders of the settings: starts and ends their watching, in one Notula on a data folder alone."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from core.app.job_factory import JobFactory
from core.app.settings import SettingsService
from core.concurrency.supervision import Supervisor, end
from core.config import Settings
from core.domain import TranslatableText
from core.domain.notice_pages import (
    FILE_CLOSED,
    FOLDER_CLOSED,
    FOLDER_HANGING,
    FOLDER_MISSING,
    FOLDER_WITHOUT_PROVIDER,
)
from core.domain.watching import WatchCondition, WatchedFolder, WatchFolder
from core.queue import QueueService
from core.store import WatchedFiles
from core.system.private_files import FILE_MODE
from core.watching.folder_scan import Identity
from core.watching.folder_watch import FolderWatch
from core.watching.watch_tools import DueRecording, WatchTools

MOST_WAITING = 200
"""With so many unfinished recordings in the queue no more come into it from watched folders; they wait there."""

LOCK_S = 15.0
"""How often it is looked whether the Notula that watches has ended."""

_TROUBLE = {
    WatchCondition.MISSING: FOLDER_MISSING,
    WatchCondition.CLOSED: FOLDER_CLOSED,
    WatchCondition.HANGING: FOLDER_HANGING,
    WatchCondition.NO_PROVIDER: FOLDER_WITHOUT_PROVIDER,
}


@dataclass(frozen=True, slots=True)
class WatchParts:
    """What the watching of folders is made of. `names_in_use` are the providers', `pause` waits for so many seconds."""

    settings: SettingsService
    store: WatchedFiles
    queue: QueueService
    factory: JobFactory
    names_in_use: Callable[[], Sequence[str]]
    new_id: Callable[[], str]
    lock_file: Path
    changed: Callable[[], None]
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


class WatchedFolders:
    """Belongs to one event loop, between `start` and `stop`."""

    def __init__(self, parts: WatchParts, *, supervisor: Supervisor) -> None:
        self._parts = parts
        self._supervisor = supervisor
        self._tools = WatchTools(
            store=parts.store,
            submit=self._submit,
            room=lambda: MOST_WAITING - parts.queue.statistics().unfinished,
            can_ask=lambda name: name in parts.names_in_use(),
            new_id=parts.new_id,
            clock=parts.clock,
            work_time=time.thread_time,
            changed=parts.changed,
        )
        self._lock = FileLock(parts.lock_file, mode=FILE_MODE, thread_local=False)
        self._watches: dict[str, FolderWatch] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again = asyncio.Event()
        self._paused_changed = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._is_elsewhere = False

    @property
    def states(self) -> tuple[WatchedFolder, ...]:
        """The folders of the settings, in their order."""
        usual = WatchCondition.ELSEWHERE if self._is_elsewhere else WatchCondition.STARTING
        return tuple(
            self._watches[path].state if path in self._watches else WatchedFolder(path, usual)
            for path in self._parts.settings.current.watch_folders
        )

    @property
    def notices(self) -> tuple[TranslatableText, ...]:
        """What keeps recordings in watched folders from being transcribed, and what to do."""
        told: list[TranslatableText] = []
        for path, watch in self._watches.items():
            state = watch.state
            if state.condition.is_trouble:
                values = {"folder": path, "provider": watch.folder.provider}
                told.append(TranslatableText(_TROUBLE[state.condition], values))
            elif state.unreadable:
                told.append(TranslatableText(FILE_CLOSED, {"folder": path, "name": state.unreadable_name}))
        return tuple(told)

    def start(self) -> None:
        """Begin to watch what the settings name, and follow them."""
        self._parts.settings.follow(self._follow, "watch_folders", "watch_paused")
        self._running = self._supervisor.start("watched folders", self._run)

    async def stop(self) -> None:
        """End the watching. It doesn't wait for a drive that hangs."""
        await end(self._running)
        self._running = None
        await self._end_watches(())
        await asyncio.to_thread(self._lock.release)

    def _follow(self, _: Settings) -> None:
        self._again.set()
        self._paused_changed.set()
        self._paused_changed = asyncio.Event()

    async def _run(self) -> None:
        while True:
            self._again.clear()
            folders = self._parts.settings.current.watch_folders
            if not folders and not self._lock.is_locked:
                self._is_elsewhere = False
                await self._again.wait()
            elif not self._lock.is_locked and not await asyncio.to_thread(self._try_lock):
                self._set_elsewhere(True)
                await self._within(LOCK_S, self._again)
            else:
                self._set_elsewhere(False)
                await self._watch(folders)
                await self._again.wait()

    async def _watch(self, folders: dict[str, WatchFolder]) -> None:
        """Watch these, and nothing else."""
        await self._end_watches([path for path, watch in self._watches.items() if folders.get(path) == watch.folder])
        await self._parts.store.watch_only(tuple(folders))
        names = _normalised(folders)
        for path, folder in folders.items():
            if path not in self._watches:
                watch = FolderWatch(path, folder, self._tools, names, partial(self._is_double, path))
                self._watches[path] = watch
                self._tasks[path] = self._supervisor.start(f"watching {path}", partial(self._keep_looking, watch))
        if not folders:
            await asyncio.to_thread(self._lock.release)
        self._parts.changed()

    async def _keep_looking(self, watch: FolderWatch) -> None:
        while True:
            paused_changed = self._paused_changed
            await watch.look(is_paused=self._parts.settings.current.watch_paused)
            await self._within(watch.pause_s, paused_changed)

    async def _end_watches(self, kept: Sequence[str]) -> None:
        for path in [path for path in self._watches if path not in kept]:
            await end(self._tasks.pop(path, None))
            del self._watches[path]

    async def _submit(self, recordings: Sequence[DueRecording], folder: WatchFolder) -> None:
        """Put them in the queue, each unless there was a job of its id. Raises `StoreError`."""
        jobs = self._parts.factory.of_watched([(one.job_id, one.file) for one in recordings], folder)
        for outcome in await asyncio.gather(*map(self._parts.queue.submit_once, jobs), return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    def _is_double(self, path: str, identity: Identity) -> bool:
        """Whether a folder before this one in the settings is the same, under another name."""
        for other, watch in self._watches.items():
            if other == path:
                return False
            if watch.identity == identity:
                return True
        return False

    def _try_lock(self) -> bool:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def _set_elsewhere(self, is_elsewhere: bool) -> None:
        if is_elsewhere != self._is_elsewhere:
            self._is_elsewhere = is_elsewhere
            self._parts.changed()

    async def _within(self, seconds: float, event: asyncio.Event) -> None:
        """Return once the event is set, after so many seconds at the latest."""
        waiting = [asyncio.ensure_future(self._parts.pause(seconds)), asyncio.create_task(event.wait())]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                await end(task)


def _normalised(folders: Iterable[str]) -> frozenset[str]:
    """The paths as those of the system's listings are compared with them; nothing is asked of any drive."""
    return frozenset(os.path.normcase(os.path.normpath(path)) for path in folders)
