"""Which version of Notula a database was made by: a newer one's is left alone."""

import sqlite3

import sqlite_utils

from core.domain.errors import StoreTooNew
from core.store.sqlite.newest_schema import migration_names
from core.store.sqlite.schema import migrations

_MOST_PLAUSIBLE = 10_000
"""A number above that is none that Notula has written, but a damaged header."""


def refuse_newer(connection: sqlite3.Connection) -> None:
    """Raise `StoreTooNew` where a newer version has changed the tables, and `sqlite3.Error` where that can't be read.

    Two things tell: the names of the migrations that were applied, and their number (`PRAGMA user_version`).
    """
    known = migration_names()
    number = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if len(known) < number < _MOST_PLAUSIBLE or known < _applied(connection):
        raise StoreTooNew


def _applied(connection: sqlite3.Connection) -> frozenset[str]:
    table = migrations.migrations_table
    try:
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [table]).fetchone() is None:
            return frozenset()
        query = f"SELECT name FROM {table} WHERE migration_set = ?"  # noqa: S608  sqlite-utils' own.
        return frozenset(row[0] for row in connection.execute(query, [migrations.name]))
    except UnicodeDecodeError as error:
        raise sqlite3.DatabaseError("a name that is no text") from error


def bring_up_to_date(database: sqlite_utils.Database) -> None:
    """Apply the migrations that are missing. Raises as `refuse_newer` does."""
    refuse_newer(database.conn)
    migrations.apply(database)
    number = len(migration_names())
    if database.execute("PRAGMA user_version").fetchone()[0] != number:  # The log must stay as it was found, else.
        database.execute(f"PRAGMA user_version = {number}")
