"""One SQLite file, one thread that writes to it, one that reads."""

import asyncio
import contextlib
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeVar

import sqlite_utils

from core.domain import TranslatableText
from core.domain.errors import StoreClosed, StoreError
from core.store.sqlite.checkpoint import Checkpoint
from core.store.sqlite.connection import BUSY_TIMEOUT_S
from core.store.sqlite.erasure import Erasure
from core.store.sqlite.health import Condition, damage_mark, store_error
from core.store.sqlite.indexing import LONGEST_INDEXING_S, index_some
from core.store.sqlite.notices import Notice, note_told
from core.store.sqlite.opening import open_writer
from core.store.sqlite.writer import Writer
from core.system.private_files import create_for_owner

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Database:
    """Reads and writes of one database file from asyncio."""

    def __init__(
        self,
        file: Path,
        writer: sqlite_utils.Database,
        reader: sqlite3.Connection,
        at_opening: tuple[Notice, ...],
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self._condition = Condition(file.parent, at_opening, lambda: create_for_owner(damage_mark(file)))
        writer.conn.text_factory = reader.text_factory = self._text
        self._writer = Writer(writer, self._condition)
        self._reader = reader
        self._erasure = Erasure(self, Checkpoint(file), file, pause=pause)
        self._read_pool = ThreadPoolExecutor(1, thread_name_prefix="database-reader")
        self._closed = False

    @classmethod
    async def open(cls, file: Path, *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> Self:
        """Open the file, made or migrated where needed. One that is damaged is kept aside and a new one begun.

        What can be read of the damaged one is in the new one. Raises `StoreError` where the file can't be used, above
        all `StoreTooNew`. `pause` waits for some seconds between attempts to erase.
        """
        try:
            return await asyncio.to_thread(cls._open, file, pause)
        except (sqlite3.Error, OSError) as error:
            logger.exception("The database %s can't be opened", file)
            raise store_error(error, file.parent) from error

    @classmethod
    def _open(cls, file: Path, pause: Callable[[float], Awaitable[None]]) -> Self:
        writer, at_opening = open_writer(file)
        try:
            reader = sqlite3.connect(
                f"{file.as_uri()}?mode=ro", uri=True, check_same_thread=False, timeout=BUSY_TIMEOUT_S
            )
        except sqlite3.Error:
            writer.close()
            raise
        reader.row_factory = sqlite3.Row
        reader.execute("PRAGMA temp_store = MEMORY")
        database = cls(file, writer, reader, at_opening, pause)
        database._index_for(LONGEST_INDEXING_S)
        return database

    def _index_for(self, seconds: float) -> None:
        """Do what can be done of `complete_index` in this time; nothing where nothing can be written. Blocks."""
        give_up_at = time.monotonic() + seconds
        with contextlib.suppress(StoreError):
            while self._writer.put(index_some, durable=False).result() and time.monotonic() < give_up_at:
                pass

    @property
    def notice(self) -> TranslatableText | None:
        """The first of `notices`, None where there is none."""
        return next(iter(self.notices), None)

    @property
    def notices(self) -> tuple[TranslatableText, ...]:
        """What a person should know now: the disk is full, or what damaged files have lost since they were told last.

        A problem is over with the next successful write, but for damage, which stays until the next opening. What was
        lost is told at every opening until `notices_told`.
        """
        return self._condition.notices

    async def notices_told(self) -> None:
        """A person has been told of all `notices`: what was lost is not told again. Raises `StoreError`."""
        told = self._condition.untold
        if told:
            await self.write(lambda database: note_told(database, told))
            self._condition.drop_notices(told)

    async def write(self, operation: Callable[[sqlite_utils.Database], T], *, durable: bool = True) -> T:
        """Run `operation` in the writer thread, inside a transaction, and return once that is committed.

        It runs a second time where the first one was rolled back for another's sake. With `durable` the commit
        survives a power cut; without, only a crash. Raises `DiskFull` and other kinds of `StoreError`.
        """
        result: T = await asyncio.wrap_future(self._writer.put(operation, durable=durable))
        return result

    async def write_while_any(self, operation: Callable[[sqlite_utils.Database], int]) -> int:
        """Run `operation`, which does a little, until it returns 0, so that others get their turn. Returns the sum.

        None of the writes is durable. Raises `StoreError`.
        """
        done = 0
        while count := await self.write(operation, durable=False):
            done += count
        return done

    async def read(self, operation: Callable[[sqlite3.Connection], T]) -> T:
        """Run `operation` on the reading connection in its thread. Raises `StoreError`."""
        if self._closed:
            raise StoreClosed
        return await asyncio.get_running_loop().run_in_executor(self._read_pool, self._read, operation)

    async def erase(self) -> None:
        """Return once nothing that was deleted before is in any file of the database.

        Raises `TextNotErased` where another process keeps text in the log, and other kinds of `StoreError`.
        """
        await self._erasure.erase()

    async def erase_left(self) -> None:
        """Erase what an earlier run has deleted and was kept from erasing. Raises as `erase` does."""
        await self._erasure.erase_left()

    async def complete_index(self) -> None:
        """Index what an older version has written as this one does, in many small writes. Raises `StoreError`."""
        while await self.write(index_some, durable=False):
            pass

    async def close(self) -> None:
        """Finish what was asked for, then close all connections. From then on, all calls raise `StoreClosed`.

        The one that may write is closed last: only then does SQLite move what the log holds into the file and delete
        the log (https://www.sqlite.org/wal.html#the_wal_file).
        """
        self._closed = True
        await self._erasure.close()
        await asyncio.to_thread(self._read_pool.shutdown)
        self._reader.close()
        await asyncio.to_thread(self._writer.close)
        self._erasure.release()

    def unreadable(self, what: str, name: object) -> None:
        """A row is damaged or of a newer version, and left out: that is logged and said, once. From any thread."""
        self._condition.note_unreadable(what, name)

    def found_damage(self) -> None:
        """Something that was read makes no sense: say so, and have the next start set the file aside. Any thread."""
        self._condition.note_damage()

    def _text(self, encoded: bytes) -> str:
        """Decode a text; where it isn't UTF-8 the file is damaged, which is noted, and the rest of it is read."""
        try:
            return encoded.decode()
        except UnicodeDecodeError:
            self._condition.note_damage()
            return encoded.decode(errors="replace")

    def _read(self, operation: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return operation(self._reader)
        except sqlite3.Error as error:
            raise self._condition.failed(error) from error
