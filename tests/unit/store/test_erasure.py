"""What is deleted is in no file of the database any more, and nobody has to wait for that meanwhile."""

import asyncio
import contextlib
import random
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlite_utils

from core.domain import CacheKey, ContentHash, TranscriptId
from core.domain.errors import TextNotErased
from core.store.sqlite import Database, SqliteHistory
from core.store.sqlite.erasure import note_deletion
from tests.unit.samples import THE_OWNER, make_source, make_transcript

SECRET = "xylophone"


async def no_pause(_: float) -> None:
    await asyncio.sleep(0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "notula.db"


@pytest.fixture
async def database(file: Path) -> AsyncIterator[Database]:
    opened = await Database.open(file, pause=no_pause)
    yield opened
    await opened.close()


async def save(database: Database, number: int, text: str) -> TranscriptId:
    key, content = CacheKey(f"key {number}"), ContentHash(f"{number:064x}")
    return await SqliteHistory(database).save(
        make_source(f"{number}.wav"), key, content, make_transcript(text), 1.0, requester=THE_OWNER
    )


def holding(file: Path, word: str = SECRET) -> list[str]:
    """The files of the database, its log and what was set aside that hold the word."""
    return [each.name for each in file.parent.iterdir() if each.is_file() and word.encode() in each.read_bytes()]


async def test_a_deleted_text_leaves_every_file_and_the_search_index_keeps_the_others(
    database: Database, file: Path
) -> None:
    saved = [await save(database, number, f"{SECRET} word{number:02} common") for number in range(50)]
    for number in (0, 20, 49):
        await SqliteHistory(database).delete([saved[number]])
    await database.erase()
    assert holding(file, "word20") == []
    for number in range(50):
        found = await SqliteHistory(database).page(f"word{number:02}", 9, 0)
        assert any(entry.id == saved[number] for entry in found.entries) is (number not in (0, 20, 49))
    await SqliteHistory(database).delete(saved)
    await database.erase()
    assert holding(file) == []


async def test_what_is_written_while_the_index_is_merged_stays_and_what_was_deleted_goes(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.store.sqlite.erasure.PAGES_AT_ONCE", 1)
    secret = await save(database, 0, f"the {SECRET} of the treasure")
    for number in range(1, 200):
        await save(database, number, " ".join(f"w{number}x{place}" for place in range(40)))
    await SqliteHistory(database).delete([secret])
    erasing = asyncio.create_task(database.erase())
    number = 1000
    while not erasing.done():
        await save(database, number, f"late{number} news")
        number += 1
    await erasing
    assert number > 1005  # Others were let in between.
    assert holding(file) == []
    assert (await SqliteHistory(database).page("late1000", 9, 0)).total == 1
    assert (await SqliteHistory(database).page("w7x3", 9, 0)).total == 1


async def test_many_who_delete_at_once_share_one_pass(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = [await save(database, number, f"{SECRET} {number}") for number in range(20)]
    merges = 0
    count_merge = database._erasure._merge

    async def merge() -> None:
        nonlocal merges
        merges += 1
        await count_merge()

    monkeypatch.setattr(database._erasure, "_merge", merge)

    async def delete(transcript_id: TranscriptId) -> None:
        await SqliteHistory(database).delete([transcript_id])
        await database.erase()

    await asyncio.gather(*map(delete, saved))
    assert merges < 5
    assert holding(file) == []


async def test_while_another_process_reads_the_log_nobody_is_told_that_it_is_erased(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.store.sqlite.erasure.ATTEMPTS", 3)
    saved = await save(database, 0, SECRET)
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM transcripts").fetchone()
        await SqliteHistory(database).delete([saved])
        with pytest.raises(TextNotErased):
            await database.erase()
        await save(database, 1, "goes on")
    await database.erase_left()
    assert holding(file) == []


@pytest.mark.parametrize("is_merged", [False, True])
async def test_what_a_crash_kept_from_being_erased_the_next_start_erases(
    file: Path, monkeypatch: pytest.MonkeyPatch, *, is_merged: bool
) -> None:
    first = await Database.open(file, pause=no_pause)
    saved = [await save(first, number, f"{SECRET} {number}") for number in range(3)]
    await SqliteHistory(first).delete(saved)
    if is_merged:
        monkeypatch.setattr(first._erasure, "_empty_log", no_pause)
        with contextlib.suppress(TypeError):
            await first.erase()
    await first.close()
    again = await Database.open(file, pause=no_pause)
    await again.erase_left()
    assert holding(file) == []
    await again.close()


async def test_a_damaged_file_that_was_kept_goes_with_the_first_deletion(database: Database, file: Path) -> None:
    for suffix in ("", "-wal"):
        file.with_name(f"notula.db.broken-20260102-030405{suffix}").write_text(SECRET)
    saved = await save(database, 0, SECRET)
    await database.erase()
    assert len(holding(file)) >= 2  # Nothing was deleted.
    await SqliteHistory(database).delete([saved])
    await database.erase()
    assert holding(file) == []


async def test_no_other_transcript_gets_the_number_of_a_deleted_one(database: Database) -> None:
    first = await save(database, 0, "hers")
    await SqliteHistory(database).delete([first])
    assert await save(database, 1, "his") > first
    assert await save(database, 2, "theirs") > first + 1


async def test_closing_leaves_everything_in_one_file(file: Path) -> None:
    first, second = await Database.open(file), await Database.open(file)
    await save(first, 0, "first")
    await save(second, 1, "second")
    await first.read(lambda connection: connection.execute("SELECT count(*) FROM transcripts").fetchone()[0])
    await second.close()
    await first.close()
    assert [each.name for each in file.parent.iterdir() if each.stat().st_size] == ["notula.db"]
    with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?immutable=1", uri=True)) as copy:
        assert copy.execute("SELECT count(*) FROM transcripts").fetchone() == (2,)


async def test_rows_that_grow_move_and_shrink_leave_nothing_behind(database: Database, file: Path) -> None:
    """SQLite moves rows between pages; what is deleted must not stay where it was moved from."""

    def churn(db: sqlite_utils.Database) -> None:
        for number in range(400):
            text = f"{SECRET}{number:04} " * (1 + number * 7 % 90)
            db.execute(
                "INSERT INTO telegram_updates (bot_id, update_id, chat_id, body, received_at) VALUES (1, ?, 1, ?, 0)",
                [number, text],
            )
            if number % 3 == 0:
                db.execute("UPDATE telegram_updates SET body = body || body WHERE update_id = ?", [number // 2])
            if number % 5 == 0:
                db.execute("DELETE FROM telegram_updates WHERE update_id = ?", [number // 3])
        db.execute("UPDATE telegram_updates SET body = '', handled = 1")
        note_deletion(db, is_indexed=False)

    await database.write(churn)
    await database.erase()
    assert holding(file) == []
    await database.write(lambda db: db.execute("UPDATE telegram_updates SET received_at = 1, body = 'short'"))
    await database.write(lambda db: db.execute("DELETE FROM telegram_updates WHERE update_id % 3 = 0"))
    await database.erase()
    assert holding(file) == []  # Nor does it come back from anybody's memory.
    found = await database.read(lambda db: [tuple(row) for row in db.execute("PRAGMA integrity_check")])
    assert found == [("ok",)]


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_written_meanwhile_stays_whole(
    database: Database, file: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.store.sqlite.erasure.LEFTOVERS_AT_ONCE", 2)
    chance = random.Random(seed)
    lengths: dict[int, int] = {}

    def change(db: sqlite_utils.Database) -> None:
        for _ in range(40):
            number = chance.randrange(200)
            kind = chance.random()
            if number not in lengths:
                lengths[number] = chance.choice((1, 30, 300, 900))
                row = [number, "live " * lengths[number]]
                db.execute("INSERT INTO chat_preferences (chat_id, body) VALUES (?, ?)", row)
            elif kind < 0.5:
                lengths[number] = chance.choice((2, 60, 700))
                row = ["live " * lengths[number], number]
                db.execute("UPDATE chat_preferences SET body = ? WHERE chat_id = ?", row)
            else:
                del lengths[number]
                db.execute("DELETE FROM chat_preferences WHERE chat_id = ?", [number])
        note_deletion(db, is_indexed=False)

    other = await Database.open(file, pause=no_pause)
    for _ in range(6):
        changes = [asyncio.create_task(each.write(change, durable=False)) for each in (database, other, database)]
        await asyncio.gather(database.erase(), *changes)
    query = "SELECT chat_id, length(body) / 5 FROM chat_preferences"
    for each in (database, other):
        assert dict(await each.read(lambda db: [tuple(row) for row in db.execute(query)])) == lengths
        assert await each.read(lambda db: [row[0] for row in db.execute("PRAGMA integrity_check")]) == ["ok"]
    await other.close()
