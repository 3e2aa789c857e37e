"""The buttons under a transcript: what each does, and that nobody else can press them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.app.notula import Notula
from core.domain.errors import TooManyRequests
from core.i18n import Translator
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_people import Person
from tests.fakes.speech_server import Reply, SpeechServer
from tests.integration.bot.talk import (
    Start,
    answer_to,
    beginning,
    is_answer,
    second_provider,
    shows,
    transcribed,
    with_second,
)
from tests.patience import PATIENCE_S

FILES = ["TXT", "SRT", "VTT", "MD", "DOCX"]


@pytest.fixture
async def second() -> AsyncIterator[SpeechServer]:
    async with second_provider() as second:
        yield second


@pytest.fixture
def more_settings(server: SpeechServer, second: SpeechServer) -> dict[str, object]:
    return with_second(server, second)


@pytest.fixture
def usual(tr: Translator) -> list[str]:
    """The buttons under a transcript."""
    return [*FILES, tr("Translate"), tr("Summarise"), tr("Again by another"), tr("Delete")]


@pytest.mark.usefixtures("notula")
async def test_files_come_by_buttons_as_replies(charles: Person, beckett: Path) -> None:
    answer = await transcribed(charles, beckett)
    for name, content in (("TXT", b"It was"), ("SRT", b"1\n00:00:00,000"), ("VTT", b"WEBVTT"), ("MD", b"# ")):
        assert await charles.press(answer, name).wait_answered() == ""
        file = await charles.wait_for(
            lambda message, name=name: message.file and message.file.name == f"talk.{name.lower()}"
        )
        assert file.file is not None
        assert file.file.data.startswith(content)
        assert file.reply_to == answer.id


@pytest.mark.usefixtures("notula")
async def test_choices_lead_back_to_where_they_came_from(
    charles: Person, beckett: Path, tr: Translator, usual: list[str]
) -> None:
    answer = await transcribed(charles, beckett)
    assert answer.buttons == usual
    for button, seen in (
        (tr("Translate"), "Indonesia"),
        (tr("Again by another"), "Groq"),
        (tr("Delete"), tr("Delete for good")),
    ):
        await charles.press(answer, button).wait_answered()
        assert seen in answer.buttons
        assert answer.buttons[-1] == tr("Back")
        await charles.press(answer, tr("Back")).wait_answered()
        assert answer.buttons == usual
    assert [message.id for message in charles.chat.bot_messages] == [answer.id]


@pytest.mark.usefixtures("notula")
async def test_the_same_recording_is_asked_of_another_provider(
    charles: Person, beckett: Path, server: SpeechServer, second: SpeechServer, tr: Translator, usual: list[str]
) -> None:
    answer = await transcribed(charles, beckett)
    assert (server.answered, second.answered) == (1, 0)
    await charles.press(answer, tr("Again by another")).wait_answered()
    assert answer.buttons == ["Groq", "office", tr("Back")]
    await charles.press(answer, "office").wait_answered()
    again = await charles.wait_for(lambda message: message.id != answer.id and is_answer(message))
    assert again.reply_to == answer.reply_to
    assert again.buttons == usual
    assert (server.answered, second.answered) == (1, 1)


async def test_what_is_being_transcribed_is_cancelled_by_its_button(
    charles: Person, beckett: Path, server: SpeechServer, notula: Notula, tr: Translator
) -> None:
    reply = server.next(Reply(go_on=asyncio.Event()))
    voice = charles.send_voice(beckett.read_bytes(), 9)
    async with asyncio.timeout(PATIENCE_S):
        await reply.arrived.wait()
    status = await charles.wait_for(shows(tr("Cancel")))
    await charles.press(status, tr("Cancel")).wait_answered()
    await charles.wait_for(lambda message: message.id == status.id and message.text == tr("Cancelled."))
    async with asyncio.timeout(PATIENCE_S):
        await reply.left.wait()  # Nor is anybody asked any longer.
    assert status.buttons == [tr("Try again")]
    assert (await notula.transcripts.page()).total == 0
    await charles.press(status, tr("Try again")).wait_answered()
    answer = await charles.wait_for(is_answer)
    assert answer.reply_to == voice.id


async def test_a_transcript_is_deleted_for_good_by_two_presses(
    charles: Person, beckett: Path, notula: Notula, tr: Translator
) -> None:
    answer = await transcribed(charles, beckett)
    await charles.press(answer, tr("Delete")).wait_answered()
    assert answer.buttons == [tr("Delete for good"), tr("Back")]
    assert (await notula.transcripts.page()).total == 1
    assert await charles.press(answer, tr("Delete for good")).wait_answered() == tr("Deleted.")
    assert answer.deleted
    assert (await notula.transcripts.page()).total == 0


async def test_what_somebody_else_has_too_stays_theirs(
    charles: Person, eve: Person, beckett: Path, notula: Notula, tr: Translator
) -> None:
    for person in (charles, eve):
        person.send_voice(beckett.read_bytes(), 9, unique_id="v1")
        await person.wait_for(is_answer)
    (answer,) = charles.chat.bot_messages
    await charles.press(answer, tr("Delete")).wait_answered()
    await charles.press(answer, tr("Delete for good")).wait_answered()
    assert answer.deleted
    assert (await notula.transcripts.page()).total == 1
    (kept,) = eve.chat.bot_messages
    assert is_answer(kept)
    await eve.press(kept, "TXT").wait_answered()
    await eve.wait_for(lambda message: message.file)


async def test_nobody_presses_anothers_buttons(
    api: FakeBotApi, charles: Person, eve: Person, beckett: Path, notula: Notula, tr: Translator
) -> None:
    team = api.group("Team")
    for person in (charles, eve):
        team.add(person)
    voice = charles.send_voice(beckett.read_bytes(), 9, to=team)
    charles.send_text("/transcribe@notula_test_bot", to=team, reply_to=voice)
    answer = await team.wait_for(is_answer)
    for button in answer.buttons:
        refused = await eve.press(answer, button).wait_answered()
        assert refused == tr("Only who has sent the recording can use these buttons.")
    for forged in ("delnow:0000000000000000", "delnow:", "x" * 64, "file:0000000000000000:../../etc/passwd"):
        told = await api.world.press(answer, eve.user, forged).wait_answered()
        assert told == tr("This button is of the past. Send the recording again.")
    assert (await notula.transcripts.page()).total == 1
    assert [message.id for message in team.chat.bot_messages] == [answer.id]


async def test_who_presses_too_often_is_told_so_by_the_button(
    charles: Person, start: Start, beckett: Path, tr: Translator
) -> None:
    async with start(user_requests_per_minute=2):
        answer = await transcribed(charles, beckett)
        await charles.press(answer, "SRT").wait_answered()
        file = await charles.wait_for(lambda message: message.file)
        refused = await charles.press(answer, "TXT").wait_answered()
        assert refused.startswith(beginning(tr, TooManyRequests.sentence))
    assert [message.id for message in charles.chat.bot_messages] == [answer.id, file.id]


async def test_what_was_pressed_while_the_bot_was_off_is_done(
    charles: Person, start: Start, beckett: Path, tr: Translator
) -> None:
    async with start():
        answer = await transcribed(charles, beckett)
        listing = await answer_to(charles.send_text("/history"), "talk.wav")
    for message, button in ((answer, "SRT"), (listing, "1")):
        charles.press(message, button).expired = True  # Nobody waits any more.
    async with start():
        await charles.wait_for(lambda message: message.file)
        await charles.wait_for(lambda message: message.id not in (answer.id, listing.id) and is_answer(message))
    wrong = beginning(tr, "Something went wrong here. The owner finds it in the log under {mark}.")
    assert not any(wrong in message.text for message in charles.chat.bot_messages)
