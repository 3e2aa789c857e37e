"""A database that can't be written, on a full disk or in a folder that may only be read: what is in it can be read."""

import asyncio
import contextlib
import logging
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeVar

import sqlite_utils

from core.domain import TranslatableText, mark
from core.domain.errors import StoreDamaged, StoreError, StoreLocked, StoreTooNew
from core.domain.job import OWNER
from core.store.sqlite.connection import BUSY_TIMEOUT_S
from core.store.sqlite.database import Database
from core.store.sqlite.health import Condition
from core.store.sqlite.recovery.write_ahead_log import log_file
from core.system.private_files import is_foreign_file, refuse_planted

logger = logging.getLogger(__name__)

T = TypeVar("T")

_ONLY_READ = mark("{problem} What is there can be read all the same, but nothing can be kept or deleted.")
_LATEST_MISSING = mark(
    "{problem} What was kept last can't be read here; the rest can, but nothing can be kept or deleted."
)

_NOT_HELPED = (StoreDamaged, StoreLocked, StoreTooNew)
"""Errors for which a read-only connection is no help, or that pass by themselves."""


async def open_to_read(file: Path) -> Database:
    """The database as `Database.open` has it, or, where it can't be written, one that is only read.

    Its notices say so, and every write raises why. Raises `StoreError` where it can't be read either.
    """
    try:
        return await Database.open(file)
    except _NOT_HELPED:
        raise
    except StoreError as problem:
        try:
            return await asyncio.to_thread(ReadOnlyDatabase.of, file, problem)
        except (sqlite3.Error, OSError):
            logger.exception("The database %s can't be read either", file)
            raise problem from None


class ReadOnlyDatabase(Database):
    """Reads of one database file; every write raises the problem for which it can't be written."""

    def __init__(self, folder: Path, reader: sqlite3.Connection, problem: StoreError, notice: TranslatableText) -> None:
        self._condition = Condition(folder, (), lambda: None)
        self._reader = reader
        self._problem = problem
        self._notice = notice
        self._read_pool = ThreadPoolExecutor(1, thread_name_prefix="database-reader")
        self._closed = False
        reader.text_factory = self._text
        reader.row_factory = sqlite3.Row

    @classmethod
    def of(cls, file: Path, problem: StoreError) -> Self:
        """Raises `sqlite3.Error` or OSError. Blocks."""
        refuse_planted(file)
        file.stat()
        reader, is_whole = _reader(file)
        template = _ONLY_READ if is_whole else _LATEST_MISSING
        return cls(file.parent, reader, problem, TranslatableText(template, {"problem": problem.message}))

    @property
    def notices(self) -> tuple[TranslatableText, ...]:
        """Why it is only read, and what went wrong since."""
        return (self._notice, *self._condition.notices)

    async def notices_told(self) -> None:
        """Nothing can be noted."""

    async def write(self, operation: Callable[[sqlite_utils.Database], T], *, durable: bool = True) -> T:
        """Raises the problem."""
        raise self._problem

    async def erase(self) -> None:
        """Raises the problem."""
        raise self._problem

    async def erase_left(self) -> None:
        """Raises the problem."""
        raise self._problem

    async def complete_index(self) -> None:
        """Raises the problem."""
        raise self._problem

    async def close(self) -> None:
        """Close the connection."""
        self._closed = True
        await asyncio.to_thread(self._read_pool.shutdown)
        self._reader.close()


def _reader(file: Path) -> tuple[sqlite3.Connection, bool]:
    """A connection that only reads, and whether it reads all: the file and its log.

    SQLite reads a log through shared memory, a file beside it that it can't make here. Where there is none, it keeps
    that in its own memory, if it is alone (https://www.sqlite.org/wal.html#use_of_wal_without_shared_memory), which
    it is in a folder that can't be written. A log that another account could have made is not read.
    """
    log = log_file(file)
    if not os.path.lexists(log):
        return _connected(file, "immutable=1", is_alone=False), True
    if not is_foreign_file(log):
        for options, is_alone in (("mode=ro", False), ("mode=ro&vfs=unix-none", True)):
            with contextlib.suppress(sqlite3.Error):
                return _connected(file, options, is_alone=is_alone), True
    return _connected(file, "immutable=1", is_alone=False), False


def _connected(file: Path, options: str, *, is_alone: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{file.as_uri()}?{options}", uri=True, check_same_thread=False, timeout=BUSY_TIMEOUT_S
    )
    try:
        if is_alone:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
        connection.execute("PRAGMA temp_store = MEMORY").fetchall()
        connection.execute("SELECT count(*) FROM transcripts").fetchall()
        _add_new_columns(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _add_new_columns(connection: sqlite3.Connection) -> None:
    """Show the history of a file that can't be migrated as this version reads it, by what is in memory."""
    known = {row[1] for row in connection.execute("PRAGMA main.table_info(transcripts)")}
    new = {"edited_at": "NULL", "edited_body": "NULL", "person": f"'{OWNER}'"}
    if not connection.execute("SELECT 1 FROM main.sqlite_schema WHERE name = 'transcript_notes'").fetchone():
        connection.execute("CREATE TEMP TABLE transcript_notes (transcript_id INTEGER PRIMARY KEY, text TEXT)")
    if not connection.execute("SELECT 1 FROM main.sqlite_schema WHERE name = 'transcript_notes_fts'").fetchone():
        connection.execute("CREATE VIRTUAL TABLE temp.transcript_notes_fts USING fts5 (text)")
        connection.execute(
            "INSERT INTO transcript_notes_fts (rowid, text) SELECT transcript_id, text FROM transcript_notes"
        )
        connection.commit()
    missing = [f"{value} AS {name}" for name, value in new.items() if name not in known]
    if missing:
        query = f"CREATE TEMP VIEW transcripts AS SELECT *, {', '.join(missing)} FROM main.transcripts"  # noqa: S608
        connection.execute(query)
        connection.commit()
