"""How long the recordings are that were worked on for each person lately."""

import sqlite_utils

from core.domain import Requester
from core.domain.person import Person
from core.store.sqlite.database import Database
from core.store.sqlite.person_deletion import PersonalStore

_USED = (
    'SELECT coalesce(sum(seconds), 0) FROM worked_recordings WHERE channel = ? AND "user" = ? AND at > ? AND work <> ?'
)
_SET = """INSERT INTO worked_recordings (work, channel, "user", seconds, at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (work) DO UPDATE SET seconds = excluded.seconds, at = excluded.at"""


class SqliteWorkedRecordings(PersonalStore):
    """The table of what counts for a limit. Several instances may use it. Times are seconds since the epoch."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reserve(
        self, work: str, requester: Requester, seconds: float, most_s: float, *, at: float, since: float
    ) -> float:
        """Count so many seconds for this piece of work, in place of what was counted for it before.

        Returns what is counted for the person's other work; where that and `seconds` exceed `most_s` nothing is
        changed. What is older than `since` is forgotten. Raises `StoreError`.
        """
        person = (requester.channel, requester.user)

        def operation(database: sqlite_utils.Database) -> float:
            database.execute("DELETE FROM worked_recordings WHERE at <= ?", [since])
            used_s = float(database.execute(_USED, [*person, since, work]).fetchone()[0])
            if used_s + seconds <= most_s:
                database.execute(_SET, [work, *person, seconds, at])
            return used_s

        return await self._database.write(operation, durable=False)

    async def settle(self, work: str, requester: Requester, seconds: float, *, at: float) -> None:
        """Set the final number of seconds of this piece of work. Raises `StoreError`."""
        row = [work, requester.channel, requester.user, seconds, at]

        def operation(database: sqlite_utils.Database) -> None:
            database.execute(_SET, row)

        await self._database.write(operation)

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Nothing: it is kept for a day, and deleting it would be a way around the limit of a day."""
