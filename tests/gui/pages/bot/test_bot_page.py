"""The page of a bot that runs: its state, who may use it, what happens, how it is connected."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtCore import Qt

from core.domain import Snapshot
from core.domain.bot import Access, BotCondition, BotState, TransportKind
from core.domain.bot_events import BotEvent, BotEventKind
from core.domain.errors import TelegramUnreachable
from core.domain.translatable_text import TranslatableText
from gui.pages.bot.bot_page import BotPage
from gui.pages.bot.bot_texts import facts_text
from gui.pages.settings.bot_link import BotLink
from gui.widgets.dialogs.question import Question
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import BOT, SETTINGS
from tests.gui.pages.bot.conftest import BOB, EVE, OWNER, RUNNING, TEAM

Publish = Callable[[BotState], None]


def event(number: int, kind: BotEventKind, text: str, **more: object) -> BotEvent:
    return BotEvent(number, 1_700_000_000.0 + number, kind, TranslatableText(text), **more)


def shown(page: BotPage) -> dict[str, tuple[str, ...]]:
    return {texts[0]: texts[1:] for _, texts in page.chats.model.rows}


def select(page: BotPage, name: str) -> None:
    page.chats.table.selectRow(list(shown(page)).index(name))


@pytest.mark.parametrize(
    ("state", "text", "facts"),
    [
        (RUNNING, "@notula_test_bot answers.", "by polling  ·  Telegram answers in 84 ms  ·  no message yet"),
        (
            replace(RUNNING, transport=TransportKind.WEBHOOK, last_update_at=1000.0, open_deliveries=2),
            "@notula_test_bot answers.",
            "by webhook  ·  Telegram answers in 84 ms  ·  last message 2 minutes ago  ·  2 answers under way",
        ),
        (BotState(), "The bot is off.", ""),
        (BotState(BotCondition.STARTING), "The bot is being started …", ""),
        (BotState(BotCondition.FAILED), "The bot can't run.", ""),
    ],
)
def test_its_state_is_told_in_words(running: BotPage, publish: Publish, state: BotState, text: str, facts: str) -> None:
    publish(state)
    assert running.state_text.text() == text
    assert facts_text(running._tr, state, 1130.0).startswith(facts)
    assert running.facts.isVisible() == bool(facts)


def test_a_problem_of_the_connection_is_told_and_passes(running: BotPage, publish: Publish) -> None:
    publish(replace(RUNNING, problem=TelegramUnreachable().message))
    assert "Telegram can't be reached" in running.problem.text()
    assert running.problem.isVisible()
    publish(RUNNING)
    assert not running.problem.isVisible()


def test_it_is_stopped_and_started(
    faked: DesktopDriver, notula: FakeNotula, running: BotPage, publish: Publish
) -> None:
    assert running.switch.accessibleName() == "Stop the bot"
    faked.qtbot.mouseClick(running.switch, Qt.MouseButton.LeftButton)
    faked.wait(lambda: notula.asked("turn_off"))
    publish(BotState())
    assert running.switch.accessibleName() == "Start the bot"
    faked.qtbot.mouseClick(running.switch, Qt.MouseButton.LeftButton)
    faked.wait(lambda: notula.asked("turn_on"))


def test_people_and_groups_are_shown_with_what_they_may_and_have(running: BotPage) -> None:
    rows = shown(running)
    assert rows["Ada Lovelace @ada"][:3] == ("Owner", "12", "25")
    assert rows["Bob <b>"][:3] == ("Not let in", "0", "0")
    assert rows["Eve @eve"] == ("Blocked", "1", "0.5", "never")
    assert rows["Group -100123"][:3] == ("Allowed", "3", "1.5")


@pytest.mark.parametrize(
    ("audience", "texts"),
    [
        ("nobody", {"Bob <b>": "Not let in", "Eve @eve": "Blocked", "Group -100123": "Not now: nobody else may"}),
        ("everybody", {"Bob <b>": "Allowed, as everybody", "Eve @eve": "Blocked", "Group -100123": "Allowed"}),
    ],
)
def test_what_they_may_follows_who_may_use_the_bot_at_all(
    notula: FakeNotula, running: BotPage, audience: str, texts: dict[str, str]
) -> None:
    notula._use(bot_audience=audience)
    rows = shown(running)
    assert {name: rows[name][0] for name in texts} == texts


def test_the_list_is_filtered_and_searched(faked: DesktopDriver, running: BotPage) -> None:
    running.chats.chips.choose("blocked")
    assert list(shown(running)) == ["Eve @eve"]
    running.chats.chips.choose("may")
    assert set(shown(running)) == {"Ada Lovelace @ada", "Group -100123"}
    running.chats.chips.choose("all")
    faked.qtbot.keyClicks(running.chats.search, "bob")
    assert list(shown(running)) == ["Bob <b>"]


def test_blocking_can_be_undone(faked: DesktopDriver, notula: FakeNotula, running: BotPage) -> None:
    select(running, "Group -100123")
    faked.qtbot.mouseClick(running.chats.block, Qt.MouseButton.LeftButton)
    faked.wait(lambda: shown(running)["Group -100123"][0] == "Blocked")
    assert faked.message == "Group -100123 is blocked now."
    faked.qtbot.mouseClick(faked.message_bar._action, Qt.MouseButton.LeftButton)
    faked.wait(lambda: shown(running)["Group -100123"][0] == "Allowed")
    assert notula.asked("set_access") == [[TEAM.chat_id, Access.BLOCKED], [TEAM.chat_id, Access.ALLOWED]]


def test_who_was_blocked_can_be_allowed_or_neither(faked: DesktopDriver, notula: FakeNotula, running: BotPage) -> None:
    for button, access in ((running.chats.allow, Access.ALLOWED), (running.chats.reset, Access.UNKNOWN)):
        select(running, "Eve @eve")
        faked.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        faked.wait(lambda access=access: notula.asked("set_access")[-1:] == [[EVE.chat_id, access]])
        faked.wait(lambda: not faked.desktop.operations._tasks)


def test_who_was_just_allowed_is_not_blocked_by_another_return(
    faked: DesktopDriver, notula: FakeNotula, running: BotPage
) -> None:
    select(running, "Bob <b>")
    running.chats.allow.setFocus()
    faked.qtbot.keyClick(running.chats.allow, Qt.Key.Key_Return)
    faked.wait(lambda: not running.chats.allow.isEnabled())
    faked.wait(running.chats.table.hasFocus)


def test_the_owner_is_neither_allowed_nor_blocked(running: BotPage) -> None:
    select(running, "Ada Lovelace @ada")
    assert not any(one.isEnabled() for one in (running.chats.allow, running.chats.block, running.chats.reset))


def test_somebody_is_let_in_by_their_number(faked: DesktopDriver, notula: FakeNotula, running: BotPage) -> None:
    running.chats.number.setFocus()
    faked.qtbot.keyClicks(running.chats.number, "4242")
    faked.qtbot.keyClick(running.chats.number, Qt.Key.Key_Return)
    faked.wait(lambda: notula.asked("set_access") == [[4242, Access.ALLOWED]])
    assert running.chats.number.text() == ""


def test_who_is_allowed_in_vain_is_told_as_such(faked: DesktopDriver, notula: FakeNotula, running: BotPage) -> None:
    notula._use(bot_audience="nobody")
    select(running, "Bob <b>")
    faked.qtbot.mouseClick(running.chats.allow, Qt.MouseButton.LeftButton)
    faked.wait(lambda: faked.message == "Bob <b> is allowed, but at the moment the bot is for you alone.")
    faked.wait(lambda: shown(running)["Bob <b>"][0] == "Not now: nobody else may")


@pytest.mark.parametrize("wrong", ["bob", "12 34", "0", "9" * 40, "٤٢", "1e3", "--5", "<b>"])
def test_what_names_nobody_lets_nobody_in(
    faked: DesktopDriver, notula: FakeNotula, running: BotPage, wrong: str
) -> None:
    running.chats.number.setFocus()
    running.chats.number.setText(wrong)
    faked.qtbot.keyClick(running.chats.number, Qt.Key.Key_Return)
    faked.wait(running.chats.problem.isVisible)
    assert running.chats.number.text() == wrong
    assert notula.asked("set_access") == []


def test_events_are_live_filtered_and_can_be_held(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, running: BotPage
) -> None:
    notula.bot_answers.past = (event(0, BotEventKind.ACCESS, "Is the owner now", actor=str(OWNER)),)
    running.parts.choose("events")
    faked.wait(lambda: len(running.events.model.rows) == 1)
    sent = event(1, BotEventKind.MESSAGE, "Sent a voice message", actor=str(BOB.chat_id))
    core.published.emit(replace(core.last, bot_events=(sent,)))
    who_and_what = [texts[1:] for _, texts in running.events.model.rows]
    assert who_and_what == [("Bob <b>", "Sent a voice message"), ("Ada Lovelace @ada", "Is the owner now")]
    faked.qtbot.mouseClick(running.events.pause, Qt.MouseButton.LeftButton)
    refused = event(2, BotEventKind.REFUSAL, "Was not let in", actor="99", name="Mallory")
    core.published.emit(replace(core.last, bot_events=(sent, refused)))
    assert len(running.events.model.rows) == 2
    assert running.events.pause.text() == "Go on (1 new)"
    faked.qtbot.mouseClick(running.events.pause, Qt.MouseButton.LeftButton)
    assert len(running.events.model.rows) == 3
    running.events.chips.choose(BotEventKind.REFUSAL)
    assert [texts[1:] for _, texts in running.events.model.rows] == [("Mallory", "Was not let in")]
    running.events.chips.choose("all")
    faked.qtbot.keyClicks(running.events.search, "voice")
    assert [texts[2] for _, texts in running.events.model.rows] == ["Sent a voice message"]


def test_who_is_selected_stays_so_when_others_come_or_go(
    faked: DesktopDriver, notula: FakeNotula, running: BotPage
) -> None:
    select(running, "Eve @eve")
    newcomer = replace(BOB, chat_id=4712, name="Aaron")
    notula.bot_answers.chats = [newcomer, *notula.bot_answers.chats]
    running.chats.refresh()
    faked.wait(lambda: any(name.startswith("Aaron") for name in shown(running)))
    assert running.chats._selected() == EVE
    notula.bot_answers.chats = [one for one in notula.bot_answers.chats if one.chat_id != EVE.chat_id]
    running.chats.refresh()
    faked.wait(lambda: "Eve @eve" not in shown(running))
    assert running.chats._selected() is None
    assert not running.chats.block.isEnabled()


def test_times_of_yesterday_have_their_date_from_midnight_on(
    faked: DesktopDriver, core: FakeCoreThread, running: BotPage
) -> None:
    running.parts.choose("events")
    evening = datetime(2026, 11, 29, 23, 59, 30).timestamp()
    now = [evening + 10]
    faked.desktop.days._now = lambda: datetime.fromtimestamp(now[0])
    text = TranslatableText("Sent a voice message")
    before = BotEvent(1, evening, BotEventKind.MESSAGE, text)
    core.published.emit(replace(core.last, bot_events=(before,)))
    running.events.table.selectRow(0)
    assert running.events.model.texts_of(0)[0] == "23:59:30"
    now[0] += 60
    after = BotEvent(2, now[0], BotEventKind.MESSAGE, text)
    core.published.emit(replace(core.last, bot_events=(before, after)))
    assert [texts[0] for _, texts in running.events.model.rows] == ["00:00:40", "Nov 29, 2026, 23:59:30"]
    assert [index.row() for index in running.events.table.selectionModel().selectedRows()] == [1]


def test_nobody_and_nothing_is_said_only_once_that_is_known(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    notula.gates["bot_chats"] = asyncio.Event()
    faked.window.show_page(BOT)
    page = faked.window.page(BotPage)
    core.published.emit(Snapshot(bot=RUNNING))
    parts = (page.chats, page.events)
    assert not any(part._empty.isVisibleTo(part) for part in parts)
    page.chats.set_active(True)
    page.events.refresh()
    notula.gates["bot_chats"].set()
    faked.wait(lambda: all(part._empty.isVisibleTo(part) for part in parts))
    page.chats.set_active(False)


def test_names_of_those_whom_an_event_is_about_take_the_place_of_numbers(
    faked: DesktopDriver, core: FakeCoreThread, running: BotPage
) -> None:
    running.parts.choose("events")
    text = TranslatableText("Has blocked {detail}", {"detail": str(EVE.chat_id)})
    core.published.emit(replace(core.last, bot_events=(BotEvent(1, 1.0, BotEventKind.ACCESS, text, "window"),)))
    faked.wait(lambda: running.events.model.rows[0][1][1:] == ("You, in this window", "Has blocked Eve @eve"))


def test_webhook_fields_are_shown_only_for_a_webhook(notula: FakeNotula, running: BotPage) -> None:
    running.parts.choose("connection")
    assert not running.connection.webhook.isVisible()
    notula._use(bot_transport="webhook", webhook_url="https://bot.example.org")
    assert running.connection.webhook.isVisible()


def test_a_webhook_without_an_address_doesnt_stop_the_bot(
    faked: DesktopDriver, notula: FakeNotula, running: BotPage
) -> None:
    running.parts.choose("connection")
    editors = running.connection.settings.editors
    box = editors["bot_transport"].box
    box.setFocus()
    faked.qtbot.keyClick(box, Qt.Key.Key_Down)
    assert running.connection.webhook.isVisible()
    assert running.connection.address_first.isVisible()
    assert notula.asked("change_settings") == []
    line = editors["webhook_url"]._line
    assert line.hasFocus()
    faked.qtbot.keyClicks(line, "https://bot.example.org")
    faked.qtbot.keyClick(line, Qt.Key.Key_Return)
    faked.wait(lambda: notula.settings.bot_transport is TransportKind.WEBHOOK)
    assert notula.settings.webhook_url == "https://bot.example.org"
    assert not running.connection.address_first.isVisible()


def test_the_webhooks_address_is_tested(faked: DesktopDriver, notula: FakeNotula, running: BotPage) -> None:
    running.parts.choose("connection")
    notula._use(bot_transport="webhook", webhook_url="https://bot.example.org")
    faked.qtbot.mouseClick(running.connection.test, Qt.MouseButton.LeftButton)
    faked.wait(lambda: running.connection.tested.text() == "It works: the address leads here.")
    notula.bot_answers.webhook_problem = TranslatableText("Nothing answers at {host}.", {"host": "bot.example.org"})
    faked.qtbot.mouseClick(running.connection.test, Qt.MouseButton.LeftButton)
    faked.wait(lambda: running.connection.test_problem.text() == "Nothing answers at bot.example.org.")
    assert not running.connection.tested.isVisible()


def test_what_large_files_need_is_kept_and_connects_nothing_anew(
    faked: DesktopDriver, notula: FakeNotula, running: BotPage
) -> None:
    pair = "12345:0123456789abcdef0123456789abcdef"
    running.parts.choose("connection")
    running.connection.api.line.setText(pair)
    running.connection.api.add.click()
    faked.wait(lambda: running.connection.api.line.text() == "")
    assert notula.asked("add_key") == [["telegram-api", pair]]
    assert notula.asked("restart") == []


@pytest.mark.parametrize("word", ["token", "BotFather", "api_id", "blocked"])
def test_the_settings_search_finds_what_is_on_this_page(faked: DesktopDriver, running: BotPage, word: str) -> None:
    faked.window.show_page(SETTINGS)
    page = faked.settings_page
    faked.qtbot.keyClicks(page._search.line, word)
    cards = [place.card.widget() for _, place in page._search._places if place.card is not None]
    assert any(isinstance(card, BotLink) for card in cards)
    faked.qtbot.mouseClick(page._bot.open, Qt.MouseButton.LeftButton)
    assert faked.window.open_page == "bot"


def test_another_language_of_the_window_keeps_what_is_typed_and_shown(
    faked: DesktopDriver, notula: FakeNotula, running: BotPage
) -> None:
    running.parts.choose("connection")
    running.connection.token.line.setText("half a tok")
    notula._use(interface_language="id")
    faked.wait(lambda: faked.window.page(BotPage) is not running)
    page = faked.window.page(BotPage)
    assert page.parts.current == "connection"
    assert page.connection.token.line.text() == "half a tok"


def test_what_is_typed_stays_when_the_bot_is_in_another_state(
    faked: DesktopDriver, running: BotPage, publish: Publish
) -> None:
    running.parts.choose("connection")
    faked.wait(lambda: not faked.desktop.operations._tasks)
    running.connection.api.line.setText("12345:half")
    running.connection.token.line.setText("48395")
    publish(BotState(BotCondition.STARTING))
    publish(RUNNING)
    faked.wait(lambda: not faked.desktop.operations._tasks)
    assert (running.connection.api.line.text(), running.connection.token.line.text()) == ("12345:half", "48395")


def test_a_deleted_token_ends_the_bot_and_the_steps_come_back(
    faked: DesktopDriver, notula: FakeNotula, running: BotPage
) -> None:
    running.parts.choose("connection")
    faked.wait(running.connection.token.delete.isVisible)
    running.connection.token.delete.click()
    question = running.connection.token.findChild(Question)
    assert question.asked.sentence == "Delete the bot's token? The bot stops, and needs a token again to run."
    question.answers.yes.click()
    faked.wait(lambda: running._stack.currentWidget() is running.steps)
    assert notula.asked("forget_token") == [[]]


def test_no_button_leads_to_the_page_that_is_open(running: BotPage) -> None:
    assert running.chats.audience.rows["bot_audience"].link is None
