"""Setting the bot up: three steps, each ticked once it works."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from core.domain import JobState, Requester, Snapshot
from core.domain.bot import BotCondition, BotState
from core.domain.bot_events import BotEvent, BotEventKind
from core.domain.errors import BotTokenRefused, KeyringMissing
from core.domain.provider_offer import KeyHint
from core.domain.translatable_text import TranslatableText
from gui.pages.bot.bot_page import BotPage
from gui.pages.bot.step_card import StepState
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import BOT, QUEUE
from tests.gui.pages.bot.conftest import ADA, LINK, OWNER, RUNNING
from tests.gui.samples import view
from tests.gui.widgets.test_qr_code import read

TOKEN = "4839574812:AAPlantedPlantedPlantedPlantedPlante3f2a"
LATER, CURRENT, DONE = StepState.LATER, StepState.CURRENT, StepState.DONE

OpenPage = Callable[[], BotPage]
Publish = Callable[[BotState], None]


def states(page: BotPage) -> list[StepState]:
    return [card.state for card in page.steps.cards]


def give_token(driver: DesktopDriver, page: BotPage, token: str = TOKEN) -> None:
    driver.qtbot.keyClicks(page.steps.token.line, token)
    driver.qtbot.keyClick(page.steps.token.line, Qt.Key.Key_Return)


def test_a_newcomer_begins_in_the_field_for_the_token(faked: DesktopDriver, open_page: OpenPage) -> None:
    page = open_page()
    assert states(page) == [CURRENT, LATER, LATER]
    faked.wait(page.steps.token.line.hasFocus)
    assert not page.switch.isVisible()  # Without a token there is nothing to start.
    assert [card.body.isVisible() for card in page.steps.cards] == [True, False, False]


def test_a_token_is_tried_and_then_ticked(faked: DesktopDriver, notula: FakeNotula, open_page: OpenPage) -> None:
    page = open_page()
    notula.gates["use_token"] = asyncio.Event()
    give_token(faked, page)
    faked.wait(lambda: notula.asked("use_token"))
    assert notula.asked("use_token") == [[TOKEN]]
    assert not page.steps.token.add.isEnabled()
    assert states(page) == [CURRENT, LATER, LATER]
    notula.gates["use_token"].set()
    faked.wait(lambda: states(page) == [DONE, CURRENT, LATER])
    assert page.steps.token.line.text() == ""


def test_after_the_token_the_next_key_is_for_the_next_step(
    faked: DesktopDriver, open_page: OpenPage, publish: Publish
) -> None:
    """And not for the button that stops the bot."""
    page = open_page()
    faked.wait(page.steps.token.line.hasFocus)
    give_token(faked, page)
    faked.wait(lambda: states(page) == [DONE, CURRENT, LATER])
    faked.wait(lambda: not faked.window._focus._settling.isActive())
    assert page.switch.isVisible()
    assert not page.switch.hasFocus()
    publish(replace(RUNNING, claim_link=LINK))
    faked.wait(page.steps.open_link.hasFocus)


def test_a_refused_token_stays_in_its_field_and_nothing_is_ticked(
    faked: DesktopDriver, notula: FakeNotula, open_page: OpenPage
) -> None:
    page = open_page()
    notula.failures["use_token"] = BotTokenRefused(ending="3f2a")
    give_token(faked, page)
    faked.wait(page.steps.token._problem.isVisible)
    assert "3f2a" in page.steps.token._problem.text()
    assert page.steps.token.line.text() == TOKEN
    assert states(page) == [CURRENT, LATER, LATER]
    assert notula.key_hints == []


def test_without_a_keyring_the_token_is_kept_for_the_session(
    faked: DesktopDriver, notula: FakeNotula, open_page: OpenPage
) -> None:
    page = open_page()
    notula.failures["use_token"] = KeyringMissing(variable="NOTULA_TELEGRAM_KEY")
    give_token(faked, page)
    faked.wait(page.steps.token.ways.for_session.isVisible)
    faked.qtbot.mouseClick(page.steps.token.ways.for_session, Qt.MouseButton.LeftButton)
    faked.wait(lambda: states(page) == [DONE, CURRENT, LATER])
    assert notula.asked("use_token_for_session") == [[TOKEN]]


def test_the_owners_link_is_copied_and_its_opening_is_ticked(
    faked: DesktopDriver, notula: FakeNotula, open_page: OpenPage, publish: Publish
) -> None:
    notula.key_hints = [KeyHint("telegram", "3f2a")]
    notula.bot_answers.chats = [ADA]
    page = open_page()
    assert not page.steps.copy_link.isEnabled()  # There is no link before the bot runs.
    publish(replace(RUNNING, claim_link=LINK))
    assert page.steps.cards[0].result.text() == "@notula_test_bot"
    faked.qtbot.mouseClick(page.steps.copy_link, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == LINK
    assert page.steps.copied.isVisible()
    notula._use(bot_owner=OWNER)
    faked.wait(lambda: states(page) == [DONE, DONE, CURRENT])
    assert page.steps.cards[1].result.text() == "Ada Lovelace @ada"


def test_the_owners_link_can_be_read_from_the_window_by_a_camera(
    faked: DesktopDriver, notula: FakeNotula, open_page: OpenPage, publish: Publish
) -> None:
    notula.key_hints = [KeyHint("telegram", "3f2a")]
    page = open_page()
    publish(RUNNING)
    assert not page.steps.code.isVisible()
    publish(replace(RUNNING, claim_link=LINK))
    assert page.steps.code.isVisible()
    assert read(page.steps.code.grab().toImage()) == [LINK]
    publish(replace(RUNNING, claim_link=""))
    assert not page.steps.code.isVisible()


def test_the_first_answer_is_ticked_and_stays_until_a_person_goes_on(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, open_page: OpenPage
) -> None:
    notula.key_hints = [KeyHint("telegram", "3f2a")]
    notula.settings = notula.settings.changed(bot_owner=OWNER)
    core.published.emit(Snapshot(bot=RUNNING, settings=notula.settings))
    page = open_page()
    assert states(page) == [DONE, DONE, CURRENT]
    voice = replace(view(1, JobState.RUNNING, requester=Requester("telegram")), name="voice 1")
    core.published.emit(replace(core.last, jobs=(voice,)))
    assert "voice 1" in page.steps._waiting_for_voice.text()
    notula.bot_answers.has_answered = True
    answered = BotEvent(1, 1.0, BotEventKind.ANSWER, TranslatableText("Got the text of {name}", {"name": "voice 1"}))
    core.published.emit(replace(core.last, bot_events=(answered,)))
    faked.wait(lambda: states(page) == [DONE, DONE, DONE])
    assert page._stack.currentWidget() is page.steps
    faked.qtbot.mouseClick(page.steps.go_on, Qt.MouseButton.LeftButton)
    assert page._stack.currentWidget() is page._running


def test_a_recording_that_failed_says_why(core: FakeCoreThread, notula: FakeNotula, open_page: OpenPage) -> None:
    notula.key_hints = [KeyHint("telegram", "3f2a")]
    notula.settings = notula.settings.changed(bot_owner=OWNER)
    core.published.emit(Snapshot(bot=RUNNING, settings=notula.settings))
    page = open_page()
    problem = TranslatableText("There is no key.")
    failed = view(1, JobState.FAILED, error=problem, requester=Requester("telegram"))
    elsewhere = view(2, JobState.FAILED, error=TranslatableText("Another."))
    core.published.emit(replace(core.last, jobs=(failed, elsewhere)))
    assert page.steps._failed_voice.text() == "There is no key."


def test_what_was_begun_is_gone_on_with_later(
    faked: DesktopDriver, notula: FakeNotula, open_page: OpenPage, publish: Publish
) -> None:
    notula.key_hints = [KeyHint("telegram", "3f2a")]
    page = open_page()
    publish(BotState(BotCondition.OFF))
    assert states(page) == [DONE, CURRENT, LATER]
    faked.window.show_page(QUEUE)
    faked.window.show_page(BOT)
    faked.wait(lambda: states(page) == [DONE, CURRENT, LATER])
    faked.qtbot.mouseClick(page.steps.start, Qt.MouseButton.LeftButton)
    faked.wait(lambda: notula.asked("turn_on"))


def test_a_token_that_telegram_refuses_later_takes_the_tick_back(
    notula: FakeNotula, open_page: OpenPage, publish: Publish
) -> None:
    notula.key_hints = [KeyHint("telegram", "3f2a")]
    page = open_page()
    publish(BotState(BotCondition.FAILED, problem=BotTokenRefused(ending="3f2a").message))
    assert states(page) == [CURRENT, LATER, LATER]
    assert page.steps.problem.isVisible()


def test_the_last_step_can_be_skipped_and_taken_up_again(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, open_page: OpenPage
) -> None:
    notula.key_hints = [KeyHint("telegram", "3f2a")]
    notula.settings = notula.settings.changed(bot_owner=OWNER)
    core.published.emit(Snapshot(bot=RUNNING, settings=notula.settings))
    page = open_page()
    faked.qtbot.mouseClick(page.steps.skip, Qt.MouseButton.LeftButton)
    assert page._stack.currentWidget() is page._running
    assert page.saved_state() == {"part": "chats", "told": True}
    faked.qtbot.mouseClick(page.set_up_again, Qt.MouseButton.LeftButton)
    assert page._stack.currentWidget() is page.steps


@pytest.mark.parametrize("state", [{}, {"part": 3, "told": "yes"}, {"part": "gone", "told": None}])
def test_a_state_that_was_damaged_is_ignored(open_page: OpenPage, state: dict[str, object]) -> None:
    page = open_page()
    page.restore_state(state)
    assert page.saved_state() == {"part": "chats", "told": False}
