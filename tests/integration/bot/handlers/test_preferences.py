"""Preferences of a private chat, by buttons and by commands: they are kept and used."""

from pathlib import Path

from core.app.notula import Notula
from core.domain.bot import ChatPreferences
from core.domain.errors import TooManyRequests
from core.i18n import INTERFACE_LANGUAGES, Translator
from core.store.sqlite import SqliteChatPreferences
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_messages import ChatMessage
from tests.fakes.bot_api_people import Person
from tests.fakes.speech_server import SpeechServer
from tests.integration.bot.talk import BOTH_WAYS, Start, answer_to, beginning, is_answer, shows, with_chat
from tests.integration.database import database_of

pytestmark = BOTH_WAYS

MODEL = "whisper-large-v3"


async def chosen(notula: Notula, chat_id: int) -> ChatPreferences:
    """As the database has it."""
    return await SqliteChatPreferences(database_of(notula)).get(chat_id)


async def opened(person: Person, tr: Translator) -> ChatMessage:
    """All that can be chosen."""
    said = person.send_text("/settings")
    return await answer_to(said, tr("What is chosen for this chat:"))


async def choose(person: Person, panel: ChatMessage, tr: Translator, page: str, button: str) -> None:
    """Press a button of the page with this English title, after which the first page says so."""
    assert await person.press(panel, tr(page)).wait_answered() == ""
    await person.wait_for(lambda message: message.id == panel.id and button in message.buttons)
    assert tr("Back") in panel.buttons
    assert await person.press(panel, button).wait_answered() == tr("Chosen.")
    told, home = tr(f"{page}: {{choice}}", choice=button), tr("Spoken language")
    await person.wait_for(
        lambda message: message.id == panel.id and told in message.text.splitlines() and home in message.buttons
    )


async def test_all_is_chosen_by_buttons_and_taken_back(charles: Person, notula: Notula, tr: Translator) -> None:
    usual = tr("as the owner has it")
    panel = await opened(charles, tr)
    for page, button in (
        ("Spoken language", "Indonesia"),
        ("Provider", "Groq"),
        ("Model", MODEL),
        ("Translation", "日本語"),
    ):
        await choose(charles, panel, tr, page, button)
    assert await chosen(notula, charles.id) == ChatPreferences("groq", MODEL, "id", translate_to="ja")
    await charles.press(panel, tr("Provider")).wait_answered()
    await charles.wait_for(shows("✓ Groq", usual))
    await charles.press(panel, tr("Back")).wait_answered()
    await charles.wait_for(shows(tr("Provider")))
    await choose(charles, panel, tr, "Spoken language", tr("Recognised"))
    assert (await chosen(notula, charles.id)).language == "auto"
    for page in ("Spoken language", "Model", "Provider"):
        await choose(charles, panel, tr, page, usual)
    await choose(charles, panel, tr, "Translation", tr("none"))
    assert await chosen(notula, charles.id) == ChatPreferences()
    assert len(charles.chat.bot_messages) == 1


async def test_files_are_switched_on_and_off_again(charles: Person, notula: Notula, tr: Translator) -> None:
    panel = await opened(charles, tr)
    await charles.press(panel, tr("Files")).wait_answered()
    await charles.wait_for(shows("TXT", "SRT", "VTT", "MD", "DOCX", tr("Back")))
    for button, after, formats in (
        ("SRT", "✓ SRT", ("srt",)),
        ("MD", "✓ MD", ("srt", "md")),
        ("✓ SRT", "SRT", ("md",)),
        ("✓ MD", "MD", ()),
    ):
        assert await charles.press(panel, button).wait_answered() == tr("Chosen.")
        told = tr("Files with every text: {choice}", choice=", ".join(formats).upper() or tr("none"))
        await charles.wait_for(
            lambda message, after=after, told=told: after in message.buttons and told in message.text
        )
        assert (await chosen(notula, charles.id)).formats == formats
    await charles.press(panel, tr("Back")).wait_answered()
    await charles.wait_for(shows(tr("Files")))


async def test_the_bots_own_words_are_chosen_and_as_telegram_again(
    charles: Person, notula: Notula, tr: Translator
) -> None:
    other = Translator("id" if tr.language == "en" else "en")
    panel = await opened(charles, tr)
    title, own = INTERFACE_LANGUAGES[other.language], "My own words: {choice}"
    await charles.press(panel, tr("My own words")).wait_answered()
    await charles.wait_for(shows(title, f"✓ {tr('As Telegram')}"))
    assert await charles.press(panel, title).wait_answered() == tr("Chosen.")
    await charles.wait_for(lambda message: other(own, choice=title) in message.text)
    assert (await chosen(notula, charles.id)).interface_language == other.language
    await answer_to(charles.send_text("/cancel"), other("Nothing of yours is under way here."))
    await choose_as_telegram(charles, panel, tr, other)
    assert (await chosen(notula, charles.id)).interface_language == ""
    await answer_to(charles.send_text("/cancel"), tr("Nothing of yours is under way here."))


async def choose_as_telegram(person: Person, panel: ChatMessage, tr: Translator, other: Translator) -> None:
    await person.press(panel, other("My own words")).wait_answered()
    await person.wait_for(shows(other("As Telegram")))
    assert await person.press(panel, other("As Telegram")).wait_answered() == other("Chosen.")
    told = tr("My own words: {choice}", choice=tr("As Telegram"))
    await person.wait_for(lambda message: told in message.text)


async def test_all_is_chosen_by_words_and_taken_back(charles: Person, notula: Notula, tr: Translator) -> None:
    usual = ChatPreferences()
    for command, expected in (
        ("/language id", ChatPreferences(language="id")),
        ("/language Indonesian", ChatPreferences(language="id")),
        (f"/language {tr('Japanese')}", ChatPreferences(language="ja")),
        ("/language 日本語", ChatPreferences(language="ja")),
        ("/language in_ID", ChatPreferences(language="id")),
        ("/language Bahasa Inggris", ChatPreferences(language="en")),
        ("/language uk", ChatPreferences(language="uk")),
        (f"/language {tr('Recognised')}", ChatPreferences(language="auto")),
        ("/language auto", ChatPreferences(language="auto")),
        ("/provider GROQ", ChatPreferences(provider="groq")),
        (f"/model {MODEL}", ChatPreferences(provider="groq", model=MODEL)),
    ):
        panel = await answer_to(charles.send_text(command), tr("What is chosen for this chat:"))
        assert tr("Spoken language") in panel.buttons
        assert await chosen(notula, charles.id) == expected, command
        await answer_to(charles.send_text(f"{command.split()[0]} default"), tr("What is chosen for this chat:"))
        taken_back = await chosen(notula, charles.id)
        assert (taken_back.language, taken_back.model) == ("", "")
        await SqliteChatPreferences(database_of(notula)).set(charles.id, usual)


async def test_what_there_is_not_is_told(charles: Person, notula: Notula, tr: Translator) -> None:
    language = "I don't know this language. Name it as in /language id or /language Indonesian; auto recognises it."
    for command, told in (
        ("/language Klingon", tr(language)),
        ("/language Deutch", f"{tr(language)} {tr('Did you mean {name} ({code})?', name=tr('German'), code='de')}"),
        ("/provider nobody", f"{tr('There is no such provider here. There are:')}\ngroq: Groq"),
        ("/model gpt-9", f"{tr('There is no such model here. There are:')}\n{MODEL}"),
    ):
        said = charles.send_text(command)
        answer = await answer_to(said, told)
        assert answer.reply_to == said.id
    assert await chosen(notula, charles.id) == ChatPreferences()


async def test_without_a_word_there_are_buttons(charles: Person, notula: Notula, tr: Translator) -> None:
    for command, button in (("/language", "Deutsch"), ("/provider", "Groq"), ("/model", MODEL)):
        said = charles.send_text(command)
        panel = await charles.wait_for(
            lambda message, said=said, button=button: message.id > said.id and button in message.buttons
        )
        assert f"✓ {tr('as the owner has it')}" in panel.buttons
        assert await charles.press(panel, button).wait_answered() == tr("Chosen.")
        await charles.wait_for(
            lambda message, panel=panel, button=button: message.id == panel.id and button in message.text
        )
        await SqliteChatPreferences(database_of(notula)).set(charles.id, ChatPreferences())


async def test_what_was_chosen_holds_for_what_is_sent(
    server: SpeechServer, chat: SpeechServer, charles: Person, beckett: Path, start: Start, tr: Translator
) -> None:
    async with start(**with_chat(server, chat)) as notula:
        preferences = ChatPreferences("groq", MODEL, "en", ("srt", "md"), translate_to="id")
        await SqliteChatPreferences(database_of(notula)).set(charles.id, preferences)
        voice = charles.send_voice(beckett.read_bytes(), 9)
        await charles.wait_for(is_answer)
        translation = await charles.wait_for(lambda message: "<Indonesian>" in message.text)
        assert translation.reply_to == voice.id
        assert translation.text.startswith(f"{tr('Translation')}\n")
        files = [message.file.name.rpartition(".")[2] for message in charles.chat.bot_messages if message.file]
        assert files == ["srt", "md"]
        (form,) = server.service.forms  # type: ignore[attr-defined]
        assert (form.one("model"), form.one("language")) == (MODEL, "en")


async def test_forged_choices_change_nothing(api: FakeBotApi, charles: Person, notula: Notula, tr: Translator) -> None:
    panel = await opened(charles, tr)
    assert tr("Every recording, unasked") not in panel.buttons
    for data in ("set:provider:00000000", "set:language:xx", "set:automatic:on", "set:bot_owner:1", "set:" + "x" * 60):
        query = api.world.press(panel, charles.user, data)
        assert await query.wait_answered() == tr("This can't be chosen any more. Send /settings again.")
    assert await chosen(notula, charles.id) == ChatPreferences()


async def test_looking_around_is_not_counted(charles: Person, start: Start, tr: Translator) -> None:
    files, back = tr("Files"), tr("Back")
    async with start(user_requests_per_minute=2):
        panel = await opened(charles, tr)
        for button, seen in ((files, "SRT"), (back, files), (files, "SRT"), (back, files)):
            await charles.press(panel, button).wait_answered()
            await charles.wait_for(shows(seen))
        assert len(charles.chat.bot_messages) == 1
        charles.send_text("/status")
        told = await answer_to(charles.send_text("/status"), beginning(tr, TooManyRequests.sentence))
        assert len(charles.chat.bot_messages) == 3
    assert told.buttons == []
