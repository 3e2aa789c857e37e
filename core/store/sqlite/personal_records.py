"""What there is of one person who uses the bot: to be looked through, summed up and deleted by that person."""

import sqlite3

import sqlite_utils

from core.domain import Requester, TranscriptId
from core.domain.bot import DeliveryKind
from core.domain.bot_records import PersonalEntry, PersonalPage
from core.store.sqlite.database import Database
from core.store.sqlite.erasure import note_deletion
from core.store.sqlite.history_rows import BEGINNING, COLUMNS, EXCERPT, entry_of, match_expression
from core.store.sqlite.readable import readable

_MINE = """(SELECT transcript_id, max(rowid) AS newest FROM deliveries
    WHERE bot_id = :bot AND user_id = :person AND kind = :kind AND transcript_id IS NOT NULL GROUP BY transcript_id)
    AS mine JOIN transcripts AS t ON t.id = mine.transcript_id JOIN deliveries AS d ON d.rowid = mine.newest"""
"""Each transcript once, as it was delivered last."""

_NEWEST = f"""SELECT d.id AS delivery, {COLUMNS}, {BEGINNING} FROM {_MINE}
    ORDER BY d.created_at DESC, d.rowid DESC LIMIT :limit OFFSET :offset"""  # noqa: S608

_FOUND = f"""SELECT d.id AS delivery, {COLUMNS}, {EXCERPT} FROM {_MINE}
    JOIN transcripts_fts ON transcripts_fts.rowid = t.id WHERE transcripts_fts MATCH :search
    ORDER BY transcripts_fts.rank, d.rowid DESC LIMIT :limit OFFSET :offset"""  # noqa: S608

_COUNT = f"SELECT count(*), coalesce(sum(t.duration_s), 0) FROM {_MINE}"  # noqa: S608
_COUNT_FOUND = f"""SELECT count(*) FROM {_MINE} JOIN transcripts_fts ON transcripts_fts.rowid = t.id
    WHERE transcripts_fts MATCH :search"""  # noqa: S608

_NOBODY_ELSES = """SELECT own.transcript_id FROM (
        SELECT transcript_id FROM deliveries WHERE user_id = :person
        UNION SELECT transcript_id FROM jobs WHERE requester_channel = :channel AND requester_user = :user
    ) AS own WHERE own.transcript_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM deliveries AS other
        WHERE other.transcript_id = own.transcript_id AND other.user_id != :person)
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.transcript_id = own.transcript_id
        AND NOT (requester_channel = :channel AND requester_user = :user))"""
"""A job may have come to a transcript that could not be delivered."""

_KEEP_SUMS = """INSERT INTO usage (day, provider, model, channel, user, requests, seconds, cost_usd)
    SELECT day, provider, model, channel, '', requests, seconds, cost_usd FROM usage
        WHERE channel = :channel AND user = :user
    ON CONFLICT (day, provider, model, channel, user) DO UPDATE SET requests = requests + excluded.requests,
        seconds = seconds + excluded.seconds, cost_usd = cost_usd + excluded.cost_usd"""
"""What was spent was spent; on whom is forgotten."""

_FORGETTING = (
    _KEEP_SUMS,
    "DELETE FROM usage WHERE channel = :channel AND user = :user",
    "DELETE FROM deliveries WHERE user_id = :person",
    "DELETE FROM jobs WHERE requester_channel = :channel AND requester_user = :user",
    "DELETE FROM chat_preferences WHERE chat_id = :person",
    "UPDATE audit_log SET detail = '' WHERE actor = CAST(:person AS TEXT) AND action LIKE 'refused%'",
)


class SqlitePersonalRecords:
    """Of the people who use one bot. All methods raise `StoreError`."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database = database
        self._bot_id = bot_id

    async def page(self, user_id: int, search: str = "", *, limit: int, offset: int = 0) -> PersonalPage:
        """This person's transcripts, or those of them that hold every word of the search."""
        expression = match_expression(search)
        values = {**self._whose(user_id), "search": expression, "limit": limit, "offset": offset}

        def operation(connection: sqlite3.Connection) -> PersonalPage:
            rows = connection.execute(_FOUND if expression else _NEWEST, values).fetchall()
            total = connection.execute(_COUNT_FOUND if expression else _COUNT, values).fetchone()[0]
            return PersonalPage(tuple(readable(rows, _entry_of, self._database.unreadable, "delivery")), total)

        return await self._database.read(operation)

    async def totals(self, user_id: int) -> tuple[int, float]:
        """How many transcripts this person has, and of how many seconds of sound."""

        def operation(connection: sqlite3.Connection) -> tuple[int, float]:
            count, seconds = connection.execute(_COUNT, self._whose(user_id)).fetchone()
            return int(count), float(seconds)

        return await self._database.read(operation)

    async def own_transcripts(self, user_id: int, requester: Requester) -> tuple[TranscriptId, ...]:
        """Those that nobody but this person, who asks the queue as `requester`, has."""
        values = {"person": user_id, "channel": requester.channel, "user": requester.user}

        def operation(connection: sqlite3.Connection) -> tuple[TranscriptId, ...]:
            return tuple(TranscriptId(row[0]) for row in connection.execute(_NOBODY_ELSES, values))

        return await self._database.read(operation)

    async def forget(self, user_id: int, requester: Requester) -> None:
        """Delete what this person has asked for, was given and has chosen, all or nothing, and from the file, too."""
        values = {"person": user_id, "channel": requester.channel, "user": requester.user}

        def operation(database: sqlite_utils.Database) -> None:
            for query in _FORGETTING:
                database.execute(query, values)
            note_deletion(database, is_indexed=False)

        await self._database.write(operation)
        await self._database.erase()

    def _whose(self, user_id: int) -> dict[str, object]:
        return {"bot": self._bot_id, "person": user_id, "kind": DeliveryKind.TRANSCRIPT.value}


def _entry_of(row: sqlite3.Row) -> PersonalEntry:
    return PersonalEntry(row["delivery"], entry_of(row))
