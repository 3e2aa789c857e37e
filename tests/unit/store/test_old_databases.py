"""Databases as older versions have left them. A new migration brings the file that the version before it made."""

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest
import sqlite_utils

from core.domain import CacheKey, JobState, Requester
from core.domain.errors import DiskFull
from core.store.sqlite import Database, Instance, SqliteCachedTranscripts, SqliteHistory, SqliteJobJournal
from core.store.sqlite.health import damage_mark
from core.store.sqlite.read_only import ReadOnlyDatabase
from core.store.sqlite.schema import migrations
from tests.unit.samples import HASH, THE_OWNER, make_source, make_transcript

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "databases"
OLD_DATABASES = sorted(FIXTURES.glob("version-*.sqlite3"))


@pytest.fixture(params=OLD_DATABASES, ids=lambda file: file.stem)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copy(request.param, tmp_path / "notula.db"))


def tables(connection: sqlite3.Connection) -> dict[str, set[str]]:
    database = sqlite_utils.Database(connection)
    return {name: {column.name for column in database.table(name).columns} for name in database.table_names()}


async def test_an_old_database_has_all_tables_and_columns_after_opening(file: Path) -> None:
    database = await Database.open(file)
    await database.close()

    with (
        contextlib.closing(sqlite3.connect(file)) as opened,
        contextlib.closing(sqlite3.connect(":memory:")) as new,
    ):
        migrations.apply(sqlite_utils.Database(new))
        assert tables(opened) == tables(new)
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.notice is None


async def test_all_in_an_old_database_is_still_readable(file: Path, tmp_path: Path) -> None:
    database = await Database.open(file)
    instance = Instance(tmp_path / "instances", lambda: "new")
    instance.announce()
    history, journal = SqliteHistory(database), SqliteJobJournal(database, instance)

    finished = await journal.finished(10)
    adopted = await journal.adopt_all()
    page = await history.page("", 10, 0)
    stored = [await history.get(entry.id) for entry in page.entries]
    cached = [await SqliteCachedTranscripts(database).get(CacheKey(f"key-{number}")) for number in (1, 2, 3)]
    found = await history.page("cafe croiss", 10, 0)

    assert [(job.source.name, job.state) for job in finished] == [
        ("dickens.wav", JobState.DONE),
        ("café.ogg", JobState.DONE),
        ("memo.m4a", JobState.DONE),
        ("broken.mp3", JobState.FAILED),
    ]
    assert str(finished[3].error) == "broken.mp3 is empty. Save or download it again."
    assert [(job.source.name, job.state) for job in adopted] == [
        ("running.wav", JobState.QUEUED),
        ("waiting.wav", JobState.QUEUED),
    ]
    assert [entry.name for entry in page.entries] == ["memo.m4a", "café.ogg", "dickens.wav"]
    assert [job.transcript_id for job in finished[2::-1]] == [entry.id for entry in page.entries]
    assert [transcript.transcript.text for transcript in stored if transcript] == [
        "Buy bread.",
        "Un café au lait. Fresh croissants.",
        "It was the best of times. It was the worst of times.",
    ]
    assert [entry.transcript.text for entry in cached if entry] == [
        "It was the best of times. It was the worst of times.",
        "Un café au lait. Fresh croissants.",
        "Buy bread.",
    ]
    assert [entry.name for entry in found.entries] == ["café.ogg"]
    instance.leave()
    await database.close()


async def test_an_old_database_takes_new_rows_and_deletes_old_ones(file: Path) -> None:
    database = await Database.open(file)
    history = SqliteHistory(database)
    saved = await history.save(
        make_source(), CacheKey("new"), HASH, make_transcript("Something new."), 2_000.0, requester=THE_OWNER
    )
    old = (await history.page("bread", 10, 0)).entries[0]
    await history.delete([old.id])

    assert [entry.id for entry in (await history.page("something", 10, 0)).entries] == [saved]
    assert (await history.page("bread", 10, 0)).total == 0
    assert (await history.page("", 10, 0)).total == 3
    await database.close()


def share(file: Path) -> None:
    """Version 11: three people and the owner have one row, and of one of them only a delivery tells."""
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        for job_id, channel, user in (
            ("job-a", "telegram", "7"),
            ("job-b", "telegram", "8"),
            ("job-c", "cli", "owner"),
        ):
            connection.execute(
                """INSERT INTO jobs (id, instance, state, priority, source_kind, source_location, source_name, options,
                    requester_channel, requester_user, submitted_at, attempt, transcript_id)
                    SELECT ?, instance, 'done', priority, source_kind, source_location, source_name, options, ?, ?,
                    submitted_at + 100, 1, transcript_id FROM jobs WHERE id = 'job-1'""",
                [job_id, channel, user],
            )
        for number, user_id, job_id in ((1, 7, "job-a"), (2, 8, "job-b"), (3, 9, "job that is gone"), (4, 5, "job-c")):
            connection.execute(
                """INSERT INTO deliveries (id, kind, bot_id, chat_id, user_id, job_id, transcript_id, created_at, body)
                    VALUES (?, 'transcript', 4711, ?, ?, ?, 1, 1.0, '{}')""",
                [f"delivery {number}", user_id, user_id, job_id],
            )
        connection.execute("UPDATE jobs SET requester_user = '7', requester_channel = 'telegram' WHERE id = 'job-2'")
        connection.execute("INSERT INTO store_marks VALUES ('last-transcript', 40)")


@pytest.mark.parametrize("is_damaged", [False, True])
async def test_a_shared_transcript_becomes_an_entry_of_each_person(tmp_path: Path, is_damaged: bool) -> None:
    file = Path(shutil.copy(FIXTURES / "version-11.sqlite3", tmp_path / "notula.db"))
    share(file)
    if is_damaged:
        damage_mark(file).touch()
    for _ in range(2):  # A second opening changes nothing.
        database = await Database.open(file)

        def read(connection: sqlite3.Connection) -> tuple[list[object], ...]:
            entries = connection.execute("SELECT id, person, text FROM transcripts WHERE text LIKE '%best%' ORDER BY 1")
            jobs = connection.execute("SELECT id, transcript_id FROM jobs WHERE transcript_id NOT IN (2, 3) ORDER BY 1")
            deliveries = connection.execute("SELECT user_id, transcript_id FROM deliveries ORDER BY 1")
            return tuple([tuple(row) for row in rows] for rows in (entries, jobs, deliveries))

        entries, jobs, deliveries = await database.read(read)
        said = "It was the best of times. It was the worst of times."
        assert entries == [
            (1, "owner", said),
            (41, "telegram:7", said),
            (42, "telegram:8", said),
            (43, "telegram:9", said),
        ]
        assert jobs == [("job-1", 1), ("job-a", 41), ("job-b", 42), ("job-c", 1)]
        assert deliveries == [(5, 1), (7, 41), (8, 42), (9, 43)]
        history = SqliteHistory(database)
        assert (await history.page("best", 10, 0)).total == 4
        assert await database.read(
            lambda db: db.execute("SELECT person FROM transcripts WHERE id = 2").fetchone()[0]
        ) == ("telegram:7")
        await database.close()


async def test_an_edited_entry_is_saved_of_a_damaged_file(tmp_path: Path) -> None:
    file = tmp_path / "notula.db"
    database = await Database.open(file)
    history, requester = SqliteHistory(database), Requester("telegram", "7")
    saved = await history.save(make_source(), CacheKey("key"), HASH, make_transcript(), 1.0, requester=requester)
    await history.update(saved, make_transcript("Edited."), 2.0)
    await database.close()
    damage_mark(file).touch()

    database = await Database.open(file)
    stored = await SqliteHistory(database).get(saved)
    assert stored is not None
    assert (stored.transcript.text, stored.entry.edited_at) == ("Edited.", 2.0)
    assert (await SqliteHistory(database).page("edited", 10, 0)).total == 1
    again = await SqliteHistory(database).save(
        make_source(), CacheKey("key"), HASH, make_transcript(), 3.0, requester=requester
    )
    assert again == saved
    await database.close()


async def test_the_history_of_an_old_database_that_cannot_be_written_is_read(file: Path) -> None:
    database = ReadOnlyDatabase.of(file, DiskFull())
    page = await SqliteHistory(database).page("bread", 10, 0)
    stored = await SqliteHistory(database).get(page.entries[0].id)
    assert stored is not None
    assert (stored.transcript.text, stored.entry.edited_at) == ("Buy bread.", None)
    assert (await SqliteHistory(database).page("", 10, 0)).total == 3
    await database.close()
