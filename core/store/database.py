"""One SQLite file, one thread that writes to it, one that reads."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeVar

import sqlite_utils

from core.domain import Message
from core.domain.errors import StoreClosed
from core.private_files import create_for_owner
from core.store.condition import Condition, damage_mark, store_error
from core.store.opening import BUSY_TIMEOUT_S, open_writer
from core.store.writer import Writer

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Database:
    """Reads and writes of one database file from asyncio."""

    def __init__(
        self, file: Path, writer: sqlite_utils.Database, reader: sqlite3.Connection, at_opening: Message | None
    ) -> None:
        self._condition = Condition(at_opening, lambda: create_for_owner(damage_mark(file)))
        writer.conn.text_factory = reader.text_factory = self._text
        self._writer = Writer(writer, self._condition)
        self._reader = reader
        self._read_pool = ThreadPoolExecutor(1, thread_name_prefix="database-reader")
        self._closed = False

    @classmethod
    async def open(cls, file: Path) -> Self:
        """Open the file, made or migrated where needed. One that is damaged is kept aside and a new one begun.

        What can be read of the damaged one is in the new one. Raises `StoreError` where the file can't be used.
        """
        try:
            return await asyncio.to_thread(cls._open, file)
        except (sqlite3.Error, OSError) as error:
            logger.exception("The database %s can't be opened", file)
            raise store_error(error) from error

    @classmethod
    def _open(cls, file: Path) -> Self:
        writer, at_opening = open_writer(file)
        try:
            reader = sqlite3.connect(
                f"{file.as_uri()}?mode=ro", uri=True, check_same_thread=False, timeout=BUSY_TIMEOUT_S
            )
        except sqlite3.Error:
            writer.close()
            raise
        reader.row_factory = sqlite3.Row
        return cls(file, writer, reader, at_opening)

    @property
    def notice(self) -> Message | None:
        """What a person should know now: the disk is full, or a damaged file was kept aside at opening.

        A problem is over with the next successful write, but for damage, which stays until the next opening.
        """
        return self._condition.notice

    async def write(self, operation: Callable[[sqlite_utils.Database], T], *, durable: bool = True) -> T:
        """Run `operation` in the writer thread, inside a transaction, and return once that is committed.

        It runs a second time where the first one was rolled back for another's sake. With `durable` the commit
        survives a power cut; without, only a crash. Raises `DiskFull` and other kinds of `StoreError`.
        """
        result: T = await asyncio.wrap_future(self._writer.put(operation, durable=durable))
        return result

    async def read(self, operation: Callable[[sqlite3.Connection], T]) -> T:
        """Run `operation` on the reading connection in its thread. Raises `StoreError`."""
        if self._closed:
            raise StoreClosed
        return await asyncio.get_running_loop().run_in_executor(self._read_pool, self._read, operation)

    async def truncate_log(self) -> None:
        """Move what the write-ahead log holds into the file and empty it, so that deleted text stays in neither.

        Raises `StoreError`.
        """
        checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)"
        await asyncio.wrap_future(
            self._writer.put(lambda database: database.execute(checkpoint).fetchall(), transactional=False)
        )

    async def close(self) -> None:
        """Finish what was asked for, then close both connections. From then on, all calls raise `StoreClosed`."""
        self._closed = True
        await asyncio.to_thread(self._writer.close)
        await asyncio.to_thread(self._read_pool.shutdown)
        self._reader.close()

    def found_damage(self) -> None:
        """Something that was read makes no sense: say so, and have the next start set the file aside. Any thread."""
        self._condition.is_damaged()

    def _text(self, encoded: bytes) -> str:
        """A text of the file; where it is none, the file is damaged, but whoever wants the rest of it shall have it."""
        try:
            return encoded.decode()
        except UnicodeDecodeError:
            self._condition.is_damaged()
            return encoded.decode(errors="replace")

    def _read(self, operation: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return operation(self._reader)
        except sqlite3.Error as error:
            raise self._condition.failed(error) from error
