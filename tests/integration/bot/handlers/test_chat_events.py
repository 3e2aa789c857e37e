"""Groups, channels and topics; groups that become something else, people who block the bot."""

import asyncio
from pathlib import Path

import pytest

from core.app.notula import Notula
from core.domain.bot import ChatPreferences
from core.i18n import Translator
from core.store.sqlite import SqliteBotPeople, SqliteChatPreferences
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_files import media
from tests.fakes.bot_api_messages import ChatMessage
from tests.fakes.bot_api_people import Group, Person
from tests.integration.bot.audit import actions
from tests.integration.bot.talk import Start, answer_to, is_answer
from tests.integration.database import database_of
from tests.patience import PATIENCE_S

UNASKED = "Every recording, unasked"


def answers(group: Group) -> list[ChatMessage]:
    return [message for message in group.chat.bot_messages if is_answer(message)]


@pytest.fixture
def team(api: FakeBotApi, charles: Person) -> Group:
    team = api.group("Team")
    team.add(charles, status="creator")
    return team


async def nothing_is_under_way(person: Person, group: Group, tr: Translator) -> None:
    """Everything that was said in the group before this is answered now, if it ever is."""
    await answer_to(person.send_text("/cancel", to=group), tr("Nothing of yours is under way here."))


async def choose_all(person: Person, group: Group, tr: Translator) -> None:
    """Have every recording transcribed unasked."""
    panel = await answer_to(person.send_text("/settings", to=group), tr("What is chosen for this chat:"))
    await person.press(panel, tr(UNASKED)).wait_answered()
    await group.chat.wait_for_text(tr("Every recording, unasked: {choice}", choice=tr("yes")))


@pytest.mark.usefixtures("notula")
async def test_it_answers_when_it_is_meant(charles: Person, team: Group, beckett: Path, tr: Translator) -> None:
    data = beckett.read_bytes()
    charles.send_text("What was said yesterday?", to=team)
    charles.send_voice(data, 9, to=team)
    charles.send_document(b"%PDF-1.7", "report.pdf", "application/pdf", to=team)
    mention = [{"type": "mention", "offset": 4, "length": 16}]
    caption = "for @notula_test_bot please"
    mentioned = charles.send_audio(data, 9, to=team, caption=caption, caption_entities=mention)
    answer = await team.wait_for(is_answer)
    assert answer.reply_to == mentioned.id
    told = await answer_to(charles.send_text("/transcribe", to=team), tr("Reply to a recording with /transcribe."))
    assert [message.id for message in team.chat.bot_messages] == [answer.id, told.id]


@pytest.mark.usefixtures("notula")
async def test_a_caption_that_asks_is_about_its_own_recording(
    charles: Person, team: Group, beckett: Path, tr: Translator
) -> None:
    data = beckett.read_bytes()
    first = charles.send_voice(data, 9, to=team)
    asking = charles.send_voice(data, 9, to=team, reply_to=first, caption="/transcribe@notula_test_bot")
    answer = await team.wait_for(is_answer)
    assert answer.reply_to == asking.id
    charles.send_voice(data, 9, to=team, caption="/transcribe@another_bot")
    await nothing_is_under_way(charles, team, tr)
    assert len(answers(team)) == 1


@pytest.mark.usefixtures("notula")
async def test_a_mention_in_reply_to_a_recording_asks_for_its_text(charles: Person, team: Group, beckett: Path) -> None:
    voice = charles.send_voice(beckett.read_bytes(), 9, to=team)
    mention = [{"type": "mention", "offset": 4, "length": 16}]
    charles._send({"text": "hey @notula_test_bot", "entities": mention}, to=team, reply_to=voice)
    answer = await team.wait_for(is_answer)
    assert answer.reply_to == voice.id
    asked = charles._send({"text": "hey @notula_test_bot", "entities": mention}, to=team)
    told = await answer_to(asked, "/transcribe")
    assert told.reply_to == asked.id
    assert len(answers(team)) == 1


async def test_a_channels_posts_are_answered_where_an_admin_wants_all(
    api: FakeBotApi, charles: Person, team: Group, notula: Notula, beckett: Path, tr: Translator
) -> None:
    news = api.channel("News", linked=team)
    news.send_voice(beckett.read_bytes(), 9)
    charles.send_text("/transcribe", to=team, reply_to=news.last_forwarded)
    await team.wait_for(is_answer)
    assert len(answers(team)) == 1
    await SqliteChatPreferences(database_of(notula)).set(team.id, ChatPreferences())
    await choose_all(charles, team, tr)
    news.send_voice(beckett.read_bytes(), 9)
    await team.wait_for(lambda message: len(answers(team)) == 2)
    assert news.last_forwarded is not None
    assert answers(team)[1].reply_to == news.last_forwarded.id


@pytest.mark.usefixtures("notula")
async def test_where_every_recording_is_wanted_nothing_else_is_answered(
    charles: Person, team: Group, beckett: Path, tr: Translator
) -> None:
    await choose_all(charles, team, tr)
    charles.send_text("Good morning", to=team)
    charles.send_sticker(to=team)
    charles.send(media("photo", b"\xff\xd8\xff", width=90, height=90), to=team)
    charles.send_document(b"%PDF-1.7", "report.pdf", "application/pdf", to=team)
    voice = charles.send_voice(beckett.read_bytes(), 9, to=team)
    answer = await team.wait_for(is_answer)
    assert answer.reply_to == voice.id
    assert len(team.chat.bot_messages) == 2


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
async def test_a_new_group_is_told_how_to_ask(api: FakeBotApi, charles: Person, tr: Translator) -> None:
    group = api.group("New", bot_status="left")
    group.add(charles, status="creator")
    group.add_bot(charles)
    how = "Reply to a recording with /transcribe, or mention me under one, and I write down what is said in it."
    await group.chat.wait_for_text(tr(how))
    await nothing_is_under_way(charles, group, tr)
    assert len(group.chat.bot_messages) == 2


async def test_a_strangers_group_hears_nothing(
    api: FakeBotApi, owner: Person, eve: Person, start: Start, beckett: Path, tr: Translator
) -> None:
    group = api.group("Eve's", bot_status="left")
    group.add(eve, status="creator")
    async with start(bot_audience="allowed", bot_owner=owner.id) as notula:
        group.add_bot(eve)
        mention = [{"type": "mention", "offset": 0, "length": 16}]
        eve.send_voice(beckett.read_bytes(), 9, to=group, caption="@notula_test_bot", caption_entities=mention)
        eve.send_text("/transcribe", to=group)
        group.add(owner)
        await nothing_is_under_way(owner, group, tr)
        assert ("refused-group", str(group.id)) in await actions(notula)
    assert len(group.chat.bot_messages) == 1


async def test_what_was_chosen_moves_with_a_group(
    api: FakeBotApi, charles: Person, notula: Notula, beckett: Path, tr: Translator
) -> None:
    small = api.group("Small", kind="group")
    small.add(charles, status="creator")
    await choose_all(charles, small, tr)
    large = small.upgrade(charles)
    large.add(charles)
    charles.send_voice(beckett.read_bytes(), 9, to=large)
    await large.wait_for(is_answer)
    assert await SqliteChatPreferences(database_of(notula)).get(small.id) == ChatPreferences()


async def test_who_blocks_the_bot_is_not_written_to_until_they_come_back(charles: Person, notula: Notula) -> None:
    people = SqliteBotPeople(database_of(notula), lambda: 0.0)
    await answer_to(charles.send_text("/start"), "Charles!")
    charles.block_bot()
    async with asyncio.timeout(PATIENCE_S):
        while await people.reachable():  # Nobody is told that the bot has taken note of it.
            pass
    charles.unblock_bot()
    await answer_to(charles.send_text("/help"), "/settings")
    assert [person.user_id for person in await people.reachable()] == [charles.id]


@pytest.mark.usefixtures("notula")
async def test_a_link_with_anything_in_it_says_hello(charles: Person, tr: Translator) -> None:
    payloads = ("help", "x" * 64, "../../etc/passwd", "<b>", "0" * 32, "settings history", "%00")
    for payload in payloads:
        await answer_to(charles.send_text(f"/start {payload}"), tr("Hello {name}!", name="Charles"))
    assert len(charles.chat.bot_messages) == len(payloads)


@pytest.mark.usefixtures("notula")
async def test_nobody_is_shown_there_what_is_somebodys_own(charles: Person, team: Group, tr: Translator) -> None:
    link = "https://t.me/notula_test_bot?start=history"
    told = tr("Ask me that where nobody else reads along: {link}", link=link)
    for command in ("/history", "/search secret", "/export all", "/delete"):
        await answer_to(charles.send_text(command, to=team), told)
    await answer_to(charles.send_text("/start history"), tr("There is nothing of yours yet."))
