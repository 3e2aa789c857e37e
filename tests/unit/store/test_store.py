import asyncio
import contextlib
import os
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import sqlite_utils

from core.domain import CacheKey, JobState, TranscriptId, TranslatableText
from core.domain.errors import StoreDamaged, StoreError
from core.store.sqlite import Database, Instance, SqliteCachedTranscripts, SqliteHistory, SqliteJobJournal
from core.store.sqlite.search import Fts5Search
from core.store.sqlite.untrusted_files import set_untrusted_aside
from tests.patience import PATIENCE_S
from tests.unit.samples import HASH, OTHER_HASH, THE_OWNER, make_job, make_source, make_transcript

KEY = CacheKey("key")
OTHER_KEY = CacheKey("other key")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "notula.db")
    yield opened
    await opened.close()


@pytest.fixture
def history(database: Database) -> SqliteHistory:
    return SqliteHistory(database)


def numbered(prefix: str) -> Callable[[], str]:
    numbers = iter(range(1000))
    return lambda: f"{prefix}-{next(numbers)}"


async def test_a_write_is_there_for_the_next_read(database: Database) -> None:
    await database.write(lambda db: db.execute("CREATE TABLE t (x)"))
    await asyncio.gather(
        *(database.write(lambda db, i=i: db.execute("INSERT INTO t VALUES (?)", [i])) for i in range(200))
    )

    assert await database.read(lambda db: db.execute("SELECT count(*), sum(x) FROM t").fetchone()[:]) == (200, 19900)


async def test_a_failing_write_takes_nothing_of_the_others_with_it(database: Database) -> None:
    await database.write(lambda db: db.execute("CREATE TABLE t (x UNIQUE)"))
    blocked = threading.Event()
    first = asyncio.create_task(database.write(lambda _: blocked.wait(PATIENCE_S)))
    values = [1, 2, 2, 3]
    writes = [
        asyncio.create_task(database.write(lambda db, x=x: db.execute("INSERT INTO t VALUES (?)", [x]))) for x in values
    ]
    await asyncio.sleep(0)
    blocked.set()
    await first
    results = await asyncio.gather(*writes, return_exceptions=True)

    assert [isinstance(result, StoreError) for result in results] == [False, False, True, False]
    assert await database.read(lambda db: [row[0] for row in db.execute("SELECT x FROM t ORDER BY x")]) == [1, 2, 3]


async def test_a_write_that_begins_with_reading_is_not_overtaken_by_another_process(
    database: Database, tmp_path: Path
) -> None:
    await database.write(lambda db: db.execute("CREATE TABLE t (x)"))

    def read_then_write(db: sqlite_utils.Database) -> None:
        db.execute("SELECT count(*) FROM t").fetchall()
        with (
            contextlib.closing(sqlite3.connect(tmp_path / "notula.db", timeout=0)) as other,
            contextlib.suppress(sqlite3.OperationalError),
            other,
        ):
            other.execute("INSERT INTO t VALUES (2)")
        db.execute("INSERT INTO t VALUES (1)")

    await database.write(read_then_write)

    assert await database.read(lambda db: [row[0] for row in db.execute("SELECT x FROM t")]) == [1]


def test_what_another_process_had_for_a_moment_beside_the_database_is_not_taken_for_planted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, look = tmp_path / "notula.db-journal", Path.lstat
    journal.touch()

    def just_deleted(file: Path) -> os.stat_result:
        file.unlink(missing_ok=True)
        return look(file)

    monkeypatch.setattr(Path, "lstat", just_deleted)
    assert set_untrusted_aside(tmp_path / "notula.db") is None
    assert list(tmp_path.iterdir()) == []


async def test_a_database_opened_by_many_at_once_is_made_once(tmp_path: Path) -> None:
    databases = await asyncio.gather(*(Database.open(tmp_path / "new" / "notula.db") for _ in range(8)))
    assert [database.notice for database in databases] == [None] * 8
    for database in databases:
        await database.close()


async def test_a_damaged_database_is_kept_aside_and_said(tmp_path: Path) -> None:
    file = tmp_path / "notula.db"
    file.write_bytes(b"this is not a database" * 1000)

    database = await Database.open(file)
    await SqliteHistory(database).save(make_source(), KEY, HASH, make_transcript(), 1.0, requester=THE_OWNER)
    await database.close()

    assert database.notice is not None
    kept = Path(str(database.notice.values["path"]))
    assert kept.read_bytes().startswith(b"this is not a database")


async def test_a_job_whose_text_is_damaged_keeps_no_other_from_going_on(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "instances", numbered("instance"))
    instance.announce()
    database = await Database.open(tmp_path / "notula.db")
    await SqliteJobJournal(database, instance).record(
        [make_job("whole.wav"), make_job("name.wav"), make_job("options.wav")]
    )

    def damage(db: sqlite_utils.Database) -> None:
        db.execute("UPDATE jobs SET source_name = CAST(x'6eff' AS TEXT) WHERE source_name = 'name.wav'")
        db.execute("UPDATE jobs SET options = '{' WHERE source_name = 'options.wav'")

    await database.write(damage)
    instance.leave()
    instance.announce()
    adopted = await SqliteJobJournal(database, instance).adopt_all()

    assert [job.source.name for job in adopted] == ["whole.wav", "n\ufffd"]
    assert database.notice is not None
    assert database.notice.template == StoreDamaged.sentence
    instance.leave()
    await database.close()


async def test_a_folder_that_can_not_be_made_is_one_plain_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError):
        await Database.open(tmp_path / "file" / "notula.db")


async def test_a_transcript_comes_back_as_it_was(history: SqliteHistory) -> None:
    transcript = make_transcript()
    saved = await history.save(make_source("talk.wav"), KEY, HASH, transcript, 12.5, requester=THE_OWNER)
    stored = await history.get(saved)

    assert stored is not None
    assert stored.transcript == transcript
    assert (stored.entry.name, stored.entry.created_at, stored.content_hash) == ("talk.wav", 12.5, HASH)
    assert await history.get(TranscriptId(99)) is None


async def test_the_same_recording_is_one_entry_and_another_name_another(history: SqliteHistory) -> None:
    first = await history.save(make_source("a.wav"), KEY, HASH, make_transcript(), 1.0, requester=THE_OWNER)
    again = await history.save(make_source("a.wav"), KEY, HASH, make_transcript(), 2.0, requester=THE_OWNER)
    other = await history.save(make_source("b.wav"), KEY, HASH, make_transcript(), 3.0, requester=THE_OWNER)

    assert first == again != other
    page = await history.page("", 10, 0)
    assert [(entry.name, entry.created_at) for entry in page.entries] == [("b.wav", 3.0), ("a.wav", 2.0)]


async def test_search_finds_words_beginnings_and_accents(history: SqliteHistory) -> None:
    await history.save(
        make_source("a.wav"), KEY, HASH, make_transcript("Un café au lait. Fresh croissants."), 1.0, requester=THE_OWNER
    )
    await history.save(
        make_source("b.wav"), OTHER_KEY, OTHER_HASH, make_transcript("Black tea."), 2.0, requester=THE_OWNER
    )

    page = await history.page("cafe croiss", 10, 0)

    assert [entry.name for entry in page.entries] == ["a.wav"]
    assert {piece for piece, is_match in page.entries[0].excerpt if is_match} == {"café", "croissants"}
    assert (await history.page("b.wav", 10, 0)).total == 1
    assert (await history.page("coffee", 10, 0)).entries == ()


@pytest.mark.parametrize("typed", ['"', "' OR 1=1 --", "a AND", "NEAR(", "*", "name:x", "-", "(", "é^2", "\x00"])
async def test_nothing_that_is_typed_breaks_the_search(history: SqliteHistory, typed: str) -> None:
    await history.page(typed, 10, 0)


def test_an_empty_search_is_no_search() -> None:
    assert Fts5Search().query("  ?! ") is None


async def test_pages_follow_each_other(history: SqliteHistory) -> None:
    for number in range(5):
        await history.save(
            make_source(f"{number}.wav"), KEY, HASH, make_transcript(), float(number), requester=THE_OWNER
        )

    page = await history.page("", 2, 2)

    assert ([entry.name for entry in page.entries], page.total) == (["2.wav", "1.wav"], 5)


async def test_what_is_deleted_is_nowhere_on_the_disk(
    tmp_path: Path, database: Database, history: SqliteHistory
) -> None:
    secret = make_transcript("The treasure is under the xylophone.")
    saved = await history.save(make_source(), KEY, HASH, secret, 1.0, requester=THE_OWNER)
    await SqliteCachedTranscripts(database).put(KEY, HASH, secret, 1.0)
    assert any(b"xylophone" in file.read_bytes() for file in tmp_path.iterdir())

    assert await history.delete([saved]) == (HASH,)
    await database.erase()

    assert await history.get(saved) is None
    assert (await history.page("xylophone", 10, 0)).total == 0
    assert await SqliteCachedTranscripts(database).get(KEY) is None
    assert not any(b"xylophone" in file.read_bytes() for file in tmp_path.iterdir())


async def test_a_damaged_cache_entry_is_a_miss(database: Database) -> None:
    cached = SqliteCachedTranscripts(database)
    await cached.put(KEY, HASH, make_transcript(), 1.0)
    await database.write(lambda db: db.execute("UPDATE cached_transcripts SET body = x'00ff'"))

    assert await cached.get(KEY) is None


async def test_jobs_of_a_dead_instance_are_adopted_and_those_of_a_living_one_are_not(
    tmp_path: Path, database: Database
) -> None:
    new_id = numbered("instance")
    instances = [Instance(tmp_path / "instances", new_id) for _ in range(3)]
    for instance in instances:
        instance.announce()
    dead, alive, third = (SqliteJobJournal(database, instance) for instance in instances)
    mine, running, done = make_job("a.wav"), make_job("b.wav"), make_job("c.wav")
    await dead.record([mine, running, done])
    await dead.update(running.moved_to(JobState.RUNNING, attempt=1))
    await dead.update(done.moved_to(JobState.RUNNING).moved_to(JobState.DONE))
    await alive.record([make_job("d.wav")])
    instances[0].leave()

    adopted = await third.adopt_all()

    assert [(job.id, job.state, job.attempt) for job in adopted] == [
        (mine.id, JobState.QUEUED, 0),
        (running.id, JobState.QUEUED, 0),
    ]
    assert await third.adopt_all() == []
    assert [job.id for job in await third.finished(10)] == [done.id]
    for instance in instances[1:]:
        instance.leave()


async def test_a_job_comes_back_from_the_journal_with_its_error(tmp_path: Path, database: Database) -> None:
    instance = Instance(tmp_path / "instances", numbered("instance"))
    instance.announce()
    journal = SqliteJobJournal(database, instance)
    job = make_job()
    await journal.record([job])
    failed = job.moved_to(JobState.RUNNING, attempt=1, started_at=1.0).moved_to(
        JobState.FAILED, finished_at=2.0, error=TranslatableText("{name} is empty.", {"name": "talk.wav"})
    )
    await journal.update(failed)

    assert await journal.finished(10) == [failed]
    await journal.set_removed([job.id], True)
    assert await journal.finished(10) == []
    await journal.set_removed([job.id], False)
    assert await journal.finished(10) == [failed]
    instance.leave()


async def test_the_database_stays_readable_for_plain_sqlite(tmp_path: Path, history: SqliteHistory) -> None:
    await history.save(make_source(), KEY, HASH, make_transcript(), 1.0, requester=THE_OWNER)

    with sqlite3.connect(tmp_path / "notula.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
