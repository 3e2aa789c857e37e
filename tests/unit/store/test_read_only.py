"""What is kept can be read where nothing can be written: a full disk, a drive that may only be read."""

import errno
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

import core.store.sqlite.database
from core.app.library import Library
from core.domain import CacheKey
from core.domain.errors import (
    DiskFull,
    DriveFailing,
    StoreDamaged,
    StoreDriveReadOnly,
    StoreError,
    StoreNotPrivate,
    StorePlaceTaken,
    StoreReadOnly,
)
from core.store.sqlite import Database, SqliteHistory
from core.store.sqlite.health import store_error
from core.store.sqlite.read_only import _connected, open_to_read
from tests.unit.samples import HASH, THE_OWNER, make_source, make_transcript

KEY = CacheKey("key")


@pytest.fixture
async def kept(tmp_path: Path) -> Path:
    """A database with one transcript."""
    file = tmp_path / "notula.db"
    database = await Database.open(file)
    await SqliteHistory(database).save(make_source("kept.wav"), KEY, HASH, make_transcript(), 1.0, requester=THE_OWNER)
    await database.close()
    return file


@pytest.fixture
def nothing_can_be_written(kept: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    def refuse(file: Path) -> None:
        raise OSError(getattr(request, "param", errno.EROFS), "refused")

    monkeypatch.setattr(core.store.sqlite.database, "open_writer", refuse)


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


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path: Path) -> None:
    for kind in (FileExistsError, NotADirectoryError):
        error = store_error(kind(errno.EEXIST, "there", "/data/instances"), tmp_path)
        assert isinstance(error, StorePlaceTaken)
        assert "/data/instances" in str(error)
    assert isinstance(store_error(OSError(errno.EDQUOT, "full"), tmp_path), DiskFull)
    assert not isinstance(store_error(OSError(errno.EACCES, "no"), tmp_path), StoreNotPrivate)


class Drive:
    """What the system says of the drive, in place of the real one's state."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.free_bytes, self.files, self.free_files, self.is_read_only = 10**9, 1_000, 500, False
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=self.free_bytes))
        monkeypatch.setattr(os, "ST_RDONLY", 1, raising=False)
        monkeypatch.setattr(os, "statvfs", self._statvfs, raising=False)

    def _statvfs(self, _: Path) -> SimpleNamespace:
        return SimpleNamespace(f_files=self.files, f_favail=self.free_files, f_flag=int(self.is_read_only))


@pytest.fixture
def drive(monkeypatch: pytest.MonkeyPatch) -> Drive:
    return Drive(monkeypatch)


def kind_of(code: int, folder: Path) -> type[StoreError]:
    error = sqlite3.OperationalError("refused")
    error.sqlite_errorcode = code
    return type(store_error(error, folder))


_SHM_SIZE = sqlite3.SQLITE_IOERR_SHMSIZE


def test_an_input_or_output_error_on_a_full_drive_is_told_as_a_full_drive(drive: Drive, tmp_path: Path) -> None:
    missing = tmp_path / "not" / "there"
    assert kind_of(_SHM_SIZE, missing) is DriveFailing
    drive.free_bytes = 4096
    assert kind_of(_SHM_SIZE, missing) is kind_of(sqlite3.SQLITE_CANTOPEN, missing) is DiskFull
    assert kind_of(sqlite3.SQLITE_READONLY, missing) is StoreReadOnly
    assert kind_of(sqlite3.SQLITE_CORRUPT, missing) is StoreDamaged


def test_a_drive_that_takes_no_more_files_is_full(drive: Drive, tmp_path: Path) -> None:
    drive.free_files = 0
    assert kind_of(_SHM_SIZE, tmp_path) is kind_of(sqlite3.SQLITE_CANTOPEN, tmp_path) is DiskFull
    drive.files = 0  # They aren't counted there.
    assert kind_of(_SHM_SIZE, tmp_path) is DriveFailing


def test_a_drive_that_can_only_be_read_is_told_from_a_missing_permission(drive: Drive, tmp_path: Path) -> None:
    codes = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
    assert {kind_of(code, tmp_path) for code in codes} == {StoreReadOnly}
    drive.is_read_only = True
    assert {kind_of(code, tmp_path) for code in (*codes, sqlite3.SQLITE_IOERR)} == {StoreDriveReadOnly}
    assert type(store_error(OSError(errno.EROFS, "refused"), tmp_path)) is StoreDriveReadOnly
    assert type(store_error(OSError(errno.EACCES, "refused"), tmp_path)) is StoreReadOnly
