"""In the smallest window, in each language, no head of a column is cut, however much the rows have to say."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHeaderView, QWidget
from pytestqt.qtbot import QtBot

from core.domain import TranslatableText
from core.domain.bot_events import BotEvent, BotEventKind
from core.domain.metrics import SeriesWindow
from core.domain.provider_offer import KeyHint
from core.domain.provider_state import CircuitState, ProviderState
from core.export.subtitles.violations import Broken, Violation
from core.i18n import INTERFACE_LANGUAGES
from gui.pages.bot.bot_page import BotPage
from gui.window.main_window import SMALLEST
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.dashboard_samples import charts, snapshot
from tests.gui.page_names import ALL, BOT
from tests.gui.pages.bot.conftest import ADA, BOB, EVE, OWNER, RUNNING
from tests.gui.pages.transcript.cards.test_cards import cards_of, hurried
from tests.gui.pages.transcript.conftest import open_talk
from tests.gui.samples import view as job_view

LONG = "The whole committee for next year's plans and everything that has to do with them"


@pytest.fixture(params=INTERFACE_LANGUAGES)
def driver(
    request: pytest.FixtureRequest,
    core: FakeCoreThread,
    notula: FakeNotula,
    make_driver: Callable[..., DesktopDriver],
) -> DesktopDriver:
    """A window of which each table has rows, with long texts in them."""
    notula.key_hints = [KeyHint("telegram", "3f2a")]
    notula.bot_answers.has_answered = True
    notula.bot_answers.chats = [ADA, replace(BOB, name=LONG), EVE]
    notula.settings = notula.settings.changed(bot_owner=OWNER, bot_enabled=True)
    notula.dashboard = {span: charts(span) for span in SeriesWindow}
    notula.costs = {"groq": 1234.5}
    made = make_driver(language=request.param)
    made.window.resize(SMALLEST)
    sent = BotEvent(1, 1.0, BotEventKind.MESSAGE, TranslatableText("Sent a voice message"), str(BOB.chat_id))
    provider = ProviderState("groq", LONG, "turbo", CircuitState.OPEN, 27.6, keys=11, usable_keys=10)
    running = replace(snapshot().jobs[0], name=f"{LONG}.wav")
    shown = snapshot()
    core.published.emit(
        replace(
            shown,
            jobs=(running, *shown.jobs[1:], job_view(9)),
            providers=(provider, *shown.providers),
            bot=RUNNING,
            bot_events=(sent,),
            settings=notula.settings,
        )
    )
    return made


def cut_heads(window: QWidget) -> list[str]:
    """The heads of columns in sight that have less room than their texts need."""
    found = []
    for header in window.findChildren(QHeaderView):
        if not header.isVisible() or not header.model():
            continue
        for section in range(header.count()):
            needed, has = header.sectionSizeHint(section), header.sectionSize(section)
            if has < needed:
                text = header.model().headerData(section, header.orientation())
                found.append(f"{text}: {has} of {needed}")
        if header.length() > header.viewport().width():
            found.append(f"the last column is {header.length() - header.viewport().width()} beside the table")
    return found


@pytest.mark.parametrize("size", [SMALLEST, QSize(760, 900), QSize(1080, 760)], ids=["smallest", "high", "first"])
def test_no_head_of_a_column_is_cut(driver: DesktopDriver, size: QSize) -> None:
    driver.window.resize(size)
    faults = {}
    for page in ALL:
        driver.window.show_page(page)
        driver.wait(lambda: not driver.desktop.operations._tasks)
        parts = ("chats", "events", "connection") if page == BOT else ("",)
        for part in parts:
            if part:
                driver.window.page(BotPage).parts.choose(part)
                driver.wait(lambda: not driver.desktop.operations._tasks)
            driver.qtbot.wait(0)
            found = cut_heads(driver.window)
            if found:
                faults[f"{page} {part}"] = found
    assert not faults


def test_no_note_of_a_card_is_cut(driver: DesktopDriver, notula: FakeNotula, qtbot: QtBot) -> None:
    writer = cards_of(open_talk(driver, notula, qtbot, hurried()))
    view, tr = writer.view, driver.desktop._tr
    metrics = view.fontMetrics()
    room = view._delegate.note_room(view.visualRect(view.model().index(0, 0)), view._cards.card(0), metrics)
    notes = [tr.message(Violation(one, 12.3, 25.0, is_mended=True).message) for one in Broken]
    notes += [note.text for row in range(4) for note in view._delegate._texts.notes(view._cards.card(row))]
    assert len(notes) > len(Broken)
    assert [note for note in notes if metrics.horizontalAdvance(note) > room] == []
