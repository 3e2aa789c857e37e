"""Notices for the person, kept until they were shown: above all what a damaged database has lost."""

import json
import logging
import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

import sqlite_utils

from core.domain import TranslatableText
from core.domain.stored_message import described_message, message_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notice:
    """One of them, and its number in the table."""

    id: int
    message: TranslatableText


def keep_notice(database: sqlite_utils.Database, message: TranslatableText) -> None:
    """Write it down, in the caller's transaction."""
    detail = json.dumps(described_message(message)[1])  # Names that are no UTF-8 are written out.
    database.execute(
        "INSERT INTO notices (at, template, detail) VALUES (?, ?, ?)", [time.time(), message.template, detail]
    )


def name_kept_file(database: sqlite_utils.Database, kept: Path) -> None:
    """Have the notices that were written before the file had its name tell it."""
    with database.conn:
        database.execute(
            "UPDATE notices SET detail = json_set(detail, '$.path', ?) "
            "WHERE CASE WHEN json_valid(detail) THEN json_extract(detail, '$.path') = '' END",
            [os.fsencode(kept).decode(errors="replace")],
        )


def untold(connection: sqlite3.Connection) -> tuple[Notice, ...]:
    """Notices that were not shown yet, the oldest first."""
    notices: list[Notice] = []
    for number, template, detail in connection.execute(
        "SELECT id, template, detail FROM notices WHERE told_at IS NULL ORDER BY id"
    ).fetchall():
        try:
            notices.append(Notice(number, message_of([template, json.loads(detail)])))
        except (ValueError, TypeError, KeyError, AttributeError):
            logger.warning("Notice %s can't be read", number)
    return tuple(notices)


def note_told(database: sqlite_utils.Database, notices: tuple[Notice, ...]) -> None:
    """Mark these notices as shown."""
    for notice in notices:
        database.execute("UPDATE notices SET told_at = ? WHERE id = ?", [time.time(), notice.id])
