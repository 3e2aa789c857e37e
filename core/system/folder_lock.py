"""Keeping other processes of ours from changing a folder's files between our reading and our writing."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.domain import TranslatableText, mark

_ATTEMPTS = 50
_PAUSE_S = 0.1
"""Another process needs some milliseconds; five seconds are enough for a slow drive."""

_LOCKED = mark("another Notula is writing them. Try again.")


class FolderLocked(TimeoutError):
    """Another process, halted in the middle of writing perhaps, doesn't finish. `message` tells a person."""

    def __init__(self) -> None:
        self.message = TranslatableText(_LOCKED)
        super().__init__(str(self.message))


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Wait for other processes that have locked this folder, some seconds at most, and lock it. Blocks.

    Raises `FolderLocked`, and OSError where the folder can't be opened.

    Where there is no folder yet, or locks of folders are not known, as on Windows, there is nothing to keep.
    """
    if sys.platform == "win32" or not folder.is_dir():
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        for _ in range(_ATTEMPTS):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_PAUSE_S)  # A lock of a file can't be waited for any other way that ends.
            except OSError:
                break  # Some network drives know no locks.
            else:
                break
        else:
            raise FolderLocked
        yield
    finally:
        os.close(descriptor)
