"""What only the owner may do, in two languages; for everybody else these commands don't exist."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

import pytest

from core.app import Notula
from core.config import Folders
from core.store import AuditLog
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_people import Person
from tests.fakes.speech_server import SpeechServer
from tests.integration.bot.talk import is_answer, talking


class Start(Protocol):
    """Runs Notula with an owner."""

    def __call__(self, owner: Person, **settings: object) -> AbstractAsyncContextManager[Notula]: ...


@pytest.fixture
async def start(
    api: FakeBotApi, server: SpeechServer, folders: Folders, monkeypatch: pytest.MonkeyPatch, quick_edits: None
) -> AsyncIterator[Start]:
    def start(owner: Person, **settings: object) -> AbstractAsyncContextManager[Notula]:
        return talking(api, server, folders, monkeypatch, bot_owner=owner.id, **settings)

    yield start
    assert api.complaints == []


@pytest.fixture
def ada(api: FakeBotApi) -> Person:
    return api.person("Ada", language_code="en")


async def actions(notula: Notula) -> list[tuple[str, str]]:
    """What the audit log says, the newest first."""
    entries = await AuditLog(notula._database, lambda: 0.0).newest(100)
    return [(entry.action, entry.detail) for entry in entries]


@pytest.mark.parametrize("command", ["/users", "/allow 1", "/block 1", "/broadcast hello", "/limits", "/health"])
async def test_for_others_there_are_no_such_commands(api: FakeBotApi, ada: Person, start: Start, command: str) -> None:
    eve = api.person("Eve")
    async with start(ada):
        eve.send_text(command)
        await eve.chat.wait_for_text("I do not know this command.")


async def test_everybody_is_told_once_in_their_language(api: FakeBotApi, ada: Person, start: Start) -> None:
    ben, cut, gone = api.person("Ben", language_code="id"), api.person("Cut"), api.person("Gone")
    async with start(ada) as notula:
        for person in (ben, cut, gone):
            person.send_text("/privacy")
            await person.wait_for(lambda message: "/delete" in message.text)
        gone.block_bot()
        cut.block_bot()
        cut.unblock_bot()
        cut.send_text("/status")
        await cut.chat.wait_for_text("workers")
        ada.send_text("/broadcast We rest <b>tomorrow</b>.")
        question = await ada.chat.wait_for_text("Send this to 2 people?")
        forged = api.world.press(question, ben.user, question.button_data("Send"))
        assert "usang" in await forged.wait_answered()
        for _ in range(2):
            await ada.press(question, "Send").wait_answered()
        await ada.wait_for(lambda message: message.text == "It goes to 2 people.")
        await ben.chat.wait_for_text("Pesan dari pemilik bot ini:\nWe rest <b>tomorrow</b>.")
        await cut.chat.wait_for_text("A message from the owner of this bot:\nWe rest <b>tomorrow</b>.")
        await api.until(lambda: not api.updates.queue)
        assert ("broadcast", "2") in await actions(notula)
    for person in (ben, cut):
        assert sum("tomorrow" in message.text for message in person.chat.bot_messages) == 1


@pytest.mark.parametrize(
    ("language", "empty", "long", "nobody", "dropped"),
    [
        ("en", "Write what to tell", "too long", "Nobody else", ("Send this to 1", "Don't send", "Nothing was sent.")),
        ("id", "Tulis pesan", "terlalu panjang", "Belum ada orang lain", ("Kirim ini", "Jangan kirim", "Tidak ada")),
    ],
)
async def test_nothing_is_sent_by_mistake(
    api: FakeBotApi, start: Start, language: str, empty: str, long: str, nobody: str, dropped: tuple[str, str, str]
) -> None:
    owner, ben = api.person("Owner", language_code=language), api.person("Ben")
    async with start(owner):
        for command, told in (("/broadcast", empty), ("/broadcast " + "x" * 4000, long), ("/broadcast x", nobody)):
            owner.send_text(command)
            await owner.chat.wait_for_text(told)
        ben.send_text("/privacy")
        await ben.wait_for(lambda message: message.text)
        owner.send_text("/broadcast x")
        question, button, told = dropped
        asked = await owner.chat.wait_for_text(question)
        await owner.press(asked, button).wait_answered()
        await owner.wait_for(lambda message: message.id == asked.id and told in message.text)
    assert len(ben.chat.bot_messages) == 1


async def test_limits_are_seen_and_changed(ada: Person, start: Start, folders: Folders) -> None:
    async with start(ada) as notula:
        ada.send_text("/limits")
        await ada.chat.wait_for_text("running 3: recordings at once, each person")
        ada.send_text("/limits running 7")
        await ada.chat.wait_for_text("running 7: recordings at once, each person")
        assert notula.settings.user_running == 7
        assert ("limits", "running 7") in await actions(notula)
        for wrong, told in (
            ("/limits running 0", "0 is no number that running can have."),
            ("/limits running many", "many is no number"),
            ("/limits bot_owner 1", "Name a limit and a number"),
            ("/limits running", "Name a limit and a number"),
        ):
            ada.send_text(wrong)
            await ada.chat.wait_for_text(told)
        assert notula.settings.user_running == 7
    assert "user_running = 7" in folders.settings_file.read_text()


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ("workers are busy", "Since the start: 1 done, 0 failed.", "Groq: works", "Refused lately:", "Eve")),
        ("id", ("pekerja", "Sejak dimulai: 1 selesai, 0 gagal.", "Groq: berfungsi", "Baru-baru ini ditolak:", "Eve")),
    ],
)
async def test_the_owner_sees_how_the_bot_is_doing(
    api: FakeBotApi, start: Start, beckett: Path, language: str, expected: tuple[str, ...]
) -> None:
    owner, eve = api.person("Owner", language_code=language), api.person("Eve")
    async with start(owner, bot_audience="nobody"):
        eve.send_text("/start")
        await eve.wait_for(lambda message: message.text)
        owner.send_voice(beckett.read_bytes(), 9)
        await owner.wait_for(is_answer)
        owner.send_text("/health")
        told = await owner.chat.wait_for_text(expected[0])
    for line in expected:
        assert line in told.text


async def test_menus_are_there_in_both_languages_and_the_owners_has_more(
    api: FakeBotApi, ada: Person, start: Start
) -> None:
    ada.send_text("/start")  # Telegram knows no chat before.
    async with start(ada):
        await api.until(lambda: len(api.commands) == 6)
    for language, description in (("", "what is under way"), ("id", "apa yang sedang diproses")):
        for scope in ("all_private_chats", "all_group_chats"):
            menu = {one["command"]: one["description"] for one in api.commands[scope, language]}
            assert menu["status"] == description
        (own,) = [menu for (scope, of), menu in api.commands.items() if str(ada.id) in scope and of == language]
        assert {"broadcast", "limits", "health", "users"} <= {one["command"] for one in own}
        assert "broadcast" not in {one["command"] for one in api.commands["all_private_chats", language]}


async def test_whoever_opens_the_link_becomes_the_owner_and_gets_the_menu(
    api: FakeBotApi, ada: Person, server: SpeechServer, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    eve = api.person("Eve")
    async with talking(api, server, folders, monkeypatch, bot_audience="nobody") as notula:
        link = notula.bot.state.claim_link
        eve.send_text("/start 0123456789abcdef0123456789abcdef")
        await eve.chat.wait_for_text("This bot is private.")
        ada.send_text(f"/start {link.partition('=')[2]}")
        await ada.chat.wait_for_text("/broadcast")
        assert notula.settings.bot_owner == ada.id
        assert notula.bot.state.claim_link == ""
        assert any(str(ada.id) in scope for scope, _ in api.commands)
        eve.send_text(f"/start {link.partition('=')[2]}")
        await api.until(lambda: not api.updates.queue)
        assert ("claim", "") in await actions(notula)
    assert notula.settings.bot_owner == ada.id


async def test_a_blocked_person_gets_no_notice(api: FakeBotApi, ada: Person, start: Start) -> None:
    eve = api.person("Eve")
    async with start(ada) as notula:
        eve.send_text("/privacy")
        await eve.wait_for(lambda message: message.text)
        ada.send_text(f"/block {eve.id}")
        await ada.chat.wait_for_text("may not use this bot any more")
        ada.send_text("/broadcast hello")
        await ada.chat.wait_for_text("Nobody else has written to me yet.")
        assert ("block", str(eve.id)) in await actions(notula)


async def test_the_owner_hears_of_what_nobody_foresaw_but_not_too_often(
    api: FakeBotApi, ada: Person, charles: Person, start: Start, beckett: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("what somebody said")

    ada.send_text("/start")
    monkeypatch.setattr("core.bot.handlers.library.Listing", fails)
    async with start(ada, bot_audience="everybody"):
        for _ in range(2):
            charles.send_text("/history")
        await charles.wait_for(lambda _: len(charles.chat.bot_messages) == 2)
        told = await ada.wait_for(lambda message: "ZeroDivisionError in test_operations.py:" in message.text)
        mark = charles.chat.bot_messages[0].text.split()[-1]
        assert told.text.endswith(mark)
        assert "said" not in told.text
    assert sum("ZeroDivisionError" in message.text for message in ada.chat.bot_messages) == 1


async def test_the_owner_hears_of_a_failed_delivery_unless_they_want_not_to(
    api: FakeBotApi, ada: Person, charles: Person, start: Start, beckett: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    ada.send_text("/start")
    monkeypatch.setattr("core.bot.following.answer_of", fails)
    for is_wanted in (True, False):
        async with start(ada, bot_audience="everybody", bot_error_reports=is_wanted):
            charles.send_voice(beckett.read_bytes(), 9, unique_id=f"voice {is_wanted}")
            await charles.wait_for(lambda message: "went wrong" in message.text and message.buttons == ["Try again"])
            if is_wanted:
                await ada.wait_for(lambda message: "ZeroDivisionError" in message.text)
    assert sum("ZeroDivisionError" in message.text for message in ada.chat.bot_messages) == 1
