"""Who has to do with the bots, for their owner to see."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlite_utils

from core.domain.bot import Access, BotPerson
from core.store.sqlite import Database, SqliteBotPeople
from core.store.sqlite.bot_chats import SqliteBotChats

ADA, BEN, TEAM = 7, 8, -100

TRANSCRIPT = """INSERT INTO transcripts (id, person, cache_key, content_hash, name, location, created_at, duration_s,
    language, provider, model, text, body)
    VALUES (:id, 'owner', 'k' || :id, 'h', 'n', '/n', 1, 60, 'en', 'p', 'm', '', '')"""
DELIVERY = """INSERT INTO deliveries (id, kind, bot_id, chat_id, user_id, transcript_id, created_at, finished_at, body)
    VALUES (:id, :kind, 99, :chat, :user, :transcript, :at, :finished, '{}')"""


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "notula.db")
    yield database
    await database.close()


@pytest.fixture
async def chats(database: Database) -> SqliteBotChats:
    people = SqliteBotPeople(database, lambda: 1000.0)
    await people.seen(BotPerson(ADA, "Ada", "ada"))
    await people.set_access(BEN, Access.BLOCKED)
    await people.set_access(TEAM, Access.ALLOWED)

    def fill(database: sqlite_utils.Database) -> None:
        for number in (1, 2):
            database.execute(TRANSCRIPT, {"id": number})
        for id_, kind, chat, transcript, at, finished in (
            ("a", "transcript", ADA, 1, 2000.0, 2001.0),
            ("b", "transcript", ADA, 1, 2500.0, 2501.0),  # The same once more, which is one recording.
            ("c", "file", ADA, 2, 2600.0, 2601.0),
            ("d", "transcript", TEAM, 2, 3000.0, None),
            ("e", "transcript", -200, None, 3100.0, None),
        ):
            values = {"id": id_, "kind": kind, "chat": chat, "user": ADA, "transcript": transcript, "at": at}
            database.execute(DELIVERY, values | {"finished": finished})

    await database.write(fill)
    return SqliteBotChats(database)


async def test_people_groups_and_who_was_decided_on_are_listed(chats: SqliteBotChats) -> None:
    listed = await chats.newest(100)
    told = {chat.chat_id: (chat.access, chat.recordings, chat.seconds, chat.last_used_at) for chat in listed}
    assert told == {
        ADA: (Access.UNKNOWN, 2, 120.0, 3000.0),
        TEAM: (Access.ALLOWED, 1, 60.0, 3000.0),
        BEN: (Access.BLOCKED, 0, 0.0, None),
        -200: (Access.UNKNOWN, 0, 0.0, None),
    }
    assert {chat.chat_id for chat in listed if chat.is_group} == {TEAM, -200}
    assert {chat.name for chat in listed} == {"Ada", ""}


async def test_nobody_who_may_be_in_is_left_out_of_a_short_list(chats: SqliteBotChats) -> None:
    assert {TEAM, BEN} <= {chat.chat_id for chat in await chats.newest(1)}


async def test_an_access_that_cant_be_read_is_shown_as_blocked(database: Database, chats: SqliteBotChats) -> None:
    await database.write(lambda database: database.execute("UPDATE bot_people SET access = '?' WHERE user_id = 7"))
    shown = {chat.chat_id: chat.access for chat in await chats.newest(100)}
    assert shown[ADA] is Access.BLOCKED


async def test_whether_somebody_was_answered(database: Database, chats: SqliteBotChats) -> None:
    assert await chats.has_answered(ADA)
    assert not await chats.has_answered(BEN)
    await database.write(lambda database: database.execute("UPDATE deliveries SET finished_at = NULL"))
    assert not await chats.has_answered(ADA)
