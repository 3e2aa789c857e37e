"""Senders of updates: the owner by the claim link, anonymous admins, and people who press outdated buttons."""

from pathlib import Path
from typing import Any

import pytest

from core.app.notula import Notula
from core.i18n import Translator
from core.store.sqlite import SqliteAuditLog
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_messages import ChatMessage
from tests.fakes.bot_api_people import Person
from tests.fakes.bot_api_world import Query
from tests.integration.bot.talk import Start, is_answer
from tests.integration.database import database_of


def press_of_long_ago(api: FakeBotApi, message: ChatMessage, person: Person, data: str) -> Query:
    """Telegram tells nothing of an old message but where it is: https://core.telegram.org/bots/api#inaccessiblemessage"""
    query = Query(f"long ago {data}", message, data, changes=api.world.changes)
    api.queries[query.id] = query
    inaccessible = {"chat": message.chat.as_json(), "message_id": message.id, "date": 0}
    told: dict[str, Any] = {"id": query.id, "from": person.user, "chat_instance": "1", "data": data}
    api.updates.push("callback_query", {**told, "message": inaccessible})
    return query


@pytest.mark.usefixtures("notula")
async def test_a_button_of_long_ago_is_answered(
    api: FakeBotApi, charles: Person, beckett: Path, tr: Translator
) -> None:
    charles.send_voice(beckett.read_bytes(), 9)
    answer = await charles.wait_for(is_answer)
    for data in (answer.buttons_data[0], "set:home", "hist:8", "gone:yes", "nonsense"):
        await press_of_long_ago(api, answer, charles, data).wait_answered()
    past = press_of_long_ago(api, answer, charles, answer.buttons_data[1])
    assert await past.wait_answered() == tr("This button is of the past. Send the recording again.")


async def test_the_link_makes_an_owner_of_somebody_who_is_let_in_already(
    start: Start, charles: Person, tr: Translator
) -> None:
    async with start(bot_audience="everybody") as notula:
        charles.send_text("/start " + notula.bot.state.claim_link.partition("=")[2])
        await charles.chat.wait_for_text("/broadcast")
        assert notula.settings.bot_owner == charles.id


async def test_an_admin_whom_nobody_sees_uses_the_buttons_of_what_they_asked_for(
    api: FakeBotApi, charles: Person, eve: Person, beckett: Path, notula: Notula, tr: Translator
) -> None:
    team = api.group("Team")
    team.add(charles, status="administrator")
    team.add(eve)
    voice = charles.send_voice(beckett.read_bytes(), 9, to=team, anonymous=True)
    charles.send_text("/transcribe", to=team, reply_to=voice, anonymous=True)
    answer = await team.wait_for(is_answer)
    only = tr("Only who has sent the recording can use these buttons.")
    assert await eve.press(answer, "SRT").wait_answered() == only
    assert await charles.press(answer, "SRT").wait_answered() == ""
    await team.wait_for(lambda message: message.file)
    entries = await SqliteAuditLog(database_of(notula), lambda: 0.0).newest(10)
    assert [(entry.actor, entry.action) for entry in entries] == [(str(eve.id), "refused-button")]


async def test_admins_whom_nobody_sees_are_told_apart_by_their_groups(
    api: FakeBotApi, start: Start, charles: Person, beckett: Path
) -> None:
    async with start(user_requests_per_minute=1):
        for title in ("One", "Two"):
            team = api.group(title)
            team.add(charles, status="administrator")
            voice = charles.send_voice(beckett.read_bytes(), 9, to=team, anonymous=True)
            charles.send_text("/transcribe", to=team, reply_to=voice, anonymous=True)
            await team.wait_for(is_answer)


async def test_who_floods_a_chat_is_refused_once(start: Start, charles: Person, beckett: Path, tr: Translator) -> None:
    async with start(user_requests_per_minute=2):
        first = charles.send_voice(beckett.read_bytes(), 9, unique_id="v0")
        await charles.wait_for(is_answer)
        for number in range(8):
            refused = charles.send_voice(beckett.read_bytes(), 9, unique_id=f"v{number + 1}")
            if number == 1:
                told_of = refused
        await charles.wait_for(lambda _: sum(map(is_answer, charles.chat.bot_messages)) == 2)
        answer = next(message for message in charles.chat.bot_messages if is_answer(message))
        for kind in ("SRT", "VTT"):
            assert "Terlalu banyak" in await charles.press(answer, kind).wait_answered()  # In Charles' language.
    answers, others = [], []
    for message in charles.chat.bot_messages:
        (answers if is_answer(message) else others).append(message.reply_to)
    assert (answers[0], len(answers), others) == (first.id, 2, [told_of.id])


@pytest.mark.usefixtures("notula")
async def test_a_channel_that_takes_the_bot_in_is_not_written_to(api: FakeBotApi, charles: Person) -> None:
    channel = api.channel("News")
    charles.send_text("/start")
    await charles.wait_for(lambda message: "/help" in message.text)
    api.world.change_status(channel.chat, api.world.bot, "administrator", charles.user)
    charles.send_text("/stats")
    await charles.wait_for(lambda _: len(charles.chat.bot_messages) == 2)
    assert channel.chat.bot_messages == []
