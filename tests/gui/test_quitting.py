"""Closing where there is no tray, and taking back what was done, by keyboard."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

import gui.window.window_state
from core.domain import JobId, JobState, JobView, QueueStatistics, Snapshot, TranslatableText
from core.i18n import Translator
from gui.pages.queue.job_table import JobTableModel
from gui.tray.tray import Tray
from gui.widgets.dialogs.question import Question
from gui.window.main_window import MainWindow
from gui.window.window_state import WindowState
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver, pages_made
from tests.gui.samples import view
from tests.patience import PATIENCE_S


@pytest.fixture
def made_first() -> Callable[[MainWindow], object]:
    return pages_made()


@pytest.fixture
def busy(faked: DesktopDriver, core: FakeCoreThread, monkeypatch: pytest.MonkeyPatch) -> DesktopDriver:
    """A window without a tray, in the middle of work."""
    monkeypatch.setattr(Tray, "is_there", False)
    core.published.emit(Snapshot((view(1, JobState.RUNNING),), QueueStatistics(running=1, queued=1)))
    return faked


def question(driver: DesktopDriver) -> Question:
    (box,) = [box for box in driver.window.findChildren(Question) if box.isVisible()]
    return box


def button(box: Question, text: str) -> QAbstractButton:
    return next(one for one in box.answers.buttons() if one.text() == text)


def test_closing_in_the_middle_of_work_says_that_it_goes_on_later(busy: DesktopDriver) -> None:
    busy.window.close()
    assert not busy.stop.is_set()
    assert question(busy).asked.sentence == "2 recordings aren't finished yet."
    assert "goes on when Notula starts again" in question(busy).asked.explained
    busy.qtbot.mouseClick(button(question(busy), "Quit"), Qt.MouseButton.LeftButton)
    assert busy.stop.is_set()


@pytest.mark.parametrize("by", ["button", "escape"])
def test_the_window_can_stay_open(busy: DesktopDriver, by: str) -> None:
    busy.window.close()
    box = question(busy)
    if by == "button":
        busy.qtbot.mouseClick(button(box, "Keep open"), Qt.MouseButton.LeftButton)
    else:
        busy.qtbot.keyClick(box, Qt.Key.Key_Escape)
    busy.wait(lambda: not busy.window.findChildren(Question))
    assert busy.window.isVisible()
    assert not busy.stop.is_set()


def test_what_is_running_is_let_finish_which_is_said_and_can_be_ended(
    busy: DesktopDriver, core: FakeCoreThread
) -> None:
    core.grace_s = 60.0
    core.may_close.clear()
    busy.desktop.quit()
    closing = busy.desktop.operations._loop.create_task(busy.desktop.close())
    busy.wait(lambda: busy.window.findChild(Question, "finishing"))
    box = question(busy)
    assert box.asked.sentence == "1 recording is being finished."
    assert "in 60 s at the latest" in box.asked.explained
    assert busy.desktop.tray.state.text() == "Quits once 1 recording is done"
    assert not core.hurried
    busy.qtbot.mouseClick(button(box, "Quit now"), Qt.MouseButton.LeftButton)
    busy.wait(closing.done)
    assert core.hurried
    assert not busy.window.isVisible()


def test_quitting_without_a_grace_takes_the_window_away_at_once(busy: DesktopDriver, core: FakeCoreThread) -> None:
    core.may_close.clear()
    busy.desktop.quit()
    closing = busy.desktop.operations._loop.create_task(busy.desktop.close())
    busy.wait(lambda: not busy.window.isVisible())
    assert not closing.done()
    busy.desktop.quit()
    busy.wait(closing.done)


def test_closing_after_the_work_asks_nothing(busy: DesktopDriver, core: FakeCoreThread) -> None:
    core.published.emit(Snapshot((view(1, JobState.DONE),), QueueStatistics(done=1)))
    busy.window.close()
    assert busy.stop.is_set()


def test_ctrl_z_brings_a_removed_job_back(faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula) -> None:
    core.published.emit(Snapshot((view(1, JobState.FAILED),)))
    faked.queue.select(JobId("job-1"))
    faked.queue.job_actions.remove()
    faked.wait(lambda: "removed" in faked.message)
    faked.qtbot.keyClick(faked.queue._table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    faked.wait(lambda: notula.asked("restore"))
    assert notula.asked("restore") == [[["job-1"]]]


def test_ctrl_z_undoes_nothing_once_the_offer_is_gone(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    core.published.emit(Snapshot((view(1, JobState.FAILED),)))
    faked.queue.select(JobId("job-1"))
    faked.queue.job_actions.remove()
    faked.wait(lambda: "removed" in faked.message)
    faked.desktop.messages.information("Something else.")
    faked.qtbot.keyClick(faked.queue._table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QApplication.processEvents()
    assert not notula.asked("restore")


def test_escape_closes_a_message(faked: DesktopDriver) -> None:
    bar = faked.window.findChild(QWidget, "messagebar")
    faked.desktop.messages.error(TranslatableText("disk full"))
    assert bar.isVisible()
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_Escape)
    faked.wait(lambda: not bar.isVisible())


def test_a_long_queue_costs_no_more_than_it_is_long(qapp: QApplication) -> None:
    """It was quadratic once: half a second for 3000 jobs, up to ten times a second."""
    model = JobTableModel(Translator("en"))
    jobs = [JobView(JobId(str(n)), f"{n}.wav", f"/{n}.wav", JobState.QUEUED, float(n)) for n in range(3000)]
    model.apply(jobs)
    jobs[5] = replace(jobs[5], state=JobState.RUNNING)
    begun = time.process_time()
    model.apply(jobs)
    assert time.process_time() - begun < 0.1


def test_states_are_saved_one_after_another_and_the_last_stays(
    faked: DesktopDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_may_end, running, saved = threading.Event(), [], []

    def slow(state: WindowState, _file: Path) -> None:
        running.append(state)
        if len(running) == 1:
            first_may_end.wait(PATIENCE_S)
        saved.append(state)

    monkeypatch.setattr(gui.window.window_state, "save_state", slow)
    states = [WindowState(page="queue"), WindowState(page="help")]
    kept = faked.desktop._kept_state
    task = faked.desktop._loop.create_task(kept.save(states[0]))
    faked.wait(lambda: running)
    task.cancel()  # As when Notula ends: the thread goes on.
    last = faked.desktop._loop.create_task(kept.save(states[1]))
    faked.wait(task.done)
    assert saved == []
    first_may_end.set()
    faked.wait(last.done)
    assert saved == running == states
