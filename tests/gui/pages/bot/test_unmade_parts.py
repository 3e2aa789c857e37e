"""Chats, events and connection are made when they are first shown; nothing is lost that came before."""

from dataclasses import replace

from PySide6.QtWidgets import QLineEdit

from core.domain import Snapshot, TranslatableText
from core.domain.bot_events import BotEvent, BotEventKind
from core.domain.provider_offer import KeyHint
from gui.pages.bot.bot_page import BotPage
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import BOT
from tests.gui.pages.bot.conftest import ADA, BOB, OWNER, RUNNING


def made(page: BotPage) -> list[str]:
    parts = page._shown_parts
    return [type(parts.widget(number)).__name__ for number in range(parts.count())]


def test_a_newcomer_who_does_the_steps_needs_none_of_them(faked: DesktopDriver) -> None:
    faked.window.show_page(BOT)
    page = faked.window.page(BotPage)
    faked.wait(lambda: page._stack.currentWidget() is page.steps)
    faked.wait(lambda: not faked.desktop.operations._tasks)
    assert made(page) == []


def test_events_of_before_are_shown_with_the_names_of_people(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    notula.key_hints = [KeyHint("telegram", "3f2a")]
    notula.bot_answers.has_answered = True
    notula.bot_answers.chats = [ADA, BOB]
    notula.settings = notula.settings.changed(bot_owner=OWNER, bot_enabled=True)
    sent = BotEvent(1, 1.0, BotEventKind.MESSAGE, TranslatableText("Sent a voice message"), str(BOB.chat_id))
    core.published.emit(replace(Snapshot(bot=RUNNING, settings=notula.settings), bot_events=(sent,)))
    page = faked.window.page(BotPage)
    page.restore_state({"part": "events", "told": True})
    assert made(page) == []
    faked.window.show_page(BOT)
    faked.wait(lambda: [texts[1:] for _, texts in page.events.model.rows] == [("Bob <b>", "Sent a voice message")])
    faked.wait(lambda: not faked.desktop.operations._tasks)


def test_a_recording_that_is_dropped_over_a_late_field_goes_to_the_queue(
    faked: DesktopDriver, running: BotPage
) -> None:
    assert made(running) == ["ChatsPart"]
    for name in ("connection", "events"):
        running.parts.choose(name)
    faked.wait(lambda: not faked.desktop.operations._tasks)
    assert len(made(running)) == 3
    assert not any(field.acceptDrops() for field in running.findChildren(QLineEdit))
