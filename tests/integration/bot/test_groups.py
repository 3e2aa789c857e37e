"""Groups, channels, forwards and albums; groups that become something else, people who block the bot."""

import asyncio
from pathlib import Path

import pytest

from core.app import Notula
from core.config import Folders
from core.domain.bot import ChatPreferences
from core.store import AuditLog, BotPeople, ChatPreferencesStore
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_files import media
from tests.fakes.bot_api_messages import ChatMessage
from tests.fakes.bot_api_people import Group, Person
from tests.fakes.speech_server import SpeechServer
from tests.integration.bot.talk import is_answer, talking


def answers(group: Group | Person) -> list[ChatMessage]:
    return [message for message in group.chat.bot_messages if is_answer(message)]


@pytest.fixture
def team(api: FakeBotApi, charles: Person) -> Group:
    team = api.group("Team")
    team.add(charles, status="creator")
    return team


@pytest.mark.usefixtures("notula")
async def test_a_mention_in_reply_to_a_recording_asks_for_its_text(charles: Person, team: Group, beckett: Path) -> None:
    voice = charles.send_voice(beckett.read_bytes(), 9, to=team)
    mention = [{"type": "mention", "offset": 4, "length": 16}]
    charles._send({"text": "hey @notula_test_bot", "entities": mention}, to=team, reply_to=voice)
    answer = await team.wait_for(is_answer)
    assert answer.reply_to == voice.id
    charles._send({"text": "hey @notula_test_bot", "entities": mention}, to=team)
    charles.send_text("/status", to=team)
    await team.chat.wait_for_text("workers")
    assert len(team.chat.bot_messages) == 2


@pytest.mark.usefixtures("notula")
async def test_an_album_and_forwards_are_answered_each(api: FakeBotApi, charles: Person, beckett: Path) -> None:
    data = beckett.read_bytes()
    album = [media("audio", data, duration=9, mime_type="audio/wav", file_name=f"{one}.wav") for one in "abc"]
    sent = charles.send_album(album, caption="three")
    eve = api.person("Eve")
    said = eve.send_voice(data, 9)
    forwarded = charles.forward(said, hidden=True)
    await charles.wait_for(lambda message: len(answers(charles)) == 4)
    assert [message.reply_to for message in answers(charles)] == [*(one.id for one in sent), forwarded.id]


async def test_a_channels_posts_are_answered_where_an_admin_wants_all(
    api: FakeBotApi, charles: Person, team: Group, notula: Notula, beckett: Path
) -> None:
    news = api.channel("News", linked=team)
    news.send_voice(beckett.read_bytes(), 9)
    charles.send_text("/transcribe", to=team, reply_to=news.last_forwarded)
    await team.wait_for(is_answer)
    assert len(answers(team)) == 1
    await ChatPreferencesStore(notula._database).set(team.id, ChatPreferences())
    charles.send_text("/settings", to=team)
    panel = await team.wait_for(lambda message: "Every recording, unasked" in message.buttons)
    await charles.press(panel, "Every recording, unasked").wait_answered()
    news.send_voice(beckett.read_bytes(), 9)
    await team.wait_for(lambda message: len(answers(team)) == 2)
    assert news.last_forwarded is not None
    assert answers(team)[1].reply_to == news.last_forwarded.id


@pytest.mark.usefixtures("notula")
async def test_an_answer_stays_in_its_topic(api: FakeBotApi, charles: Person, beckett: Path) -> None:
    forum = api.group("Forum", forum=True)
    forum.add(charles)
    topic = forum.topic("Talks")
    voice = charles.send_voice(beckett.read_bytes(), 9, to=forum, thread_id=topic)
    charles.send_text("/transcribe", to=forum, thread_id=topic, reply_to=voice)
    answer = await forum.wait_for(is_answer)
    assert answer.head["message_thread_id"] == topic


@pytest.mark.usefixtures("notula")
@pytest.mark.parametrize(("language", "told"), [("en", "Reply to a recording with"), ("id", "Balas sebuah rekaman")])
async def test_a_new_group_is_told_how_to_ask(api: FakeBotApi, language: str, told: str) -> None:
    person, group = api.person("Somebody", language_code=language), api.group("New", bot_status="left")
    group.add(person, status="creator")
    group.add_bot(person)
    await group.chat.wait_for_text(told)
    assert len(group.chat.bot_messages) == 1


async def test_a_strangers_group_hears_nothing(
    api: FakeBotApi, server: SpeechServer, folders: Folders, monkeypatch: pytest.MonkeyPatch, beckett: Path
) -> None:
    eve, group = api.person("Eve"), api.group("Eve's", bot_status="left")
    group.add(eve, status="creator")
    async with talking(api, server, folders, monkeypatch, bot_audience="allowed") as notula:
        group.add_bot(eve)
        eve.send_voice(beckett.read_bytes(), 9, to=group, caption="@notula_test_bot")
        eve.send_text("/transcribe", to=group)
        await api.until(lambda: not api.updates.queue)
        entries = await AuditLog(notula._database, lambda: 0.0).newest(10)
    assert ("refused-group", str(group.id)) in [(entry.action, entry.detail) for entry in entries]
    assert group.chat.bot_messages == []


async def test_what_was_chosen_moves_with_a_group(
    api: FakeBotApi, charles: Person, notula: Notula, beckett: Path
) -> None:
    small = api.group("Small", kind="group")
    small.add(charles, status="creator")
    charles.send_text("/settings", to=small)
    panel = await small.wait_for(lambda message: "Every recording, unasked" in message.buttons)
    await charles.press(panel, "Every recording, unasked").wait_answered()
    await small.chat.wait_for_text("unasked: yes")
    large = small.upgrade(charles)
    large.add(charles)
    charles.send_voice(beckett.read_bytes(), 9, to=large)
    await large.wait_for(is_answer)
    assert await ChatPreferencesStore(notula._database).get(small.id) == ChatPreferences()


async def test_who_blocks_the_bot_is_not_written_to_until_they_come_back(
    api: FakeBotApi, charles: Person, notula: Notula
) -> None:
    people = BotPeople(notula._database, lambda: 0.0)
    charles.send_text("/start")
    await charles.chat.wait_for_text("Hello Charles!")
    charles.block_bot()
    async with asyncio.timeout(5):
        while await people.reachable():  # Nobody is told that the bot has taken note of it.
            pass
    charles.unblock_bot()
    charles.send_text("/status")
    await charles.chat.wait_for_text("workers")
    assert [person.user_id for person in await people.reachable()] == [charles.id]


@pytest.mark.usefixtures("notula")
@pytest.mark.parametrize("payload", ["help", "x" * 64, "../../etc/passwd", "<b>", "0" * 32, "settings history", "%00"])
async def test_a_link_with_anything_in_it_says_hello(charles: Person, payload: str) -> None:
    charles.send_text(f"/start {payload}")
    await charles.chat.wait_for_text("Hello Charles!")
    assert len(charles.chat.bot_messages) == 1
