"""Takes what is secret in addresses out of rows that earlier versions have written."""

import json
import sqlite3
from typing import Any

import sqlite_utils

from core.domain.job import WEB
from core.domain.web_address import is_address, marked_without_secrets, name_in, without_secrets
from core.store.sqlite.job_rows import UNFINISHED
from core.store.sqlite.marks import Mark, count_up

_WEB_ADDRESS = "(lower({column}) LIKE 'http://%' OR lower({column}) LIKE 'https://%')"


def clean_addresses(database: sqlite_utils.Database) -> None:
    """Keep server and path of each address, but for jobs that are still to run. Names that are addresses go, too."""
    has_changed = _clean_jobs(database)
    has_changed |= _clean_transcripts(database)
    if has_changed:
        count_up(database, Mark.TO_MERGE, Mark.LOG_TO_EMPTY)


def _clean_jobs(database: sqlite_utils.Database) -> bool:
    has_changed = False
    query = "SELECT id, state, source_location, source_name, error FROM jobs WHERE source_kind = ?"
    for job_id, state, location, name, error in database.execute(query, [WEB]).fetchall():
        kept = location if state in UNFINISHED else _text(location, marked_without_secrets)
        shown = _text(name, _name)
        if (kept, shown) == (location, name):
            continue
        has_changed = True
        values = [kept, shown, _error(error, shown), job_id]
        database.execute("UPDATE jobs SET source_location = ?, source_name = ?, error = ? WHERE id = ?", values)
    return has_changed


def _clean_transcripts(database: sqlite_utils.Database) -> bool:
    has_changed = False
    either = " OR ".join(_WEB_ADDRESS.format(column=column) for column in ("location", "name"))
    query = f"SELECT id, location, name FROM transcripts WHERE {either}"  # noqa: S608  Columns are our own.
    for transcript_id, location, name in database.execute(query).fetchall():
        kept = _text(location, lambda text: without_secrets(text) if is_address(text) else text)
        shown = _text(name, _name)
        if kept != location:
            has_changed = True
            database.execute("UPDATE transcripts SET location = ? WHERE id = ?", [kept, transcript_id])
        if shown != name:
            has_changed = True
            _rename(database, transcript_id, shown)
    return has_changed


def _rename(database: sqlite_utils.Database, transcript_id: int, name: str) -> None:
    query = "UPDATE transcripts SET name = ? WHERE id = ?"
    try:
        database.execute(query, [name, transcript_id])
    except sqlite3.IntegrityError:  # The same recording with the same options has that name already.
        database.execute(query, [f"{name} {transcript_id}", transcript_id])


def _name(text: str) -> str:
    return name_in(text) if is_address(text) else text


def _text(value: Any, clean: Any) -> Any:
    """A damaged row may hold anything; a value that is no text is left as it is."""
    return clean(value) if isinstance(value, str) else value


def _error(error: Any, name: Any) -> Any:
    """What went wrong, with this name of the recording."""
    try:
        template, values = json.loads(error)
        return json.dumps([template, values | {"name": name} if "name" in values else values])
    except (TypeError, ValueError):
        return error
