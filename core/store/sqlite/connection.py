"""The connection that writes: how it is opened and brought up to date."""

import sqlite3
from pathlib import Path

import sqlite_utils

from core.store.sqlite.newest_schema import fill_new
from core.store.sqlite.version import bring_up_to_date, refuse_newer
from core.system.private_files import create_for_owner

BUSY_TIMEOUT_S = 10
"""How long SQLite waits for another process's lock before it fails with SQLITE_BUSY."""


def connect_writer(file: Path) -> sqlite_utils.Database:
    """Open the file, made or migrated where needed. Raises `sqlite3.Error`, OSError and `StoreTooNew`. Blocks."""
    create_for_owner(file)  # SQLite gives its log and its shared memory the permissions of the file.
    connection = sqlite3.connect(file, timeout=BUSY_TIMEOUT_S, check_same_thread=False)
    try:
        refuse_newer(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")  # Nor in files that SQLite makes for itself.
        connection.execute("PRAGMA secure_delete = ON")  # What a person deletes must not stay readable in the file.
        fill_new(connection)
        database = sqlite_utils.Database(connection)
        connection.execute("BEGIN IMMEDIATE")  # Two that read first and write then would be in each other's way.
        with connection:
            bring_up_to_date(database)
    except BaseException:
        connection.close()
        raise
    return database
