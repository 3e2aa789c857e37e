"""Who talks to the bot, and what each of them may do."""

import sqlite3
from collections.abc import Callable

import sqlite_utils

from core.domain.bot import Access, BotPerson
from core.domain.person import Person
from core.store.sqlite.database import Database
from core.store.sqlite.person_deletion import PersonalStore
from core.store.sqlite.readable import readable, text

_SEEN_AGAIN_S = 3600.0
"""Precision of `last_seen_at`, so that not every message costs a write."""

_SEEN = """INSERT INTO bot_people (user_id, access, name, username, language_code, first_seen_at, last_seen_at)
    VALUES (:user_id, 'unknown', :name, :username, :language_code, :now, :now)
    ON CONFLICT (user_id) DO UPDATE SET name = :name, username = :username, language_code = :language_code,
        first_seen_at = coalesce(first_seen_at, :now), last_seen_at = :now, unreachable = 0"""

_SET_ACCESS = """INSERT INTO bot_people (user_id, access) VALUES (?, ?)
    ON CONFLICT (user_id) DO UPDATE SET access = excluded.access"""


class SqliteBotPeople(PersonalStore):
    """The people, with the few whom the owner has allowed or blocked in memory. Belongs to one event loop.

    `clock` gives seconds since the epoch.
    """

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock
        self._access: dict[int, Access] = {}
        self._set_here: dict[int, Access] = {}
        """What was set since this was made: it counts more than what `load` has read just before."""
        self._seen: dict[int, tuple[BotPerson, float]] = {}

    async def load(self) -> None:
        """Read who is allowed and who is blocked. Raises `StoreError`."""

        def operation(connection: sqlite3.Connection) -> dict[int, Access]:
            rows = connection.execute("SELECT user_id, access FROM bot_people WHERE access != 'unknown'")
            return {row["user_id"]: self._access_of(row) for row in rows}

        self._access = await self._database.read(operation)
        for user_id, access in self._set_here.items():
            self._remember(user_id, access)

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Delete what is known of them but for what the owner has said of them."""
        database.execute("DELETE FROM bot_people WHERE user_id = ? AND access = 'unknown'", [person.user_id])
        database.execute(
            """UPDATE bot_people SET name = NULL, username = NULL, language_code = NULL,
                first_seen_at = NULL, last_seen_at = NULL WHERE user_id = ?""",
            [person.user_id],
        )

    def drop_person(self, person: Person) -> None:
        """Drop when they were seen."""
        self._seen.pop(person.user_id, None)

    def _access_of(self, row: sqlite3.Row) -> Access:
        """A value that can't be read counts as blocked, as it may have been that."""
        try:
            return Access(row["access"])
        except ValueError:
            self._database.unreadable("person", row["user_id"])
            return Access.BLOCKED

    def access(self, user_id: int) -> Access:
        """The access that the owner has set for this person."""
        return self._access.get(user_id, Access.UNKNOWN)

    async def seen(self, person: BotPerson) -> None:
        """Note that this person has written. Cheap where nothing about them is new. Raises `StoreError`."""
        now = self._clock()
        known, at = self._seen.get(person.user_id, (None, 0.0))
        if known == person and 0 <= now - at < _SEEN_AGAIN_S:
            return
        values = {
            "user_id": person.user_id,
            "name": person.name,
            "username": person.username,
            "language_code": person.language_code,
            "now": now,
        }
        await self._database.write(lambda database: database.execute(_SEEN, values), durable=False)
        if len(self._seen) >= 10_000:  # A bot that is open to everybody must not remember everybody.
            self._seen.clear()
        self._seen[person.user_id] = (person, now)

    async def set_access(self, user_id: int, access: Access) -> None:
        """Set the access of this person. Raises `StoreError`."""
        await self._database.write(lambda database: database.execute(_SET_ACCESS, [user_id, access.value]))
        self._set_here[user_id] = access
        self._remember(user_id, access)

    def _remember(self, user_id: int, access: Access) -> None:
        if access is Access.UNKNOWN:
            self._access.pop(user_id, None)
        else:
            self._access[user_id] = access

    async def set_unreachable(self, user_id: int) -> None:
        """Note that this person has blocked the bot, until their next message. Raises `StoreError`."""
        query = "UPDATE bot_people SET unreachable = 1 WHERE user_id = ?"
        await self._database.write(lambda database: database.execute(query, [user_id]), durable=False)
        self._seen.pop(user_id, None)

    async def get(self, user_id: int) -> BotPerson | None:
        """The person with this number, None for an unknown one. Raises `StoreError`."""
        return next(iter(await self._people("user_id = ?", [user_id])), None)

    async def find(self, username: str) -> BotPerson | None:
        """The person with this username, without its @. Raises `StoreError`."""
        return next(iter(await self._people("username = ? COLLATE NOCASE", [username])), None)

    async def newest(self, limit: int) -> tuple[BotPerson, ...]:
        """The people who have written last, the latest first. Raises `StoreError`."""
        return await self._people("last_seen_at IS NOT NULL", [], limit)

    async def count(self) -> int:
        """How many there are. Raises `StoreError`."""

        def operation(connection: sqlite3.Connection) -> int:
            return int(connection.execute("SELECT count(*) FROM bot_people").fetchone()[0])

        return await self._database.read(operation)

    async def reachable(self) -> tuple[BotPerson, ...]:
        """People whom the bot can write to: they have written, and neither side has blocked. Raises `StoreError`."""
        return await self._people("last_seen_at IS NOT NULL AND access != 'blocked' AND unreachable = 0", [])

    async def _people(self, where: str, values: list[object], limit: int | None = None) -> tuple[BotPerson, ...]:
        def operation(connection: sqlite3.Connection) -> tuple[BotPerson, ...]:
            query = f"SELECT * FROM bot_people WHERE {where} ORDER BY last_seen_at DESC"  # noqa: S608
            if limit is not None:
                query += " LIMIT ?"
            rows = connection.execute(query, values if limit is None else [*values, limit])
            return tuple(readable(rows, _person_of, self._database.unreadable, "person"))

        return await self._database.read(operation)


def _person_of(row: sqlite3.Row) -> BotPerson:
    return BotPerson(
        user_id=row["user_id"],
        name=text(row, "name"),
        username=text(row, "username"),
        language_code=text(row, "language_code"),
    )
