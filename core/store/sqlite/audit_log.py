"""What the owner did through the bot, and who was refused."""

import sqlite3
from collections.abc import Callable

import sqlite_utils

from core.domain.bot import AuditEntry
from core.domain.person import Person
from core.store.sqlite.database import Database
from core.store.sqlite.person_deletion import PersonalStore
from core.store.sqlite.readable import number, readable, text

_KEPT_S = 90 * 24 * 3600.0

_MOST_KEPT = 10_000
"""Entries. A person who is refused a thousand times an hour must not fill the disk."""


_FORGET = "UPDATE audit_log SET detail = '' WHERE actor = ? AND action LIKE 'refused%'"


class SqliteAuditLog(PersonalStore):
    """Appended to, never changed. `clock` gives seconds since the epoch."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    async def record(self, actor: str, action: str, detail: str = "") -> None:
        """Append an entry: `actor` did `action`, or was refused it. Raises `StoreError`."""
        now = self._clock()

        def operation(database: sqlite_utils.Database) -> None:
            database.execute(
                "INSERT INTO audit_log (at, actor, action, detail) VALUES (?, ?, ?, ?)", [now, actor, action, detail]
            )
            database.execute(
                "DELETE FROM audit_log WHERE at < ? OR id <= (SELECT max(id) FROM audit_log) - ?",
                [now - _KEPT_S, _MOST_KEPT],
            )

        await self._database.write(operation, durable=False)

    async def newest(self, limit: int) -> tuple[AuditEntry, ...]:
        """The latest entries, the newest first. Raises `StoreError`."""

        def operation(connection: sqlite3.Connection) -> tuple[AuditEntry, ...]:
            rows = connection.execute("SELECT * FROM audit_log ORDER BY id DESC LIMIT ?", [limit])
            return tuple(readable(rows, _entry_of, self._database.unreadable, "audit entry"))

        return await self._database.read(operation)

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Delete the details of their refusals; the entries without details stay."""
        database.execute(_FORGET, [str(person.user_id)])


def _entry_of(row: sqlite3.Row) -> AuditEntry:
    return AuditEntry(number(row, "at"), text(row, "actor"), text(row, "action"), text(row, "detail"))
