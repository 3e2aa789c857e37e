"""The writing thread goes on, whatever happens to an operation."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from core.domain import TranslatableText
from core.domain.errors import DiskFull, StoreClosed, StoreDamaged, StoreError, StoreLocked, StoreReadOnly
from core.store.sqlite import Database
from core.store.sqlite.health import damage_mark
from tests.patience import PATIENCE_S


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "notula.db"


@pytest.fixture
async def database(file: Path) -> AsyncIterator[Database]:
    opened = await Database.open(file)
    await opened.write(lambda db: db.execute("CREATE TABLE t (x)"))
    yield opened
    await opened.close()


def insert(value: object) -> Callable[[sqlite_utils.Database], None]:
    def operation(db: sqlite_utils.Database) -> None:
        db.execute("INSERT INTO t VALUES (?)", [value])

    return operation


def raising(error: BaseException) -> Callable[[sqlite_utils.Database], None]:
    def operation(db: sqlite_utils.Database) -> None:
        db.execute("INSERT INTO t VALUES ('taken back')")
        raise error

    return operation


async def values(database: Database) -> list[Any]:
    return await database.read(lambda db: [row[0] for row in db.execute("SELECT x FROM t ORDER BY rowid")])


async def together(database: Database, *operations: Callable[[sqlite_utils.Database], Any]) -> list[Any]:
    """Have these committed together, because something else is being written when they are asked for."""
    started, blocked = threading.Event(), threading.Event()

    def block(_: sqlite_utils.Database) -> None:
        started.set()
        blocked.wait(PATIENCE_S)

    first = asyncio.create_task(database.write(block))
    await asyncio.to_thread(started.wait, 10)
    waiting = [asyncio.create_task(database.write(operation)) for operation in operations]
    await asyncio.sleep(0)
    blocked.set()
    await first
    return await asyncio.gather(*waiting, return_exceptions=True)


async def leave_no_room(database: Database, pages: int = 0) -> None:
    """From now on the file may not grow by more than so many pages."""
    await database.write(lambda db: db.execute(f"PRAGMA max_page_count = {_page_count(db) + pages}").fetchall())


async def make_room(database: Database) -> None:
    await database.write(lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchall())


def _page_count(db: sqlite_utils.Database) -> int:
    return int(db.execute("PRAGMA page_count").fetchone()[0])


def sentence(message: TranslatableText | None) -> str:
    return "" if message is None else message.template


@pytest.mark.parametrize(
    "error", [SystemExit(1), KeyboardInterrupt(), StopIteration(), GeneratorExit(), asyncio.CancelledError()], ids=repr
)
async def test_an_operation_that_means_to_end_the_thread_fails_alone(database: Database, error: BaseException) -> None:
    outcomes = await together(database, insert(1), raising(error), insert(2))

    assert isinstance(outcomes[1], RuntimeError)
    assert outcomes[1].__cause__ is error
    await database.write(insert(3))
    assert await values(database) == [1, 2, 3]


async def test_an_error_of_our_own_comes_back_as_it_is(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await database.write(lambda _: 1 // 0)
    assert database.notice is None


async def test_an_operation_that_ends_its_transaction_does_not_pass_for_written(database: Database) -> None:
    outcomes = await together(database, insert(1), lambda db: db.conn.rollback(), insert(2))

    assert [type(outcome) for outcome in outcomes] == [type(None), StoreError, type(None)]
    await database.write(insert(3))
    assert await values(database) == [1, 2, 3]


async def test_after_closing_every_call_is_refused_at_once(file: Path) -> None:
    database = await Database.open(file)
    await database.close()

    with pytest.raises(StoreClosed):
        await database.write(lambda db: db.execute("SELECT 1"))
    with pytest.raises(StoreClosed):
        await database.read(lambda db: db.execute("SELECT 1"))
    with pytest.raises(StoreClosed):
        await database.erase()
    await database.close()


async def test_closing_finishes_what_was_asked_for_before(file: Path) -> None:
    database = await Database.open(file)
    await database.write(lambda db: db.execute("CREATE TABLE t (x)"))
    writes = [asyncio.create_task(database.write(insert(number))) for number in range(50)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*writes)

    with contextlib.closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (50,)


async def test_a_full_disk_is_said_until_something_is_written_again(database: Database) -> None:
    await leave_no_room(database)

    with pytest.raises(DiskFull):
        await database.write(insert(bytes(100_000)))
    assert sentence(database.notice) == DiskFull.sentence
    await database.write(lambda db: db.execute("SELECT 1").fetchall())
    assert sentence(database.notice) == DiskFull.sentence, "nothing was written yet"

    await make_room(database)
    await database.write(insert(bytes(100_000)))
    assert database.notice is None


async def test_what_is_small_is_written_though_something_large_beside_it_has_no_room(database: Database) -> None:
    await leave_no_room(database, pages=1)

    outcomes = await together(database, insert(1), insert(bytes(100_000)), insert(2))

    assert [type(outcome) for outcome in outcomes] == [type(None), DiskFull, type(None)]
    assert await values(database) == [1, 2]


async def test_a_lock_that_another_holds_for_long_is_said_until_it_is_gone(database: Database, file: Path) -> None:
    await database.write(lambda db: db.execute("PRAGMA busy_timeout = 0").fetchall())
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLocked):
            await database.write(insert(1))
        assert sentence(database.notice) == StoreLocked.sentence
        other.rollback()

    await database.write(insert(2))
    assert database.notice is None
    assert await values(database) == [2]


async def test_a_database_that_may_not_be_written_says_so(database: Database) -> None:
    await database.write(lambda db: db.execute("PRAGMA query_only = ON").fetchall())
    with pytest.raises(StoreReadOnly):
        await database.write(insert(1))
    assert sentence(database.notice) == StoreReadOnly.sentence


async def test_damage_found_while_running_is_said_to_the_end_and_kept_for_the_next_start(
    database: Database, file: Path
) -> None:
    await database.write(insert(1))
    root = await database.read(lambda db: db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 't'").fetchone())
    await database.erase()
    with file.open("r+b") as opened:
        opened.seek((root[0] - 1) * 4096)
        opened.write(b"\xff" * 4096)

    with contextlib.closing(sqlite3.connect(file)) as other, contextlib.suppress(sqlite3.DatabaseError), other:
        other.execute("UPDATE jobs SET removed = 0")
        other.execute("CREATE TABLE another (x)")  # The others read the damaged page anew.
    with pytest.raises(StoreDamaged):
        await values(database)
    assert sentence(database.notice) == StoreDamaged.sentence
    await database.write(lambda db: db.execute("CREATE TABLE whole (x)"))
    assert sentence(database.notice) == StoreDamaged.sentence
    assert damage_mark(file).exists()
