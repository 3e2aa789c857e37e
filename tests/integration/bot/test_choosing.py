"""Choosing, by buttons and by words: it is kept, it holds, and in groups it is for admins."""

from pathlib import Path

import pytest

from core.app import Notula
from core.config import Folders
from core.domain.bot import ChatPreferences
from core.store import ChatPreferencesStore
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_messages import ChatMessage
from tests.fakes.bot_api_people import Person
from tests.fakes.speech_server import SpeechServer
from tests.integration.bot.talk import is_answer, talking, with_chat


async def chosen(notula: Notula, chat_id: int) -> ChatPreferences:
    """As the database has it."""
    return await ChatPreferencesStore(notula._database).get(chat_id)


def settings_shown(message: ChatMessage) -> bool:
    return "Spoken language" in message.buttons


async def test_all_is_chosen_by_buttons(charles: Person, notula: Notula) -> None:
    charles.send_text("/settings")
    panel = await charles.wait_for(settings_shown)
    assert "Every recording, unasked" not in panel.buttons
    for page, button, line in (
        ("Spoken language", "Indonesia", "Spoken language: Indonesia"),
        ("Provider", "Groq", "Provider: Groq"),
        ("Model", "whisper-large-v3", "Model: whisper-large-v3"),
        ("Translation", "日本語", "Translation: 日本語"),
    ):
        await charles.press(panel, page).wait_answered()
        await charles.wait_for(lambda message, button=button: button in message.buttons)
        assert await charles.press(panel, button).wait_answered() == "Chosen."
        await charles.wait_for(lambda message, line=line: line in message.text and settings_shown(message))
    await charles.press(panel, "Files").wait_answered()
    await charles.wait_for(lambda message: "SRT" in message.buttons)
    await charles.press(panel, "SRT").wait_answered()
    await charles.wait_for(lambda message: "✓ SRT" in message.buttons)
    await charles.press(panel, "Back").wait_answered()
    await charles.wait_for(settings_shown)
    await charles.press(panel, "My own words").wait_answered()
    await charles.wait_for(lambda message: "Bahasa Indonesia" in message.buttons)
    assert await charles.press(panel, "Bahasa Indonesia").wait_answered() == "Chosen."
    await charles.wait_for(lambda message: "Bahasa lisan" in message.text)
    assert await chosen(notula, charles.id) == ChatPreferences(
        "groq", "whisper-large-v3", "id", ("srt",), translate_to="ja", interface_language="id"
    )


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("/language id", ChatPreferences(language="id")),
        ("/language Indonesian", ChatPreferences(language="id")),
        ("/language auto", ChatPreferences(language="auto")),
        ("/language 日本語", ChatPreferences(language="ja")),
        ("/provider GROQ", ChatPreferences(provider="groq")),
        ("/model whisper-large-v3", ChatPreferences(provider="groq", model="whisper-large-v3")),
    ],
)
async def test_all_is_chosen_by_words(charles: Person, notula: Notula, command: str, expected: ChatPreferences) -> None:
    charles.send_text(command)
    panel = await charles.wait_for(settings_shown)
    assert await chosen(notula, charles.id) == expected
    charles.send_text(f"{command.split()[0]} default")
    await charles.wait_for(lambda message: message is not panel and settings_shown(message))
    taken_back = await chosen(notula, charles.id)
    assert (taken_back.language, taken_back.model) == ("", "")


@pytest.mark.usefixtures("notula")
@pytest.mark.parametrize(
    ("language_code", "command", "expected"),
    [
        ("en", "/language Klingon", "I don't know this language."),
        ("en", "/provider nobody", "There is no such provider here. There are:\ngroq: Groq"),
        ("en", "/model gpt-9", "There is no such model here. There are:\nwhisper-large-v3"),
        ("id", "/language Klingon", "Saya tidak mengenal bahasa ini."),
        ("id", "/provider nobody", "Tidak ada penyedia seperti itu di sini."),
        ("id", "/model gpt-9", "Tidak ada model seperti itu di sini."),
    ],
)
async def test_what_there_is_not_is_told(api: FakeBotApi, language_code: str, command: str, expected: str) -> None:
    person = api.person("Somebody", language_code=language_code)
    person.send_text(command)
    await person.chat.wait_for_text(expected)


@pytest.mark.usefixtures("notula")
@pytest.mark.parametrize(
    ("command", "button"), [("/language", "Recognised"), ("/provider", "Groq"), ("/model", "whisper-large-v3")]
)
async def test_without_a_word_there_are_buttons(charles: Person, command: str, button: str) -> None:
    charles.send_text(command)
    await charles.wait_for(lambda message: button in message.buttons)


async def test_what_was_chosen_holds_for_what_is_sent(
    api: FakeBotApi,
    server: SpeechServer,
    chat: SpeechServer,
    folders: Folders,
    monkeypatch: pytest.MonkeyPatch,
    charles: Person,
    beckett: Path,
    quick_edits: None,
) -> None:
    async with talking(api, server, folders, monkeypatch, **with_chat(server, chat)) as notula:
        preferences = ChatPreferences("groq", "whisper-large-v3", "en", ("srt", "md"), translate_to="id")
        await ChatPreferencesStore(notula._database).set(charles.id, preferences)
        voice = charles.send_voice(beckett.read_bytes(), 9)
        await charles.wait_for(is_answer)
        translation = await charles.wait_for(lambda message: "<Indonesian>" in message.text)
        assert translation.reply_to == voice.id
        files = [message.file.name.rpartition(".")[2] for message in charles.chat.bot_messages if message.file]
        assert files == ["srt", "md"]
        (form,) = server.service.forms  # type: ignore[attr-defined]
        assert (form.one("model"), form.one("language")) == ("whisper-large-v3", "en")
    assert api.complaints == []


async def test_in_a_group_only_admins_choose(api: FakeBotApi, charles: Person, notula: Notula, beckett: Path) -> None:
    team, eve = api.group("Team"), api.person("Eve")
    team.add(charles, status="administrator")
    team.add(eve)
    eve.send_text("/settings", to=team)
    await team.chat.wait_for_text("Only admins of this group can choose that.")
    charles.send_text("/settings@notula_test_bot", to=team)
    panel = await team.wait_for(settings_shown)
    assert "Only admins" in await eve.press(panel, "Every recording, unasked").wait_answered()
    assert not (await chosen(notula, team.id)).automatic
    await charles.press(panel, "Every recording, unasked").wait_answered()
    await team.chat.wait_for_text("Every recording, unasked: yes")
    eve.send_voice(beckett.read_bytes(), 9, to=team)
    await team.wait_for(is_answer)
    assert await chosen(notula, eve.id) == ChatPreferences()


@pytest.mark.usefixtures("notula")
async def test_who_wants_all_transcribed_hears_what_telegram_hides(api: FakeBotApi, charles: Person) -> None:
    api.world.privacy_mode = True
    team = api.group("Team")
    team.add(charles, status="administrator")
    charles.send_text("/settings@notula_test_bot", to=team)
    panel = await team.wait_for(settings_shown)
    assert "@BotFather" not in panel.text
    await charles.press(panel, "Every recording, unasked").wait_answered()
    await team.chat.wait_for_text("Make me an admin, or have my owner turn off my group privacy at @BotFather.")
    team.add_bot(charles, status="administrator")
    await charles.press(panel, "Only when asked").wait_answered()
    await team.wait_for(lambda message: "Every recording, unasked" in message.buttons)
    await charles.press(panel, "Every recording, unasked").wait_answered()
    await team.wait_for(lambda message: message.text.endswith("Every recording, unasked: yes"))


@pytest.mark.usefixtures("notula")
async def test_an_admin_whom_nobody_sees_chooses_too(api: FakeBotApi, charles: Person) -> None:
    team = api.group("Team")
    team.add(charles, status="creator")
    charles.send_text("/settings", to=team, anonymous=True)
    await team.wait_for(settings_shown)


async def test_forged_choices_change_nothing(api: FakeBotApi, charles: Person, notula: Notula) -> None:
    charles.send_text("/settings")
    panel = await charles.wait_for(settings_shown)
    for data in ("set:provider:00000000", "set:language:xx", "set:automatic:on", "set:bot_owner:1", "set:" + "x" * 60):
        query = api.world.press(panel, charles.user, data)
        assert "can't be chosen any more" in await query.wait_answered()
    assert await chosen(notula, charles.id) == ChatPreferences()


async def test_looking_around_is_not_counted(
    api: FakeBotApi,
    server: SpeechServer,
    folders: Folders,
    monkeypatch: pytest.MonkeyPatch,
    charles: Person,
    quick_edits: None,
) -> None:
    async with talking(api, server, folders, monkeypatch, user_requests_per_minute=2):
        charles.send_text("/settings")
        panel = await charles.wait_for(settings_shown)
        for button, seen in (("Files", "SRT"), ("Back", "Files"), ("Files", "SRT"), ("Back", "Files")):
            await charles.press(panel, button).wait_answered()
            await charles.wait_for(lambda message, seen=seen: seen in message.buttons)
        assert len(charles.chat.bot_messages) == 1
