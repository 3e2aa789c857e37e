"""Waiting jobs are moved by keys, by the menu and by dragging them, and put back."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from core.domain import JobId, JobState, JobView, QueueStatistics, Requester, Snapshot
from core.domain.job_move import Move, MoveBefore
from gui.pages.queue.job_order import RowOrder, SortBy
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver, drop, files_as_mime, place_of_drag
from tests.gui.pages.queue.conftest import CTRL, press
from tests.gui.samples import view

ALT = Qt.KeyboardModifier.AltModifier
HERS = view(4, requester=Requester("telegram", "anna"))
JOBS = (view(1, JobState.RUNNING, worker=1), view(2), view(3), HERS, view(5), view(6, JobState.DONE, finished_at=1.0))
WAITING = ("job-2", "job-3", "job-4", "job-5")


def show(core: FakeCoreThread, *order: str, jobs: tuple[JobView, ...] = JOBS) -> None:
    """The jobs of these numbers wait in this order."""
    turns = {JobId(job_id): place for place, job_id in enumerate(order or WAITING, 1)}
    core.published.emit(Snapshot(jobs, QueueStatistics(running=1, queued=4, done=1), turns=turns))


def select(driver: DesktopDriver, *ids: str) -> None:
    table = driver.queue._table
    table.clearSelection()
    for number, job_id in enumerate(ids):
        row = driver.queue._model.row_where(lambda job, job_id=job_id: job.id == job_id)
        keys = CTRL if number else Qt.KeyboardModifier.NoModifier
        place = table.visualRect(driver.queue._model.index(row, 0)).center()
        driver.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, keys, place)


@pytest.mark.parametrize(
    ("key", "to"),
    [
        (Qt.Key.Key_Up, Move.UP),
        (Qt.Key.Key_Down, Move.DOWN),
        (Qt.Key.Key_Home, Move.FRONT),
        (Qt.Key.Key_End, Move.BACK),
    ],
)
def test_keys_move_all_that_wait_of_what_is_selected(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, key: Qt.Key, to: Move
) -> None:
    show(core)
    select(faked, "job-1", "job-3", "job-4", "job-5")
    press(faked, key, ALT)
    faked.wait(lambda: notula.asked("move"))
    assert notula.asked("move") == [[["job-3", "job-5"], to]]


def test_only_what_waits_and_is_the_owners_can_be_moved(faked: DesktopDriver, core: FakeCoreThread) -> None:
    show(core)
    actions = faked.queue.job_moves.all
    assert [action.text() for action in actions] == ["Begin earlier", "Begin later", "Begin first", "Begin last"]
    assert set(actions) <= set(faked.queue._table.actions())
    for job_id, can_be_moved in (("job-1", False), ("job-2", True), ("job-4", False), ("job-6", False)):
        select(faked, job_id)
        assert {action.isEnabled() for action in actions} == {can_be_moved}
    select(faked, "job-1", "job-2")
    assert actions[0].isEnabled()
    show(core, "job-3", "job-5", jobs=(JOBS[0], replace(JOBS[1], state=JobState.RUNNING, worker=2), *JOBS[2:]))
    assert not actions[0].isEnabled()


def test_a_move_is_undone_by_the_button_of_its_message_and_several_in_a_row_at_once(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    show(core)
    select(faked, "job-5")
    for times, order in enumerate((("job-2", "job-3", "job-5"), ("job-2", "job-5", "job-3")), 1):
        notula.order_before = tuple(map(JobId, order))
        press(faked, Qt.Key.Key_Up, ALT)
        faked.wait(lambda times=times: len(notula.asked("move")) == times)
        faked.wait(lambda: faked.message == "1 recording moved.")
    faked.wait(lambda: faked.queue.job_moves._last.ids and not faked.desktop.operations._tasks)
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_Z, CTRL)
    faked.wait(lambda: notula.asked("arrange"))
    assert notula.asked("arrange") == [[["job-2", "job-3", "job-5"]]]


def test_what_stays_where_it_is_offers_no_undo(faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula) -> None:
    show(core)
    select(faked, "job-2")
    faked.desktop.messages.information("before")
    press(faked, Qt.Key.Key_Home, ALT)
    faked.wait(lambda: notula.asked("move") and not faked.desktop.operations._tasks)
    assert faked.message == "before"


def test_what_was_moved_stays_selected_and_in_sight(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    jobs = tuple(view(number) for number in range(60))
    ids = [job.id for job in jobs]
    show(core, *ids, jobs=jobs)
    select(faked, "job-0")
    notula.order_before = tuple(ids)
    press(faked, Qt.Key.Key_End, ALT)
    faked.wait(lambda: faked.message == "1 recording moved.")
    show(core, *ids[1:], ids[0], jobs=jobs)
    table = faked.queue._table
    assert [job.id for job in faked.queue.selected()] == ["job-0"]
    assert faked.jobs[-1].id == "job-0"
    assert table.viewport().rect().intersects(table.visualRect(table.currentIndex()))


def drag(driver: DesktopDriver, data: QMimeData, row: int, *, below: bool = False) -> bool:
    """Drag this to the upper or the lower edge of a row and let it go there; whether the list would take it."""
    table = driver.queue._table
    rect = table.visualRect(driver.queue._model.index(row, 0))
    point = QPoint(rect.center().x(), rect.bottom() - 2 if below else rect.top() + 2)
    place = place_of_drag(point)
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(table.viewport(), QDragEnterEvent(place, Qt.DropAction.MoveAction, data, left, plain))
    over = QDragMoveEvent(place, Qt.DropAction.MoveAction, data, left, plain)
    QApplication.sendEvent(table.viewport(), over)
    QApplication.sendEvent(table.viewport(), QDropEvent(QPointF(point), Qt.DropAction.MoveAction, data, left, plain))
    return over.isAccepted()


def dragged(driver: DesktopDriver, *rows: int) -> QMimeData:
    model = driver.queue._model
    return model.mimeData([model.index(row, 0) for row in rows])


def test_waiting_jobs_are_dragged_to_another_place_among_those_that_wait(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    show(core)
    model = faked.queue._model
    draggable = [
        bool(model.flags(model.index(row, 0)) & Qt.ItemFlag.ItemIsDragEnabled) for row in range(model.rowCount())
    ]
    assert draggable == [False, True, True, False, True, False]
    expected = []
    for rows, to, below, before in (
        ((4,), 1, False, MoveBefore(JobId("job-2"))),
        ((1, 2), 3, True, MoveBefore(JobId("job-5"))),
        ((1,), 4, True, Move.BACK),
        ((4,), 0, True, MoveBefore(JobId("job-2"))),
        ((1,), 5, False, Move.BACK),
    ):
        assert drag(faked, dragged(faked, *rows), to, below=below)
        expected.append([[faked.jobs[row].id for row in rows], before])
        faked.wait(lambda: len(notula.asked("move")) == len(expected))
    assert notula.asked("move") == expected
    assert [job.id for job in faked.jobs] == [f"job-{number}" for number in range(1, 7)]


def test_nothing_is_dragged_among_what_runs_or_has_ended_or_in_another_order(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    show(core)
    data = dragged(faked, 1)
    assert not drag(faked, data, 0)
    assert not drag(faked, data, 5, below=True)
    for order in (RowOrder(SortBy.TURN, is_descending=True), RowOrder(SortBy.NAME)):
        faked.queue.listing.set_order(order)
        model = faked.queue._model
        for row in range(model.rowCount()):
            assert not model.flags(model.index(row, 0)) & Qt.ItemFlag.ItemIsDragEnabled
            assert not drag(faked, data, row)
    assert not model.flags(QModelIndex()) & Qt.ItemFlag.ItemIsDragEnabled
    assert not notula.asked("move")


def test_files_that_are_let_go_over_the_list_are_still_added(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, beckett: object
) -> None:
    show(core)
    assert drop(files_as_mime(beckett), faked.queue._table.viewport())
    faked.wait(lambda: notula.asked("submit"))
    assert notula.asked("submit")[0][0] == [beckett]


def test_a_recording_that_is_moved_begins_there_in_the_real_queue(driver: DesktopDriver, tmp_path: object) -> None:
    files = []
    for number in range(3):
        file = tmp_path / f"{number}.wav"
        file.write_bytes(b"nothing to be heard")
        files.append(file)
    driver.queue.controls.toggle()
    driver.wait(lambda: driver.queue._snapshot.statistics.is_paused)
    driver.window.add(files)
    driver.wait(lambda: len(driver.queue._snapshot.turns) == 3)
    select(driver, driver.jobs[2].id)
    press(driver, Qt.Key.Key_Home, ALT)
    driver.wait(lambda: [job.name for job in driver.jobs] == ["2.wav", "0.wav", "1.wav"])
    driver.wait(lambda: driver.message == "1 recording moved.")  # Until then there is nothing to undo.
    driver.qtbot.keyClick(driver.window, Qt.Key.Key_Z, CTRL)
    driver.wait(lambda: [job.name for job in driver.jobs] == ["0.wav", "1.wav", "2.wav"])
    assert [job.name for job in driver.queue.selected()] == ["2.wav"]
