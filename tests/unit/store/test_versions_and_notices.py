"""A newer version's database is left alone; what a damaged one has lost is told until somebody was told."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from core.domain import TranslatableText
from core.domain.errors import StoreTooNew
from core.store.sqlite import Database
from core.store.sqlite.health import damage_mark
from core.store.sqlite.notices import keep_notice

BY_NUMBER = "PRAGMA user_version = 99"
BY_NAME = "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('notula', 'm999_later', '2030')"


@pytest.mark.parametrize("newer", [BY_NUMBER, BY_NAME])
@pytest.mark.parametrize("is_damaged", [False, True])
async def test_a_newer_versions_database_is_refused_and_stays_as_it_is(
    tmp_path: Path, newer: str, *, is_damaged: bool
) -> None:
    file = tmp_path / "notula.db"
    await (await Database.open(file)).close()
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(newer)
    before = file.read_bytes()
    if is_damaged:
        damage_mark(file).touch()
    with pytest.raises(StoreTooNew):
        await Database.open(file)
    assert file.read_bytes() == before
    assert not list(tmp_path.glob("*.broken-*"))


async def test_what_a_rescue_has_lost_is_told_at_every_start_until_it_was_told(tmp_path: Path) -> None:
    file = tmp_path / "notula.db"
    file.write_bytes(b"this is not a database" * 1000)
    for _ in range(2):
        database = await Database.open(file)
        assert [Path(str(notice.values["path"])).name[:17] for notice in database.notices] == ["notula.db.broken-"]
        await database.close()
    database = await Database.open(file)
    await database.notices_told()
    assert database.notices == ()
    await database.close()
    database = await Database.open(file)
    assert database.notices == ()
    await database.close()


async def test_a_start_that_is_killed_before_it_has_named_the_damaged_file_is_made_up_for(tmp_path: Path) -> None:
    file = tmp_path / "notula.db"
    database = await Database.open(file)
    await database.write(lambda db: keep_notice(db, TranslatableText("Kept as {path}.", {"path": ""})))
    await database.close()
    kept = tmp_path / "notula.db.broken-20260102-030405"
    kept.touch()
    database = await Database.open(file)
    assert [str(notice) for notice in database.notices] == [f"Kept as {kept}."]
    await database.close()


async def test_a_notice_that_can_not_be_read_keeps_nothing_else_from_being_told(tmp_path: Path) -> None:
    file = tmp_path / "notula.db"
    database = await Database.open(file)
    await database.write(lambda db: db.execute("INSERT INTO notices (at, template, detail) VALUES (0, 'x', '[')"))
    await database.write(lambda db: keep_notice(db, TranslatableText("Something.")))
    await database.close()
    database = await Database.open(file)
    assert [str(notice) for notice in database.notices] == ["Something."]
    await database.close()
