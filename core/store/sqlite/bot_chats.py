"""Who has to do with the bots of this database, and how much was transcribed for each of them."""

import sqlite3
from collections.abc import Mapping

import sqlite_utils

from core.domain.bot import Access
from core.domain.bot_chats import BotChat
from core.domain.person import Person
from core.store.sqlite.database import Database
from core.store.sqlite.person_deletion import PersonalStore
from core.store.sqlite.readable import readable, text

_PEOPLE = """SELECT user_id, access, name, username, last_seen_at FROM bot_people
    WHERE last_seen_at IS NOT NULL ORDER BY last_seen_at DESC LIMIT :limit"""
_SET = """SELECT user_id, access, name, username, last_seen_at FROM bot_people WHERE access != 'unknown'"""
"""Those whom the owner has allowed or blocked are all shown: nobody may be in unseen."""

_GROUPS = """SELECT DISTINCT chat_id FROM deliveries WHERE chat_id < 0 LIMIT :limit"""

_USAGE = """SELECT count(*), coalesce(sum(t.duration_s), 0.0), max(d.used_at) FROM
    (SELECT transcript_id, max(created_at) AS used_at FROM deliveries
        WHERE {column} = :chat AND kind = 'transcript' AND transcript_id IS NOT NULL GROUP BY transcript_id) AS d
    JOIN transcripts AS t ON t.id = d.transcript_id"""

_ANSWERED = """SELECT 1 FROM deliveries WHERE user_id = :user AND kind = 'transcript' AND transcript_id IS NOT NULL
    AND finished_at IS NOT NULL LIMIT 1"""


class SqliteBotChats(PersonalStore):
    """Of all bots together, as a person is allowed or blocked for all of them. All methods raise `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self, limit: int) -> tuple[BotChat, ...]:
        """The people who have written last, groups, and all who are allowed or blocked; the latest first."""

        def operation(connection: sqlite3.Connection) -> tuple[BotChat, ...]:
            rows = {row["user_id"]: row for row in connection.execute(_PEOPLE, {"limit": limit})}
            rows |= {row["user_id"]: row for row in connection.execute(_SET)}
            groups = {row[0] for row in connection.execute(_GROUPS, {"limit": limit})} - rows.keys()
            chats = list(readable(rows.values(), self._chat_of, self._database.unreadable, "person"))
            chats += [BotChat(chat_id, Access.UNKNOWN) for chat_id in groups]
            used = [_with_usage(connection, chat) for chat in chats]
            return tuple(sorted(used, key=lambda chat: -(chat.last_used_at or 0.0)))

        return await self._database.read(operation)

    async def has_answered(self, user_id: int) -> bool:
        """Whether any recording of this person was answered with its text."""

        def operation(connection: sqlite3.Connection) -> bool:
            return connection.execute(_ANSWERED, {"user": user_id}).fetchone() is not None

        return await self._database.read(operation)

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Nothing: it has no table of its own."""

    def _chat_of(self, row: sqlite3.Row) -> BotChat:
        """An access that can't be read is shown as what it counts as: blocked."""
        try:
            access = Access(row["access"])
        except ValueError:
            self._database.unreadable("person", row["user_id"])
            access = Access.BLOCKED
        seen_at = row["last_seen_at"]
        last_used_at = float(seen_at) if isinstance(seen_at, int | float) else None
        return BotChat(row["user_id"], access, text(row, "name"), text(row, "username"), last_used_at=last_used_at)


def _with_usage(connection: sqlite3.Connection, chat: BotChat) -> BotChat:
    values: Mapping[str, int] = {"chat": chat.chat_id}
    column = "chat_id" if chat.is_group else "user_id"
    recordings, seconds, used_at = connection.execute(_USAGE.format(column=column), values).fetchone()
    times = [at for at in (chat.last_used_at, used_at) if at is not None]
    return BotChat(chat.chat_id, chat.access, chat.name, chat.username, recordings, seconds, max(times, default=None))
