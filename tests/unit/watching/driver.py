"""A watched folder in tests: real files, a real database, a clock that is turned by hand, and a queue that counts."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.domain import JobId
from core.domain.watching import WatchFolder
from core.store.sqlite import Database
from core.store.sqlite.watched_files import SqliteWatchedFiles
from core.watching.folder_watch import FolderWatch
from core.watching.watch_tools import DueRecording, WatchTools
from tests.patience import PATIENCE_S

BRIEFLY_S = 6.0
"""A little longer than a file has to stand still."""


@dataclass
class WatchedFolderDriver:
    """`room` is how many recordings the queue takes; `submitting` is called before it takes any."""

    path: Path
    database: Database
    options: WatchFolder = field(default_factory=WatchFolder)
    others: frozenset[str] = frozenset()
    room: int = 1000
    now: float = 0.0
    day: float = 1_000_000.0
    in_use: tuple[str, ...] = ("on-device",)
    submitting: Callable[[], None] = lambda: None
    hanging_after_s: float = PATIENCE_S
    """Real time, unlike all others."""
    look_work_s: float = 0.0
    """How much of a processor's time a look at the folder is said to take."""

    jobs: dict[JobId, DueRecording] = field(default_factory=dict)
    changes: int = 0

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self._worked_s = 0.0
        self.changed = asyncio.Event()
        self.watch = self.started()

    @property
    def names(self) -> list[str]:
        """The files that there were jobs for, in the order of submission, from the folder on."""
        return [job.file.relative_to(self.path).as_posix() for job in self.jobs.values()]

    @property
    def store(self) -> SqliteWatchedFiles:
        return SqliteWatchedFiles(self.database, lambda: self.day)

    def started(self) -> FolderWatch:
        """The watching as after another start of Notula."""
        tools = WatchTools(
            store=self.store,
            submit=self._submit,
            room=lambda: self.room,
            can_ask=lambda name: name in self.in_use,
            new_id=lambda: f"job-{next(self._numbers)}",
            clock=lambda: self.now,
            work_time=self._work_time,
            changed=self._changed,
            hanging_after_s=self.hanging_after_s,
        )
        self.watch = FolderWatch(str(self.path), self.options, tools, self.others, lambda _: False)
        return self.watch

    async def look(self, *, after_s: float = BRIEFLY_S) -> None:
        self.now += after_s
        await self.watch.look()

    async def settle(self) -> list[str]:
        """Look until nothing is waited for any more; the files that there were jobs for since."""
        before = len(self.jobs)
        await self.look(after_s=700.0)  # Long enough for a look at all files, and for all that has to stand still.
        await self.look(after_s=700.0)
        return self.names[before:]

    async def _submit(self, recordings: Sequence[DueRecording], folder: WatchFolder) -> None:
        self.submitting()
        for recording in recordings:
            self.jobs.setdefault(recording.job_id, recording)

    def _work_time(self) -> float:
        self._worked_s += self.look_work_s
        return self._worked_s

    def _changed(self) -> None:
        self.changes += 1
        self.changed.set()
