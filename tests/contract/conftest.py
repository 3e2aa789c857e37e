"""Every implementation that has to keep the contracts, on stores of the test's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.store.sqlite import Database
from tests.contract.queues import LocalQueues, Queues


@pytest.fixture(params=["local"])
async def queues(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Queues]:
    assert request.param == "local"
    database = await Database.open(tmp_path / "notula.db")
    yield LocalQueues(database, tmp_path)
    await database.close()
