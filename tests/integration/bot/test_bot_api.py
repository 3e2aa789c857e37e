"""The fake Bot API is as strict as Telegram's, asked by the real aiogram."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import SendMessage
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputRichBlockParagraph,
    InputRichMessage,
    MessageEntity,
    ReactionTypeEmoji,
    ReplyParameters,
)

from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_client import bot_of
from tests.fakes.bot_api_files import Synthetic, media
from tests.fakes.bot_api_people import Person
from tests.fakes.simulated_time import SimulatedTime


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as api:
        yield api


@pytest.fixture
async def bot(api: FakeBotApi) -> AsyncIterator[Bot]:
    async with bot_of(api) as bot:
        yield bot


@pytest.fixture
def ada(api: FakeBotApi) -> Person:
    ada = api.person("Ada", language_code="id")
    ada.send_text("/start")
    return ada


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


class _Hook:
    """A bot's own web server: it takes nothing while it is `busy`, and notes what came when."""

    def __init__(self) -> None:
        self.busy = True
        self.got: list[tuple[str, str]] = []
        self.url = ""

    async def serve(self, request: aiohttp.web.BaseRequest) -> aiohttp.web.Response:
        if self.busy:
            return aiohttp.web.Response(status=503)
        update = json.loads(await request.read())
        assert request.headers["X-Forwarded-For"].startswith("149.154.")
        self.got.append((update["message"]["text"], request.headers["X-Telegram-Bot-Api-Secret-Token"]))
        return aiohttp.web.Response()


@pytest.fixture
async def hook() -> AsyncIterator[_Hook]:
    hook = _Hook()
    runner = aiohttp.web.ServerRunner(aiohttp.web.Server(hook.serve))
    await runner.setup()
    await aiohttp.web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield hook
    await runner.cleanup()


async def test_a_webhook_gets_everything_in_order_and_again(api: FakeBotApi, bot: Bot, hook: _Hook) -> None:
    api.webhook.route("https://bot.example.org", hook.url)
    ada, charles = api.person("Ada"), api.person("Charles")
    for text in ("a", "b", "c"):
        ada.send_text(f"ada {text}")
        charles.send_text(f"charles {text}")
    await bot.set_webhook("https://bot.example.org/hook", secret_token="s3cret", max_connections=2)
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active; use deleteW"):
        await bot.get_updates()
    await api.until(lambda: api.webhook.posts)
    told = await bot.get_webhook_info()
    assert (told.pending_update_count, told.max_connections) == (6, 2)
    assert told.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
    hook.busy = False
    await api.until(lambda: not api.updates.queue)
    for name in ("ada", "charles"):
        assert [text for text, _ in hook.got if name in text] == [f"{name} {letter}" for letter in "abc"]
    assert {secret for _, secret in hook.got} == {"s3cret"}
    assert api.webhook.most_at_once == 2
    await bot.delete_webhook()
    assert await bot.get_updates() == []


async def test_a_webhook_has_rules(api: FakeBotApi, bot: Bot) -> None:
    for url, secret, why in (
        ("http://bot.example.org/", "a", "An HTTPS URL must be provided for webhook"),
        ("https://bot.example.org:8080/", "a", "Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ("https://bot.example.org/", "a b", "secret token contains unallowed characters"),
    ):
        with pytest.raises(TelegramBadRequest, match=why):
            await bot.set_webhook(url, secret_token=secret)
