"""/delete: one transcript, or all data of a person, after a confirmation."""

import sqlite3
from pathlib import Path

from core.app.notula import Notula
from core.i18n import Translator
from tests.fakes.bot_api_people import Person
from tests.integration.bot.talk import answer_to, transcribed
from tests.integration.database import database_of

TABLES = ("deliveries", "jobs", "bot_people", "chat_preferences", "transcripts", "cached_transcripts")
QUESTION = (
    "Delete all that is kept of you: {count} transcript, what you have chosen, and your name?",
    "Delete all that is kept of you: {count} transcripts, what you have chosen, and your name?",
)


async def names(notula: Notula) -> list[str]:
    """Of all transcripts that there are."""
    return [entry.name for entry in (await notula.transcripts.page()).entries]


async def test_somebody_wants_to_be_forgotten(charles: Person, notula: Notula, beckett: Path, tr: Translator) -> None:
    await transcribed(charles, beckett)
    await answer_to(charles.send_text("/language id"), "Indonesia")
    question = await answer_to(charles.send_text("/delete"), tr.plural(*QUESTION, 1))
    assert question.buttons == [tr("Delete everything"), tr("Keep it")]
    await charles.press(question, tr("Delete everything")).wait_answered()
    await charles.chat.wait_for_text(tr("Everything is deleted. What stands in this chat you can clear in Telegram."))
    assert await names(notula) == []
    assert notula.snapshot().jobs == ()

    def rows(connection: sqlite3.Connection) -> dict[str, int]:
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES}

    assert await database_of(notula).read(rows) == dict.fromkeys(TABLES, 0)


async def test_who_keeps_it_keeps_all_of_it(charles: Person, notula: Notula, beckett: Path, tr: Translator) -> None:
    await transcribed(charles, beckett)
    question = await answer_to(charles.send_text("/delete"), tr.plural(*QUESTION, 1))
    await charles.press(question, tr("Keep it")).wait_answered()
    await charles.wait_for(lambda message: message.id == question.id and message.text == tr("Nothing was deleted."))
    assert question.buttons == []
    assert await names(notula) == ["talk.wav"]


async def test_one_text_is_forgotten_by_a_reply_to_it(
    charles: Person, notula: Notula, beckett: Path, tr: Translator
) -> None:
    answer = await transcribed(charles, beckett)
    other = await transcribed(charles, beckett, name="other.wav")
    ask = tr("Delete what was said in {name}?", name="talk.wav")
    question = await answer_to(charles.send_text("/delete", reply_to=answer), ask)
    assert question.buttons == [tr("Delete for good"), tr("Close")]
    await charles.press(question, tr("Close")).wait_answered()
    assert question.deleted
    assert sorted(await names(notula)) == ["other.wav", "talk.wav"]
    question = await answer_to(charles.send_text("/delete", reply_to=answer), ask)
    assert await charles.press(question, tr("Delete for good")).wait_answered() == tr("Deleted.")
    assert answer.deleted
    assert question.deleted
    assert not other.deleted
    assert await names(notula) == ["other.wav"]


async def test_only_what_was_transcribed_can_be_forgotten(charles: Person, notula: Notula, tr: Translator) -> None:
    said = charles.send_text("/delete", reply_to=charles.send_text("Hello"))
    told = await answer_to(said, tr("Reply with this to a recording that I have transcribed, or to its text."))
    assert told.reply_to == said.id
    assert told.buttons == []
