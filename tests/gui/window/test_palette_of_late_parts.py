"""The palette lists what can be done, whether the widgets that do it were made yet or not."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.domain import Snapshot
from core.domain.provider_offer import KeyHint
from gui.actions.table import ACTIONS
from gui.pages.bot.bot_page import BotPage
from gui.pages.page import destinations
from gui.pages.registry import PAGES
from gui.window.palette_entries import EntryKind
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import BOT, QUEUE, SETTINGS
from tests.gui.pages.bot.conftest import ADA, BOB, EVE, OWNER, RUNNING
from tests.gui.window.test_command_palette import open_palette

LATE = {one.text for one in ACTIONS if one.part}


def listed(driver: DesktopDriver) -> set[str]:
    palette = open_palette(driver)
    found = {one.title for one in palette.shown if one.kind is EntryKind.ACTION}
    driver.qtbot.keyClick(palette.line, Qt.Key.Key_Escape)
    driver.wait(lambda: not driver.window.findChildren(type(palette)))
    driver.window.activateWindow()
    return found


def do(driver: DesktopDriver, title: str) -> None:
    palette = open_palette(driver)
    driver.qtbot.keyClicks(palette.line, title)
    assert palette.current.title == title
    driver.qtbot.keyClick(palette.line, Qt.Key.Key_Return)


def set_up(core: FakeCoreThread, notula: FakeNotula) -> None:
    notula.key_hints = [KeyHint("telegram", "3f2a")]
    notula.bot_answers.has_answered = True
    notula.bot_answers.chats = [ADA, BOB, EVE]
    notula.settings = notula.settings.changed(bot_owner=OWNER, bot_enabled=True)
    core.published.emit(Snapshot(bot=RUNNING, settings=notula.settings))


def test_the_same_is_listed_before_and_after_all_was_made(faked: DesktopDriver) -> None:
    before = listed(faked)
    faked.make_all()
    faked.wait(lambda: not faked.desktop.operations._tasks)
    assert listed(faked) == before
    assert before >= LATE


def test_an_action_whose_widget_is_made_late_says_where_that_is(faked: DesktopDriver) -> None:
    bound = {one.declaration.name for one in faked.window.actions_.bound}
    late = {one.name for one in ACTIONS if not one.is_fixed} - bound
    assert late == {one.name for one in ACTIONS if one.part}
    assert {one.part for one in ACTIONS if one.part} <= set(destinations(PAGES))


def test_a_provider_is_asked_later_by_somebody_who_was_never_there(faked: DesktopDriver, notula: FakeNotula) -> None:
    notula.settings = notula.settings.changed(providers=("on-device", "groq"))
    do(faked, "Ask later")
    faked.wait(lambda: faked.window.open_page == SETTINGS)
    faked.wait(lambda: faked.desktop.settings.current.providers == ("groq", "on-device"))
    assert faked.providers_box.isVisible()


def test_the_events_are_held_by_somebody_who_was_never_there(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    set_up(core, notula)
    do(faked, "Hold the events still, or let them go on")
    faked.wait(lambda: faked.window.open_page == BOT)
    page = faked.window.page(BotPage)
    faked.wait(lambda: page.events.isVisible() and page.events.pause.isChecked())


def test_whom_to_block_is_asked_where_nobody_is_selected(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    set_up(core, notula)
    do(faked, "Block who is selected")
    page = faked.window.page(BotPage)
    faked.wait(lambda: faked.message == "Select a person or a group in the list first.")
    faked.wait(lambda: QApplication.focusWidget() is page.chats.table)
    faked.wait(lambda: page.chats.model.rows)
    page.chats.table.selectRow([chat.chat_id for chat, _ in page.chats.model.rows].index(BOB.chat_id))
    faked.window.show_page(QUEUE)
    do(faked, "Block who is selected")
    faked.wait(lambda: notula.asked("set_access"))
    assert faked.window.open_page == BOT


def test_nothing_is_held_where_the_bot_is_still_to_be_set_up(faked: DesktopDriver, core: FakeCoreThread) -> None:
    core.published.emit(replace(core.last))
    do(faked, "Hold the events still, or let them go on")
    page = faked.window.page(BotPage)
    faked.wait(lambda: page._has_asked and page.steps.isVisible())
    assert not page.events.pause.isChecked()
