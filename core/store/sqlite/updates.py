"""Telegram's updates, written before they are acknowledged to Telegram."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence

import sqlite_utils

from core.domain.bot import ReceivedUpdate
from core.domain.person import Person
from core.store.sqlite.database import Database
from core.store.sqlite.person_deletion import PersonalStore

_INSERT = """INSERT INTO telegram_updates (bot_id, update_id, chat_id, body, received_at)
    VALUES (?, ?, ?, ?, ?) ON CONFLICT (bot_id, update_id) DO NOTHING"""


class SqliteUpdates(PersonalStore):
    """The updates of one bot. Their text is deleted as soon as they are handled; only their numbers stay.

    By its number a repeated one has no second effect, until `SqliteEndedRecords` deletes that after some days.
    `clock` gives seconds since the epoch.
    """

    def __init__(self, database: Database, bot_id: int, clock: Callable[[], float]) -> None:
        self._database = database
        self._bot_id = bot_id
        self._clock = clock

    async def record(self, updates: Sequence[ReceivedUpdate]) -> tuple[ReceivedUpdate, ...]:
        """Write these updates, durably, and return the new ones, in order. Raises `StoreError`."""
        now = self._clock()

        def operation(database: sqlite_utils.Database) -> tuple[ReceivedUpdate, ...]:
            return tuple(
                update
                for update in updates
                if database.execute(
                    _INSERT, [self._bot_id, update.update_id, update.chat_id, update.body, now]
                ).rowcount
            )

        return await self._database.write(operation)

    async def unhandled(self, limit: int, *, of_chat: int) -> tuple[ReceivedUpdate, ...]:
        """The oldest unhandled updates, at most `of_chat` of each chat. Raises `StoreError`."""

        def operation(connection: sqlite3.Connection) -> tuple[ReceivedUpdate, ...]:
            rows = connection.execute(
                """SELECT update_id, chat_id, body FROM (
                    SELECT update_id, chat_id, body,
                        row_number() OVER (PARTITION BY chat_id ORDER BY update_id) AS place
                    FROM telegram_updates WHERE bot_id = ? AND NOT handled
                ) AS placed WHERE place <= ? ORDER BY update_id LIMIT ?""",
                [self._bot_id, of_chat, limit],
            )
            return tuple(ReceivedUpdate(row["update_id"], row["chat_id"], row["body"]) for row in rows)

        return await self._database.read(operation)

    async def handled(self, update_ids: Iterable[int]) -> None:
        """Mark these updates as handled. After a crash the last of them may be handled again. Raises `StoreError`."""
        values = [(self._bot_id, update_id) for update_id in update_ids]
        query = "UPDATE telegram_updates SET handled = 1, body = '' WHERE bot_id = ? AND update_id = ?"

        def operation(database: sqlite_utils.Database) -> None:
            database.conn.executemany(query, values)

        await self._database.write(operation, durable=False)

    async def erase(self) -> None:
        """Remove the text of handled updates from the database's files, too. Raises `StoreError`."""
        await self._database.erase()

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Nothing: the text of an update goes once it is handled, and its number with the next clean-up."""
