"""Checkpoints of the write-ahead log, on a connection of their own."""

import contextlib
import sqlite3
from pathlib import Path

from core.store.sqlite.health import primary_code
from core.store.sqlite.recovery.write_ahead_log import log_file
from core.store.sqlite.unused_bytes import OpenFile, clear_leftovers, pages_with_leftovers

_WAIT_S = 0.1
"""While the log is truncated no connection can write, so its readers are not waited for longer."""


class Checkpoint:
    """A connection of its own, opened when it is needed first. One call at a time, from any thread."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection: sqlite3.Connection | None = None
        self._opened: OpenFile | None = None

    def run_passive(self) -> None:
        """A passive checkpoint: copy into the file what no reader needs in the log. Raises `sqlite3.Error`."""
        self._run("PASSIVE")

    def empty(self) -> bool:
        """A truncating checkpoint: copy all of the log into the file; False where another connection uses the log.

        Raises `sqlite3.Error`.
        """
        try:
            return not self._run("TRUNCATE")
        except sqlite3.Error as error:
            if primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                return False
            raise

    def leftovers(self) -> list[int]:
        """The pages of the file that hold bytes of no row, after a passive checkpoint. Raises OSError."""
        if self._opened is None:
            self._opened = OpenFile(self._file)
        return list(pages_with_leftovers(self._opened))

    def clear(self, pages: list[int]) -> bool:
        """Empty the log and overwrite what is left over in these pages; False where another connection uses it.

        Raises `sqlite3.Error` and OSError.
        """
        if not self.empty():
            return False
        assert self._connection is not None
        assert self._opened is not None
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        try:
            log = log_file(self._file)
            if log.exists() and log.stat().st_size > 0:  # Another connection has written meanwhile.
                return False
            clear_leftovers(self._opened, pages)
            # Any change makes the other connections read every page again.
            self._connection.execute("DELETE FROM store_marks WHERE name = 'cleared'")
            self._connection.execute("INSERT INTO store_marks VALUES ('cleared', 0)")
            self._connection.commit()
        finally:
            with contextlib.suppress(sqlite3.Error):
                self._connection.rollback()
        return True

    def close(self) -> None:
        """Close the connection, where there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def release(self) -> None:
        """Close the file itself, once all of this process's connections to it are closed."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _run(self, mode: str) -> bool:
        """Whether it was kept from doing all of it: https://www.sqlite.org/pragma.html#pragma_wal_checkpoint."""
        if self._connection is None:
            self._connection = sqlite3.connect(
                f"{self._file.as_uri()}?mode=rw",
                uri=True,
                timeout=_WAIT_S,
                check_same_thread=False,
                isolation_level=None,
            )
            self._connection.execute("PRAGMA secure_delete = ON")
            self._connection.execute("PRAGMA cache_size = 0")  # What it writes must be what is in the file now.
        return bool(self._connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()[0])
