"""The cache's second tier: transcripts by cache key in the database."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from typing import TypeVar

import sqlite_utils

from core.domain import CacheKey, ContentHash, Transcript
from core.domain.cache_entry import CacheEntry
from core.domain.errors import StoreError
from core.domain.person import Person
from core.store.sqlite.body import pack, unpack
from core.store.sqlite.cached_rows import CachedRows
from core.store.sqlite.database import Database
from core.store.sqlite.marks import Mark, count_up
from core.store.sqlite.person_deletion import PersonalStore
from core.store.sqlite.readable import number

logger = logging.getLogger(__name__)

T = TypeVar("T")
N = TypeVar("N", int, float)

MOST_BYTES = 500_000_000

_TOUCHES_AT_ONCE = 20

_IN_HISTORY = "SELECT 1 FROM transcripts WHERE content_hash = ?"


class SqliteCachedTranscripts(PersonalStore):
    """Transcripts that outlive the process, for a recording that is sent again.

    `most_bytes` bounds the sum of their packed sizes and may be changed at any time.
    """

    def __init__(self, database: Database, most_bytes: int = MOST_BYTES) -> None:
        self._database = database
        self.most_bytes = most_bytes
        self._rows = CachedRows()
        self._touched: dict[CacheKey, float] = {}

    async def get(self, key: CacheKey) -> CacheEntry | None:
        """The entry under this key. One that can't be read counts as none, and is deleted. Raises `StoreError`."""

        def operation(connection: sqlite3.Connection) -> CacheEntry | ValueError | None:
            query = "SELECT body, created_at, used_at, size_bytes FROM cached_transcripts WHERE key = ?"
            row = connection.execute(query, [key]).fetchone()
            if row is None:
                return None
            try:
                times = (number(row, "created_at"), number(row, "used_at"))
                return CacheEntry(unpack(row["body"]), *times, int(number(row, "size_bytes")))
            except ValueError as error:
                return error

        found = await self._database.read(operation)
        if isinstance(found, ValueError):
            logger.warning("The cache entry %s is damaged and counts as missing", key)
            await self._write(lambda database: self._rows.delete_key(database, key))
            return None
        return found

    async def put(
        self,
        key: CacheKey,
        content: ContentHash,
        transcript: Transcript,
        created_at: float,
        *,
        is_derived: bool = False,
    ) -> int:
        """Keep a transcript and return its packed size in bytes. Raises `StoreError`.

        Where all together are over the bound then, some of the least recently used go; one that is too large by
        itself is not kept, nor one that `is_derived` from a recording that the history has no transcript of any more.
        """
        body = await asyncio.to_thread(pack, transcript)
        touched, self._touched = self._touched, {}

        def operation(database: sqlite_utils.Database) -> int:
            self._rows.touch(database, touched)
            if not is_derived or database.execute(_IN_HISTORY, [content]).fetchone() is not None:
                self._rows.put(database, key, content, body, created_at)
            return self._rows.evict(database, self.most_bytes)

        if len(body) <= self.most_bytes:
            await self._write(operation)
        return len(body)

    async def touch(self, key: CacheKey, used_at: float) -> None:
        """The entry was used. Several are written together, so a crash may forget a few. Raises `StoreError`."""
        self._touched[key] = used_at
        if len(self._touched) >= _TOUCHES_AT_ONCE:
            await self._write_touched()

    async def purge(self, made_until: float) -> int:
        """Delete what was made at this time or before, then the least recently used of what is over the bound.

        Returns how many went. Raises `StoreError`.
        """
        await self._write_touched()
        self._rows.forget_total()
        expired = await self._repeat(lambda database: self._gone(database, self._rows.delete_made_until, made_until))
        return expired + await self._repeat(lambda database: self._rows.evict(database, self.most_bytes))

    async def clear(self) -> None:
        """Delete all that is there now. Raises `StoreError`."""

        def newest(connection: sqlite3.Connection) -> int:
            return int(connection.execute("SELECT coalesce(max(rowid), 0) FROM cached_transcripts").fetchone()[0])

        last = await self._database.read(newest)
        await self._repeat(lambda database: self._gone(database, self._rows.delete_up_to, last))

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Nothing: whose one is isn't kept, and it goes with the last entry that has it."""

    def _gone(self, database: sqlite_utils.Database, delete: Callable[[sqlite_utils.Database, N], int], what: N) -> int:
        """Delete some rows whose text is to leave the files with the next `Database.erase`. Returns how many went."""
        count = delete(database, what)
        if count:
            count_up(database, Mark.LOG_TO_EMPTY)
        return count

    async def _write_touched(self) -> None:
        touched, self._touched = self._touched, {}
        if touched:
            await self._write(lambda database: self._rows.touch(database, touched))

    async def _repeat(self, delete: Callable[[sqlite_utils.Database], int]) -> int:
        """Delete until nothing is left to delete, in many small writes so that others get their turn."""
        deleted = 0
        while count := await self._write(delete):
            deleted += count
        return deleted

    async def _write(self, operation: Callable[[sqlite_utils.Database], T]) -> T:
        try:
            return await self._database.write(operation, durable=False)
        except StoreError:
            self._rows.forget_total()
            raise
