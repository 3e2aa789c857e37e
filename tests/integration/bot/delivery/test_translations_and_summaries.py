"""Translations and summaries: requested by command or button, of a transcript or a recording, and cancelled."""

import asyncio
import io
import zipfile
from pathlib import Path

import pytest

from core.app.notula import Notula
from core.i18n import Translator
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_people import Person
from tests.fakes.llm_answers import in_language
from tests.fakes.speech_server import Reply, SpeechServer
from tests.fakes.transcription_service import TranscriptionService
from tests.integration.bot.talk import answer_to, is_answer, shows, transcribed, with_chat
from tests.patience import PATIENCE_S

UNKNOWN = "I don't know this language. Name it as in /translate id or /translate Indonesian."


@pytest.fixture
def more_settings(server: SpeechServer, chat: SpeechServer) -> dict[str, object]:
    return with_chat(server, chat)


def translated(tr: Translator, language: str) -> str:
    """What a translation says."""
    said = in_language(language, " ".join(text for _, _, text in TranscriptionService.speech))  # It is one sentence.
    return f"{tr('Translation')}\n{said}"


@pytest.mark.usefixtures("notula")
async def test_a_text_is_translated_by_word(charles: Person, beckett: Path, tr: Translator) -> None:
    answer = await transcribed(charles, beckett)
    for words in ("Indonesian", "id", tr("Indonesian"), "Indonesia"):
        said = charles.send_text(f"/translate {words}", reply_to=answer)
        version = await answer_to(said, translated(tr, "Indonesian"))
        assert version.reply_to == said.id
    said = charles.send_text("/translate uk")  # The newest text, into a language without a button.
    await answer_to(said, translated(tr, "Ukrainian"))


@pytest.mark.usefixtures("notula")
async def test_a_text_is_translated_by_a_button(charles: Person, beckett: Path, tr: Translator) -> None:
    answer = await transcribed(charles, beckett)
    usual = answer.buttons
    await charles.press(answer, tr("Translate")).wait_answered()
    assert tr("Back") in answer.buttons
    assert await charles.press(answer, "日本語").wait_answered() == ""
    version = await answer_to(answer, translated(tr, "Japanese"))
    assert version.reply_to == answer.id
    assert answer.buttons == usual


@pytest.mark.usefixtures("notula")
async def test_a_translation_comes_as_files_by_its_buttons(charles: Person, beckett: Path, tr: Translator) -> None:
    answer = await transcribed(charles, beckett)
    version = await answer_to(charles.send_text("/translate id", reply_to=answer), translated(tr, "Indonesian"))
    assert version.buttons == ["TXT", "SRT", "VTT", "MD", "DOCX"]
    for button in version.buttons:
        assert await charles.press(version, button).wait_answered() == ""
        file = await charles.wait_for(
            lambda message, button=button: message.file and message.file.name == f"talk.id.{button.lower()}"
        )
        assert file.file is not None
        data = file.file.data
        if button == "DOCX":
            data = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml")
        assert b"Indonesian" in data
        assert b"it was the worst of times," in data
        assert file.reply_to == version.id


@pytest.mark.usefixtures("notula")
async def test_without_a_language_there_is_a_dialog_that_closes(charles: Person, beckett: Path, tr: Translator) -> None:
    answer = await transcribed(charles, beckett)
    dialog = await answer_to(charles.send_text("/translate", reply_to=answer), tr("Into which language?"))
    await charles.press(dialog, tr("Close")).wait_answered()
    assert dialog.deleted
    dialog = await answer_to(charles.send_text("/translate", reply_to=answer), tr("Into which language?"))
    await charles.press(dialog, "Indonesia").wait_answered()
    version = await answer_to(dialog, translated(tr, "Indonesian"))
    assert version.reply_to == answer.id
    assert dialog.deleted
    assert not answer.deleted


@pytest.mark.usefixtures("notula")
async def test_an_unknown_language_is_told(charles: Person, beckett: Path, tr: Translator, chat: SpeechServer) -> None:
    answer = await transcribed(charles, beckett)
    said = charles.send_text("/translate Klingon", reply_to=answer)
    told = await answer_to(said, tr(UNKNOWN))
    assert told.reply_to == said.id
    voice = charles.send_voice(beckett.read_bytes(), 9, caption="/translate Klingon")
    await answer_to(voice, tr(UNKNOWN))
    await charles.wait_for(lambda message: is_answer(message) and message.reply_to == voice.id)
    assert chat.answered == 0


@pytest.mark.usefixtures("notula")
async def test_a_recording_is_translated_at_once(
    api: FakeBotApi, charles: Person, beckett: Path, tr: Translator
) -> None:
    """By a command under it, or in reply to it; what it was spoken in comes first."""
    team = api.group("Team")
    team.add(charles)
    data = beckett.read_bytes()
    voice = charles.send_voice(data, 9, to=team)
    charles.send_text("/translate id", to=team, reply_to=voice)
    own = charles.send_voice(data, 9, caption=f"/translate {tr('Japanese')}")
    for sent, language in ((voice, "Indonesian"), (own, "Japanese")):
        answer = await sent.chat.wait_for(is_answer)
        assert answer.reply_to == sent.id
        version = await answer_to(answer, translated(tr, language))
        assert version.reply_to == sent.id


async def test_the_making_of_a_translation_is_cancelled(
    charles: Person, beckett: Path, chat: SpeechServer, notula: Notula, tr: Translator
) -> None:
    answer = await transcribed(charles, beckett)
    reply = chat.next(Reply(go_on=asyncio.Event()))
    said = charles.send_text("/translate id", reply_to=answer)
    being = tr("Being translated into {language}: {percent} %", language=tr("Indonesian"), percent=0)
    status = await answer_to(said, being)
    async with asyncio.timeout(PATIENCE_S):
        await reply.arrived.wait()
    await charles.press(status, tr("Cancel")).wait_answered()
    await charles.wait_for(lambda message: message.id == status.id and message.text == tr("Cancelled."))
    assert status.buttons == []
    assert is_answer(answer)
    async with asyncio.timeout(PATIENCE_S):
        await reply.left.wait()  # Nor is anybody asked any longer.
    await answer_to(charles.send_text("/translate id", reply_to=answer), translated(tr, "Indonesian"))


async def test_the_making_of_a_summary_is_cancelled(
    charles: Person, beckett: Path, chat: SpeechServer, notula: Notula, tr: Translator
) -> None:
    answer = await transcribed(charles, beckett)
    for by_button in (True, False):
        reply = chat.next(Reply(go_on=asyncio.Event()))
        said = charles.send_text("/summary", reply_to=answer)
        status = await answer_to(said, tr("Being summed up: {percent} %", percent=0))
        assert shows(tr("Cancel"))(status)
        async with asyncio.timeout(PATIENCE_S):
            await reply.arrived.wait()
        if by_button:
            await charles.press(status, tr("Cancel")).wait_answered()
        else:
            charles.send_text("/cancel")
        await charles.wait_for(
            lambda message, status=status: message.id == status.id and message.text == tr("Cancelled.")
        )


@pytest.mark.usefixtures("notula")
async def test_a_recording_is_summed_up_by_command_and_by_button(
    charles: Person, beckett: Path, tr: Translator
) -> None:
    answer = await transcribed(charles, beckett)
    first = await answer_to(charles.send_text("/summary", reply_to=answer), "In English: ")
    assert first.text.startswith(f"{tr('Summary')}\n")
    await charles.press(answer, tr("Summarise")).wait_answered()
    second = await answer_to(first, first.text)
    assert second.reply_to == answer.id
