"""Whether an opened database is sound: its header, its tables' definitions, its jobs, and the end of its log."""

import contextlib
import logging
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import sqlite_utils

from core.store.sqlite.health import primary_code
from core.store.sqlite.newest_schema import definition_checks
from core.store.sqlite.recovery.header import is_header_sound
from core.store.sqlite.recovery.write_ahead_log import Log, read_log

logger = logging.getLogger(__name__)

LONGEST_CHECK_S = 1.0
"""100,000 jobs take 0.3 s."""

_ENVIRONMENT_ERRORS = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOMEM,
)
"""SQLite's errors that also occur with a sound file. All others mean that the file is damaged."""


class Damaged(Exception):
    """The file was opened, but what is in it can't be."""


class LogCutOff(Exception):
    """SQLite stops reading the log before so many of its last commits."""

    def __init__(self, commits: int) -> None:
        self.commits = commits
        super().__init__(f"{commits} commits at the log's end")


@contextlib.contextmanager
def damage_raised(file: Path) -> Iterator[None]:
    """Raise `Damaged` for errors that the environment (locks, drive, permissions, memory) can't have caused."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        # The header is read only now, since closing the file would release the locks of another connection of this
        # process (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
        if primary_code(error) in _ENVIRONMENT_ERRORS and is_header_sound(file):
            raise
        raise Damaged from error


def check_log(file: Path, before: Log, database: sqlite_utils.Database) -> None:
    """Compare what the log held before with what SQLite has made of it, unless it was begun anew meanwhile.

    Raises `LogCutOff`.
    """
    _, frames, _ = database.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    if not before.frames or read_log(file).salts != before.salts:
        return
    lost = sum(commit > frames for commit in before.commits)
    if lost or not before.is_header_sound:
        raise LogCutOff(lost)


def check_tables(database: sqlite_utils.Database) -> None:
    """Check what every start needs: the tables' definitions, and the jobs. The rest may take too long.

    Raises `Damaged`.
    """
    if (_pragma(database, "encoding"), _pragma(database, "auto_vacuum")) != ("UTF-8", 0):
        raise Damaged("its header")
    # A transaction begins even where nothing may be written, which only the first write tells.
    database.execute("BEGIN IMMEDIATE")
    database.execute(f"PRAGMA user_version = {_pragma(database, 'user_version')}")
    database.conn.rollback()
    for check in definition_checks():
        database.execute(check)
    found = _check_jobs(database.conn)
    if found != ["ok"]:
        raise Damaged("; ".join(found))


def _check_jobs(connection: sqlite3.Connection) -> list[str]:
    """What is wrong with the jobs, as far as they can be read within `LONGEST_CHECK_S`."""
    give_up_at = time.monotonic() + LONGEST_CHECK_S
    connection.set_progress_handler(lambda: time.monotonic() > give_up_at, 10_000)
    try:
        return [row[0] for row in connection.execute("PRAGMA integrity_check(jobs)").fetchall()]
    except sqlite3.OperationalError as error:
        if primary_code(error) != sqlite3.SQLITE_INTERRUPT:
            raise
        logger.info("There was not enough time to look at all jobs; damage in them is found when they are read")
        return ["ok"]
    finally:
        connection.set_progress_handler(None, 0)


def _pragma(database: sqlite_utils.Database, name: str) -> object:
    return database.execute(f"PRAGMA {name}").fetchone()[0]
