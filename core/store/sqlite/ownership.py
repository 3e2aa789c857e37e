"""Whose a transcript is: the same one may have been given to several people, and be in the owner's own history."""

import sqlite3

from core.domain import Requester, TranscriptId
from core.store.sqlite.database import Database

_OTHERS = """SELECT EXISTS (SELECT 1 FROM deliveries WHERE transcript_id = :transcript AND user_id != :person)
    OR EXISTS (SELECT 1 FROM jobs WHERE transcript_id = :transcript
        AND NOT (requester_channel = :channel AND requester_user = :user))"""

_GIVE_UP = """UPDATE jobs SET transcript_id = NULL, removed = 1
    WHERE transcript_id = :transcript AND requester_channel = :channel AND requester_user = :user"""


class SqliteOwnership:
    """Looks through what people have asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def is_anothers(self, transcript_id: TranscriptId, user_id: int, requester: Requester) -> bool:
        """Whether anybody but this person, who asks the queue as `requester`, has it too. Raises `StoreError`."""
        values = {
            "transcript": transcript_id,
            "person": user_id,
            "channel": requester.channel,
            "user": requester.user,
        }

        def operation(connection: sqlite3.Connection) -> bool:
            return bool(connection.execute(_OTHERS, values).fetchone()[0])

        return await self._database.read(operation)

    async def give_up(self, transcript_id: TranscriptId, requester: Requester) -> None:
        """Nothing that this person has asked for is this transcript any more. Raises `StoreError`."""
        values = {"transcript": transcript_id, "channel": requester.channel, "user": requester.user}
        await self._database.write(lambda database: database.execute(_GIVE_UP, values))
