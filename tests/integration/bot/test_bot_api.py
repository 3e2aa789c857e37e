"""The fake Bot API is as strict as Telegram's, asked by the real aiogram."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity, ReplyParameters

from tests.fakes.bot_api import FakeBotApi


class _Session(AiohttpSession):
    async def close(self) -> None:
        """As it is, without the quarter of a second that TLS would need."""
        if self._session is not None:
            await self._session.close()


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as api:
        yield api


@pytest.fixture
async def bot(api: FakeBotApi) -> AsyncIterator[Bot]:
    async with Bot(api.token, _Session(api=TelegramAPIServer.from_base(api.url))) as bot:
        yield bot


async def test_a_person_writes_and_the_bot_answers_edits_and_is_pressed(api: FakeBotApi, bot: Bot) -> None:
    assert (await bot.get_me()).username == "notula_test_bot"
    ada = api.person("Ada", language_code="id")
    polled = asyncio.create_task(bot.get_updates(timeout=5))
    await api.wait_for_request("getUpdates")
    said = ada.send_text("/start")
    (update,) = await polled
    assert update.message is not None
    assert update.message.text == "/start"
    assert update.message.from_user.language_code == "id"
    keys = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="TXT", callback_data="f:txt")]])
    reply = ReplyParameters(message_id=said.id)
    sent = await bot.send_message(ada.id, "Hello", reply_parameters=reply, reply_markup=keys)
    message = await ada.wait_for(lambda message: message.buttons == ["TXT"])
    assert (message.id, message.reply_to) == (sent.message_id, said.id)
    query = ada.press(message, "TXT")
    (update,) = await bot.get_updates(offset=update.update_id + 1)
    await bot.answer_callback_query(update.callback_query.id, "Here it is")
    assert await query.wait_answered() == "Here it is"
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(update.callback_query.id)
    await bot.edit_message_text("Done", chat_id=ada.id, message_id=sent.message_id)
    assert [edition.content["text"] for edition in message.editions] == ["Hello", "Done"]
    assert message.buttons == []
    assert api.complaints == []


async def test_a_second_poll_ends_the_first(api: FakeBotApi, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await api.wait_for_request("getUpdates")
    second = asyncio.create_task(bot.get_updates(timeout=5))
    with pytest.raises(TelegramConflictError, match="make sure that only one bot instance is running"):
        await first
    api.person("Ada").send_text("hi")
    assert len(await second) == 1


async def test_a_file_is_fetched_whole(api: FakeBotApi, bot: Bot) -> None:
    ada = api.person("Ada")
    ada.send_voice(b"OggS" * 1000, 2, unique_id="v1")
    (update,) = await bot.get_updates()
    file = await bot.get_file(update.message.voice.file_id)
    assert (file.file_unique_id, file.file_size) == ("v1", 4000)
    data = await bot.download_file(file.file_path)
    assert data.read() == b"OggS" * 1000


async def test_a_text_is_measured_in_utf_16(api: FakeBotApi, bot: Bot) -> None:
    ada = api.person("Ada")
    ada.send_text("hi")
    with pytest.raises(TelegramBadRequest, match="message is too long"):
        await bot.send_message(ada.id, "😀" * 2049)
    with pytest.raises(TelegramBadRequest, match="ends after the end of the text"):
        await bot.send_message(ada.id, "Hello", entities=[MessageEntity(type="bold", offset=1, length=5)])
