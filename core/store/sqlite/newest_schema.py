"""What the tables are like once all migrations are applied, which is found out once a process, in memory.

Applying them takes 30 ms, and each opening of a database would ask for it.
"""

import contextlib
import functools
import sqlite3

import sqlite_utils

from core.store.sqlite.schema import migrations


@functools.cache
def migration_names() -> frozenset[str]:
    """Those that this version knows."""
    with contextlib.closing(sqlite_utils.Database(memory=True)) as database:
        return frozenset(migration.name for migration in migrations.pending(database))


@functools.cache
def definition_checks() -> tuple[str, ...]:
    """Statements that change nothing, and can be compiled only where all columns, indexes and triggers are there."""
    checks: list[str] = []
    with contextlib.closing(_newest()) as database:
        for table in database.table_names():
            columns = ", ".join(f'"{column.name}" = "{column.name}"' for column in database.table(table).columns)
            checks += (
                f'EXPLAIN UPDATE "{table}" SET {columns}',  # noqa: S608  The names are our own.
                f'EXPLAIN INSERT INTO "{table}" DEFAULT VALUES',
                f'EXPLAIN DELETE FROM "{table}"',  # noqa: S608
            )
    return tuple(checks)


def fill_new(connection: sqlite3.Connection) -> None:
    """Make all tables where there is none yet, in one transaction of its own. Raises `sqlite3.Error`."""
    if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
        with contextlib.closing(_newest().conn) as newest:
            newest.backup(connection)


def _newest() -> sqlite_utils.Database:
    """An empty database in memory that has all tables."""
    database = sqlite_utils.Database(memory=True)
    database.conn.deserialize(_image())
    return database


@functools.cache
def _image() -> bytes:
    with contextlib.closing(sqlite_utils.Database(memory=True)) as database:
        migrations.apply(database)
        database.execute(f"PRAGMA user_version = {len(migration_names())}")
        return database.conn.serialize()
