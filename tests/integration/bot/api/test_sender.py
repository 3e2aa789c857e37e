"""The sender: messages arrive, within Telegram's rate limits."""

import asyncio
import json

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramEntityTooLarge

from core.bot.api.errors import ChatMoved, MessageGone, RichMessagesUnknown, Unreachable
from core.bot.api.message_content import File, LongText, Text
from core.bot.api.sender import MIN_EDIT_INTERVAL_S, MessageSender, Sent
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_client import bot_of
from tests.fakes.bot_api_people import Person
from tests.fakes.simulated_time import SimulatedTime

TAGS = "<b>Light</b> & *Darkness*_ [x](http://example.org) `code` 👍🏽"


@pytest.fixture
def time() -> SimulatedTime:
    return SimulatedTime()


@pytest.fixture
def sender(bot: Bot, time: SimulatedTime) -> MessageSender:
    return MessageSender(bot, clock=time.clock, pause=time.pause)


async def test_what_is_said_stays_as_it_is(api: FakeBotApi, ada: Person, sender: MessageSender) -> None:
    voice = ada.send_voice(b"OggS", 3)
    await sender.send(ada.id, Text(TAGS), reply_to=voice.id)
    await sender.send(ada.id, Text(TAGS, heading=TAGS, folded=True), reply_to=9999)
    plain, folded = ada.chat.bot_messages
    assert (plain.text, plain.entities, plain.reply_to) == (TAGS, [], voice.id)
    assert (folded.text, folded.reply_to) == (f"{TAGS}\n{TAGS}", None)
    (quote,) = folded.entities
    units = len(TAGS.encode("utf-16-le")) // 2
    assert (quote["type"], quote["offset"], quote["length"]) == ("expandable_blockquote", units + 1, units)
    await sender.edit(ada.id, plain.id, LongText((TAGS, TAGS)))
    assert (plain.is_rich, plain.text) == (True, f"{TAGS}\n{TAGS}")
    await sender.edit(ada.id, folded.id, File("talk.txt", b"Light", TAGS))
    assert (folded.file.name, folded.file.data, folded.caption) == ("talk.txt", b"Light", TAGS)
    assert api.complaints == []


async def test_the_same_edit_again_changes_nothing(api: FakeBotApi, ada: Person, sender: MessageSender) -> None:
    sent = await sender.send(ada.id, Text("…"))
    for _ in range(3):
        await sender.edit(ada.id, sent.message_id, Text("Light"))
    assert await sender.try_edit(ada.id, sent.message_id, Text("Light")) is False
    (message,) = ada.chat.bot_messages
    assert [edition.content["text"] for edition in message.editions] == ["…", "Light"]


async def test_a_message_is_edited_once_in_two_seconds(
    api: FakeBotApi, ada: Person, sender: MessageSender, time: SimulatedTime
) -> None:
    sent = await sender.send(ada.id, Text("…"))
    assert await sender.try_edit(ada.id, sent.message_id, Text("1 %"))
    assert not await sender.try_edit(ada.id, sent.message_id, Text("2 %"))
    time.now += 0.5
    await sender.edit(ada.id, sent.message_id, Text("Light"))
    assert time.pauses == [MIN_EDIT_INTERVAL_S - 0.5]
    time.now += MIN_EDIT_INTERVAL_S
    assert await sender.try_edit(ada.id, sent.message_id, Text("3 %"))
    assert [edition.content["text"] for edition in ada.chat.bot_messages[0].editions] == ["…", "1 %", "Light", "3 %"]


async def test_a_group_gets_twenty_messages_a_minute_and_no_progress_at_the_cost_of_answers(
    api: FakeBotApi, sender: MessageSender, time: SimulatedTime
) -> None:
    team = api.group("Team")
    began = time.now
    for number in range(20):
        await sender.send(team.id, Text(f"{number}"))
    assert time.now - began == pytest.approx(60.0)
    assert not await sender.try_edit(team.id, team.chat.bot_messages[0].id, Text("1 %"))
    time.now += 30
    assert await sender.try_edit(team.id, team.chat.bot_messages[0].id, Text("1 %"))


async def test_one_chat_that_has_to_wait_holds_up_no_other(
    api: FakeBotApi, ada: Person, bot: Bot, time: SimulatedTime
) -> None:
    waits, go_on = asyncio.Event(), asyncio.Event()

    async def pause(seconds: float) -> None:
        assert seconds == 236
        waits.set()
        await go_on.wait()
        time.now += seconds

    sender = MessageSender(bot, clock=time.clock, pause=pause)
    ben = api.person("Ben")
    ben.send_text("/start")
    api.fail_next("sendMessage", 429, "Too Many Requests: retry after 236", retry_after=236)
    sending = asyncio.create_task(sender.send(ada.id, Text("Late")))
    await waits.wait()
    await sender.send(ben.id, Text("At once"))
    assert [message.text for message in ben.chat.bot_messages] == ["At once"]
    assert ada.chat.bot_messages == []
    go_on.set()
    await sending
    assert [message.text for message in ada.chat.bot_messages] == ["Late"]


async def test_with_telegrams_flood_control_all_gets_through_and_nothing_is_sent_too_early(
    time: SimulatedTime,
) -> None:
    """The fake counts by the same clock as the courier."""
    async with FakeBotApi(now=time.clock) as api, bot_of(api) as bot:
        api.flood_control.enabled = True
        ben = api.person("Ben")
        ben.send_text("/start")
        sender = MessageSender(bot, clock=time.clock, pause=time.pause)
        await asyncio.gather(*(sender.send(ben.id, Text(f"{number}")) for number in range(40)))
        assert [message.text for message in ben.chat.bot_messages] == [f"{number}" for number in range(40)]
        assert api.complaints == []


async def test_an_edit_goes_on_until_telegram_is_back(
    api: FakeBotApi, ada: Person, sender: MessageSender, time: SimulatedTime
) -> None:
    sent = await sender.send(ada.id, Text("…"))
    api.fail_next("editMessageText", 502, "Bad Gateway", times=4)
    api.reset_connection_next("editMessageText", times=3)
    api.reset_connection_next("editMessageText", after_effect=True)
    await sender.edit(ada.id, sent.message_id, Text("Light"))
    assert ada.chat.bot_messages[0].text == "Light"
    assert time.pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


async def test_progress_is_not_worth_a_second_attempt(api: FakeBotApi, ada: Person, sender: MessageSender) -> None:
    sent = await sender.send(ada.id, Text("…"))
    api.fail_next("editMessageText", 502, "Bad Gateway")
    assert not await sender.try_edit(ada.id, sent.message_id, Text("1 %"))
    assert len(api.requests_of("editMessageText")) == 1


async def test_sending_goes_on_until_telegram_is_back(api: FakeBotApi, ada: Person, sender: MessageSender) -> None:
    api.reset_connection_next("sendMessage", times=10)
    await sender.send(ada.id, Text("Light"))
    assert len(api.requests_of("sendMessage")) == 11
    assert [message.text for message in ada.chat.bot_messages] == ["Light"]


@pytest.mark.parametrize("body", [b"\xff\xfe<html>", b"<html>Bad Gateway</html>", b'{"ok": false}', b"[1]", b"null"])
async def test_what_gateways_answer_in_telegrams_place_passes(
    api: FakeBotApi, ada: Person, sender: MessageSender, body: bytes
) -> None:
    api.answer_next("sendMessage", 502, body)
    await sender.send(ada.id, Text("Light"))
    assert [message.text for message in ada.chat.bot_messages] == ["Light"]


async def test_an_answer_with_something_newer_in_it_is_an_answer(
    api: FakeBotApi, ada: Person, sender: MessageSender
) -> None:
    message = {"message_id": 77, "date": 0, "chat": {"id": ada.id, "type": "of a newer kind"}}
    api.answer_next("sendMessage", 200, json.dumps({"ok": True, "result": message}).encode())
    assert await sender.send(ada.id, Text("Light")) == Sent(ada.id, 77)
    assert len(api.requests_of("sendMessage")) == 1
    sent = await sender.send(ada.id, Text("…"))
    api.answer_next("editMessageText", 200, json.dumps({"ok": True, "result": {"message_id": "?"}}).encode())
    await sender.edit(ada.id, sent.message_id, Text("Light"))
    assert len(api.requests_of("editMessageText")) == 1


async def test_what_is_too_large_for_a_server_is_sent_once(api: FakeBotApi, ada: Person, sender: MessageSender) -> None:
    sent = await sender.send(ada.id, Text("…"))
    api.answer_next("editMessageMedia", 413, b"<html>nginx</html>")
    with pytest.raises(TelegramEntityTooLarge):
        await sender.edit(ada.id, sent.message_id, File("talk.zip", b"much"))
    assert len(api.requests_of("editMessageMedia")) == 1


@pytest.mark.parametrize(
    "description",
    [
        "Bad Request: not enough rights to send text messages to the chat",
        "Bad Request: CHAT_WRITE_FORBIDDEN",
        "Bad Request: need administrator rights in the channel chat",
    ],
)
async def test_a_chat_in_which_the_bot_may_not_write_can_not_be_reached(
    api: FakeBotApi, ada: Person, sender: MessageSender, description: str
) -> None:
    api.fail_next("sendMessage", 400, description)
    with pytest.raises(Unreachable):
        await sender.send(ada.id, Text("Light"))


async def test_who_can_not_be_reached_is_told_from_what_is_gone(
    api: FakeBotApi, ada: Person, sender: MessageSender, time: SimulatedTime
) -> None:
    sent = await sender.send(ada.id, Text("…"))
    ada.delete(ada.chat.bot_messages[0])
    with pytest.raises(MessageGone):
        await sender.edit(ada.id, sent.message_id, Text("Light"))
    assert await sender.delete(ada.id, sent.message_id)
    again = await sender.send(ada.id, Text("…"))
    ada.block_bot()
    with pytest.raises(Unreachable):
        await sender.edit(ada.id, again.message_id, Text("Light"))
    time.now += MIN_EDIT_INTERVAL_S
    with pytest.raises(Unreachable):
        await sender.try_edit(ada.id, again.message_id, Text("Dark"))
    with pytest.raises(Unreachable):
        await sender.send(ada.id, Text("Light"))
    with pytest.raises(Unreachable):
        await sender.send(424242, Text("Light"))
    assert not await sender.delete(ada.id, again.message_id)


async def test_what_telegram_refuses_is_refused_once(api: FakeBotApi, ada: Person, sender: MessageSender) -> None:
    sent = await sender.send(ada.id, Text("…"))
    with pytest.raises(TelegramAPIError):
        await sender.edit(ada.id, sent.message_id, Text("x" * 5000))
    assert len(api.requests_of("editMessageText")) == 1
    api.knows_rich_messages = False
    with pytest.raises(RichMessagesUnknown):
        await sender.edit(ada.id, sent.message_id, LongText(("Light",)))


async def test_a_group_that_moves_is_followed(api: FakeBotApi, ada: Person, sender: MessageSender) -> None:
    team = api.group("Team", kind="group")
    team.add(ada)
    sent = await sender.send(team.id, Text("…"))
    larger = team.upgrade(ada)
    with pytest.raises(ChatMoved) as caught:
        await sender.edit(team.id, sent.message_id, Text("Light"))
    assert caught.value.chat_id == larger.id
    moved = await sender.send(team.id, Text("Light"))
    assert moved.chat_id == larger.id
    assert [message.text for message in larger.chat.bot_messages] == ["Light"]


async def test_without_its_topic_an_answer_comes_outside_of_it(api: FakeBotApi, sender: MessageSender) -> None:
    team = api.group("Team", forum=True)
    talks = team.topic("Talks")
    await sender.send(team.id, Text("Inside"), thread_id=talks)
    await sender.send(team.id, Text("Outside"), thread_id=4321)
    assert [(message.text, message.head.get("message_thread_id")) for message in team.chat.bot_messages] == [
        ("Inside", talks),
        ("Outside", None),
    ]
