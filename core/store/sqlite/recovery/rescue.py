"""What can be read of a damaged database: the jobs first, then transcripts while time allows."""

import contextlib
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from typing import Any

import sqlite_utils

from core.store.sqlite.body import unpack
from core.store.sqlite.job_rows import UNFINISHED, job_of_row
from core.store.sqlite.people_of_entries import split_shared_entries
from core.store.sqlite.recovery.pages import DamagedFile

logger = logging.getLogger(__name__)

LONGEST_S = 10.0
"""How long a person waits for the window at most, for the transcripts' sake. The jobs take what they take."""

_COLUMNS_OF_OLD_JOBS = 18
_COLUMNS_OF_OLD_TRANSCRIPTS = 12
"""Rows from before a column was added have less than the table."""


def rescue(
    pages: DamagedFile,
    database: sqlite_utils.Database,
    *,
    only_in_log: bool = False,
    told: Callable[[int, int], None] | None = None,
) -> tuple[int, int]:
    """Add to a database what it hasn't got. Returns how many unfinished jobs and how many transcripts that were.

    `told` is given the same before the transaction ends. Raises `sqlite3.Error` or `OSError` where the database can't
    be written.
    """
    give_up_at = time.monotonic() + LONGEST_S
    with database.conn:
        found = _jobs(pages, database, only_in_log=only_in_log)
        jobs = sum(_insert(database, "jobs", row) and is_unfinished for row, is_unfinished in found)
        transcripts = 0
        for row in _transcripts(pages, database, only_in_log=only_in_log):
            transcripts += _insert(database, "transcripts", row)
            if time.monotonic() > give_up_at:
                logger.warning("There was not enough time for all transcripts")
                break
        if not only_in_log:
            _forget_lost_transcripts(database)
            split_shared_entries(database)  # The file may be from before each person had an entry.
        _report(told, jobs, transcripts)
    return jobs, transcripts


def add_missing(
    rest: sqlite_utils.Database, database: sqlite_utils.Database, *, told: Callable[[int, int], None] | None = None
) -> tuple[int, int]:
    """Add the jobs and transcripts of `rest` that a database hasn't got. Returns and tells how many, as `rescue`."""
    with database.conn:
        jobs = sum(
            _insert(database, "jobs", row) and row["state"] in UNFINISHED for row in rest.table("jobs").rows_where()
        )
        transcripts = sum(_insert(database, "transcripts", row) for row in rest.table("transcripts").rows_where())
        _forget_lost_transcripts(database)
        split_shared_entries(database)
        _report(told, jobs, transcripts)
    return jobs, transcripts


def _report(told: Callable[[int, int], None] | None, jobs: int, transcripts: int) -> None:
    logger.warning("%d unfinished jobs, %d transcripts are saved", jobs, transcripts)
    if told is not None:
        told(jobs, transcripts)


def _forget_lost_transcripts(database: sqlite_utils.Database) -> None:
    database.execute("""UPDATE jobs SET transcript_id = NULL, removed = 1
        WHERE transcript_id NOT IN (SELECT id FROM transcripts)""")
    database.execute("""UPDATE deliveries SET transcript_id = NULL
        WHERE transcript_id NOT IN (SELECT id FROM transcripts)""")
    for table in ("transcript_notes", "translations"):
        database.execute(f"DELETE FROM {table} WHERE transcript_id NOT IN (SELECT id FROM transcripts)")  # noqa: S608


def _insert(database: sqlite_utils.Database, table: str, row: dict[str, Any]) -> bool:
    """Whether the row could be one of this table's, and was none yet."""
    columns, places = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
    try:
        database.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({places})', list(row.values()))  # noqa: S608
    except (sqlite3.IntegrityError, OverflowError):
        return False
    return True


def _jobs(
    pages: DamagedFile, database: sqlite_utils.Database, *, only_in_log: bool
) -> Iterator[tuple[dict[str, Any], bool]]:
    """Each job's row, and whether it is unfinished. Of two, the one that has ended, so that no job runs twice."""
    names = [column.name for column in database.table("jobs").columns]
    found: dict[str, tuple[dict[str, Any], bool]] = {}
    for row in pages.rows(range(_COLUMNS_OF_OLD_JOBS, len(names) + 1), only_in_log=only_in_log):
        described = dict(zip(names, row.values, strict=False))
        with contextlib.suppress(ValueError):
            job = job_of_row(described)
            if job.id not in found or job.state.is_final:
                found[job.id] = (described, not job.state.is_final)
    yield from found.values()


def _transcripts(pages: DamagedFile, database: sqlite_utils.Database, *, only_in_log: bool) -> Iterator[dict[str, Any]]:
    names = [column.name for column in database.table("transcripts").columns]
    for row in pages.rows(range(_COLUMNS_OF_OLD_TRANSCRIPTS, len(names) + 1), only_in_log=only_in_log):
        described = dict(zip(names, row.values, strict=False)) | {"id": row.number}
        with contextlib.suppress(ValueError, TypeError):
            unpack(described["body"])
            yield described
