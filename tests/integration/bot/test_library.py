"""What somebody was given is found again, taken along, translated, summed up and forgotten, in two languages."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.app import Notula
from core.config import Folders
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_messages import ChatMessage
from tests.fakes.bot_api_people import Person
from tests.fakes.speech_server import Reply, SpeechServer
from tests.integration.bot.talk import SAID, is_answer, talking, with_chat


@pytest.fixture
async def notula(
    api: FakeBotApi,
    server: SpeechServer,
    chat: SpeechServer,
    folders: Folders,
    monkeypatch: pytest.MonkeyPatch,
    transport: dict[str, object],
    quick_edits: None,
) -> AsyncIterator[Notula]:
    """As in `conftest`, with somebody who translates."""
    given = {**transport, **with_chat(server, chat), "user_requests_per_minute": 1000}
    async with talking(api, server, folders, monkeypatch, **given) as notula:
        yield notula
    assert api.complaints == []


async def transcribed(person: Person, beckett: Path, *, name: str = "talk.wav") -> ChatMessage:
    """The answer to a recording of this name."""
    sent = person.send_audio(beckett.read_bytes(), 9, name=name, mime_type="audio/wav")
    return await person.wait_for(lambda message: is_answer(message) and message.reply_to == sent.id)


@pytest.mark.usefixtures("notula")
async def test_the_history_is_listed_turned_and_opened(charles: Person, beckett: Path) -> None:
    for number in range(10):
        await transcribed(charles, beckett, name=f"talk {number}.wav")
    charles.send_text("/history")
    listed = await charles.chat.wait_for_text("10 recordings of yours:")
    assert "1. talk 9.wav (" in listed.text
    assert "0:10)\nIt was the best of times" in listed.text
    assert listed.buttons == [*"12345678", "Older"]
    await charles.press(listed, "Older").wait_answered()
    await charles.wait_for(lambda message: message.buttons == ["9", "10", "Newer"])
    assert "10. talk 0.wav" in listed.text
    await charles.press(listed, "10").wait_answered()
    opened = await charles.wait_for(lambda message: message.id > listed.id and is_answer(message))
    await charles.press(opened, "SRT").wait_answered()
    file = await charles.wait_for(lambda message: message.file)
    assert file.file is not None
    assert file.file.name == "talk 0.srt"


@pytest.mark.usefixtures("notula")
async def test_a_word_is_found_among_ones_own(api: FakeBotApi, charles: Person, beckett: Path) -> None:
    await transcribed(charles, beckett)
    charles.send_text("/search age of wisdom")
    found = await charles.chat.wait_for_text("1 of your recordings has this in it:")
    assert found.buttons == ["1"]
    ada = api.person("Ada", language_code="en")
    ada.send_text("/search wisdom")
    await ada.chat.wait_for_text("Nothing was found.")
    forged = api.world.press(ada.chat.bot_messages[0], ada.user, found.button_data("1"))
    assert await forged.wait_answered() == "This recording was deleted."
    for command in ("/search", "/search ?!"):
        ada.send_text(command)
    await ada.wait_for(lambda message: sum("Say what to look for" in one.text for one in ada.chat.bot_messages) == 2)


@pytest.mark.usefixtures("notula")
@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ("There is nothing of yours yet.", "Nothing was found.", "You have 0 transcripts", "Reply with this")),
        ("id", ("Belum ada apa pun milik Anda.", "Tidak ada yang ditemukan.", "Anda memiliki 0", "Balas rekaman")),
    ],
)
async def test_who_has_nothing_is_told_so(api: FakeBotApi, language: str, expected: tuple[str, ...]) -> None:
    person = api.person("Somebody", language_code=language)
    nothing, not_found, total, reply = expected
    for command, text in (
        ("/history", nothing),
        ("/search x", not_found),
        ("/stats", total),
        ("/summary", reply),
        ("/translate id", reply),
        ("/export", reply),
        ("/export all", nothing),
    ):
        said = person.send_text(command)
        await person.wait_for(lambda message, text=text, said=said: text in message.text and message.id > said.id)


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
    for wrong in ("/export pdf", "/export srt txt", "/export everything"):
        said = charles.send_text(wrong)
        await charles.wait_for(
            lambda message, said=said: message.reply_to == said.id and "Name a format" in message.text
        )


@pytest.mark.usefixtures("notula")
async def test_a_text_is_translated_by_command_and_by_button(charles: Person, beckett: Path) -> None:
    answer = await transcribed(charles, beckett)
    charles.send_text("/translate Indonesian", reply_to=answer)
    translated = await charles.chat.wait_for_text("<Indonesian>")
    assert translated.text.startswith("Translation\n")
    charles.send_text("/translate")
    dialog = await charles.chat.wait_for_text("Into which language?")
    await charles.press(dialog, "日本語").wait_answered()
    japanese = await charles.chat.wait_for_text("<Japanese>")
    assert japanese.reply_to == answer.id
    assert dialog.deleted
    await charles.press(answer, "Translate").wait_answered()
    await charles.press(answer, "Deutsch").wait_answered()
    await charles.chat.wait_for_text("<German>")
    await charles.wait_for(lambda message: message.id == answer.id and "TXT" in message.buttons)
    charles.send_text("/translate")
    dialog = await charles.chat.wait_for_text("Into which language?")
    await charles.press(dialog, "Close").wait_answered()
    charles.send_text("/translate Klingon")
    await charles.chat.wait_for_text("I don't know this language.")
    assert dialog.deleted


@pytest.mark.usefixtures("notula")
async def test_a_recording_that_nobody_has_transcribed_is_transcribed_and_translated(
    api: FakeBotApi, charles: Person, beckett: Path
) -> None:
    team = api.group("Team")
    team.add(charles)
    voice = charles.send_voice(beckett.read_bytes(), 9, to=team)
    charles.send_text("/translate id", to=team, reply_to=voice)
    await team.wait_for(is_answer)
    translated = await team.chat.wait_for_text("<Indonesian>")
    assert translated.reply_to == voice.id


@pytest.mark.usefixtures("notula")
@pytest.mark.parametrize("language", ["en", "id"])
async def test_a_recording_is_summed_up_by_command_and_by_button(api: FakeBotApi, beckett: Path, language: str) -> None:
    person = api.person("Somebody", language_code=language)
    answer = await transcribed(person, beckett)
    heading, button = {"en": ("Summary\n", "Summarise"), "id": ("Ringkasan\n", "Ringkas")}[language]
    person.send_text("/summary", reply_to=answer)
    first = await person.chat.wait_for_text("In English: ")
    assert first.text.startswith(heading)
    await person.press(answer, button).wait_answered()
    await person.wait_for(lambda message: message.id > first.id and message.text == first.text)


async def test_the_making_of_a_summary_is_cancelled(
    charles: Person, beckett: Path, notula: Notula, chat: SpeechServer
) -> None:
    answer = await transcribed(charles, beckett)
    reply = chat.next(Reply(go_on=asyncio.Event()))
    charles.send_text("/summary", reply_to=answer)
    status = await charles.chat.wait_for_text("Being summed up")
    async with asyncio.timeout(5):
        await reply.arrived.wait()
    await charles.press(status, "Cancel").wait_answered()
    await charles.wait_for(lambda message: message.id == status.id and message.text == "Cancelled.")
    assert reply.go_on is not None
    reply.go_on.set()


@pytest.mark.usefixtures("notula")
async def test_in_a_group_nobody_is_shown_what_is_somebodys_own(api: FakeBotApi, charles: Person) -> None:
    team = api.group("Team")
    team.add(charles)
    for command in ("/history", "/search secret", "/export all", "/delete"):
        said = charles.send_text(command, to=team)
        await team.wait_for(lambda message, said=said: message.id > said.id and "?start=history" in message.text)
    charles.send_text("/start history")
    await charles.chat.wait_for_text("There is nothing of yours yet.")


@pytest.mark.parametrize(
    ("language", "button", "told"),
    [("en", "Delete everything", "Everything is deleted."), ("id", "Hapus semuanya", "Semuanya telah dihapus.")],
)
async def test_somebody_wants_to_be_forgotten(
    api: FakeBotApi, notula: Notula, beckett: Path, language: str, button: str, told: str
) -> None:
    person = api.person("Somebody", language_code=language, username="somebody")
    await transcribed(person, beckett)
    person.send_text("/delete")
    question = await person.wait_for(lambda message: button in message.buttons)
    await person.press(question, button).wait_answered()
    await person.chat.wait_for_text(told)
    assert (await notula.transcripts.page()).total == 0
    assert notula.snapshot().jobs == ()

    def everything(connection: object) -> dict[str, int]:
        tables = ("deliveries", "jobs", "bot_people", "chat_preferences", "transcripts", "cached_transcripts")
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}  # type: ignore[attr-defined]

    assert set((await notula._database.read(everything)).values()) == {0}


async def test_one_text_is_forgotten_by_command(charles: Person, notula: Notula, beckett: Path) -> None:
    answer = await transcribed(charles, beckett)
    await transcribed(charles, beckett, name="other.wav")
    charles.send_text("/delete", reply_to=answer)
    question = await charles.chat.wait_for_text("Delete what was said in talk.wav?")
    await charles.press(question, "Delete for good").wait_answered()
    await charles.wait_for(lambda message: answer.deleted and question.deleted)
    assert [entry.name for entry in (await notula.transcripts.page()).entries] == ["other.wav"]
    charles.send_text("/delete")
    question = await charles.wait_for(lambda message: "Keep it" in message.buttons)
    await charles.press(question, "Keep it").wait_answered()
    await charles.chat.wait_for_text("Nothing was deleted.")
    assert (await notula.transcripts.page()).total == 1
