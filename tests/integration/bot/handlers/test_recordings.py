"""All that people can send: every kind of recording is answered, and anything else gets a helpful sentence."""

import io
from pathlib import Path

import pytest

from core.bot.ui.error_sentences import sentence_of
from core.domain.errors import DamagedMedia, NotMedia, TelegramFileTooLarge
from core.i18n import Translator
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_files import Synthetic, media
from tests.fakes.bot_api_messages import ChatMessage
from tests.fakes.bot_api_people import Person
from tests.fakes.speech_server import Reply, SpeechServer
from tests.films import write_film
from tests.integration.bot.talk import Start, answer_to, is_answer, shows
from tests.media_samples import read_speech

MB = 1024 * 1024


async def answer_below(sent: ChatMessage) -> ChatMessage:
    """The whole text, as a reply to this recording."""
    return await sent.chat.wait_for(lambda message: is_answer(message) and message.reply_to == sent.id)


@pytest.fixture
def film(beckett: Path) -> bytes:
    """A small one, in which somebody speaks."""
    file = io.BytesIO()
    write_film(file, read_speech(beckett), picture_bytes=1000, pictures_per_s=1)
    return file.getvalue()


@pytest.mark.usefixtures("notula")
async def test_a_voice_message_is_answered_with_its_text(charles: Person, beckett: Path) -> None:
    voice = charles.send_voice(beckett.read_bytes(), 9)
    answer = await charles.wait_for(is_answer)
    assert answer.reply_to == voice.id
    assert len(charles.chat.bot_messages) == 1


@pytest.mark.usefixtures("notula")
async def test_every_kind_of_sound_is_understood(charles: Person, beckett: Path, server: SpeechServer) -> None:
    data = beckett.read_bytes()
    for sent in (
        charles.send_voice(data, 9),
        charles.send_audio(data, 9, name="talk.wav", mime_type="audio/wav"),
        charles.send_audio(data, 9, title="Talk", performer="Somebody"),
        charles.send_document(data, "beckett.wav", "audio/x-wav"),
        charles.send_document(data, "beckett.WAV", None),
        charles.send_document(data, None, "audio/x-wav"),
    ):
        await answer_below(sent)
    assert server.answered == 1  # The same bytes, whatever they are called.


@pytest.mark.usefixtures("notula")
async def test_every_kind_of_film_is_understood(api: FakeBotApi, charles: Person, film: bytes) -> None:
    for sent in (
        charles.send_video(film, 10, name="holiday.mp4", unique_id="f0"),
        charles.send_video_note(film, 10, unique_id="f1"),
        charles.send_document(film, "holiday.mp4", "video/mp4", unique_id="f2"),
        charles.send_document(film, "HOLIDAY.MOV", "application/octet-stream", unique_id="f3"),
    ):
        await answer_below(sent)
    asked = [str(request.parameters["file_id"]).rpartition("-")[2] for request in api.requests_of("getFile")]
    assert sorted(asked) == ["f0", "f1", "f2", "f3"]


@pytest.mark.usefixtures("notula")
async def test_albums_and_forwards_are_answered_each(charles: Person, eve: Person, beckett: Path) -> None:
    data = beckett.read_bytes()
    album = [media("audio", data, duration=9, mime_type="audio/wav", file_name=f"{one}.wav") for one in "abc"]
    sent = charles.send_album(album, caption="three")
    said = eve.send_voice(data, 9)
    sent += [charles.forward(said), charles.forward(said, hidden=True)]
    for each in sent:
        await answer_below(each)
    assert len(charles.chat.bot_messages) == len(sent)


@pytest.mark.usefixtures("notula")
async def test_a_recording_that_is_a_reply_is_answered_itself(charles: Person, beckett: Path) -> None:
    data = beckett.read_bytes()
    first = charles.send_voice(data, 9)
    answer = await answer_below(first)
    for said in (answer, first, charles.send_text("Listen to this.")):
        await answer_below(charles.send_voice(data, 9, reply_to=said))
    assert sum(map(is_answer, charles.chat.bot_messages)) == 4


@pytest.mark.usefixtures("notula")
async def test_a_recording_is_one_whatever_is_written_under_it(charles: Person, beckett: Path) -> None:
    captions = ("for the minutes", "/history", "/delete", "/help me", "/nonsense", "@notula_test_bot", "/transcribe")
    for caption in captions:
        await answer_below(charles.send_voice(beckett.read_bytes(), 9, caption=caption))
    assert len(charles.chat.bot_messages) == len(captions)


@pytest.mark.usefixtures("notula")
async def test_a_repeated_file_costs_no_download(
    api: FakeBotApi, charles: Person, eve: Person, beckett: Path, server: SpeechServer
) -> None:
    data = beckett.read_bytes()
    await answer_below(charles.send_voice(data, 9, unique_id="v1"))
    asked, fetched = len(api.requests_of("getFile")), len(api.downloads.made)
    assert asked > 0
    assert fetched > 0
    await answer_below(eve.send_voice(data, 9, unique_id="v1"))
    await answer_below(eve.send_document(data, "again.wav", "audio/wav", unique_id="v1"))
    await answer_below(charles.forward(eve.send_voice(data, 9, unique_id="v1")))
    assert (len(api.requests_of("getFile")), len(api.downloads.made)) == (asked, fetched)
    assert server.answered == 1


@pytest.mark.usefixtures("notula")
@pytest.mark.parametrize("kind", ["sound", "film"])
async def test_the_same_bytes_under_another_name_are_transcribed_once(
    charles: Person, eve: Person, beckett: Path, film: bytes, server: SpeechServer, kind: str
) -> None:
    data = beckett.read_bytes() if kind == "sound" else film
    for number, person in enumerate((charles, eve)):
        await answer_below(person.send_document(data, "talk.mp4", "video/mp4", unique_id=f"v{number}"))
    assert server.answered == 1


@pytest.mark.usefixtures("notula")
async def test_what_is_too_large_is_not_even_asked_for(api: FakeBotApi, charles: Person, tr: Translator) -> None:
    large = Synthetic(21 * MB)
    for sent in (
        charles.send_audio(large, 900, name="meeting.mp3"),
        charles.send_video(large, 900, name="meeting.mp4"),
        charles.send_document(large, "meeting.mkv", "video/x-matroska"),
    ):
        (kind,) = sent.content
        name = sent.content[kind]["file_name"]
        refused = await answer_to(sent, tr(sentence_of(TelegramFileTooLarge), name=name, megabytes=20))
        assert refused.reply_to == sent.id
        assert refused.buttons == [tr("Try again")]
    assert api.requests_of("getFile") == []


@pytest.mark.usefixtures("notula")
async def test_what_is_no_recording_gets_a_helpful_sentence(api: FakeBotApi, charles: Person, tr: Translator) -> None:
    purpose = tr("I turn recordings into text. Send me a voice message, an audio or a video file.")
    unknown = tr("This is no recording that I know. Send a voice message, or an audio or video file.")
    for said, told in (
        (charles.send_text("Good morning"), purpose),
        (charles.send_sticker(), purpose),
        (charles.send(media("photo", b"\xff\xd8\xff", width=90, height=90)), purpose),
        (charles.send_document(b"%PDF-1.7", "report.pdf", "application/pdf"), unknown),
        (charles.send_document(b"PK", None, None), unknown),
    ):
        answer = await charles.wait_for(lambda message, said=said: message.reply_to == said.id)
        assert answer.text == told
    assert api.requests_of("getFile") == []


@pytest.mark.usefixtures("notula")
async def test_a_moving_picture_is_no_recording(api: FakeBotApi, charles: Person, tr: Translator, film: bytes) -> None:
    """Telegram makes films without sound of them, and tells of a document beside the animation."""
    moving = media("animation", film, width=64, height=64, duration=2, mime_type="video/mp4", file_name="wave.gif.mp4")
    said = charles.send(moving)
    answer = await charles.wait_for(lambda message: message.reply_to == said.id)
    assert answer.text in (
        tr("This is no recording that I know. Send a voice message, or an audio or video file."),
        tr("I turn recordings into text. Send me a voice message, an audio or a video file."),
    )
    assert api.requests_of("getFile") == []


@pytest.mark.usefixtures("notula")
async def test_what_can_not_be_played_is_told_and_may_be_tried_again(
    charles: Person, tr: Translator, film: bytes, server: SpeechServer
) -> None:
    for data, name, sentence in (
        (b"Dear diary, nothing happened today. " * 100, "diary.mp3", NotMedia.sentence),
        (film[: len(film) // 2], "half.mp4", DamagedMedia.sentence),
    ):
        sent = charles.send_document(data, name, "application/octet-stream")
        failed = await answer_to(sent, tr(sentence, name=name))
        assert failed.reply_to == sent.id
        assert failed.buttons == [tr("Try again")]
        await charles.press(failed, tr("Try again")).wait_answered()
        again = await answer_to(failed, tr(sentence, name=name))
        assert again.reply_to == sent.id
    assert server.answered == 0


@pytest.mark.usefixtures("notula")
async def test_what_failed_is_tried_again_by_a_button(
    charles: Person, tr: Translator, beckett: Path, server: SpeechServer
) -> None:
    server.next(Reply(status=400))
    sent = charles.send_voice(beckett.read_bytes(), 9)
    failed = await charles.wait_for(shows(tr("Try again")))
    assert failed.reply_to == sent.id
    await charles.press(failed, tr("Try again")).wait_answered()
    await answer_below(sent)


async def test_what_people_say_is_in_no_log(
    charles: Person, start: Start, beckett: Path, caplog: pytest.LogCaptureFixture, tr: Translator
) -> None:
    caplog.set_level("DEBUG")
    async with start():
        sent = charles.send_voice(beckett.read_bytes(), 9, caption="a planted caption")
        await answer_below(sent)
        said = charles.send_text("a planted text")
        await answer_to(said, tr("I turn recordings into text. Send me a voice message, an audio or a video file."))
        for command in ("/search planted words", "/search wisdom", "/language planted", "/nonsense planted"):
            await answer_to(charles.send_text(command), "")
    assert "Update" in caplog.text
    for words in ("planted", "best of times", "wisdom"):
        assert words not in caplog.text
