"""Which content a name that is known before the bytes stands for, so that a repeated file costs no download."""

import sqlite3
from collections.abc import Callable

import sqlite_utils

from core.domain import ContentHash, IdentityAlias
from core.domain.person import Person
from core.store.sqlite.database import Database
from core.store.sqlite.person_deletion import PersonalStore

MOST_ALIASES = 200_000
"""Some 30 MB; the oldest go first."""

LIFETIME_S = 7 * 24 * 3600.0
"""A name is of use as long as the transcript that it leads to."""

_FAR_FUTURE = 1e12

_ROWS_AT_ONCE = 1_000
"""How many rows one write deletes."""


_REMEMBER = """INSERT INTO identity_aliases (alias, content_hash, used_at) VALUES (?, ?, ?)
    ON CONFLICT (alias) DO UPDATE SET content_hash = excluded.content_hash, used_at = excluded.used_at"""

_TRIM = """DELETE FROM identity_aliases WHERE alias IN
    (SELECT alias FROM identity_aliases ORDER BY used_at LIMIT ?)"""


class SqliteIdentityAliases(PersonalStore):
    """Names of contents in the database. `clock` gives seconds since the epoch.

    `lifetime_s` may be changed at any time and counts for old names too.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float],
        most: int = MOST_ALIASES,
        *,
        lifetime_s: float = LIFETIME_S,
    ) -> None:
        self._database = database
        self._clock = clock
        self._most = most
        # To count them takes a while where they are many, so it's done for some new ones together, and at the first.
        self._remembered_between_counts = max(1, most // 1_000)
        self._remembered = 0
        self.lifetime_s = lifetime_s

    async def content_of(self, alias: IdentityAlias) -> ContentHash | None:
        """The content that was found under this name, None for a name that is new or was found too long ago."""
        found_until = self._clock() - self.lifetime_s

        def operation(connection: sqlite3.Connection) -> ContentHash | None:
            query = "SELECT content_hash FROM identity_aliases WHERE alias = ? AND used_at > ?"
            row = connection.execute(query, [alias, found_until]).fetchone()
            return ContentHash(row["content_hash"]) if row else None

        return await self._database.read(operation)

    async def remember(self, alias: IdentityAlias, content: ContentHash) -> None:
        """This name stands for this content."""
        now = self._clock()
        is_counted = self._remembered % self._remembered_between_counts == 0
        self._remembered += 1

        def operation(database: sqlite_utils.Database) -> None:
            database.execute(
                _REMEMBER,
                [alias, content, now],
            )
            if is_counted:
                count = database.execute("SELECT count(*) FROM identity_aliases").fetchone()[0]
                if count > self._most:
                    database.execute(_TRIM, [count - self._most])

        await self._database.write(operation, durable=False)

    async def purge_expired(self) -> int:
        """Delete names that were found too long ago, and return how many went."""
        return await self._delete_until(self._clock() - self.lifetime_s)

    async def clear(self) -> None:
        """Delete every name."""
        await self._delete_until(_FAR_FUTURE)

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Nothing: whose a name is isn't kept, and it goes with the last transcript of its recording."""

    async def _delete_until(self, found_until: float) -> int:
        """In small writes, so that others get their turn."""

        def operation(database: sqlite_utils.Database) -> int:
            query = """DELETE FROM identity_aliases WHERE alias IN
                (SELECT alias FROM identity_aliases WHERE used_at <= ? LIMIT ?) RETURNING 1"""
            return len(database.execute(query, [found_until, _ROWS_AT_ONCE]).fetchall())

        return await self._database.write_while_any(operation)
