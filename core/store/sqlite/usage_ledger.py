"""Sums of what was transcribed, by day, provider, model and person."""

import sqlite3
from collections.abc import Mapping

import sqlite_utils

from core.domain.person import Person
from core.domain.usage import Usage, UsageKey, UsageRow
from core.store.sqlite.database import Database
from core.store.sqlite.person_deletion import PersonalStore
from core.store.sqlite.readable import number, readable, text

_ADD = """INSERT INTO usage (day, provider, model, channel, "user", requests, seconds, cost_usd)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (day, provider, model, channel, "user") DO UPDATE SET
        requests = usage.requests + excluded.requests,
        seconds = usage.seconds + excluded.seconds,
        cost_usd = usage.cost_usd + excluded.cost_usd"""

_KEEP_SUMS = """INSERT INTO usage (day, provider, model, channel, "user", requests, seconds, cost_usd)
    SELECT day, provider, model, channel, '', requests, seconds, cost_usd FROM usage
        WHERE channel = :channel AND "user" = :user
    ON CONFLICT (day, provider, model, channel, "user") DO UPDATE SET requests = usage.requests + excluded.requests,
        seconds = usage.seconds + excluded.seconds, cost_usd = usage.cost_usd + excluded.cost_usd"""
"""The costs of a month stay right when a person's rows are deleted."""

_FORGET = (_KEEP_SUMS, 'DELETE FROM usage WHERE channel = :channel AND "user" = :user')

_COST = "SELECT coalesce(sum(cost_usd), 0) FROM usage WHERE day >= ? AND day < ?"


def add_usage(database: sqlite_utils.Database, sums: Mapping[UsageKey, Usage], month: str) -> float:
    """`SqliteUsageLedger.add`, in the caller's transaction."""
    for key, each in sums.items():
        row = (key.day, key.provider, key.model, key.channel, key.user, each.requests, each.seconds, each.cost_usd)
        database.execute(_ADD, row)
    return float(database.execute(_COST, _days_of(month)).fetchone()[0])


class SqliteUsageLedger(PersonalStore):
    """The table of all sums. Several instances may add to it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, sums: Mapping[UsageKey, Usage], month: str) -> float:
        """Add these, all or none, and return what the whole month costs by now, in US dollars. Raises `StoreError`."""
        added = dict(sums)
        return await self._database.write(lambda database: add_usage(database, added, month), durable=False)

    async def cost_usd(self, month: str) -> float:
        """What a month, as `2026-11`, costs by now. Raises `StoreError`."""

        def operation(connection: sqlite3.Connection) -> float:
            return float(connection.execute(_COST, _days_of(month)).fetchone()[0])

        return await self._database.read(operation)

    async def rows(self, month: str) -> tuple[UsageRow, ...]:
        """All sums of a month by day. Raises `StoreError`."""

        def operation(connection: sqlite3.Connection) -> tuple[UsageRow, ...]:
            query = 'SELECT * FROM usage WHERE day >= ? AND day < ? ORDER BY day, provider, model, channel, "user"'
            rows = connection.execute(query, _days_of(month))
            return tuple(readable(rows, _row_of, self._database.unreadable, "usage"))

        return await self._database.read(operation)

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Add their sums to those without a user, and delete their own rows."""
        for requester in person.requesters:
            for query in _FORGET:
                database.execute(query, {"channel": requester.channel, "user": requester.user})


def _days_of(month: str) -> tuple[str, str]:
    """From the first day on, and before what would be the last one and all its hours, as text is compared."""
    return f"{month}-", f"{month}-~"


def _row_of(row: sqlite3.Row) -> UsageRow:
    key = UsageKey(*(text(row, column) for column in ("day", "provider", "model", "channel", "user")))
    return UsageRow(key, Usage(int(number(row, "requests")), number(row, "seconds"), number(row, "cost_usd")))
