"""Which running Notula a job belongs to, so that one that died leaves its jobs to the next."""

import contextlib
import faulthandler
import os
from collections.abc import Callable, Collection
from pathlib import Path

from filelock import FileLock, Timeout

from core.system.private_files import FILE_MODE, make_folder, open_for_owner

CRASH_REPORT_SUFFIX = ".crash"


class Instance:
    """This process's name in the journal, alive as long as its lock file is locked (the system unlocks at death).

    Where native code brings the process down, Python writes that into a file of this name, so that a recording that
    crashes the process can be told from one that was killed with it: a killed process writes nothing.
    """

    def __init__(self, folder: Path, new_id: Callable[[], str]) -> None:
        self._folder = folder
        self._new_id = new_id
        self.id = ""
        self._lock: FileLock | None = None
        self._crash_report: int | None = None

    def announce(self) -> None:
        """Take a name and lock it. Raises OSError where the folder can't be written. Blocks for a file operation."""
        make_folder(self._folder)
        self.id = self._new_id()
        # Not thread-local: taken in a worker thread, given back in another.
        self._lock = FileLock(self._file(self.id), mode=FILE_MODE, thread_local=False)
        self._lock.acquire(timeout=0)
        try:
            self._crash_report = open_for_owner(str(self._report(self.id)), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            faulthandler.enable(self._crash_report)
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        """Give the name back."""
        if self._crash_report is not None:
            faulthandler.disable()
            os.close(self._crash_report)
            self._crash_report = None
            self._report(self.id).unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.release()
            self._lock = None
            self._file(self.id).unlink(missing_ok=True)

    def is_alive(self, other: str) -> bool:
        """Whether the instance of that name still runs."""
        if other == self.id:
            return True
        file = self._file(other)
        if not file.exists():
            return False
        lock = FileLock(file, mode=FILE_MODE, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        with contextlib.suppress(PermissionError):  # Windows: another process looks at the same moment.
            file.unlink(missing_ok=True)
        return False

    def has_crashed(self, other: str) -> bool:
        """Whether native code brought down the dead instance of that name."""
        try:
            return self._report(other).stat().st_size > 0
        except OSError:
            return False

    def forget_the_dead(self, but: Collection[str] = ()) -> None:
        """Delete the locks and crash reports of dead instances, except those of these names. Blocks."""
        files = (*self._folder.glob(f"*{CRASH_REPORT_SUFFIX}"), *self._folder.glob("*.lock"))
        for name in {file.stem for file in files} - set(but):
            if not self.is_alive(name):
                with contextlib.suppress(PermissionError):  # Windows: another process looks at the same moment.
                    self._report(name).unlink(missing_ok=True)

    def _report(self, name: str) -> Path:
        return self._folder / f"{name}{CRASH_REPORT_SUFFIX}"

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.lock"
