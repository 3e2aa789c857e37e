from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.domain import IdentityAlias
from core.store.sqlite import Database, SqliteIdentityAliases
from tests.unit.samples import HASH, OTHER_HASH

ALIAS = IdentityAlias("chat:1")


class Clock:
    """Seconds since the epoch, as a test wants them."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "notula.db")
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def count(database: Database) -> int:
    query = "SELECT count(*) FROM identity_aliases"
    return await database.read(lambda connection: connection.execute(query).fetchone()[0])


async def test_a_name_leads_to_the_content_that_was_found_last(database: Database, clock: Clock) -> None:
    aliases = SqliteIdentityAliases(database, clock)
    assert await aliases.content_of(ALIAS) is None
    await aliases.remember(ALIAS, HASH)
    assert await aliases.content_of(ALIAS) == HASH
    await aliases.remember(ALIAS, OTHER_HASH)
    assert await aliases.content_of(ALIAS) == OTHER_HASH


async def test_a_name_is_forgotten_when_its_time_is_over(database: Database, clock: Clock) -> None:
    aliases = SqliteIdentityAliases(database, clock, lifetime_s=10)
    await aliases.remember(ALIAS, HASH)
    clock.now += 9.9
    assert await aliases.content_of(ALIAS) == HASH
    clock.now += 0.1
    assert await aliases.content_of(ALIAS) is None
    aliases.lifetime_s = 20
    assert await aliases.content_of(ALIAS) == HASH


async def test_a_clock_that_is_set_back_makes_no_name_invalid(database: Database, clock: Clock) -> None:
    aliases = SqliteIdentityAliases(database, clock)
    await aliases.remember(ALIAS, HASH)
    clock.now -= 1e6
    assert await aliases.content_of(ALIAS) == HASH


async def test_the_oldest_names_go_where_there_are_too_many(database: Database, clock: Clock) -> None:
    aliases = SqliteIdentityAliases(database, clock, most=3)
    for number in range(5):
        clock.now += 1
        await aliases.remember(IdentityAlias(f"chat:{number}"), HASH)

    found = [await aliases.content_of(IdentityAlias(f"chat:{number}")) for number in range(5)]

    assert found == [None, None, HASH, HASH, HASH]


async def test_where_there_may_be_many_they_are_counted_now_and_then(database: Database, clock: Clock) -> None:
    aliases = SqliteIdentityAliases(database, clock, most=5_000)
    await database.write(
        lambda db: db.conn.executemany(
            "INSERT INTO identity_aliases VALUES (?, ?, 0)", [(str(number), HASH) for number in range(5_000)]
        )
    )
    counts = []
    for number in range(6):
        await aliases.remember(IdentityAlias(f"chat:{number}"), HASH)
        counts.append(await count(database))

    assert counts == [5_000, 5_001, 5_002, 5_003, 5_004, 5_000]


async def test_purging_deletes_expired_names_only(database: Database, clock: Clock) -> None:
    aliases = SqliteIdentityAliases(database, clock, lifetime_s=10)
    await aliases.remember(IdentityAlias("chat:old"), HASH)
    clock.now += 10
    await aliases.remember(ALIAS, HASH)

    assert await aliases.purge_expired() == 1

    assert await count(database) == 1
    assert await aliases.content_of(ALIAS) == HASH


async def test_clearing_deletes_every_name(database: Database, clock: Clock) -> None:
    aliases = SqliteIdentityAliases(database, clock)
    await aliases.remember(ALIAS, HASH)

    await aliases.clear()

    assert await count(database) == 0
