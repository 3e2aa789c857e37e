"""The fake Bot API is as strict as Telegram's, asked by the real aiogram."""

import asyncio

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramRetryAfter,
)
from aiogram.methods import SendMessage
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputRichBlockParagraph,
    InputRichMessage,
    MessageEntity,
    ReplyParameters,
)

from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_client import bot_of
from tests.fakes.bot_api_people import Person
from tests.fakes.simulated_time import SimulatedTime


def _keys(data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="TXT", callback_data=data)]])


def _rich(*texts: str) -> InputRichMessage:
    return InputRichMessage(blocks=[InputRichBlockParagraph(text=text) for text in texts], skip_entity_detection=True)


async def test_a_person_writes_and_presses_and_the_bot_answers(api: FakeBotApi, bot: Bot) -> None:
    assert (await bot.get_me()).username == "notula_test_bot"
    ada = api.person("Ada", language_code="id")
    polled = asyncio.create_task(bot.get_updates(timeout=5))
    await api.wait_for_request("getUpdates")
    said = ada.send_text("/start")
    (update,) = await polled
    assert (update.message.text, update.message.from_user.language_code) == ("/start", "id")
    reply = ReplyParameters(message_id=said.id)
    sent = await bot.send_message(ada.id, "Hello", reply_parameters=reply, reply_markup=_keys("f:txt"))
    message = await ada.wait_for(lambda message: message.buttons == ["TXT"])
    assert (message.id, message.reply_to) == (sent.message_id, said.id)
    query = ada.press(message, "TXT")
    (update,) = await bot.get_updates(offset=update.update_id + 1)
    assert update.callback_query.data == "f:txt"
    await bot.answer_callback_query(update.callback_query.id, "Here it is")
    assert await query.wait_answered() == "Here it is"
    with pytest.raises(TelegramBadRequest, match="query is too old and response timeout expired or query ID is inv"):
        await bot.answer_callback_query(update.callback_query.id)
    await bot.edit_message_text("Done", chat_id=ada.id, message_id=sent.message_id)
    assert [edition.content["text"] for edition in message.editions] == ["Hello", "Done"]
    assert message.buttons == []
    assert api.complaints == []


async def test_updates_come_again_until_they_are_confirmed(api: FakeBotApi, bot: Bot, ada: Person) -> None:
    for text in ("one", "two"):
        ada.send_text(text)
    first, second, third = await bot.get_updates()
    async with bot_of(api) as started_anew:
        assert len(await started_anew.get_updates(offset=second.update_id)) == 2
        assert api.updates.confirmed == [first.update_id]
        assert api.updates.repeated == [second.update_id, third.update_id]
        assert api.complaints == []
        assert await started_anew.get_updates(offset=third.update_id + 1) == []
    assert api.updates.queue == []


async def test_asking_again_for_what_one_has_got_is_noticed(api: FakeBotApi, bot: Bot, ada: Person) -> None:
    (update,) = await bot.get_updates()
    await bot.get_updates()
    assert api.complaints == [f"getUpdates got the update {update.update_id} and didn't confirm it"]


async def test_a_second_poll_ends_the_first(api: FakeBotApi, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await api.wait_for_request("getUpdates")
    second = asyncio.create_task(bot.get_updates(timeout=5))
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request; make sure that only one"):
        await first
    api.person("Ada").send_text("hi")
    assert len(await second) == 1


async def test_a_client_that_dies_while_it_polls_is_no_conflict(api: FakeBotApi) -> None:
    async with bot_of(api) as bot:
        polling = asyncio.create_task(bot.get_updates(timeout=50))
        await api.wait_for_request("getUpdates")
        polling.cancel()
    api.person("Ada").send_text("hi")
    async with bot_of(api) as bot:
        assert len(await bot.get_updates(timeout=5)) == 1


async def test_only_the_wanted_kinds_of_updates_come(api: FakeBotApi, bot: Bot, ada: Person) -> None:
    await bot.get_updates(offset=-1, allowed_updates=["callback_query"])
    waiting = len(api.updates.queue)
    ada.send_text("unwanted")
    ada.block_bot()
    assert len(api.updates.queue) == waiting


async def test_texts_are_measured_in_utf_16(api: FakeBotApi, bot: Bot, ada: Person) -> None:
    bold = [MessageEntity(type="bold", offset=0, length=5)]
    await bot.send_message(ada.id, "😀" * 2048)
    sent = await bot.send_message(ada.id, "😀abc", entities=bold)
    refused = {
        "message is too long": ("😀" * 2049, None),
        "message text is empty": (" \n ", None),
        "entity beginning at UTF-16 offset 0 ends after the end of the text": ("😀ab", bold),
        "ends in a middle of a UTF-16 symbol": ("abcd😀", bold),
        "receive an entity with incorrect offset -1": ("ab", [MessageEntity(type="bold", offset=-1, length=1)]),
        "Unsupported type": ("ab", [MessageEntity(type="loud", offset=0, length=1)]),
    }
    for why, (text, entities) in refused.items():
        with pytest.raises(TelegramBadRequest, match=why):
            await bot.send_message(ada.id, text, entities=entities)
    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.edit_message_text("a" * 4097, chat_id=ada.id, message_id=sent.message_id)


async def test_an_edit_has_to_change_something_that_is_there(api: FakeBotApi, bot: Bot, ada: Person) -> None:
    sent = await bot.send_message(ada.id, "Hello", reply_markup=_keys("a"))
    where = {"chat_id": ada.id, "message_id": sent.message_id}
    with pytest.raises(TelegramBadRequest, match="message is not modified: specified new message content and reply"):
        await bot.edit_message_text(" Hello ", reply_markup=_keys("a"), **where)
    with pytest.raises(TelegramBadRequest, match="BUTTON_DATA_INVALID"):
        await bot.edit_message_reply_markup(reply_markup=_keys("ä" * 33), **where)
    ada.delete(await ada.chat.wait_for_text("Hello"))
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("Bye", **where)
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(ada.id, "Bye", reply_parameters=ReplyParameters(message_id=sent.message_id))
    reply = ReplyParameters(message_id=sent.message_id, allow_sending_without_reply=True)
    assert (await bot.send_message(ada.id, "Bye", reply_parameters=reply)).reply_to_message is None


async def test_a_rich_message_has_bounds_and_old_servers_know_none(api: FakeBotApi, bot: Bot, ada: Person) -> None:
    sent = await bot.send_message(ada.id, "…")
    where = {"chat_id": ada.id, "message_id": sent.message_id}
    edited = await bot.edit_message_text(rich_message=_rich("One.", "Two."), **where)
    assert (await ada.wait_for(lambda message: message.is_rich)).text == "One.\nTwo."
    assert edited.rich_message.blocks[1].text == "Two."
    with pytest.raises(TelegramBadRequest, match="message is too long"):
        await bot.edit_message_text(rich_message=_rich("a" * 16384, "b" * 16385), **where)
    api.knows_rich_messages = False
    with pytest.raises(TelegramBadRequest, match="message text is empty"):
        await bot.edit_message_text(rich_message=_rich("Three."), **where)


async def test_a_text_becomes_a_document(api: FakeBotApi, bot: Bot, ada: Person) -> None:
    sent = await bot.send_message(ada.id, "…", reply_markup=_keys("a"))
    where = {"chat_id": ada.id, "message_id": sent.message_id}
    file = BufferedInputFile(b"It was the best of times", "Two Cities.txt")
    with pytest.raises(TelegramBadRequest, match="MEDIA_CAPTION_TOO_LONG"):
        await bot.edit_message_media(InputMediaDocument(media=file, caption="😀" * 513), **where)
    edited = await bot.edit_message_media(InputMediaDocument(media=file, caption="Here"), **where)
    assert edited.document.file_name == "Two Cities.txt"
    message = await ada.wait_for(lambda message: message.file)
    assert (message.file.data, message.caption, message.text) == (b"It was the best of times", "Here", "")
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await bot.edit_message_text("text", **where)
    with pytest.raises(TelegramBadRequest, match="file must be non-empty"):
        await bot.send_document(ada.id, BufferedInputFile(b"", "empty.txt"))
    assert api.complaints == []


async def test_a_flood_is_held_off_until_one_waits() -> None:
    time = SimulatedTime()
    async with FakeBotApi(now=time.clock) as api, bot_of(api) as bot:
        team = api.group("Team")
        api.flood_control.enabled = True
        for number in range(20):
            await bot.send_message(team.id, f"{number}")
            time.now += 1.5
        with pytest.raises(TelegramRetryAfter) as refused:
            await bot.send_message(team.id, "one too many in a minute")
        assert refused.value.retry_after == 30
        time.now += 20
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(team.id, "impatient")
        assert api.complaints == [f"sent to {team.id} 10.0 s too early"]
        time.now += 10
        await bot.send_message(team.id, "patient")


async def test_careless_clients_are_noticed(api: FakeBotApi, bot: Bot, ada: Person) -> None:
    sent = await bot(SendMessage(chat_id=ada.id, text="<b>1</b>", parse_mode="HTML", color="red"))
    for text in ("2", "3"):
        await bot.edit_message_text(text, chat_id=ada.id, message_id=sent.message_id)
    unknown, markup, edit = api.complaints
    assert (unknown, markup) == ("sendMessage with unknown parameters: ['color']", "parse_mode HTML")
    assert edit.startswith(f"editMessageText of the message {sent.message_id} 0.0")


async def test_all_goes_wrong_as_ordered(api: FakeBotApi, bot: Bot, ada: Person) -> None:
    api.fail_next("sendMessage", 429, "Too Many Requests: retry after 7", retry_after=7)
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(ada.id, "one")
    assert refused.value.retry_after == 7
    api.reset_connection_next("sendMessage", after_effect=True)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(ada.id, "two")
    held = api.hang("sendMessage")
    sending = asyncio.create_task(bot.send_message(ada.id, "three"))
    await held.reached.wait()
    assert [message.text for message in ada.chat.bot_messages] == ["two"]
    held.release()
    await sending
    polling = asyncio.create_task(bot.get_updates(offset=-1, timeout=50, request_timeout=60))
    await polling
    await api.go_offline()
    with pytest.raises(TelegramNetworkError):
        await bot.get_me()
    await api.come_back()
    await bot.get_me()
    with pytest.raises(AssertionError, match=r"#\d+ bot.*'two'"):
        await ada.wait_for(lambda message: message.text == "four", timeout_s=0.01)
