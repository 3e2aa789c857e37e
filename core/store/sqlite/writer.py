"""The thread that writes to the database.

sqlite-utils is not thread-safe, so the connection never leaves its thread. Operations that wait together are committed
together (group commit), which is what makes a durable write of every accepted job affordable.
"""

import contextlib
import queue
import sqlite3
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import sqlite_utils

from core.domain.errors import StoreClosed
from core.store.sqlite.health import Condition, primary_code

LARGEST_BATCH = 500

_FAILS_ALL = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR)
"""What takes long to fail, and does so whatever the operation."""


@dataclass(frozen=True, slots=True)
class _Operation:
    run: Callable[[sqlite_utils.Database], Any]
    durable: bool
    result: Future[Any] = field(default_factory=Future)


@dataclass(frozen=True, slots=True)
class _Outcome:
    operation: _Operation
    result: Any = None
    failure: Exception | None = None


class Writer:
    """Runs operations on the connection that it is given and closes in the end, one after another.

    Whatever an operation raises, the next one runs, and its future ends.
    """

    def __init__(self, database: sqlite_utils.Database, condition: Condition) -> None:
        self._database = database
        self._condition = condition
        self._operations: queue.SimpleQueue[_Operation | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._durable: bool | None = None
        # A process that ends without closing must not wait for it. What is acknowledged is committed.
        self._thread = threading.Thread(target=self._write_forever, name="database-writer", daemon=True)
        self._thread.start()

    def put(self, run: Callable[[sqlite_utils.Database], Any], *, durable: bool = True) -> Future[Any]:
        """Have the operation run, in a transaction.

        The future fails with `StoreError`, or what else the operation raises. The operation may run a second time
        where the first one was rolled back. Raises `StoreClosed` after `close`.
        """
        operation = _Operation(run, durable)
        with self._closing:
            if self._closed:
                raise StoreClosed
            self._operations.put(operation)
        return operation.result

    def close(self) -> None:
        """Finish what was asked for and close the connection. Blocks."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._operations.put(None)
        self._thread.join()

    def _write_forever(self) -> None:
        is_open = True
        while is_open:
            batch: list[_Operation] = []
            try:
                is_open = self._next_batch(batch)
                batch = [operation for operation in batch if operation.result.set_running_or_notify_cancel()]
                self._run(batch)
            except BaseException as error:  # noqa: BLE001  Without this thread, every later write would wait forever.
                for operation in batch:
                    if not operation.result.done():
                        operation.result.set_exception(_raisable(error))
        self._database.close()

    def _next_batch(self, batch: list[_Operation]) -> bool:
        """Add what waits to the batch, at least one operation. Returns whether more may come."""
        while not batch or (len(batch) < LARGEST_BATCH and not self._operations.empty()):
            operation = self._operations.get()
            if operation is None:  # Nothing is put after it.
                return False
            batch.append(operation)
        return True

    def _run(self, batch: list[_Operation]) -> None:
        for outcome in self._commit(batch) if batch else []:
            self._tell(outcome)

    def _tell(self, outcome: _Outcome) -> None:
        """Let who waits go on."""
        if isinstance(outcome.failure, sqlite3.Error):
            outcome.operation.result.set_exception(self._condition.failed(outcome.failure))
        elif outcome.failure is not None:
            outcome.operation.result.set_exception(outcome.failure)
        else:
            outcome.operation.result.set_result(outcome.result)

    def _commit(self, batch: list[_Operation]) -> list[_Outcome]:
        """One transaction for all, a savepoint for each: one that fails takes nothing of the others with it."""
        changes = self._database.conn.total_changes
        try:
            self._set_durability(any(operation.durable for operation in batch))
            with _transaction(self._database.conn):
                outcomes = [self._run_in_savepoint(operation) for operation in batch]
        except sqlite3.Error as error:
            if len(batch) > 1 and primary_code(error) not in _FAILS_ALL:
                # One that is too large for the disk must not take a job's end with it, for which there is room.
                return [outcome for operation in batch for outcome in self._commit([operation])]
            return [_Outcome(operation, failure=error) for operation in batch]
        if self._database.conn.total_changes != changes:
            self._condition.note_success()
        return outcomes

    def _run_in_savepoint(self, operation: _Operation) -> _Outcome:
        connection = self._database.conn
        connection.execute("SAVEPOINT operation")
        outcome = _attempt(operation, self._database)
        if not connection.in_transaction:
            # Some errors roll back all that came before, too (https://www.sqlite.org/lang_transaction.html).
            if isinstance(outcome.failure, sqlite3.Error):
                raise outcome.failure
            raise sqlite3.OperationalError("the operation ended its transaction") from outcome.failure
        if outcome.failure is not None:
            connection.execute("ROLLBACK TO operation")
        connection.execute("RELEASE operation")
        return outcome

    def _set_durability(self, durable: bool) -> None:
        """https://www.sqlite.org/pragma.html#pragma_synchronous: in WAL mode only FULL syncs at every commit."""
        if durable != self._durable:
            self._durable = None
            self._database.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._durable = durable


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction that may write from its first moment on.

    One that reads first and then wants to write fails at once, whatever the timeout, if another process has written
    in between (https://www.sqlite.org/isolation.html: SQLITE_BUSY_SNAPSHOT).
    """
    if connection.in_transaction:  # It could not be rolled back the last time.
        connection.rollback()
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _attempt(operation: _Operation, database: sqlite_utils.Database) -> _Outcome:
    """Run it, and leave no cursor to another thread, where its end would disturb the next use of its statement here."""
    try:
        result = operation.run(database)
        if isinstance(result, sqlite3.Cursor):
            result.close()
            result = None
        return _Outcome(operation, result)
    except BaseException as error:  # noqa: BLE001  It is raised again where the operation is awaited.
        traceback.clear_frames(error.__traceback__)
        return _Outcome(operation, failure=_raisable(error))


def _raisable(error: BaseException) -> Exception:
    """The error, or one in its place where awaiting it would end the event loop or never return."""
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        return error
    described = RuntimeError(f"an operation on the database raised {type(error).__name__}")
    described.__cause__ = error
    return described
