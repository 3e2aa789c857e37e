"""Earlier transcripts are listed, searched and exported."""

import io
import zipfile
from pathlib import Path

import pytest

from core.app.notula import Notula
from core.bot.ui.history_list import PAGE_SIZE
from core.domain.errors import TooManyRequests
from core.i18n import Translator
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_messages import ChatMessage
from tests.fakes.bot_api_people import Person
from tests.integration.bot.talk import SAID, Start, answer_to, beginning, is_answer, transcribed

FOUND = ("{count} of your recordings has this in it:", "{count} of your recordings have this in it:")
LISTED = ("{count} recording of yours:", "{count} recordings of yours:")


async def filled(person: Person, beckett: Path, count: int) -> None:
    """So many transcripts are this person's."""
    for number in range(count):
        await transcribed(person, beckett, name=f"talk {number}.wav")


async def turned(person: Person, listed: ChatMessage, button: str, *, buttons: list[str]) -> None:
    """Turn the page, after which there are these buttons."""
    assert await person.press(listed, button).wait_answered() == ""
    await person.wait_for(lambda message: message.id == listed.id and message.buttons == buttons)


@pytest.mark.usefixtures("notula")
async def test_the_history_is_listed_turned_and_opened(charles: Person, beckett: Path, tr: Translator) -> None:
    await filled(charles, beckett, PAGE_SIZE + 2)
    listed = await answer_to(charles.send_text("/history"), tr.plural(*LISTED, 10))
    assert "1. talk 9.wav (" in listed.text
    assert "0:10)\nIt was the best of times" in listed.text
    first, second = [*"12345678", tr("Older")], ["9", "10", tr("Newer")]
    assert listed.buttons == first
    await turned(charles, listed, tr("Older"), buttons=second)
    assert "10. talk 0.wav" in listed.text
    await turned(charles, listed, tr("Newer"), buttons=first)
    assert "1. talk 9.wav (" in listed.text
    await turned(charles, listed, tr("Older"), buttons=second)
    await charles.press(listed, "10").wait_answered()
    opened = await charles.wait_for(lambda message: message.id > listed.id and is_answer(message))
    await charles.press(opened, "SRT").wait_answered()
    file = await charles.wait_for(lambda message: message.file)
    assert file.file is not None
    assert file.file.name == "talk 0.srt"


@pytest.mark.usefixtures("notula")
async def test_what_a_search_has_found_is_turned_too(charles: Person, beckett: Path, tr: Translator) -> None:
    await filled(charles, beckett, PAGE_SIZE + 1)
    said = charles.send_text("/search age of wisdom")
    listed = await answer_to(said, tr.plural(*FOUND, 9))
    assert listed.reply_to == said.id
    first, second = [*"12345678", tr("Older")], ["9", tr("Newer")]
    assert listed.buttons == first
    on_first = listed.text
    await turned(charles, listed, tr("Older"), buttons=second)
    assert listed.text.startswith(tr.plural(*FOUND, 9))
    names = [f"talk {number}.wav" for number in range(9)]
    assert sorted(name for name in names if name in on_first or name in listed.text) == names
    await turned(charles, listed, tr("Newer"), buttons=first)
    assert listed.text == on_first


@pytest.mark.usefixtures("notula")
async def test_a_word_is_found_among_ones_own(
    api: FakeBotApi, charles: Person, eve: Person, beckett: Path, tr: Translator
) -> None:
    await transcribed(charles, beckett)
    found = await answer_to(charles.send_text("/search age of wisdom"), tr.plural(*FOUND, 1))
    assert "talk.wav" in found.text
    assert found.buttons == ["1"]
    await charles.press(found, "1").wait_answered()
    await charles.wait_for(lambda message: message.id > found.id and is_answer(message))
    nothing = await answer_to(eve.send_text("/search wisdom"), tr("Nothing was found."))
    forged = api.world.press(nothing, eve.user, found.button_data("1"))
    assert await forged.wait_answered() == tr("This recording was deleted.")


@pytest.mark.usefixtures("notula")
async def test_a_search_wants_words(charles: Person, tr: Translator) -> None:
    for command in ("/search", "/search ?!"):
        said = charles.send_text(command)
        told = await answer_to(said, tr("Say what to look for, as in /search monthly report."))
        assert told.reply_to == said.id


@pytest.mark.usefixtures("notula")
async def test_who_has_nothing_is_told_so(charles: Person, tr: Translator) -> None:
    nothing = tr("There is nothing of yours yet.")
    reply = tr("Reply with this to a recording that I have transcribed, or to its text.")
    for command, text in (
        ("/history", nothing),
        ("/search x", tr("Nothing was found.")),
        ("/summary", reply),
        ("/translate id", reply),
        ("/export", reply),
        ("/export all", nothing),
    ):
        await answer_to(charles.send_text(command), text)


@pytest.mark.usefixtures("notula")
async def test_one_text_or_all_are_taken_along(charles: Person, beckett: Path) -> None:
    answers = [await transcribed(charles, beckett, name=name) for name in ("a.wav", "b.wav", "b.mp3")]
    charles.send_text("/export srt", reply_to=answers[0])
    file = await charles.wait_for(lambda message: message.file and message.file.name == "a.srt")
    assert file.file is not None
    assert b"00:00:00,000 -->" in file.file.data
    charles.send_text("/export")  # The newest.
    await charles.wait_for(lambda message: message.file and message.file.name == "b.txt")
    charles.send_text("/export all md")
    archive = await charles.wait_for(lambda message: message.file and message.file.name == "notula.zip")
    assert archive.file is not None
    with zipfile.ZipFile(io.BytesIO(archive.file.data)) as read:
        assert sorted(read.namelist()) == ["a.md", "b (2).md", "b.md"]
        assert SAID in read.read("a.md").decode()


@pytest.mark.usefixtures("notula")
async def test_what_is_no_format_is_told_with_those_there_are(charles: Person, beckett: Path, tr: Translator) -> None:
    answer = await transcribed(charles, beckett)
    told = tr(
        "Name a format, as in /export srt, or /export all for everything: {formats}.", formats="txt, srt, vtt, md, docx"
    )
    for wrong in ("/export pdf", "/export srt txt", "/export everything"):
        said = charles.send_text(wrong, reply_to=answer)
        refused = await answer_to(said, told)
        assert refused.reply_to == said.id
    assert not any(message.file for message in charles.chat.bot_messages)


async def test_opening_is_counted_and_turning_is_not(
    charles: Person, start: Start, beckett: Path, tr: Translator
) -> None:
    async with start():
        await filled(charles, beckett, PAGE_SIZE + 1)
        listed = await answer_to(charles.send_text("/history"), tr.plural(*LISTED, 9))
    first, second = [*"12345678", tr("Older")], ["9", tr("Newer")]
    async with start(user_requests_per_minute=1):
        for _ in range(2):
            await turned(charles, listed, tr("Older"), buttons=second)
            await turned(charles, listed, tr("Newer"), buttons=first)
        assert await charles.press(listed, "1").wait_answered() == ""
        opened = await charles.wait_for(lambda message: message.id > listed.id and is_answer(message))
        refused = await charles.press(listed, "2").wait_answered()
        assert refused.startswith(beginning(tr, TooManyRequests.sentence))
    assert charles.chat.bot_messages[-1] is opened


async def test_what_was_deleted_is_not_opened(charles: Person, notula: Notula, beckett: Path, tr: Translator) -> None:
    await transcribed(charles, beckett)
    listed = await answer_to(charles.send_text("/history"), tr.plural(*LISTED, 1))
    (entry,) = (await notula.transcripts.page()).entries
    await notula.transcripts.delete([entry.id])
    assert await charles.press(listed, "1").wait_answered() == tr("This recording was deleted.")
    await answer_to(charles.send_text("/history"), tr("There is nothing of yours yet."))
