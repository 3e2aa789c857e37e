"""Who else has asked for an entry of the history."""

import sqlite3

import sqlite_utils

from core.domain import Requester, TranscriptId
from core.domain.person import Person
from core.store.sqlite.database import Database
from core.store.sqlite.person_deletion import PersonalStore

_OTHERS = """SELECT EXISTS (SELECT 1 FROM jobs WHERE transcript_id = :transcript
    AND NOT (requester_channel = :channel AND requester_user = :user))"""

_DETACH = """UPDATE jobs SET transcript_id = NULL, removed = 1
    WHERE transcript_id = :transcript AND requester_channel = :channel AND requester_user = :user"""


class SqliteOwnership(PersonalStore):
    """Looks through the jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def has_other_requester(self, transcript_id: TranscriptId, requester: Requester) -> bool:
        """Whether a job of another requester has come to the same entry. Raises `StoreError`."""
        values = {"transcript": transcript_id, "channel": requester.channel, "user": requester.user}

        def operation(connection: sqlite3.Connection) -> bool:
            return bool(connection.execute(_OTHERS, values).fetchone()[0])

        return await self._database.read(operation)

    async def detach(self, transcript_id: TranscriptId, requester: Requester) -> None:
        """Have no job of this requester name this entry any more, and show none of them. Raises `StoreError`."""
        values = {"transcript": transcript_id, "channel": requester.channel, "user": requester.user}
        await self._database.write(lambda database: database.execute(_DETACH, values))

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Nothing: it has no table of its own."""
