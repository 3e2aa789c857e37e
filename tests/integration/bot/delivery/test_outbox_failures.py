"""Deliveries survive a full disk, a migrated group, a stop at any moment and an old server."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from aiogram import Bot

from core.bot.delivery.outbox import Outbox, OutboxCallbacks
from core.domain import TranscriptId
from core.domain.bot import Delivery, DeliveryKind
from core.domain.errors import DiskFull
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_client import bot_of
from tests.fakes.bot_api_people import Person
from tests.integration.bot.delivery.outbox import FakeHost, outbox_of, owed, stored
from tests.patience import PATIENCE_S

LIGHT = "It was the season of Light."


@pytest.fixture
def host() -> FakeHost:
    host = FakeHost({1: stored(LIGHT)})
    host.gate.set()
    return host


@pytest.fixture
def charles(api: FakeBotApi) -> Person:
    """Somebody who has written to the bot, in English."""
    charles = api.person("Charles")
    charles.send_text("/start")
    return charles


async def settled(outbox: Outbox) -> None:
    """Until nothing is under way."""
    async with asyncio.timeout(PATIENCE_S):
        while outbox._tasks:
            await asyncio.wait(outbox._tasks.values())


async def killed(api: FakeBotApi, folder: Path, host: FakeHost, delivery: Delivery, step: int, *, after: bool) -> bool:
    """Open this and stop the desk at its request number `step`; whether it came so far."""
    async with bot_of(api) as bot, outbox_of(bot, folder, host) as outbox:
        held = api.hang("*", let_through=step, after_effect=after)
        await outbox.open(delivery)
        reached, ended = asyncio.create_task(held.reached.wait()), asyncio.create_task(settled(outbox))
        await asyncio.wait([reached, ended], return_when=asyncio.FIRST_COMPLETED)
        was_reached = held.reached.is_set()
        for waiting in (reached, ended):
            waiting.cancel()
        await outbox.close(grace_s=0.0)
        return was_reached


async def test_a_full_disk_is_waited_for_and_costs_no_second_message(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    pauses: list[float] = []
    async with outbox_of(bot, tmp_path, host, pause=pause) as outbox:
        record, failures = outbox._journal.set_messages, iter([DiskFull(), DiskFull()])

        async def set_messages(*values: object) -> None:
            for failure in failures:
                raise failure
            await record(*values)  # type: ignore[arg-type]

        monkeypatch.setattr(outbox._journal, "set_messages", set_messages)
        await outbox.open(owed(charles.id, None))
        await settled(outbox)
        assert pauses[:2] == [1.0, 2.0]
    assert [message.text for message in charles.chat.bot_messages] == [LIGHT]
    assert len(api.requests_of("sendMessage")) == 1


async def test_a_group_that_becomes_another_gets_its_answer_there(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    host.gate.clear()
    team = api.group("Team", kind="group")
    team.add(charles)
    async with outbox_of(bot, tmp_path, host) as outbox:
        await outbox.open(owed(team.id, None, 1, user_id=charles.id))
        await team.wait_for(lambda message: message.text == "Received.")
        larger = team.upgrade(charles)
        host.gate.set()
        await settled(outbox)
        await outbox.open(owed(team.id, None, 2, user_id=charles.id))
        await settled(outbox)
        assert [message.text for message in larger.chat.bot_messages] == [LIGHT, LIGHT]
        again = await outbox._journal.get(owed(team.id, None, 1).id)
        assert again is not None
        assert (again.delivery.chat_id, len(again.message_ids)) == (larger.id, 1)


async def test_a_placeholder_on_its_way_is_waited_for_at_closing(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    async with outbox_of(bot, tmp_path, host) as outbox:
        held = api.hang("sendMessage", after_effect=True)
        await outbox.open(owed(charles.id, None))
        await held.reached.wait()
        closing = asyncio.create_task(outbox.close())
        await asyncio.sleep(0)
        held.release()
        await closing
    async with outbox_of(bot, tmp_path, host) as outbox:
        await settled(outbox)
    assert [message.text for message in charles.chat.bot_messages] == [LIGHT]


async def test_a_translation_follows_of_itself_once(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    delivery = owed(charles.id, None, target_language="id")
    for step in range(6):
        folder = tmp_path / str(step)
        folder.mkdir()
        for message in charles.chat.bot_messages:
            charles.delete(message)
        if not await killed(api, folder, host, delivery, step, after=False):
            break
        async with outbox_of(bot, folder, host) as outbox:
            await settled(outbox)
        texts = [message.text for message in charles.chat.bot_messages]
        assert sorted(texts) == sorted([LIGHT, f"Translation\n<id> {LIGHT}"])
    assert step == 4


@pytest.mark.parametrize("after", [False, True])
async def test_a_crash_among_several_pieces_doubles_none(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path, *, after: bool
) -> None:
    api.knows_rich_messages = False
    host.results[1] = stored(*[LIGHT] * 350)
    for step in range(
        8
    ):  # A status, what the server refuses, and three pieces of which two have placeholders; no more.
        folder = tmp_path / str(step)
        folder.mkdir()
        for message in charles.chat.bot_messages:
            charles.delete(message)
        was_reached = await killed(api, folder, host, owed(charles.id, None), step, after=after)
        assert was_reached == (step < 7 and not (after and step == 1))  # A refusal has no effect to come after.
        async with outbox_of(bot, folder, host) as outbox:
            await settled(outbox)
        said = [message.text for message in charles.chat.bot_messages if message.text not in ("…", "Received.")]
        assert " ".join(said).replace("\n", " ").count(LIGHT) == 350
        assert len(charles.chat.bot_messages) - len(said) <= (1 if after else 0)


async def test_what_was_sent_of_a_deleted_transcript_is_taken_back(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    file = replace(
        owed(charles.id, None, 2, transcript_id=TranscriptId(1), formats=("srt",)), kind=DeliveryKind.FILE, job_id=None
    )
    async with outbox_of(bot, tmp_path, host) as outbox:
        await outbox.open(owed(charles.id, None, 1))
        await settled(outbox)
        await outbox.open(file)
        await settled(outbox)
        assert len(charles.chat.bot_messages) == 2
        api.fail_next("deleteMessage", 400, "Bad Request: message can't be deleted for everyone")
        await outbox.delete_messages(TranscriptId(1))
        assert [message.text for message in charles.chat.bot_messages] == ["This recording was deleted."]
        assert charles.chat.bot_messages[0].buttons == []


async def test_a_job_that_the_table_has_lost_is_answered_from_the_history(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    host.failure = KeyError("job-1")
    async with outbox_of(bot, tmp_path, host) as outbox:
        await outbox.open(owed(charles.id, None, transcript_id=TranscriptId(1)))
        await settled(outbox)
    assert charles.chat.bot_messages[0].text == LIGHT


async def test_whoever_shows_how_many_are_open_is_told(
    bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    counts: list[int] = []
    async with outbox_of(
        bot, tmp_path, host, callbacks=OutboxCallbacks(changed=lambda: counts.append(outbox.open_count))
    ) as outbox:
        await outbox.open(owed(charles.id, None))
        await settled(outbox)
    assert counts == [1, 0]


async def test_without_a_valid_token_what_is_owed_waits_for_the_next_start(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    api.fail_next("sendMessage", 401, "Unauthorized")
    async with outbox_of(bot, tmp_path, host) as outbox:
        await outbox.open(owed(charles.id, None))
        await settled(outbox)
        assert charles.chat.bot_messages == []
    async with outbox_of(bot, tmp_path, host) as outbox:
        await settled(outbox)
    assert [message.text for message in charles.chat.bot_messages] == [LIGHT]
