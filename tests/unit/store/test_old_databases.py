"""Databases as older versions have left them. A new migration brings the file that the version before it made."""

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest
import sqlite_utils

from core.domain import CacheKey, JobState
from core.store.sqlite import Database, Instance, SqliteCachedTranscripts, SqliteHistory, SqliteJobJournal
from core.store.sqlite.schema import migrations
from tests.unit.samples import HASH, make_source, make_transcript

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
    saved = await history.save(make_source(), CacheKey("new"), HASH, make_transcript("Something new."), 2_000.0)
    old = (await history.page("bread", 10, 0)).entries[0]
    await history.delete([old.id])

    assert [entry.id for entry in (await history.page("something", 10, 0)).entries] == [saved]
    assert (await history.page("bread", 10, 0)).total == 0
    assert (await history.page("", 10, 0)).total == 3
    await database.close()
