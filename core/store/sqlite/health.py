"""The present problem of the database, and the notices about it."""

import errno
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path

from filelock import Timeout

from core.domain import TranslatableText, mark
from core.domain.errors import (
    DiskFull,
    DriveFailing,
    StoreDamaged,
    StoreDriveReadOnly,
    StoreError,
    StoreLocked,
    StoreNotPrivate,
    StorePlaceTaken,
    StoreReadOnly,
)
from core.store.sqlite.drive import has_no_room, is_read_only
from core.store.sqlite.notices import Notice
from core.system.private_files import NotPrivate

logger = logging.getLogger(__name__)

_BY_SQLITE_CODE: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_IOERR: DriveFailing,
    sqlite3.SQLITE_BUSY: StoreLocked,
    sqlite3.SQLITE_LOCKED: StoreLocked,
    sqlite3.SQLITE_PROTOCOL: StoreLocked,
    sqlite3.SQLITE_READONLY: StoreReadOnly,
    sqlite3.SQLITE_PERM: StoreReadOnly,
    sqlite3.SQLITE_CANTOPEN: StoreReadOnly,
    sqlite3.SQLITE_CORRUPT: StoreDamaged,
    sqlite3.SQLITE_NOTADB: StoreDamaged,
}

_ALSO_WITHOUT_ROOM = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)

_BY_SYSTEM_CODE: dict[int | None, type[StoreError]] = {
    errno.ENOSPC: DiskFull,
    errno.EDQUOT: DiskFull,
    errno.EIO: DriveFailing,
    errno.EACCES: StoreReadOnly,
    errno.EPERM: StoreReadOnly,
    errno.EROFS: StoreDriveReadOnly,
}


def primary_code(error: sqlite3.Error) -> int | None:
    """SQLite's result code without what its extensions add (https://www.sqlite.org/rescode.html), if it has one."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def store_error(error: sqlite3.Error | OSError, folder: Path) -> StoreError:
    """Translate SQLite's or the system's error into a `StoreError`; `folder` is the database's. Blocks shortly."""
    if isinstance(error, sqlite3.Error):
        kind = _BY_SQLITE_CODE.get(primary_code(error) or sqlite3.SQLITE_OK, StoreError)
        # SQLite tells neither in all cases: a file beside the database that can't be made or grow is an I/O error.
        if issubclass(kind, DriveFailing | StoreReadOnly) and is_read_only(folder):
            return StoreDriveReadOnly()
        if primary_code(error) in _ALSO_WITHOUT_ROOM and has_no_room(folder):
            return DiskFull()
        return kind()
    if isinstance(error, NotPrivate):
        return StoreNotPrivate.with_message(error.message)
    if isinstance(error, FileExistsError | NotADirectoryError) and error.filename:
        return StorePlaceTaken(path=str(error.filename))
    return StoreLocked() if isinstance(error, Timeout) else _BY_SYSTEM_CODE.get(error.errno, StoreError)()


_UNREADABLE = mark(
    "Some of what Notula keeps can't be read and is left out: it is damaged, or of a newer version. The log names it."
)

_MOST_NAMED = 1_000
"""Rows that the log names in one run."""


class Condition:
    """Holds the present problem and the notices. Thread-safe.

    `folder` is the database's. `at_opening` are the notices of this and earlier openings that were not shown yet.
    `keep_damage` is called, in the thread that found it, when the file turns out to be damaged, so that the next start
    knows.
    """

    def __init__(self, folder: Path, at_opening: tuple[Notice, ...], keep_damage: Callable[[], None]) -> None:
        self._folder = folder
        self._at_opening = at_opening
        self._keep_damage = keep_damage
        self._problem: StoreError | None = None
        self._unreadable: set[tuple[str, object]] = set()

    @property
    def notices(self) -> tuple[TranslatableText, ...]:
        """The present problem, and what there was to say at opening."""
        problem = self._problem
        lasting = [notice.message for notice in self._at_opening]
        lasting += [TranslatableText(_UNREADABLE)] if self._unreadable else []
        return (*([problem.message] if problem is not None else []), *lasting)

    @property
    def untold(self) -> tuple[Notice, ...]:
        """What there was to say at opening."""
        return self._at_opening

    def drop_notices(self, notices: tuple[Notice, ...]) -> None:
        """Drop these notices."""
        self._at_opening = tuple(notice for notice in self._at_opening if notice not in notices)

    def failed(self, error: sqlite3.Error) -> StoreError:
        """Note a failure, and return the error to raise."""
        logger.error("The database failed", exc_info=error)
        described = store_error(error, self._folder)
        described.__cause__ = error
        if type(described) is StoreError:  # An operation that is wrong says nothing about the database.
            return described
        if isinstance(described, StoreDamaged):
            self.note_damage()
        elif not isinstance(self._problem, StoreDamaged):
            self._problem = described
        return described

    def note_damage(self) -> None:
        """Note that the file is damaged, which stays so until the next start sets it aside."""
        self._problem = StoreDamaged()
        try:
            self._keep_damage()
        except OSError:
            logger.exception("The damage can't be noted for the next start")

    def note_unreadable(self, what: str, name: object) -> None:
        """Note that this row is left out."""
        if (what, name) not in self._unreadable and len(self._unreadable) < _MOST_NAMED:
            self._unreadable.add((what, name))
            logger.error("The row of %s %s is damaged or of a newer version, and left out", what, name)

    def note_success(self) -> None:
        """A write has succeeded: the present problem is over, unless it is damage."""
        if self._problem is not None and not isinstance(self._problem, StoreDamaged):
            self._problem = None


def damage_mark(file: Path) -> Path:
    """The file whose presence tells the next start that this database is damaged."""
    return file.with_name(f"{file.name}.damaged")
