"""Preferences of a group: set by admins, used for everybody there."""

from pathlib import Path

import pytest

from core.app.notula import Notula
from core.domain.bot import ChatPreferences
from core.i18n import Translator
from core.store.sqlite import SqliteChatPreferences
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_messages import ChatMessage
from tests.fakes.bot_api_people import Group, Person
from tests.integration.bot.talk import answer_to, is_answer, shows
from tests.integration.database import database_of

UNASKED = "Every recording, unasked"


async def chosen(notula: Notula, chat_id: int) -> ChatPreferences:
    """As the database has it."""
    return await SqliteChatPreferences(database_of(notula)).get(chat_id)


@pytest.fixture
def team(api: FakeBotApi, charles: Person, eve: Person) -> Group:
    """A group with an admin, and somebody who is none."""
    team = api.group("Team")
    team.add(charles, status="administrator")
    team.add(eve)
    return team


async def opened(person: Person, group: Group, tr: Translator) -> ChatMessage:
    return await answer_to(person.send_text("/settings@notula_test_bot", to=group), tr("What is chosen for this chat:"))


def unasked(tr: Translator, choice: str) -> str:
    return tr("Every recording, unasked: {choice}", choice=tr(choice))


async def test_only_admins_choose(charles: Person, eve: Person, team: Group, notula: Notula, tr: Translator) -> None:
    refused = tr("Only admins of this group can choose that.")
    for command in ("/settings", "/language id", "/provider groq", "/model whisper-large-v3"):
        await answer_to(eve.send_text(command, to=team), refused)
    panel = await opened(charles, team, tr)
    before = panel.text
    for button in panel.buttons:
        assert await eve.press(panel, button).wait_answered() == refused
    assert panel.text == before
    assert await chosen(notula, team.id) == ChatPreferences()
    await answer_to(charles.send_text("/language id", to=team), tr("Spoken language: {choice}", choice="Indonesia"))
    assert await chosen(notula, team.id) == ChatPreferences(language="id")
    assert await chosen(notula, charles.id) == ChatPreferences()


async def test_every_recording_is_transcribed_unasked_until_an_admin_ends_it(
    charles: Person, eve: Person, team: Group, notula: Notula, tr: Translator, beckett: Path
) -> None:
    panel = await opened(charles, team, tr)
    assert unasked(tr, "no") in panel.text
    assert await charles.press(panel, tr(UNASKED)).wait_answered() == tr("Chosen.")
    await team.chat.wait_for_text(unasked(tr, "yes"))
    voice = eve.send_voice(beckett.read_bytes(), 9, to=team)
    answer = await team.wait_for(is_answer)
    assert answer.reply_to == voice.id
    assert tr(UNASKED) not in panel.buttons
    assert await charles.press(panel, tr("Only when asked")).wait_answered() == tr("Chosen.")
    await team.wait_for(lambda message: message.id == panel.id and unasked(tr, "no") in message.text)
    assert not (await chosen(notula, team.id)).automatic
    eve.send_voice(beckett.read_bytes(), 9, to=team)
    await answer_to(eve.send_text("/cancel", to=team), tr("Nothing of yours is under way here."))
    assert sum(map(is_answer, team.chat.bot_messages)) == 1
    assert await chosen(notula, eve.id) == ChatPreferences()


@pytest.mark.usefixtures("notula")
async def test_who_wants_all_transcribed_hears_what_telegram_hides(
    api: FakeBotApi, charles: Person, team: Group, tr: Translator
) -> None:
    api.world.privacy_mode = True
    panel = await opened(charles, team, tr)
    assert "@BotFather" not in panel.text
    await charles.press(panel, tr(UNASKED)).wait_answered()
    await team.chat.wait_for_text(tr("Telegram doesn't show me every message here."))
    assert panel.text.endswith(tr("Make me an admin, or have my owner turn off my group privacy at @BotFather."))
    team.add_bot(charles, status="administrator")
    await charles.press(panel, tr("Only when asked")).wait_answered()
    await team.wait_for(shows(tr(UNASKED)))
    await charles.press(panel, tr(UNASKED)).wait_answered()
    await team.wait_for(lambda message: message.text.endswith(unasked(tr, "yes")))


@pytest.mark.usefixtures("notula")
async def test_an_admin_whom_nobody_sees_chooses_too(api: FakeBotApi, charles: Person, tr: Translator) -> None:
    team = api.group("Team")
    team.add(charles, status="creator")
    charles.send_text("/settings", to=team, anonymous=True)
    await team.wait_for(lambda message: len(message.buttons) == 7)
