"""What is kept can be read where nothing can be written: a full disk, a drive that may only be read."""

import errno
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

import core.store.database
from core.domain import CacheKey
from core.domain.errors import DiskFull, StoreNotPrivate, StorePlaceTaken, StoreReadOnly
from core.library import Library
from core.store import Database, History
from core.store.condition import store_error
from core.store.read_only import _connected, open_to_read
from tests.unit.samples import HASH, make_source, make_transcript

KEY = CacheKey("key")


@pytest.fixture
async def kept(tmp_path: Path) -> Path:
    """A database with one transcript."""
    file = tmp_path / "notula.db"
    database = await Database.open(file)
    await History(database).save(make_source("kept.wav"), KEY, HASH, make_transcript(), 1.0)
    await database.close()
    return file


@pytest.fixture
def nothing_can_be_written(kept: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    def refuse(file: Path) -> None:
        raise OSError(getattr(request, "param", errno.EROFS), "refused")

    monkeypatch.setattr(core.store.database, "open_writer", refuse)


@pytest.mark.usefixtures("nothing_can_be_written")
@pytest.mark.parametrize(
    "nothing_can_be_written", [errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EACCES], indirect=True
)
async def test_the_history_is_read_all_the_same_and_a_sentence_says_what_is_not_done(kept: Path) -> None:
    library = await Library.open(kept)
    page = await library.page("times")
    assert [entry.name for entry in page.entries] == ["kept.wav"]
    stored = await library.get(page.entries[0].id)
    assert stored is not None
    assert "best of times" in stored.transcript.text
    assert await library.usage("2026-11") == ()
    (notice,) = library.notices
    assert str(notice).endswith("What is there can be read all the same, but nothing can be kept or deleted.")
    await library.close()
    assert [file.name for file in kept.parent.iterdir() if not file.name.endswith(".opening")] == ["notula.db"]


@pytest.mark.usefixtures("nothing_can_be_written")
async def test_every_write_says_why(kept: Path) -> None:
    database = await open_to_read(kept)
    for attempt in (database.write(lambda _: None), database.erase(), database.erase_left()):
        with pytest.raises(StoreReadOnly):
            await attempt
    await database.notices_told()
    await database.close()


@pytest.mark.usefixtures("nothing_can_be_written")
async def test_where_there_is_no_database_the_problem_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreReadOnly):
        await open_to_read(tmp_path / "other.db")


@pytest.mark.skipif(sys.platform == "win32", reason="SQLite has no such way there")
async def test_the_log_is_read_without_shared_memory(kept: Path, tmp_path: Path) -> None:
    copies = tmp_path / "copy"
    copies.mkdir()
    with closing(sqlite3.connect(kept)) as connection, connection:
        connection.execute("UPDATE transcripts SET name = 'renamed.wav'")
        connection.commit()
        for suffix in ("", "-wal"):
            (copies / f"notula.db{suffix}").write_bytes(kept.with_name(f"notula.db{suffix}").read_bytes())
    with closing(_connected(copies / "notula.db", "mode=ro&vfs=unix-none", is_alone=True)) as reader:
        assert reader.execute("SELECT name FROM transcripts").fetchone()[0] == "renamed.wav"
    assert sorted(file.name for file in copies.iterdir()) == ["notula.db", "notula.db-wal"]


def test_a_file_in_the_place_of_a_folder_is_named() -> None:
    for kind in (FileExistsError, NotADirectoryError):
        error = store_error(kind(errno.EEXIST, "there", "/data/instances"))
        assert isinstance(error, StorePlaceTaken)
        assert "/data/instances" in str(error)
    assert isinstance(store_error(OSError(errno.EDQUOT, "full")), DiskFull)
    assert not isinstance(store_error(OSError(errno.EACCES, "no")), StoreNotPrivate)
