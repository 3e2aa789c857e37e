"""Moving what the write-ahead log holds into the file, beside the connection that writes."""

import sqlite3
from pathlib import Path

from core.store.condition import primary_code

_WAIT_S = 0.1
"""While the log is emptied nobody can write, so readers of it are not waited for longer."""


class Checkpoint:
    """A connection of its own, opened when it is needed first. One call at a time, from any thread."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection: sqlite3.Connection | None = None

    def fold(self) -> None:
        """Move into the file what no reader is in the way of; nobody has to wait meanwhile. Raises `sqlite3.Error`."""
        self._run("PASSIVE")

    def empty(self) -> bool:
        """Move all of the log into the file and cut it to nothing; False where somebody reads or writes in it.

        Raises `sqlite3.Error`.
        """
        try:
            return not self._run("TRUNCATE")
        except sqlite3.Error as error:
            if primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                return False
            raise

    def close(self) -> None:
        """Close the connection, where there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _run(self, mode: str) -> bool:
        """Whether it was kept from doing all of it: https://www.sqlite.org/pragma.html#pragma_wal_checkpoint."""
        if self._connection is None:
            self._connection = sqlite3.connect(
                f"{self._file.as_uri()}?mode=rw", uri=True, timeout=_WAIT_S, check_same_thread=False
            )
        return bool(self._connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()[0])
