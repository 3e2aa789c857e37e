"""A watched folder with one recording that was there before."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.store.sqlite import Database
from tests.unit.watching.driver import WatchedFolderDriver


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "notula.db")
    yield opened
    await opened.close()


@pytest.fixture
async def calls(tmp_path: Path, database: Database) -> WatchedFolderDriver:
    folder = tmp_path / "calls"
    folder.mkdir()
    (folder / "old.wav").write_bytes(b"from before")
    driver = WatchedFolderDriver(folder, database)
    await driver.look()
    return driver
