"""What a damaged database holds beside jobs and transcripts, as far as SQLite itself can still read it."""

import contextlib
import logging
import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import sqlite_utils

from core.store.sqlite.indexing import index_notes

logger = logging.getLogger(__name__)

LONGEST_S = 5.0

_TABLES = (
    "store_marks",
    "notices",
    "transcript_notes",
    "bot_people",
    "chat_preferences",
    "deliveries",
    "telegram_updates",
    "usage",
    "worked_recordings",
    "audit_log",
    "translations",
    "watched_contents",
    "watched_files",
)
"""The smallest and the most important first. Cached data is left out.

`watched_folders` is left out, too: the watching of each begins anew, so that nothing counts for rows that were lost.
"""

_ROWS_AT_ONCE = 500


def carry_over(file: Path, database: sqlite_utils.Database) -> None:
    """Add what can be read of these tables to a database that has none of it, in the caller's transaction.

    Raises `sqlite3.Error` where that can't be written.
    """
    give_up_at = time.monotonic() + LONGEST_S
    try:
        reader = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    except sqlite3.Error:
        return
    with contextlib.closing(reader):
        reader.text_factory = lambda encoded: encoded.decode(errors="replace")
        reader.set_progress_handler(lambda: time.monotonic() > give_up_at, 10_000)
        for table in _TABLES:
            names = [column.name for column in database.table(table).columns]
            columns, places = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
            query = f'INSERT OR IGNORE INTO "{table}" ({columns}) VALUES ({places})'  # noqa: S608  Names are our own.
            kept = sum(_insert(database, query, rows) for rows in _read(reader, table, columns))
            logger.info("%d rows of %s are carried over", kept, table)
    index_notes(database)  # The file may be from before they were searched.


def _insert(database: sqlite_utils.Database, query: str, rows: Iterable[tuple[object, ...]]) -> int:
    kept = 0
    for row in rows:
        with contextlib.suppress(sqlite3.IntegrityError, OverflowError):
            kept += database.execute(query, row).rowcount
    return kept


def _read(reader: sqlite3.Connection, table: str, columns: str) -> Iterator[list[tuple[object, ...]]]:
    """All rows up to the first that SQLite can't read; none where the table isn't what this version knows."""
    try:
        cursor = reader.execute(f'SELECT {columns} FROM "{table}"')  # noqa: S608  Names are our own.
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            yield rows
    except (sqlite3.Error, UnicodeDecodeError) as error:
        logger.warning("Not all of %s can be read: %s", table, error)
