"""What is called after days is called so from midnight on, and when the computer has slept through it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import QDate, QDateTime, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.domain import HistoryEntry, TranslatableText
from core.domain.bot_events import BotEvent, BotEventKind
from gui.day_change import DayChange
from gui.pages.bot.bot_page import BotPage
from gui.pages.history.history_list import EntryDelegate
from gui.pages.transcribe.transcribe_page import TranscribePage
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import HISTORY, TRANSCRIBE
from tests.gui.samples import entry

EVENING = datetime(2026, 11, 29, 23, 50)
MIDNIGHT = datetime(2026, 11, 30)


class Clock:
    """A computer's clock that tests set."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def made_at(number: int, at: datetime) -> HistoryEntry:
    return replace(entry(number), created_at=at.timestamp())


def test_midnight_is_waited_for_and_told_once(qapp: QApplication, qtbot: QtBot) -> None:
    clock = Clock(MIDNIGHT - timedelta(milliseconds=40))
    days = DayChange(qapp, clock)
    told = []
    days.happened.connect(lambda: told.append(clock.now))
    assert days.next_look_ms <= 41
    clock.now = MIDNIGHT + timedelta(milliseconds=1)
    qtbot.waitUntil(lambda: bool(told))
    days.look()
    assert len(told) == 1
    assert days.next_look_ms == pytest.approx(60_000, abs=1)


def test_a_timer_that_comes_early_waits_again(qapp: QApplication) -> None:
    clock = Clock(MIDNIGHT - timedelta(seconds=5))
    days = DayChange(qapp, clock)
    told = []
    days.happened.connect(lambda: told.append(clock.now))
    clock.now = MIDNIGHT - timedelta(milliseconds=20)
    days.look()
    assert (told, days.next_look_ms) == ([], 21)


def test_a_night_that_was_slept_through_is_seen_on_coming_back(qapp: QApplication) -> None:
    clock = Clock(EVENING)
    days = DayChange(qapp, clock)
    told = []
    days.happened.connect(lambda: told.append(clock.now))
    clock.now = MIDNIGHT + timedelta(hours=8)
    assert days.next_look_ms <= 60_001  # For who never went away: a timer stands still while a computer sleeps.
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert told == [clock.now]


def test_the_headings_of_the_library_change_without_being_touched(
    faked: DesktopDriver, notula: FakeNotula, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[str] = []
    text_of = EntryDelegate.day_text
    monkeypatch.setattr(
        EntryDelegate, "day_text", lambda self, day: painted.append(text_of(self, day)) or text_of(self, day)
    )
    clock = faked.desktop.days._now = Clock(EVENING)
    faked.desktop.days.look()
    notula.entries = [made_at(1, EVENING), made_at(2, EVENING - timedelta(days=1))]
    faked.window.show_page(HISTORY)
    faked.wait(lambda: {"Today", "Yesterday"} <= set(painted))
    painted.clear()
    clock.now = MIDNIGHT
    faked.desktop.days.look()
    faked.wait(lambda: len(painted) >= 2)
    assert painted[:2] == ["Yesterday", "Saturday, November 28, 2026"]


def test_what_is_filtered_by_today_follows_the_day(faked: DesktopDriver, notula: FakeNotula) -> None:
    clock = faked.desktop.days._now = Clock(EVENING)
    faked.desktop.days.look()
    faked.window.show_page(HISTORY)
    faked.history_page.filters.dates.setCurrentText("Today")
    faked.wait(lambda: notula.chosen and notula.chosen[-1].made_from is not None)
    clock.now = MIDNIGHT
    faked.desktop.days.look()
    faked.wait(lambda: QDateTime.fromSecsSinceEpoch(int(notula.chosen[-1].made_from)).date() == QDate(2026, 11, 30))


def test_recent_transcripts_become_those_of_yesterday(faked: DesktopDriver, notula: FakeNotula) -> None:
    clock = faked.desktop.days._now = Clock(EVENING)
    faked.desktop.days.look()
    notula.entries = [made_at(1, EVENING - timedelta(hours=2))]
    faked.window.show_page(TRANSCRIBE)
    page = faked.window.page(TranscribePage)
    page.recent.refresh()
    faked.wait(lambda: "2 hours ago" in page.recent._cards[0].accessibleName())
    clock.now = MIDNIGHT
    faked.desktop.days.look()
    assert "yesterday" in page.recent._cards[0].accessibleName()


def test_events_of_before_midnight_get_their_date(faked: DesktopDriver) -> None:
    clock = faked.desktop.days._now = Clock(EVENING)
    faked.desktop.days.look()
    events = faked.window.page(BotPage).events
    sent = TranslatableText("Sent a voice message")
    events.show_events((BotEvent(1, EVENING.timestamp(), BotEventKind.MESSAGE, sent, "7"),))
    assert [texts[0] for _, texts in events.model.rows] == ["23:50:00"]
    clock.now = MIDNIGHT
    faked.desktop.days.look()
    assert [texts[0] for _, texts in events.model.rows] == ["Nov 29, 2026, 23:50:00"]
