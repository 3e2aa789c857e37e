"""One SQLite file, one thread that writes to it, one that reads.

sqlite-utils is not thread-safe, so the writer's connection never leaves its thread. Operations that wait together are
committed together (group commit), which is what makes a durable write of every accepted job affordable.
"""

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

import sqlite_utils
from filelock import FileLock

from core.domain import Message, NotulaError, mark
from core.domain.errors import DiskFull, StoreError
from core.store.schema import migrations

logger = logging.getLogger(__name__)

T = TypeVar("T")

BUSY_TIMEOUT_S = 10
LARGEST_BATCH = 500

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@dataclass(frozen=True, slots=True)
class _Operation:
    run: Callable[[sqlite_utils.Database], Any]
    durable: bool
    transactional: bool = True
    result: Future[Any] = field(default_factory=Future)


class Database:
    """Reads and writes of one database file from asyncio. `notice` says what went wrong at opening, if anything did."""

    def __init__(self, writer: sqlite_utils.Database, reader: sqlite3.Connection, notice: Message | None) -> None:
        self.notice = notice
        self._writer = writer
        self._reader = reader
        self._operations: queue.SimpleQueue[_Operation | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write_forever, name="database-writer")
        self._read_pool = ThreadPoolExecutor(1, thread_name_prefix="database-reader")
        self._durable: bool | None = None
        self._thread.start()

    @classmethod
    async def open(cls, file: Path) -> Self:
        """Open the file, made or migrated where needed. One that is damaged is kept aside and a new one begun.

        Raises `StoreError` where the folder can't be used.
        """
        try:
            return await asyncio.to_thread(cls._open, file)
        except (sqlite3.Error, OSError) as error:
            logger.exception("The database %s can't be opened", file)
            raise _as_store_error(error) from error

    @classmethod
    def _open(cls, file: Path) -> Self:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Turning on the write-ahead log fails at once, whatever the timeout, while another process does the same.
        with FileLock(file.with_name(f"{file.name}.opening"), timeout=BUSY_TIMEOUT_S):
            writer, notice = cls._open_writer(file)
        reader = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, check_same_thread=False, timeout=BUSY_TIMEOUT_S)
        reader.row_factory = sqlite3.Row
        return cls(writer, reader, notice)

    @staticmethod
    def _open_writer(file: Path) -> tuple[sqlite_utils.Database, Message | None]:
        try:
            return _connect_writer(file), None
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode not in _DAMAGED:
                raise
            aside = _keep_aside(file)
            logger.exception("The database is damaged and kept aside as %s", aside)
            damaged = mark("The history was damaged and a new one is begun. The damaged file is kept as {path}.")
            return _connect_writer(file), Message(damaged, {"path": str(aside)})

    async def write(self, operation: Callable[[sqlite_utils.Database], T], *, durable: bool = True) -> T:
        """Run `operation` in the writer thread, inside a transaction, and return once that is committed.

        With `durable` the commit survives a power cut; without, only a crash. Raises `DiskFull` or `StoreError`.
        """
        waiting = _Operation(operation, durable)
        self._operations.put(waiting)
        try:
            result: T = await asyncio.wrap_future(waiting.result)
        except sqlite3.Error as error:
            logger.exception("Writing to the database failed")
            raise _as_store_error(error) from error
        return result

    async def read(self, operation: Callable[[sqlite3.Connection], T]) -> T:
        """Run `operation` on the reading connection in its thread. Raises `StoreError`."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._read_pool, operation, self._reader)
        except sqlite3.Error as error:
            logger.exception("Reading the database failed")
            raise _as_store_error(error) from error

    async def close(self) -> None:
        """Finish what was asked for, then close both connections."""
        self._operations.put(None)
        await asyncio.to_thread(self._thread.join)
        await asyncio.to_thread(self._read_pool.shutdown)
        self._reader.close()

    async def truncate_log(self) -> None:
        """Move what the write-ahead log holds into the file and empty it, so that deleted text stays in neither."""
        waiting = _Operation(
            lambda database: database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall(), True, False
        )
        self._operations.put(waiting)
        await asyncio.wrap_future(waiting.result)

    def _write_forever(self) -> None:
        while (operation := self._operations.get()) is not None:
            batch = [operation]
            while len(batch) < LARGEST_BATCH and not self._operations.empty():
                following = self._operations.get()
                if following is None:
                    self._operations.put(None)  # Closing comes after what was asked for before it.
                    break
                batch.append(following)
            batch = [waiting for waiting in batch if waiting.result.set_running_or_notify_cancel()]
            self._commit([waiting for waiting in batch if waiting.transactional])
            self._run_alone([waiting for waiting in batch if not waiting.transactional])
        self._writer.close()

    def _run_alone(self, operations: list[_Operation]) -> None:
        for operation in operations:
            try:
                operation.result.set_result(operation.run(self._writer))
            except sqlite3.Error as error:
                operation.result.set_exception(error)

    def _commit(self, batch: list[_Operation]) -> None:
        """One transaction for all, a savepoint for each: one that fails takes nothing of the others with it."""
        outcomes: list[tuple[_Operation, Any, Exception | None]] = []
        if not batch:
            return
        try:
            self._set_durability(any(operation.durable for operation in batch))
            with _transaction(self._writer):
                for operation in batch:
                    try:
                        with self._writer.atomic():
                            outcomes.append((operation, operation.run(self._writer), None))
                    except Exception as error:  # noqa: BLE001  It is raised again where the operation is awaited.
                        outcomes.append((operation, None, error))
        except sqlite3.Error as error:
            outcomes = [(operation, None, error) for operation in batch]
        for operation, result, failure in outcomes:
            if failure is not None:
                operation.result.set_exception(failure)
            else:
                operation.result.set_result(result)

    def _set_durability(self, durable: bool) -> None:
        """https://www.sqlite.org/pragma.html#pragma_synchronous: in WAL mode only FULL syncs at every commit."""
        if durable != self._durable:
            self._writer.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._durable = durable


def _connect_writer(file: Path) -> sqlite_utils.Database:
    connection = sqlite3.connect(file, timeout=BUSY_TIMEOUT_S, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # What a person deletes must not stay readable in the file.
        database = sqlite_utils.Database(connection)
        with _transaction(database):
            migrations.apply(database)
    except BaseException:
        connection.close()
        raise
    return database


@contextlib.contextmanager
def _transaction(database: sqlite_utils.Database) -> Iterator[None]:
    """A transaction that may write from its first moment on.

    One that reads first and then wants to write fails at once, whatever the timeout, if another process has written
    in between (https://www.sqlite.org/isolation.html: SQLITE_BUSY_SNAPSHOT).
    """
    with database.conn:
        database.execute("BEGIN IMMEDIATE")
        yield


def _keep_aside(file: Path) -> Path:
    """Rename a damaged database and what belongs to it. Raises OSError where that is refused."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            file.with_name(file.name + suffix).replace(file.with_name(f"{file.name}.broken-{stamp}{suffix}"))
    return file.with_name(f"{file.name}.broken-{stamp}")


def _as_store_error(error: Exception) -> NotulaError:
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return DiskFull()
    return StoreError()
