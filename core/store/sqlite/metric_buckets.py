"""Sums of metrics by buckets of time: what charts show after a restart."""

import sqlite3
from collections.abc import Mapping, Sequence

import sqlite_utils

from core.domain.metrics import BucketSum
from core.domain.person import Person
from core.store.sqlite.database import Database
from core.store.sqlite.person_deletion import PersonalStore

_ADD = """INSERT INTO metric_buckets (metric, label, step_s, bucket, total, weight) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (step_s, bucket, metric, label) DO UPDATE SET
    total = metric_buckets.total + excluded.total, weight = metric_buckets.weight + excluded.weight"""


class SqliteMetricBuckets(PersonalStore):
    """Several instances may use it; their sums add up. See `core.observability.series.SeriesStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, since: Mapping[int, int]) -> list[BucketSum]:
        """What is kept, by step in seconds from this bucket on. Raises `StoreError`."""

        def query(connection: sqlite3.Connection) -> list[BucketSum]:
            rows = (
                row
                for step_s, bucket in since.items()
                for row in connection.execute(
                    "SELECT metric, label, step_s, bucket, total, weight FROM metric_buckets "
                    "WHERE step_s = ? AND bucket >= ?",
                    [step_s, bucket],
                )
            )
            return [BucketSum(*row) for row in rows]

        return await self._database.read(query)

    async def add(self, sums: Sequence[BucketSum], since: Mapping[int, int]) -> None:
        """Add these to what is kept of the same buckets; delete the buckets before `since`. Raises `StoreError`."""
        rows = [(one.metric, one.label, one.step_s, one.bucket, one.total, one.weight) for one in sums]

        def operation(database: sqlite_utils.Database) -> None:
            for row in rows:
                database.execute(_ADD, row)
            for step_s, bucket in since.items():
                database.execute("DELETE FROM metric_buckets WHERE step_s = ? AND bucket < ?", [step_s, bucket])

        await self._database.write(operation, durable=False)

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Nothing: sums of everybody's work, by provider."""
