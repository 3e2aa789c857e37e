"""Orphaned messages, which nothing will be edited into: their buttons say so, and delete them."""

import asyncio
from pathlib import Path

import pytest

from core.app.notula import Notula
from core.i18n import Translator
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_messages import ChatMessage
from tests.fakes.bot_api_people import Person
from tests.fakes.speech_server import Reply, SpeechServer
from tests.integration.bot.talk import is_answer, shows, transcribed
from tests.patience import PATIENCE_S

PAST = "This button is of the past. Send the recording again."
LEFT = "This message was left behind. The answer is in another one."


@pytest.fixture
def way() -> tuple[str, str]:
    """How updates arrive makes no difference here."""
    return ("polling", "id")


async def left_behind(api: FakeBotApi, person: Person, recording: Path, tr: Translator) -> ChatMessage:
    """The first of two placeholders: the answer to it was lost."""
    api.reset_connection_next("sendMessage", after_effect=True)
    person.send_voice(recording.read_bytes(), 9)
    await api.until(lambda: len(person.chat.bot_messages) == 2)
    first, _ = person.chat.bot_messages
    assert (first.text, first.buttons) == (tr("Received."), [tr("Cancel")])
    return first


async def test_while_something_is_made_its_button_cancels_that(
    api: FakeBotApi, charles: Person, beckett: Path, server: SpeechServer, notula: Notula, tr: Translator
) -> None:
    reply = server.next(Reply(go_on=asyncio.Event()))
    first = await left_behind(api, charles, beckett, tr)
    async with asyncio.timeout(PATIENCE_S):
        await reply.arrived.wait()
    assert await charles.press(first, tr("Cancel")).wait_answered() == tr("Cancelled.")
    assert first.deleted
    await charles.wait_for(lambda message: message.id != first.id and message.text == tr("Cancelled."))


@pytest.mark.usefixtures("notula")
@pytest.mark.parametrize("is_old", [False, True])
async def test_afterwards_its_button_says_so(
    api: FakeBotApi, charles: Person, beckett: Path, tr: Translator, *, is_old: bool
) -> None:
    first = await left_behind(api, charles, beckett, tr)
    await charles.wait_for(is_answer)
    if is_old:  # Telegram deletes none of more than two days.
        api.fail_next("deleteMessage", 400, "Bad Request: message can't be deleted for everyone")
    assert await charles.press(first, tr("Cancel")).wait_answered() == tr(LEFT)
    assert first.deleted is not is_old
    assert not is_old or (first.text, first.buttons) == (tr(LEFT), [])


async def test_a_press_while_the_message_is_being_sent_takes_nothing_away(
    api: FakeBotApi, charles: Person, beckett: Path, notula: Notula, tr: Translator
) -> None:
    held = api.hang("sendMessage", after_effect=True)
    charles.send_voice(beckett.read_bytes(), 9)
    await held.reached.wait()
    first = await charles.wait_for(shows(tr("Cancel")))
    query = charles.press(first, tr("Cancel"))
    await query.wait_answered()
    held.release()
    await charles.wait_for(lambda message: message.id == first.id and tr("Cancel") not in message.buttons)
    assert [message.id for message in charles.chat.bot_messages] == [first.id]


@pytest.mark.usefixtures("notula")
async def test_cancel_that_comes_too_late_says_so(
    api: FakeBotApi, charles: Person, beckett: Path, tr: Translator
) -> None:
    answer = await transcribed(charles, beckett)
    delivery = answer.buttons_data[0].split(":")[1]
    told = await api.world.press(answer, charles.user, f"stop:{delivery}").wait_answered()
    assert told == tr("This has ended already.")
    assert not answer.deleted


async def test_every_button_answers_whatever_has_become_of_its_recording(
    api: FakeBotApi, charles: Person, beckett: Path, notula: Notula, tr: Translator
) -> None:
    answer = await transcribed(charles, beckett)
    delivery = answer.buttons_data[0].split(":")[1]
    team = api.group("Team")
    team.add(charles)

    async def told(data: str, message: ChatMessage = answer) -> str:
        return await api.world.press(message, charles.user, data).wait_answered()

    for made_up in ("file:{}:exe", "file:{}", "to:{}:klingon", "to:{}", "again:{}:12345678", "newer:{}", "{}", "file"):
        assert await told(made_up.format(delivery)) == tr(PAST), made_up
    charles.send_text("/help@notula_test_bot", to=team)
    elsewhere = await team.wait_for(lambda message: "/transcribe" in message.text)
    assert await told(f"file:{delivery}:txt", elsewhere) == tr(PAST)
    assert await told("gone:yes", elsewhere) == tr("This question is of the past. Send /delete again.")
    assert await told("hist:8", elsewhere) == tr("This list is of the past. Send /history again.")
    await notula.transcripts.delete([entry.id for entry in (await notula.transcripts.page()).entries])
    for action in ("file:{}:txt", "langs:{}", "to:{}:id", "sum:{}", "provs:{}", "del:{}", "back:{}"):
        assert await told(action.format(delivery)) == tr("This recording was deleted."), action
    assert await told(f"open:{delivery}") == tr("This recording was deleted.")
    before = len(charles.chat.bot_messages)
    query = api.world.press(answer, charles.user, f"file:{delivery}:txt")
    await query.wait_answered()
    assert len(charles.chat.bot_messages) == before
