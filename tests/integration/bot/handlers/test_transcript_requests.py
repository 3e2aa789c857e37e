"""What asks for a transcript: albums, captions, mentions, and all that was sent while the bot was off."""

from pathlib import Path

import pytest

from core.app.notula import Notula
from core.i18n import Translator
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_files import media
from tests.fakes.bot_api_people import Group, Person
from tests.fakes.llm_service import LlmService
from tests.fakes.speech_server import SpeechServer
from tests.integration.bot.talk import Start, is_answer, shows, with_chat

MENTION = [{"type": "mention", "offset": 0, "length": 16}]


def answered(group: Group) -> list[int | None]:
    return sorted(message.reply_to or 0 for message in group.chat.bot_messages if is_answer(message))


@pytest.mark.usefixtures("notula")
@pytest.mark.parametrize("place", [0, 2])
async def test_an_album_is_asked_for_by_one_of_its_items(
    api: FakeBotApi, charles: Person, beckett: Path, place: int
) -> None:
    team = api.group("Team")
    team.add(charles)
    data = beckett.read_bytes()
    album = api.world.new_album()
    items = []
    for number in range(3):
        said = {"caption": "@notula_test_bot please", "caption_entities": MENTION} if number == place else {}
        item = media("audio", data, duration=9, mime_type="audio/wav", file_name=f"{number}.wav")
        items.append(charles.send(item, to=team, media_group_id=album, **said))
    other = charles.send_audio(data, 9, to=team)
    await team.wait_for(lambda _: len(answered(team)) == 3)
    assert answered(team) == [item.id for item in items]
    assert other.id not in answered(team)


@pytest.mark.usefixtures("notula")
@pytest.mark.parametrize("caption", ["/transcribe", "/transcribe@notula_test_bot", "/help", "/translate Klingon"])
async def test_a_recording_is_one_whatever_is_written_under_it(
    charles: Person, beckett: Path, caption: str, tr: Translator
) -> None:
    voice = charles.send_voice(beckett.read_bytes(), 9, caption=caption)
    answer = await charles.wait_for(is_answer)
    assert answer.reply_to == voice.id
    others = [message.text for message in charles.chat.bot_messages if message is not answer]
    unknown = tr("I don't know this language. Name it as in /translate id or /translate Indonesian.")
    assert others == ([unknown] if "Klingon" in caption else [])


async def test_a_caption_asks_for_a_translation(
    start: Start, charles: Person, beckett: Path, server: SpeechServer, chat: SpeechServer
) -> None:
    assert isinstance(chat.service, LlmService)
    async with start(**with_chat(server, chat)):
        charles.send_voice(beckett.read_bytes(), 9, caption="/translate Japanese")
        await charles.wait_for(is_answer)
        translation = await charles.wait_for(lambda message: "<Japanese>" in message.text)
        assert translation.buttons == ["TXT", "SRT", "VTT", "MD", "DOCX"]
        await charles.press(translation, "SRT").wait_answered()
        file = await charles.wait_for(lambda message: message.file)
        assert file.file.name.endswith(".ja.srt")
        assert b"<Japanese>" in file.file.data
        charles.send_text("/export md", reply_to=translation)
        file = await charles.wait_for(lambda message: message.file and message.file.name.endswith(".ja.md"))
        assert b"Japanese" in file.file.data


@pytest.mark.usefixtures("notula")
async def test_in_a_group_captions_and_mentions_ask(
    api: FakeBotApi, charles: Person, beckett: Path, tr: Translator
) -> None:
    team = api.group("Team")
    team.add(charles)
    asked = charles.send_voice(beckett.read_bytes(), 9, to=team, caption="/transcribe")
    await team.wait_for(lambda _: answered(team) == [asked.id])
    charles.send_voice(beckett.read_bytes(), 9, to=team, caption="/transcribe@another_bot")
    no_recording = tr("This is no recording that I know. Send a voice message, or an audio or video file.")
    how = tr("Reply to a recording with /transcribe, or mention me under one, and I write it down.")
    sticker = charles.send_sticker(to=team)
    report = charles.send_document(
        b"%PDF", "report.pdf", "application/pdf", to=team, caption="@notula_test_bot", caption_entities=MENTION
    )
    question = charles.send_text("@notula_test_bot what is this?", to=team, reply_to=sticker, entities=MENTION)
    alone = charles.send_text("@notula_test_bot hello", to=team, entities=MENTION)
    charles.send_document(b"%PDF", "report.pdf", "application/pdf", to=team)
    await team.wait_for(lambda _: len(team.chat.bot_messages) == 4)
    told = {message.reply_to: message.text for message in team.chat.bot_messages if message.reply_to != asked.id}
    assert told == {report.id: no_recording, question.id: no_recording, alone.id: how}


async def test_what_was_sent_while_the_bot_was_off_is_not_too_much_at_once(
    api: FakeBotApi, start: Start, charles: Person, beckett: Path, tr: Translator
) -> None:
    now = charles.chat.now
    for number in range(15):
        charles.chat.now = lambda number=number: now() - 3600 + 60 * number
        charles.send_voice(beckett.read_bytes(), 9, unique_id=f"sent {number}")
    charles.chat.now = now
    async with start(user_requests_per_minute=2):
        await charles.wait_for(lambda _: sum(map(is_answer, charles.chat.bot_messages)) == 15)


@pytest.mark.usefixtures("notula")
async def test_what_happens_in_a_chat_is_no_request(charles: Person, tr: Translator) -> None:
    message = charles.send_text("/privacy")
    await charles.wait_for(lambda message: "/delete" in message.text)
    charles._send({"pinned_message": message.as_json()})
    charles.send_sticker()
    await charles.chat.wait_for_text(
        tr("I turn recordings into text. Send me a voice message, an audio or a video file.")
    )
    assert len(charles.chat.bot_messages) == 2


@pytest.mark.parametrize("language", ["jv", "Swahili"])
async def test_any_language_can_be_spoken(
    start: Start, charles: Person, beckett: Path, server: SpeechServer, language: str
) -> None:
    async with start():
        charles.send_text(f"/language {language}")
        await charles.wait_for(lambda message: message.buttons)
        charles.send_voice(beckett.read_bytes(), 9)
        await charles.wait_for(is_answer)
        (form,) = server.service.forms  # type: ignore[attr-defined]
        assert form.one("language") in ("jv", "jw", "sw")


async def test_people_of_a_group_are_let_in_with_it(
    api: FakeBotApi, start: Start, owner: Person, charles: Person, beckett: Path, tr: Translator
) -> None:
    team = api.group("Team")
    team.add(owner, status="creator")
    team.add(charles)
    hint = tr("With /allow {number} my owner lets in all of this chat.", number=team.id)
    async with start(bot_owner=owner.id, bot_audience="allowed"):
        owner.send_text("/settings", to=team)
        panel = await team.chat.wait_for_text(hint)
        await owner.press(panel, tr("Every recording, unasked")).wait_answered()
        owner.send_text(f"/allow {team.id}")
        await owner.wait_for(lambda message: str(team.id) in message.text)
        owner.send_text("/settings", to=team)
        again = await team.wait_for(lambda message: message is not panel)
        assert hint not in again.text
        voice = charles.send_voice(beckett.read_bytes(), 9, to=team)
        await team.wait_for(lambda _: answered(team) == [voice.id])


@pytest.mark.parametrize("caption", ["/transcribe 3", "/transcribe 11"])
async def test_a_number_says_how_many_people_speak(
    charles: Person, beckett: Path, notula: Notula, caption: str, tr: Translator
) -> None:
    charles.send_voice(beckett.read_bytes(), 9, caption=caption)
    await charles.wait_for(shows("TXT"))  # Below a notice where no model tells speakers apart.
    (view,) = notula.snapshot().jobs
    job = await notula.jobs.wait(view.id)
    is_told = "3" in caption
    assert (job.options.speakers, job.options.people) == ((True, 3) if is_told else (False, None))
    refused = tr("Name 1 to {most} people, as in /transcribe 3. I find it out myself now.", most=10)
    assert any(message.text == refused for message in charles.chat.bot_messages) is not is_told
