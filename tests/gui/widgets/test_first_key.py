"""The first arrow key in a list selects the row that has the focus, and skips none."""

import pytest
from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QListView
from pytestqt.qtbot import QtBot

from core.domain import JobState, Snapshot
from gui.widgets.first_key import FirstKey
from tests.fakes.core import FakeCoreThread
from tests.gui.conftest import DesktopDriver
from tests.gui.samples import view as job_view


@pytest.fixture
def rows(qtbot: QtBot) -> QListView:
    view = QListView()
    qtbot.addWidget(view)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setModel(QStringListModel(["one", "two", "three"], view))
    FirstKey(view)
    view.show()
    view.setFocus()
    return view


def selected(view: QAbstractItemView) -> list[int]:
    return sorted({index.row() for index in view.selectedIndexes()})


@pytest.mark.parametrize(
    ("key", "row"),
    [(Qt.Key.Key_Down, 0), (Qt.Key.Key_Up, 0), (Qt.Key.Key_PageDown, 0), (Qt.Key.Key_Home, 0), (Qt.Key.Key_End, 2)],
)
def test_the_first_key_selects_what_one_is_at(rows: QListView, qtbot: QtBot, key: Qt.Key, row: int) -> None:
    qtbot.keyClick(rows, key)
    assert selected(rows) == [row]
    assert rows.currentIndex().row() == row


def test_the_next_keys_are_those_of_every_list(rows: QListView, qtbot: QtBot) -> None:
    qtbot.keyClick(rows, Qt.Key.Key_Down)
    qtbot.keyClick(rows, Qt.Key.Key_Down)
    assert selected(rows) == [1]
    qtbot.keyClick(rows, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert selected(rows) == [1, 2]


def test_the_keys_of_a_list_without_rows_do_nothing(rows: QListView, qtbot: QtBot) -> None:
    rows.setModel(QStringListModel([], rows))
    qtbot.keyClick(rows, Qt.Key.Key_Down)
    assert selected(rows) == []


def test_the_only_recording_of_the_queue_is_selected_by_a_key(faked: DesktopDriver, core: FakeCoreThread) -> None:
    core.published.emit(Snapshot((job_view(1, JobState.FAILED),)))
    table = faked.queue._table
    table.clearSelection()
    table.setFocus()
    faked.qtbot.keyClick(table, Qt.Key.Key_Down)
    assert [job.id for job in faked.queue.selected()] == ["job-1"]
