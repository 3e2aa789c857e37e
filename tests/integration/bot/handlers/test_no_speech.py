"""A recording in which nobody speaks is answered with one plain sentence, and no file that says nothing."""

import io
import zipfile
from pathlib import Path

import pytest

from core.domain.no_speech import NOBODY_SPEAKS, ONLY_NOISE, SILENT
from core.i18n import Translator
from tests.fakes.bot_api_messages import ChatMessage
from tests.fakes.bot_api_people import Person
from tests.fakes.speech_server import SpeechServer
from tests.integration.bot.talk import answer_to, transcribed
from tests.media_samples import tone, wav_header

SILENCE = bytes(16_000 * 2 * 5)


async def sent(person: Person, pcm: bytes, sentence: str, name: str = "quiet.wav") -> ChatMessage:
    """What the bot has made of a recording of this sound."""
    recording = wav_header(len(pcm), rate_hz=16_000) + pcm
    said = person.send_audio(recording, 5, name=name, mime_type="audio/wav")
    return await person.wait_for(lambda message: message.reply_to == said.id and message.text == sentence)


@pytest.mark.usefixtures("notula")
async def test_the_answer_is_one_sentence_and_so_are_its_files(
    charles: Person, server: SpeechServer, tr: Translator
) -> None:
    answer = await sent(charles, SILENCE, tr(SILENT))
    assert server.answered == 0
    assert [message.id for message in charles.chat.bot_messages] == [answer.id]
    for format_name in ("TXT", "SRT", "VTT"):
        before = len(charles.chat.bot_messages)
        await charles.press(answer, format_name).wait_answered()
        told = await charles.wait_for(
            lambda message, before=before: message in charles.chat.bot_messages[before:] and message.text == tr(SILENT)
        )
        assert told.file is None


@pytest.mark.usefixtures("notula")
async def test_noise_alone_is_told_as_that(charles: Person, server: SpeechServer, tr: Translator) -> None:
    server.service.speech = ()  # type: ignore[attr-defined]
    await sent(charles, tone(5, 16_000).tobytes(), tr(ONLY_NOISE))


@pytest.mark.usefixtures("notula")
async def test_an_archive_names_what_it_lacks_and_is_none_where_nobody_ever_spoke(
    charles: Person, beckett: Path, tr: Translator
) -> None:
    await sent(charles, SILENCE, tr(SILENT))
    nobody = f"quiet.wav: {tr(NOBODY_SPEAKS)}"
    said = charles.send_text("/export all txt")
    alone = await answer_to(said, nobody)
    assert alone.file is None
    await transcribed(charles, beckett)
    charles.send_text("/export all txt")
    archive = await charles.wait_for(lambda message: message.file and message.file.name == "notula.zip")
    assert archive.file is not None
    assert archive.caption == nobody
    assert zipfile.ZipFile(io.BytesIO(archive.file.data)).namelist() == ["talk.txt"]
