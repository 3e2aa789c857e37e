"""What people say to the bot, and what it answers: the whole of Notula but Telegram and the provider."""

from pathlib import Path

import pytest

from core.app import Notula
from core.config import Folders
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_people import Person
from tests.fakes.speech_server import SpeechServer
from tests.integration.bot.talk import SAID, is_answer, talking


@pytest.mark.usefixtures("notula")
async def test_a_voice_message_is_answered_with_its_text(charles: Person, beckett: Path) -> None:
    voice = charles.send_voice(beckett.read_bytes(), 9)
    answer = await charles.wait_for(is_answer)
    assert answer.reply_to == voice.id
    assert len(charles.chat.bot_messages) == 1


@pytest.mark.usefixtures("notula")
async def test_every_kind_of_recording_is_understood(charles: Person, beckett: Path, server: SpeechServer) -> None:
    data = beckett.read_bytes()
    charles.send_audio(data, 9, name="talk.wav", mime_type="audio/wav")
    charles.send_document(data, "beckett.wav", "audio/x-wav")
    charles.send_document(data, "beckett.WAV", None)
    charles.send_video_note(data, 9)
    await charles.wait_for(lambda message: sum(map(is_answer, charles.chat.bot_messages)) == 4)
    assert server.answered == 1  # The same bytes, whatever they are called.


@pytest.mark.usefixtures("notula")
async def test_files_come_by_buttons_as_replies(charles: Person, beckett: Path) -> None:
    charles.send_voice(beckett.read_bytes(), 9)
    answer = await charles.wait_for(is_answer)
    for name, beginning in (("TXT", b"It was"), ("SRT", b"1\n00:00:00,000"), ("VTT", b"WEBVTT"), ("MD", b"# ")):
        query = charles.press(answer, name)
        await query.wait_answered()
        file = await charles.wait_for(
            lambda message, name=name: message.file and message.file.name.endswith(name.lower())
        )
        assert file.file.data.startswith(beginning)
        assert file.reply_to == answer.id


@pytest.mark.usefixtures("notula")
async def test_the_same_recording_is_asked_of_another_provider(
    charles: Person, beckett: Path, server: SpeechServer
) -> None:
    charles.send_voice(beckett.read_bytes(), 9)
    answer = await charles.wait_for(is_answer)
    await charles.press(answer, "Again by another").wait_answered()
    assert answer.buttons == ["Groq", "Back"]
    await charles.press(answer, "Back").wait_answered()
    assert "TXT" in answer.buttons
    await charles.press(answer, "Again by another").wait_answered()
    await charles.press(answer, "Groq").wait_answered()
    await charles.wait_for(lambda message: message.id != answer.id and is_answer(message))


async def test_a_transcript_is_deleted_for_good_by_two_presses(charles: Person, beckett: Path, notula: Notula) -> None:
    charles.send_voice(beckett.read_bytes(), 9)
    answer = await charles.wait_for(is_answer)
    await charles.press(answer, "Delete").wait_answered()
    assert answer.buttons == ["Delete for good", "Back"]
    assert (await notula.transcripts.page()).total == 1
    query = charles.press(answer, "Delete for good")
    await query.wait_answered()
    assert answer.deleted
    assert (await notula.transcripts.page()).total == 0


async def test_what_somebody_else_has_too_stays_theirs(
    api: FakeBotApi, charles: Person, beckett: Path, notula: Notula
) -> None:
    ada = api.person("Ada")
    for person in (charles, ada):
        person.send_voice(beckett.read_bytes(), 9, unique_id="v1")
        await person.wait_for(is_answer)
    (answer,) = charles.chat.bot_messages
    await charles.press(answer, "Delete").wait_answered()
    await charles.press(answer, "Delete for good").wait_answered()
    assert answer.deleted
    assert (await notula.transcripts.page()).total == 1
    (kept,) = ada.chat.bot_messages
    assert SAID in kept.text
    await ada.press(kept, "TXT").wait_answered()
    await ada.wait_for(lambda message: message.file)


async def test_nobody_presses_anothers_buttons(api: FakeBotApi, charles: Person, beckett: Path, notula: Notula) -> None:
    team, eve = api.group("Team"), api.person("Eve")
    for person in (charles, eve):
        team.add(person)
    voice = charles.send_voice(beckett.read_bytes(), 9, to=team)
    charles.send_text("/transcribe@notula_test_bot", to=team, reply_to=voice)
    answer = await team.wait_for(is_answer)
    assert "Only who has sent" in await eve.press(answer, "Delete").wait_answered()
    for forged in ("delnow:0000000000000000", "delnow:", "x" * 64, "file:0000000000000000:../../etc/passwd"):
        assert "of the past" in await api.world.press(answer, eve.user, forged).wait_answered()
    assert (await notula.transcripts.page()).total == 1


@pytest.mark.usefixtures("notula")
async def test_in_groups_it_answers_when_it_is_meant(api: FakeBotApi, charles: Person, beckett: Path) -> None:
    team, data = api.group("Team"), beckett.read_bytes()
    team.add(charles)
    charles.send_text("What was said yesterday?", to=team)
    charles.send_voice(data, 9, to=team)
    charles.send_audio(
        data,
        9,
        to=team,
        caption="for @notula_test_bot please",
        caption_entities=[{"type": "mention", "offset": 4, "length": 16}],
    )
    answer = await team.wait_for(is_answer)
    assert len(team.chat.bot_messages) == 1
    charles.send_text("/transcribe", to=team)
    await team.chat.wait_for_text("Reply to a recording with /transcribe.")
    assert len(team.chat.bot_messages) == 2
    assert answer.reply_to is not None


@pytest.mark.usefixtures("notula")
@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            ("Hello Charles!", "never kept", "0 of your recordings are", "Nothing of yours", "This is no recording"),
        ),
        (
            "id",
            ("Halo Charles!", "tidak pernah disimpan", "0 rekaman Anda", "Tidak ada milik Anda", "Ini bukan rekaman"),
        ),
    ],
)
async def test_it_speaks_the_language_of_who_writes(
    api: FakeBotApi, beckett: Path, language: str, expected: tuple[str, ...]
) -> None:
    person = api.person("Charles", language_code=language)
    hello, privacy, status, nothing, no_recording = expected
    for command, text in (("/start", hello), ("/privacy", privacy), ("/status", status), ("/cancel", nothing)):
        person.send_text(command)
        await person.chat.wait_for_text(text)
    person.send_document(b"%PDF-1.7", "report.pdf", "application/pdf")
    await person.chat.wait_for_text(no_recording)


@pytest.mark.usefixtures("notula")
async def test_what_it_can_not_do_gets_a_helpful_sentence(charles: Person) -> None:
    charles.send_text("Good morning")
    await charles.chat.wait_for_text("I turn recordings into text.")
    charles.send_text("/nonsense")
    await charles.chat.wait_for_text("I do not know this command.")
    charles.send_voice(b"OggS but nothing of the kind", 3)
    await charles.wait_for(lambda message: message.buttons == ["Try again"])


async def test_the_owner_lets_people_in_and_keeps_them_out(
    api: FakeBotApi, server: SpeechServer, folders: Folders, monkeypatch: pytest.MonkeyPatch, beckett: Path
) -> None:
    owner, eve = api.person("Ada"), api.person("Eve", username="eve")
    async with talking(api, server, folders, monkeypatch, bot_owner=owner.id, bot_audience="allowed"):
        eve.send_voice(beckett.read_bytes(), 9)
        await eve.chat.wait_for_text(f"tell them your number: {eve.id}")
        eve.send_text("/users")
        eve.send_text("/allow 1")
        owner.send_text("/users")
        await owner.chat.wait_for_text(f"{eve.id} Eve @eve: not let in")
        owner.send_text("/allow @eve")
        await owner.chat.wait_for_text(f"{eve.id} may use this bot now.")
        eve.send_voice(beckett.read_bytes(), 9)
        await eve.wait_for(is_answer)
        owner.send_text(f"/block {eve.id}")
        await owner.chat.wait_for_text(f"{eve.id} may not use this bot any more.")
        said = len(eve.chat.bot_messages)
        eve.send_voice(beckett.read_bytes(), 9)
        owner.send_text("/allow nobody")
        await owner.chat.wait_for_text("Say whom")
        await api.until(lambda: not api.updates.queue)
    assert len(eve.chat.bot_messages) == said == 2
    assert api.complaints == []


async def test_who_asks_too_often_is_told_when_to_come_back(
    api: FakeBotApi, server: SpeechServer, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    charles = api.person("Charles")
    async with talking(api, server, folders, monkeypatch, user_requests_per_minute=2):
        for _ in range(3):
            charles.send_text("/status")
        await charles.chat.wait_for_text("That was too much at once.")


async def test_the_token_is_in_no_log(
    api: FakeBotApi,
    server: SpeechServer,
    folders: Folders,
    monkeypatch: pytest.MonkeyPatch,
    beckett: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    charles = api.person("Charles")
    caplog.set_level("DEBUG")
    async with talking(api, server, folders, monkeypatch):
        api.fail_next("getFile", 502, "Bad Gateway")
        api.cut_next_download(100)
        api.reset_connection_next("sendMessage")
        charles.send_voice(beckett.read_bytes(), 9)
        await charles.wait_for(is_answer, timeout_s=20)
    secret = api.token.partition(":")[2]
    assert secret not in caplog.text
    for file in folders.data.parent.rglob("*"):
        if file.is_file():
            assert secret.encode() not in file.read_bytes(), file


async def test_what_was_pressed_while_the_bot_was_off_is_done(
    api: FakeBotApi,
    server: SpeechServer,
    folders: Folders,
    monkeypatch: pytest.MonkeyPatch,
    charles: Person,
    beckett: Path,
    transport: dict[str, object],
) -> None:
    async with talking(api, server, folders, monkeypatch, **transport):
        charles.send_voice(beckett.read_bytes(), 9)
        answer = await charles.wait_for(is_answer)
        charles.send_text("/history")
        listing = await charles.wait_for(lambda message: message.buttons == ["1"])
    for message, button in ((answer, "SRT"), (listing, "1")):
        charles.press(message, button).expired = True  # Nobody waits any more.
    async with talking(api, server, folders, monkeypatch, **transport):
        await charles.wait_for(lambda message: message.file)
        await charles.wait_for(lambda message: message.id not in (answer.id, listing.id) and is_answer(message))
    assert not any("went wrong" in message.text for message in charles.chat.bot_messages)
