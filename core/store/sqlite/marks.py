"""Numbers that the store keeps for itself, in the same transaction as what they are about."""

import sqlite3
from enum import StrEnum

import sqlite_utils


class Mark(StrEnum):
    """The persistent counters. The first three count deletions of which something is left to do."""

    TO_MERGE = "to-merge"
    """The search index still holds the deleted words."""

    COPIES_TO_DELETE = "copies-to-delete"
    """Damaged files that were kept may hold the deleted text."""

    LOG_TO_EMPTY = "log-to-empty"
    """The write-ahead log may hold the deleted text, and so may the bytes of the file that belong to no row."""

    SEARCHABLE_UP_TO = "searchable-up-to"
    """Up to this number, the transcripts that an older version wrote are indexed as this one does it."""

    LAST_TRANSCRIPT = "last-transcript"
    """The largest number of a transcript that was deleted: no other one may ever have it."""


def value_of(connection: sqlite3.Connection, mark: Mark) -> int:
    """The mark's number, 0 where it was never set."""
    row = connection.execute("SELECT value FROM store_marks WHERE name = ?", [mark.value]).fetchone()
    return int(row[0]) if row is not None else 0


def count_up(database: sqlite_utils.Database, *marks: Mark) -> None:
    """Increment these counters, in the caller's transaction."""
    for mark in marks:
        database.execute(
            "INSERT INTO store_marks VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = store_marks.value + 1",
            [mark.value],
        )


def clear(database: sqlite_utils.Database, mark: Mark, seen: int) -> None:
    """Set the mark to 0, unless it isn't any more what it was seen to be."""
    database.execute("UPDATE store_marks SET value = 0 WHERE name = ? AND value = ?", [mark.value, seen])


def raise_to(database: sqlite_utils.Database, mark: Mark, value: int) -> None:
    """The mark's number is at least this one."""
    database.execute(
        "INSERT INTO store_marks VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value "
        "WHERE excluded.value > store_marks.value",
        [mark.value, value],
    )
