"""A database of the test's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.store.sqlite import Database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "notula.db")
    yield opened
    await opened.close()
