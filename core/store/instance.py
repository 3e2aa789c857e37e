"""Which running Notula a job belongs to, so that one that died leaves its jobs to the next."""

import contextlib
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout


class Instance:
    """This process's name in the journal, alive as long as its lock file is locked (the system unlocks at death)."""

    def __init__(self, folder: Path, new_id: Callable[[], str]) -> None:
        self._folder = folder
        self._new_id = new_id
        self.id = ""
        self._lock: FileLock | None = None

    def announce(self) -> None:
        """Take a name and lock it. Raises OSError where the folder can't be written. Blocks for a file operation."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self.id = self._new_id()
        # Not thread-local: taken in a worker thread, given back in another.
        self._lock = FileLock(self._file(self.id), thread_local=False)
        self._lock.acquire(timeout=0)

    def leave(self) -> None:
        """Give the name back."""
        if self._lock is not None:
            self._lock.release()
            self._file(self.id).unlink(missing_ok=True)

    def is_alive(self, other: str) -> bool:
        """Whether the instance of that name still runs."""
        if other == self.id:
            return True
        file = self._file(other)
        if not file.exists():
            return False
        lock = FileLock(file, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        with contextlib.suppress(PermissionError):  # Windows: another process looks at the same moment.
            file.unlink(missing_ok=True)
        return False

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.lock"
