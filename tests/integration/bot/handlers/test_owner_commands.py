"""The owner's commands: broadcasts, limits, health; and reports of unexpected errors."""

from pathlib import Path

import pytest

from core.config import Folders
from core.i18n import Translator
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_messages import ChatMessage
from tests.fakes.bot_api_people import Person
from tests.integration.bot.audit import actions
from tests.integration.bot.talk import Start, answer_to, beginning, is_answer, shows

FOREWORD = "A message from the owner of this bot:"
WRONG = "Something went wrong here. The owner finds it in the log under {mark}."


def limit(tr: Translator, name: str, value: int, title: str) -> str:
    return f"{name} {value}: {tr(title)}"


async def introduced(*people: Person) -> None:
    """The bot knows these people now."""
    for person in people:
        await answer_to(person.send_text("/privacy"), "/delete")


async def test_everybody_is_told_once_in_their_language(
    api: FakeBotApi, owner: Person, eve: Person, start: Start, tr: Translator
) -> None:
    other = Translator("id" if tr.language == "en" else "en")
    ben, gone = api.person("Ben", language_code=other.language), api.person("Gone")
    async with start(bot_owner=owner.id) as notula:
        await introduced(ben, eve, gone)
        gone.block_bot()
        eve.block_bot()
        eve.unblock_bot()
        await introduced(eve)
        asked = owner.send_text("/broadcast We rest <b>tomorrow</b>.")
        question = await answer_to(asked, tr.plural("Send this to {count} person?", "Send this to {count} people?", 2))
        assert question.buttons == [tr("Send"), tr("Don't send")]
        forged = api.world.press(question, ben.user, question.button_data(tr("Send")))
        assert await forged.wait_answered() == other("This button is of the past. Send the recording again.")
        for _ in range(2):
            await owner.press(question, tr("Send")).wait_answered()
        told = tr.plural("It goes to {count} person.", "It goes to {count} people.", 2)
        await owner.wait_for(lambda message: message.text == told)
        await ben.chat.wait_for_text(f"{other(FOREWORD)}\nWe rest <b>tomorrow</b>.")
        await eve.chat.wait_for_text(f"{tr(FOREWORD)}\nWe rest <b>tomorrow</b>.")
        await introduced(owner)  # After both presses.
        assert ("broadcast", "2") in await actions(notula)
        await introduced(ben, eve)
    for person in (ben, eve):
        assert sum("tomorrow" in message.text for message in person.chat.bot_messages) == 1


async def test_nothing_is_sent_by_mistake(owner: Person, eve: Person, start: Start, tr: Translator) -> None:
    async with start(bot_owner=owner.id):
        for command, told in (
            ("/broadcast", "Write what to tell everybody behind the command, as in /broadcast Back at noon."),
            ("/broadcast " + "x" * 4000, "That is too long for one message."),
            ("/broadcast x", "Nobody else has written to me yet."),
        ):
            await answer_to(owner.send_text(command), tr(told))
        await introduced(eve)
        question = await answer_to(
            owner.send_text("/broadcast x"),
            tr.plural("Send this to {count} person?", "Send this to {count} people?", 1),
        )
        await owner.press(question, tr("Don't send")).wait_answered()
        await owner.wait_for(lambda message: message.id == question.id and message.text == tr("Nothing was sent."))
        assert question.buttons == []
        await introduced(eve)
    assert len(eve.chat.bot_messages) == 2


async def test_a_blocked_person_gets_no_notice(owner: Person, eve: Person, start: Start, tr: Translator) -> None:
    async with start(bot_owner=owner.id) as notula:
        await introduced(eve)
        await answer_to(owner.send_text("/block @eve"), tr("{number} may not use this bot any more.", number=eve.id))
        await answer_to(owner.send_text("/broadcast hello"), tr("Nobody else has written to me yet."))
        assert ("block", str(eve.id)) in await actions(notula)


async def test_limits_are_seen_and_changed(owner: Person, start: Start, folders: Folders, tr: Translator) -> None:
    each = "recordings at once, each person"
    async with start(bot_owner=owner.id) as notula:
        seen = await answer_to(owner.send_text("/limits"), limit(tr, "running", 3, each))
        assert limit(tr, "requests", 1000, "requests a minute, each person") in seen.text
        await answer_to(owner.send_text("/limits running 7"), limit(tr, "running", 7, each))
        assert notula.settings.user_running == 7
        assert ("limits", "running 7") in await actions(notula)
        no_number = "{number} is no number that {name} can have."
        unknown = tr("Name a limit and a number, as in /limits running 5.")
        for wrong, told in (
            ("/limits running 0", tr(no_number, number="0", name="running")),
            ("/limits running many", tr(no_number, number="many", name="running")),
            ("/limits bot_owner 1", unknown),
            ("/limits running", unknown),
        ):
            await answer_to(owner.send_text(wrong), told)
        assert notula.settings.user_running == 7
    assert "user_running = 7" in folders.settings_file.read_text()


async def test_who_waits_in_a_paused_queue_is_told_so_and_answered_when_it_goes_on(
    owner: Person, charles: Person, start: Start, beckett: Path, tr: Translator
) -> None:
    paused = tr("The queue is paused: no recording begins until it goes on.")
    title = "with 1 no recording begins until it is 0 again"
    async with start(bot_owner=owner.id) as notula:
        await answer_to(owner.send_text("/limits paused 1"), limit(tr, "paused", 1, title))
        assert notula.settings.queue_paused
        charles.send_voice(beckett.read_bytes(), 9)
        waiting = tr("Waiting, number {place} in the line.", place=1)
        await charles.wait_for(lambda message: message.text == f"{waiting} {paused}")
        for command in ("/status", "/health"):
            await answer_to(owner.send_text(command), paused)
        await answer_to(owner.send_text("/limits paused 0"), limit(tr, "paused", 0, title))
        await charles.wait_for(is_answer)


async def test_the_owner_sees_how_the_bot_is_doing(
    owner: Person, eve: Person, start: Start, beckett: Path, tr: Translator
) -> None:
    async with start(bot_owner=owner.id, bot_audience="nobody") as notula:
        await answer_to(eve.send_text("/start"), str(eve.id))
        owner.send_voice(beckett.read_bytes(), 9)
        await owner.wait_for(is_answer)
        done = tr("Since the start: {done} done, {failed} failed.", done=1, failed=0)
        told = await answer_to(owner.send_text("/health"), done)
        busy = "{running} recordings are being transcribed, {workers} at most; {waiting} wait."
        assert told.text.startswith(tr(busy, running=0, workers=notula.settings.workers, waiting=0))
    for line in (tr("Answers under way: {count}.", count=0), f"Groq: {tr('works')}", tr("Refused lately:")):
        assert line in told.text.splitlines()
    assert told.text.endswith(f"{eve.id} refused Eve @eve")


def fails(*_: object, **__: object) -> None:
    raise ZeroDivisionError("what somebody said")


async def test_the_owner_hears_of_what_nobody_foresaw_but_not_too_often(
    owner: Person, charles: Person, start: Start, monkeypatch: pytest.MonkeyPatch, tr: Translator
) -> None:
    owner.send_text("/start")
    monkeypatch.setattr("core.bot.handlers.library.HistoryList", fails)

    def names_the_mark(message: ChatMessage) -> bool:
        return "ZeroDivisionError" in message.text and mark in message.text

    async with start(bot_owner=owner.id):
        wrong = beginning(tr, WRONG)
        first = await answer_to(charles.send_text("/history"), wrong)
        await answer_to(charles.send_text("/history"), wrong)
        mark = first.text.removeprefix(wrong).rstrip(".").split()[0]
        told = await owner.wait_for(names_the_mark)
        assert " test_owner_commands.py:" in told.text
        assert "said" not in told.text
        await introduced(owner)
    assert sum("ZeroDivisionError" in message.text for message in owner.chat.bot_messages) == 1


async def test_the_owner_hears_of_a_failed_delivery_unless_they_want_not_to(
    owner: Person, charles: Person, start: Start, beckett: Path, monkeypatch: pytest.MonkeyPatch, tr: Translator
) -> None:
    owner.send_text("/start")
    monkeypatch.setattr("core.bot.delivery.delivery_run.contents_of", fails)
    for is_wanted in (True, False):
        async with start(bot_owner=owner.id, bot_error_reports=is_wanted):
            sent = charles.send_voice(beckett.read_bytes(), 9, unique_id=f"voice {is_wanted}")
            failed = await answer_to(sent, beginning(tr, WRONG))
            assert shows(tr("Try again"))(failed)
            if is_wanted:
                await owner.wait_for(lambda message: "ZeroDivisionError" in message.text)
    assert sum("ZeroDivisionError" in message.text for message in owner.chat.bot_messages) == 1
