"""The history: search as you type, pages, deleting for good."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from core.domain import Snapshot, TranscriptId
from core.domain.errors import StoreError
from core.domain.job import Requester
from core.i18n import Translator
from gui.changes import Changes
from gui.pages.history.history_list import ENTRY_ROLE, EntryDelegate
from gui.pages.history.history_page import HistoryPage
from gui.widgets.dialogs.question import Question
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import HISTORY, QUEUE
from tests.gui.samples import entry, stored


@pytest.fixture
def page(faked: DesktopDriver, notula: FakeNotula) -> HistoryPage:
    # "talk 2" is in the names of 161, more than a page.
    notula.entries = [entry(number, f"talk {number if number < 100 else 2000 + number}.wav") for number in range(250)]
    notula.stored = {TranscriptId(n): stored(f"text {n}", number=n) for n in range(250)}
    faked.window.show_page(HISTORY)
    faked.wait(lambda: faked.history_page._model.rowCount() == 100)
    return faked.history_page


def scrolled_to(page: HistoryPage, rows: int) -> bool:
    page._list.scrollToBottom()
    return page._model.rowCount() == rows


def select(page: HistoryPage, *rows: int) -> None:
    page._list.clearSelection()
    for row in rows:
        page._list.selectionModel().select(page._model.index(row), page._list.selectionModel().SelectionFlag.Select)


def question(driver: DesktopDriver) -> Question:
    driver.wait(lambda: driver.window.findChildren(Question))
    return driver.window.findChildren(Question)[-1]


def button(box: Question, text: str) -> QAbstractButton:
    return next(one for one in box.answers.buttons() if one.text() == text)


def test_more_entries_come_when_the_end_is_reached(faked: DesktopDriver, notula: FakeNotula, page: HistoryPage) -> None:
    assert page._count.text() == "250 transcripts"
    for rows in (200, 250):
        faked.wait(lambda rows=rows: scrolled_to(page, rows))
    page._list.scrollToBottom()
    ids = [page._model.index(row).data(ENTRY_ROLE).id for row in range(250)]
    assert ids == list(range(250))
    assert [offset for _, _, offset in notula.asked("history")] == [0, 100, 200]
    tester = QAbstractItemModelTester(page._model, QAbstractItemModelTester.FailureReportingMode.Warning)
    page.refresh()
    faked.wait(lambda: not faked.desktop.operations._tasks)
    tester.deleteLater()


def test_a_search_runs_once_after_the_last_key(faked: DesktopDriver, notula: FakeNotula, page: HistoryPage) -> None:
    faked.qtbot.keyClicks(page._search, "talk 7")
    faked.wait(lambda: page._model.rowCount() == 11)
    assert page._count.text() == "11 transcripts"
    assert [search for search, *_ in notula.asked("history")] == ["", "talk 7"]
    page._search.setText("nothing like that")
    faked.wait(lambda: page._count.text() == "Nothing found.")


def test_a_late_page_of_an_earlier_search_is_dropped(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage
) -> None:
    notula.gates["history"] = asyncio.Event()
    page._model.fetchMore(page._list.rootIndex())
    faked.wait(lambda: len(notula.asked("history")) == 2)
    page._search.setText("talk 7")
    faked.wait(lambda: len(notula.asked("history")) == 3)
    notula.gates["history"].set()
    faked.wait(lambda: page._model.rowCount() == 11)


@pytest.mark.parametrize("row", [60, 150])
def test_what_is_read_and_in_sight_stays_when_others_come(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage, row: int
) -> None:
    faked.wait(lambda: scrolled_to(page, 200))
    select(page, row)
    page._list.scrollTo(page._model.index(row))
    faked.wait(lambda: page.reader.transcript_id == page._model.index(row).data(ENTRY_ROLE).id)
    read, y = page.reader.transcript_id, page._list.visualRect(page._model.index(row)).top()
    notula.entries.insert(0, entry(900, "new.wav"))
    faked.desktop.changes.publish(Changes(history=True), None)
    faked.wait(lambda: page._model.index(0).data(ENTRY_ROLE).id == 900)
    QApplication.processEvents()
    assert page.reader.transcript_id == read
    assert page._list.selectionModel().selectedIndexes() == [page._model.index(row + 1)]
    assert page._list.visualRect(page._model.index(row + 1)).top() == y


def test_what_comes_first_is_seen_where_the_list_is_at_its_beginning(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage
) -> None:
    notula.entries.insert(0, entry(900, "new.wav"))
    faked.desktop.changes.publish(Changes(history=True), None)
    faked.wait(lambda: page._model.index(0).data(ENTRY_ROLE).id == 900)
    assert page._list.verticalScrollBar().value() == 0


def test_another_search_begins_at_the_first_of_its_entries(faked: DesktopDriver, page: HistoryPage) -> None:
    page._list.scrollTo(page._model.index(90))
    page._search.setText("talk")
    faked.wait(lambda: page._listed is not None and page._listed[0] == "talk")
    assert page._list.verticalScrollBar().value() == 0
    assert page._model.rowCount() == 100


def test_a_search_is_not_lost_to_scrolling(faked: DesktopDriver, notula: FakeNotula, page: HistoryPage) -> None:
    notula.gates["history"] = asyncio.Event()
    page._search.setText("talk 2")
    faked.wait(lambda: len(notula.asked("history")) == 2)
    page._model.fetchMore(page._list.rootIndex())
    notula.gates["history"].set()
    faked.wait(lambda: page._count.text() == "161 transcripts")
    assert all("talk 2" in page._model.index(row).data() for row in range(page._model.rowCount()))
    ids = [page._model.index(row).data(ENTRY_ROLE).id for row in range(page._model.rowCount())]
    assert len(ids) == len(set(ids))


def test_excerpts_and_names_are_drawn(faked: DesktopDriver, notula: FakeNotula, page: HistoryPage) -> None:
    select(page, 1)
    assert not page._list.grab().isNull()


def test_the_selected_transcript_is_read(faked: DesktopDriver, page: HistoryPage) -> None:
    select(page, 3)
    faked.wait(lambda: page.reader.transcript_id == 3)
    assert "text 3" in page.reader._text.toPlainText()
    select(page, 3, 4)
    assert page.reader.transcript_id is None


def test_what_was_searched_for_is_marked_in_the_text_that_is_opened(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage
) -> None:
    notula.stored = {TranscriptId(n): stored(*["filler"] * 60, "we talk 70 times", number=n) for n in range(250)}
    faked.qtbot.keyClicks(page._search, "talk 70")
    faked.wait(lambda: page._model.rowCount() == 1)
    select(page, 0)
    faked.wait(lambda: page.reader._search.matches.found.text() == "1 of 1")
    assert page.reader._text.verticalScrollBar().value() > 0
    page.reader._search.line.setText("fill")
    page.refresh()
    faked.wait(lambda: not faked.desktop.operations._tasks)
    assert page.reader._search.line.text() == "fill"  # What a person typed there stays.


@pytest.mark.parametrize("where", ["list", "search"])
def test_escape_ends_the_search_in_a_text_that_was_opened_at_a_hit(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage, where: str
) -> None:
    notula.stored = {TranscriptId(n): stored("we talk 70 times", number=n) for n in range(250)}
    faked.qtbot.keyClicks(page._search, "talk 70")
    faked.wait(lambda: page._model.rowCount() == 1)
    select(page, 0)
    faked.wait(lambda: page.reader._search.isVisible())
    focused = page._list if where == "list" else page._search
    focused.setFocus()
    faked.qtbot.keyClick(focused, Qt.Key.Key_Escape)
    assert not page.reader._search.isVisible()
    assert page.reader._text.extraSelections() == []
    assert focused.hasFocus()
    assert page._search.text() == "talk 70"


def test_a_text_that_comes_late_is_not_shown_for_another_entry(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage
) -> None:
    select(page, 1)
    faked.wait(lambda: page.reader.transcript_id == 1)
    notula.gates["transcript"] = asyncio.Event()
    select(page, 2)
    faked.wait(lambda: len(notula.asked("transcript")) == 2)
    page._list.clearSelection()
    notula.gates["transcript"].set()
    faked.qtbot.waitUntil(lambda: not faked.desktop.operations._tasks)
    assert page.reader.transcript_id is None


def test_delete_asks_and_deletes_for_good(faked: DesktopDriver, notula: FakeNotula, page: HistoryPage) -> None:
    select(page, 0, 1)
    page._list.setFocus()
    faked.qtbot.keyClick(page._list, Qt.Key.Key_Delete)
    box = question(faked)
    assert box.asked.sentence == "Delete 2 transcripts for good?"
    assert all(shown.textFormat() is Qt.TextFormat.PlainText for shown in box.findChildren(QLabel))
    faked.qtbot.mouseClick(button(box, "Delete"), Qt.MouseButton.LeftButton)
    faked.wait(lambda: page._count.text() == "248 transcripts")
    assert notula.asked("delete_transcripts") == [[[0, 1]]]
    assert faked.message == "Deleted for good."


def test_the_question_names_what_is_deleted_and_the_next_one_is_opened(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage
) -> None:
    select(page, 2)
    faked.wait(lambda: page.reader.transcript_id == 2)
    for gone, following in ((2, 3), (3, 4)):
        faked.window.activateWindow()  # As a window manager does once the question before is answered.
        faked.wait(faked.window.isActiveWindow)
        faked.qtbot.keyClick(page._list, Qt.Key.Key_Delete)
        box = question(faked)
        assert f"talk {gone}.wav" in box.asked.explained
        assert "The recording itself stays where it is." in box.asked.explained
        faked.qtbot.mouseClick(button(box, "Delete"), Qt.MouseButton.LeftButton)
        faked.wait(lambda following=following: page.reader.transcript_id == following)
        faked.wait(lambda: not faked.window.findChildren(Question))
        faked.wait(lambda: faked.window.focusWidget() is page._list)
    select(page, *range(7))
    page.delete_action.trigger()
    told = question(faked).asked.explained
    assert "talk 6.wav" in told
    assert "The recordings themselves stay where they are." in told
    assert "…" in told
    assert "talk 8.wav" not in told


def test_after_the_last_entry_the_one_before_it_is_opened(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage
) -> None:
    faked.qtbot.keyClicks(page._search, "talk 7")
    faked.wait(lambda: page._model.rowCount() == 11)
    select(page, 10)
    page.delete_action.trigger()
    faked.qtbot.mouseClick(button(question(faked), "Delete"), Qt.MouseButton.LeftButton)
    faked.wait(lambda: page.reader.transcript_id == page._model.index(9).data(ENTRY_ROLE).id)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_keep_is_the_answer_of_return_and_escape(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage, key: Qt.Key
) -> None:
    select(page, 0)
    page.delete_action.trigger()
    box = question(faked)
    with faked.qtbot.waitActive(box):
        box.activateWindow()
    assert box.answers.usual is button(box, "Keep")
    faked.qtbot.keyClick(box, key)
    faked.wait(lambda: not faked.window.findChildren(Question))
    assert not notula.asked("delete_transcripts")
    assert page._model.rowCount() == 100


def test_an_error_of_the_store_is_said(faked: DesktopDriver, notula: FakeNotula, page: HistoryPage) -> None:
    notula.failures["history"] = StoreError()
    page.refresh()
    faked.wait(lambda: faked.message == str(StoreError().message))


def test_what_was_transcribed_is_found_by_what_was_said_and_deleted(
    driver: DesktopDriver, beckett: Path, finish: Callable
) -> None:
    driver.window.add([beckett])
    driver.wait(lambda: driver.queue.reader.transcript_id is not None)
    driver.window.show_page(HISTORY)
    page = driver.history_page
    driver.wait(lambda: page._model.rowCount() == 1)
    page._search.setFocus()
    driver.qtbot.keyClicks(page._search, "tried")
    driver.wait(
        lambda: page._model.rowCount() and any(match for _, match in page._model.index(0).data(ENTRY_ROLE).excerpt)
    )
    found = [piece.lower() for piece, match in page._model.index(0).data(ENTRY_ROLE).excerpt if match]
    assert "tried" in found
    select(page, 0)
    driver.wait(lambda: page.reader.transcript_id is not None)
    page.delete_action.trigger()
    driver.qtbot.mouseClick(button(question(driver), "Delete"), Qt.MouseButton.LeftButton)
    driver.wait(lambda: page._model.rowCount() == 0)
    assert finish(driver.desktop.core.call(lambda notula: notula.transcripts.page())).total == 0
    driver.window.show_page(QUEUE)
    driver.wait(lambda: all(job.transcript_id is None for job in driver.jobs))
    assert driver.queue.reader.transcript_id is None


def test_an_entry_of_somebody_else_tells_whose_it_is() -> None:
    delegate, own = EntryDelegate(Translator("en")), entry(1)
    sent = replace(own, requester=Requester("telegram", "7"))
    assert delegate.facts(sent) == f"{delegate.facts(own)}  ·  from Telegram user 7"


def test_what_was_transcribed_while_the_window_was_hidden_is_there_when_it_comes_back(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, page: HistoryPage
) -> None:
    core.published.emit(Snapshot(history_revision=1))
    faked.window.hide()
    notula.entries.insert(0, entry(250, "newest.wav"))
    core.published.emit(Snapshot(history_revision=2))
    faked.window.show()
    faked.wait(lambda: "newest" in page._model.index(0).data())
