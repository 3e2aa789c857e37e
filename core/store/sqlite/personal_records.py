"""The transcripts of one person who uses the bot: pages, searches and sums."""

import functools
import sqlite3
from collections.abc import Sequence

import sqlite_utils

from core.domain import Requester, TranscriptId
from core.domain.bot import DeliveryKind
from core.domain.bot_records import PersonalEntry, PersonalPage
from core.domain.person import Person
from core.store.sqlite.database import Database
from core.store.sqlite.history_rows import BEGINNING, COLUMNS, entry_of
from core.store.sqlite.people_of_entries import person_key
from core.store.sqlite.person_deletion import PersonalStore
from core.store.sqlite.readable import readable
from core.store.sqlite.search import SEARCH, Search, SearchQuery

_MINE = """(SELECT transcript_id, max(rowid) AS newest FROM deliveries
    WHERE bot_id = :bot AND user_id = :person AND kind = :kind AND transcript_id IS NOT NULL GROUP BY transcript_id)
    AS mine JOIN transcripts AS t ON t.id = mine.transcript_id JOIN deliveries AS d ON d.rowid = mine.newest"""
"""Each transcript once, as it was delivered last."""

_NEWEST = f"""SELECT d.id AS delivery, {COLUMNS}, {BEGINNING} FROM {_MINE}
    ORDER BY d.created_at DESC, d.rowid DESC"""  # noqa: S608
_COUNT = f"SELECT count(*), coalesce(sum(t.duration_s), 0) FROM {_MINE}"  # noqa: S608

_OF_OWNER = """SELECT own.transcript_id FROM (
        SELECT transcript_id FROM deliveries WHERE user_id = :person
        UNION SELECT transcript_id FROM jobs WHERE requester_channel = :channel AND requester_user = :user
    ) AS own JOIN transcripts AS t ON t.id = own.transcript_id
    WHERE t.person = :key
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.transcript_id = own.transcript_id
        AND NOT (requester_channel = :channel AND requester_user = :user))
    ORDER BY own.transcript_id"""
"""The owner's that came through this channel alone: what they also have from elsewhere isn't deleted in the bot."""


class SqlitePersonalRecords(PersonalStore):
    """Of the people who use one bot. All methods raise `StoreError`."""

    def __init__(self, database: Database, bot_id: int, search: Search = SEARCH) -> None:
        self._database = database
        self._search = search
        self._bot_id = bot_id

    async def page(self, user_id: int, search: str = "", *, limit: int | None, offset: int = 0) -> PersonalPage:
        """This person's transcripts, or those of them that hold every word of the search; with no limit all of them."""
        query = self._search.query(search)
        rows_query, count_query = self._queries(query)
        if limit is not None:
            rows_query += " LIMIT :limit OFFSET :offset"
        values = {**self._whose(user_id), **(query.values if query else {}), "limit": limit, "offset": offset}

        def operation(connection: sqlite3.Connection) -> PersonalPage:
            rows = connection.execute(rows_query, values).fetchall()
            total = connection.execute(count_query, values).fetchone()[0]
            make = functools.partial(_entry_of, shown=query.shown if query else ())
            return PersonalPage(tuple(readable(rows, make, self._database.unreadable, "delivery")), total)

        return await self._database.read(operation)

    def _queries(self, query: SearchQuery | None) -> tuple[str, str]:
        """For the entries and for their number."""
        if query is None:
            return _NEWEST, _COUNT
        found = f"FROM {_MINE} {query.join} WHERE {query.condition}"
        rows = f"SELECT d.id AS delivery, {COLUMNS}, {query.excerpt} {found} ORDER BY {query.best_first}, d.rowid DESC"
        return rows, f"SELECT count(*) {found}"

    async def totals(self, user_id: int) -> tuple[int, float]:
        """How many transcripts this person has, and of how many seconds of sound."""

        def operation(connection: sqlite3.Connection) -> tuple[int, float]:
            count, seconds = connection.execute(_COUNT, self._whose(user_id)).fetchone()
            return int(count), float(seconds)

        return await self._database.read(operation)

    async def own_transcripts(self, user_id: int, requester: Requester) -> tuple[TranscriptId, ...]:
        """This person's entries, in the order of their numbers. `requester` is as whom they ask the queue.

        Of the owner's only those that the bot alone was asked for.
        """
        key = person_key(requester)
        values = {"person": user_id, "channel": requester.channel, "user": requester.user, "key": key}

        def operation(connection: sqlite3.Connection) -> tuple[TranscriptId, ...]:
            query = _OF_OWNER if requester.is_owner else "SELECT id FROM transcripts WHERE person = :key ORDER BY id"
            rows = connection.execute(query, values)
            return tuple(TranscriptId(row[0]) for row in rows)

        return await self._database.read(operation)

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Nothing: it has no table of its own."""

    def _whose(self, user_id: int) -> dict[str, object]:
        return {"bot": self._bot_id, "person": user_id, "kind": DeliveryKind.TRANSCRIPT.value}


def _entry_of(row: sqlite3.Row, shown: Sequence[str]) -> PersonalEntry:
    return PersonalEntry(row["delivery"], entry_of(row, shown))
