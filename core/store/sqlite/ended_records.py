"""Retention: deletes jobs, deliveries and updates that have ended some time ago."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import sqlite_utils

from core.store.sqlite.database import Database
from core.store.sqlite.marks import Mark, count_up
from core.store.sqlite.recovery.kept_files import KEPT_DAYS, delete_kept

LEAST_DAYS = 8.0
"""Telegram repeats an update for a day, and may restart its numbers after a week: handled ones are known till then."""

KEPT_DAYS_USUALLY = 90.0

_DAY_S = 24 * 3600.0
_ROWS_AT_ONCE = 200
"""How many rows one write deletes: accepted jobs wait for the same thread."""

_DELIVERIES = f"""DELETE FROM deliveries WHERE rowid IN (SELECT rowid FROM deliveries
    WHERE transcript_id IS NULL AND finished_at < ? LIMIT {_ROWS_AT_ONCE})"""  # noqa: S608
"""Those of a transcript are a person's history, and tell where its text was sent: they go with the transcript."""

_JOBS = f"""DELETE FROM jobs WHERE rowid IN (SELECT rowid FROM jobs
    WHERE transcript_id IS NULL AND state IN ('done', 'failed', 'cancelled') AND finished_at < ?
    AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.job_id = jobs.id) LIMIT {_ROWS_AT_ONCE})"""  # noqa: S608
"""Jobs with a transcript stay, as they say whose it is; those of a delivery stay for its button to retry them."""

_UPDATES = f"""DELETE FROM telegram_updates WHERE rowid IN (SELECT rowid FROM telegram_updates
    WHERE handled AND received_at < ? LIMIT {_ROWS_AT_ONCE})"""  # noqa: S608


class SqliteEndedRecords:
    """Of all bots and all people. `clock` gives seconds since the epoch.

    `kept_days` says for how long; 0 for ever. It may be changed at any time.
    """

    def __init__(
        self, database: Database, file: Path, clock: Callable[[], float], *, kept_days: float = KEPT_DAYS_USUALLY
    ) -> None:
        self._database = database
        self._file = file
        self._clock = clock
        self.kept_days = kept_days

    async def purge(self) -> int:
        """Delete what is too old, in many small writes, from the files too. Returns how many rows went.

        Raises `StoreError`.
        """
        now = self._clock()
        deleted = await self._repeat(_UPDATES, now - LEAST_DAYS * _DAY_S, has_text=False)
        if self.kept_days > 0:
            ended_until = now - max(self.kept_days, LEAST_DAYS) * _DAY_S
            deleted += await self._repeat(_DELIVERIES, ended_until)
            deleted += await self._repeat(_JOBS, ended_until)
        await asyncio.to_thread(delete_kept, self._file, now - KEPT_DAYS * _DAY_S)
        await self._database.erase_left()
        return deleted

    async def _repeat(self, query: str, until: float, *, has_text: bool = True) -> int:
        def operation(database: sqlite_utils.Database) -> int:
            count = int(database.execute(query, [until]).rowcount)
            if count and has_text:
                count_up(database, Mark.LOG_TO_EMPTY)
            return count

        return await self._database.write_while_any(operation)
