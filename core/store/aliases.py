"""Which content a name that is known before the bytes stands for, so that a repeated file costs no download."""

import sqlite3
from collections.abc import Callable

import sqlite_utils

from core.domain import ContentHash, IdentityAlias
from core.store.database import Database

MOST_ALIASES = 200_000
"""Some 30 MB; the oldest go first."""


class IdentityAliases:
    """Names of contents in the database. `clock` gives seconds since the epoch."""

    def __init__(self, database: Database, clock: Callable[[], float], most: int = MOST_ALIASES) -> None:
        self._database = database
        self._clock = clock
        self._most = most

    async def content_of(self, alias: IdentityAlias) -> ContentHash | None:
        """The content that was found under this name, None for a name that is new."""

        def operation(connection: sqlite3.Connection) -> ContentHash | None:
            query = "SELECT content_hash FROM identity_aliases WHERE alias = ?"
            row = connection.execute(query, [alias]).fetchone()
            return ContentHash(row["content_hash"]) if row else None

        return await self._database.read(operation)

    async def remember(self, alias: IdentityAlias, content: ContentHash) -> None:
        """This name stands for this content."""
        now = self._clock()

        def operation(database: sqlite_utils.Database) -> None:
            database.execute(
                "INSERT OR REPLACE INTO identity_aliases (alias, content_hash, used_at) VALUES (?, ?, ?)",
                [alias, content, now],
            )
            database.execute(
                """DELETE FROM identity_aliases WHERE alias IN (SELECT alias FROM identity_aliases
                   ORDER BY used_at LIMIT max(0, (SELECT count(*) FROM identity_aliases) - ?))""",
                [self._most],
            )

        await self._database.write(operation, durable=False)
