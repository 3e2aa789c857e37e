"""Makes names and texts that an older version has written searchable, some at a time, while Notula runs.

What is done is marked in the same transaction, so after a crash it goes on where it was.
"""

import contextlib
import time

import sqlite_utils

from core.store.searchable import searchable
from core.store.sqlite.marks import Mark, raise_to, value_of

LONGEST_INDEXING_S = 0.5
"""How long an opening waits for it; 1,000 transcripts of five minutes in Chinese."""

_ROWS_AT_ONCE = 500
_LONGEST_STEP_S = 0.05
"""During which no other write is made."""

_NEXT = "SELECT id FROM transcripts WHERE id > ? ORDER BY id LIMIT ?"
_AS_WRITTEN = "SELECT CAST(name AS BLOB), CAST(text AS BLOB) FROM transcripts WHERE id = ?"
_REWRITE = "UPDATE OR IGNORE transcripts SET name = ?, text = ? WHERE id = ?"


def index_some(database: sqlite_utils.Database) -> bool:
    """Do some of it in the caller's transaction. Whether there may be more."""
    give_up_at = time.monotonic() + _LONGEST_STEP_S
    last = value_of(database.conn, Mark.SEARCHABLE_UP_TO)
    rows = database.execute(_NEXT, [last, _ROWS_AT_ONCE]).fetchall()
    for (number,) in rows:
        _index(database, number)
        last = number
        if time.monotonic() > give_up_at:
            break
    if rows:
        raise_to(database, Mark.SEARCHABLE_UP_TO, last)
    return bool(rows)


def index_notes(database: sqlite_utils.Database) -> None:
    """The same for all notes at once, as there are few and they are short; where it is done already it does nothing."""
    for number, written in database.execute(
        "SELECT transcript_id, CAST(text AS BLOB) FROM transcript_notes"
    ).fetchall():
        with contextlib.suppress(UnicodeDecodeError):
            text = written.decode()
            if searchable(text) != text:
                database.execute(
                    "UPDATE transcript_notes SET text = ? WHERE transcript_id = ?", [searchable(text), number]
                )


def _index(database: sqlite_utils.Database, number: int) -> None:
    """Rewrite a row whose name or text changes by it; the index follows by a trigger. Damaged ones stay as they are."""
    name, text = database.execute(_AS_WRITTEN, [number]).fetchone()
    if (name + text).isascii():
        return
    try:
        now = name.decode(), text.decode()
    except UnicodeDecodeError:
        return
    new = searchable(now[0]), searchable(now[1])
    if new != now:
        database.execute(_REWRITE, [*new, number])
