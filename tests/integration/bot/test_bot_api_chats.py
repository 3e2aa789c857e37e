"""The chats and files of the fake Bot API are as Telegram's."""

from pathlib import Path

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    ReactionTypeEmoji,
)

from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_client import bot_of
from tests.fakes.bot_api_files import Synthetic, media
from tests.fakes.bot_api_people import Person


async def test_files_are_fetched_up_to_20_mb(api: FakeBotApi, bot: Bot, ada: Person) -> None:
    ada.send_voice(b"OggS" * 1000, 2, unique_id="v1")
    ada.send_audio(Synthetic(20 * 1024 * 1024 + 1), 9000)
    _, small, large = await bot.get_updates()
    file = await bot.get_file(small.message.voice.file_id)
    assert (file.file_unique_id, file.file_size) == ("v1", 4000)
    assert (await bot.download_file(file.file_path)).read() == b"OggS" * 1000
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(large.message.audio.file_id)
    address = bot.session.api.file_url(bot.token, file.file_path)
    async with aiohttp.ClientSession() as client:
        async with client.get(address, headers={"Range": "bytes=3998-"}) as part:
            assert (part.status, await part.read()) == (206, b"gS")
        api.cut_next_download(100)
        with pytest.raises(aiohttp.ClientError):
            async with client.get(address) as part:
                await part.read()


async def test_a_server_of_ones_own_gives_paths(tmp_path: Path) -> None:
    async with FakeBotApi(local_folder=tmp_path) as api, bot_of(api) as bot:
        api.person("Ada").send_video(Synthetic(21_000_000), 60)
        (update,) = await bot.get_updates()
        path = Path((await bot.get_file(update.message.video.file_id)).file_path)
        assert path.is_relative_to(tmp_path)
        assert path.stat().st_size == 21_000_000


async def test_who_does_not_want_the_bot_is_not_written_to(api: FakeBotApi, bot: Bot, ada: Person) -> None:
    ada.block_bot()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(ada.id, "Hello?")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(api.person("Charles").id, "Hello?")
    async with bot_of(api, "4839574812:WRONG") as stranger:
        with pytest.raises(TelegramUnauthorizedError, match="Unauthorized"):
            await stranger.get_me()


async def test_groups_have_members_topics_and_a_channel(api: FakeBotApi, bot: Bot, ada: Person) -> None:
    team = api.group("Team", bot_status="administrator", forum=True)
    team.add(ada, status="creator")
    charles = team.add(api.person("Charles"))
    assert (await bot.get_chat_member(team.id, charles.id)).status == "member"
    assert [one.user.id for one in await bot.get_chat_administrators(team.id)] == [ada.id]
    topic = team.topic("Talks")
    await bot.send_message(team.id, "Hello", message_thread_id=topic)
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(team.id, "Hello", message_thread_id=topic + 1)
    ada.send_voice(b"OggS", 1, to=team, thread_id=topic)
    api.channel("News", linked=team).send_voice(b"OggS", 1)
    *_, spoken, forwarded = await bot.get_updates()
    assert spoken.message.message_thread_id == topic
    assert forwarded.message.is_automatic_forward
    assert forwarded.message.forward_origin.chat.title == "News"
    team.remove_bot(by=ada)
    with pytest.raises(TelegramForbiddenError, match="bot was kicked from the supergroup chat"):
        await bot.send_message(team.id, "Hello?")
    small = api.group("Small", kind="group")
    upgraded = small.upgrade(by=ada)
    with pytest.raises(TelegramMigrateToChat) as moved:
        await bot.send_message(small.id, "Hello?")
    assert moved.value.migrate_to_chat_id == upgraded.id


async def test_in_privacy_mode_the_bot_sees_what_is_meant_for_it() -> None:
    async with FakeBotApi(privacy_mode=True) as api, bot_of(api) as bot:
        team, ada = api.group("Team"), api.person("Ada")
        said = await bot.send_message(team.id, "Hello")
        for text in ("not for you", "/help", "/help@other_bot", "hi @notula_test_bot"):
            ada.send_text(text, to=team)
        ada.send_text("yes", to=team, reply_to=team.chat.messages[said.message_id])
        seen = [update.message.text for update in await bot.get_updates()]
        assert seen == ["/help", "hi @notula_test_bot", "yes"]


async def test_albums_forwards_and_reactions(api: FakeBotApi, bot: Bot, ada: Person) -> None:
    first, second = ada.send_album([media("audio", b"ID3", duration=1), media("audio", b"ID4", duration=1)])
    ada.forward(second, hidden=True)
    _, *updates = await bot.get_updates()
    assert updates[0].message.media_group_id == updates[1].message.media_group_id
    assert updates[1].message.audio.file_unique_id == updates[2].message.audio.file_unique_id
    assert updates[1].message.audio.file_id != updates[2].message.audio.file_id
    assert updates[2].message.forward_origin.sender_user_name == "Ada"
    await bot.set_message_reaction(ada.id, first.id, [ReactionTypeEmoji(emoji="👀")])
    assert first.reactions == ["👀"]
    with pytest.raises(TelegramBadRequest, match="REACTION_INVALID"):
        await bot.set_message_reaction(ada.id, first.id, [ReactionTypeEmoji(emoji="🎧")])


async def test_commands_have_rules(api: FakeBotApi, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand(command="start", description="Begin")], language_code="id")
    assert api.commands["default", "id"] == [{"command": "start", "description": "Begin"}]
    for command in ("Start", "a-b"):
        with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
            await bot.set_my_commands([BotCommand(command=command, description="Begin")])
