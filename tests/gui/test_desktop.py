"""Window, tray and core together: messages, notifications, closing, what goes wrong at the start."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from core.config import Settings, load_settings
from core.domain import Check, CheckResult, JobState, QueueStatistics, Snapshot, TranscriptId, TranslatableText
from core.domain.errors import SettingsUnusable, StoreError
from core.i18n import Translator
from gui.runtime.settings_problem import settings_problem_box
from gui.tray import Tray
from gui.window.message_bar import MessageBar
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import ABOUT, HISTORY, QUEUE, SETTINGS
from tests.gui.samples import view


def bar_of(driver: DesktopDriver) -> MessageBar:
    return driver.window.findChild(QWidget, "messagebar")


@pytest.fixture
def with_tray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tray, "is_there", True)


# --- messages


def test_errors_wait_for_each_other_and_informations_for_them(faked: DesktopDriver) -> None:
    messages, bar = faked.desktop.messages, bar_of(faked)
    close = bar.findChild(QToolButton)
    messages.information("first")
    assert bar._text.text() == "first"
    messages.error(TranslatableText("disk full"))
    messages.error(TranslatableText("disk on fire"))
    messages.information("saved")
    seen = []
    while bar.isVisible() and len(seen) < 9:
        seen.append(bar._text.text())
        close.click()
    assert seen == ["disk full", "disk on fire", "saved"]


def test_an_information_goes_away_by_itself_and_an_error_stays(faked: DesktopDriver) -> None:
    bar = bar_of(faked)
    bar._timer.setInterval(1)
    faked.desktop.messages.information("saved")
    faked.wait(lambda: not bar.isVisible())
    faked.desktop.messages.error(TranslatableText("disk full"))
    assert not bar._timer.isActive()
    assert bar.isVisible()


def test_markup_in_a_message_is_shown_as_it_is(faked: DesktopDriver) -> None:
    faked.desktop.messages.error(TranslatableText("{name} is empty", {"name": "<img src=x>"}))
    assert bar_of(faked)._text.text() == "<img src=x> is empty"
    assert bar_of(faked)._text.textFormat() is Qt.TextFormat.PlainText


def test_a_notice_of_the_core_is_told_once(faked: DesktopDriver, core: FakeCoreThread) -> None:
    said: list[str] = []
    faked.desktop.messages.said.connect(lambda notice: said.append(notice.text))
    for _ in range(3):
        core.published.emit(Snapshot(notices=(TranslatableText("The database was damaged."),)))
    assert said == ["The database was damaged."]


def test_what_was_lost_counts_as_told_once_a_person_has_closed_all_of_it(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    core.published.emit(
        Snapshot(notices=(TranslatableText("The database was damaged."), TranslatableText("A transcript is lost.")))
    )
    close = bar_of(faked).findChild(QToolButton)
    close.click()
    faked.wait(lambda: bar_of(faked)._text.text() == "A transcript is lost.")
    assert not notula.asked("notices_told")
    notula.failures["notices_told"] = StoreError()
    close.click()
    faked.wait(lambda: len(notula.asked("notices_told")) == 1)
    assert not bar_of(faked).isVisible()


# --- the start


def test_a_wrong_line_of_the_settings_is_told_in_the_words_of_the_command_line(
    make_driver: Callable[..., DesktopDriver], core: FakeCoreThread, tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('workers = 2\ntheme = "pink"\n')
    loaded = load_settings(file)
    driver = make_driver(loaded=loaded)
    assert driver.message == str(loaded.problems[0])
    assert driver.message.startswith(f"Line 2 of {file} is ignored")
    assert bar_of(driver).isVisible()


def test_settings_that_can_not_be_used_are_told_in_a_box(
    qtbot: QtBot,
) -> None:
    error = SettingsUnusable([TranslatableText("<b>providers</b> is wrong."), TranslatableText("theme is wrong.")])
    box = settings_problem_box([str(problem) for problem in error.problems], Translator("en"))
    qtbot.addWidget(box)
    assert box.text() == "<b>providers</b> is wrong.\n\ntheme is wrong."
    assert box.textFormat() is Qt.TextFormat.PlainText
    assert [button.text() for button in box.buttons()] == ["Quit"]


def test_a_crash_of_the_last_time_is_told(make_driver: Callable[..., DesktopDriver], core: FakeCoreThread) -> None:
    driver = make_driver(crash_report=Path("/log/crash-1.txt"))
    assert "/log/crash-1.txt" in driver.message


def test_files_of_the_command_line_are_added(
    make_driver: Callable[..., DesktopDriver], core: FakeCoreThread, notula: FakeNotula, beckett: Path
) -> None:
    driver = make_driver(files=(beckett,))
    driver.wait(lambda: notula.asked("submit"))
    assert notula.asked("submit")[0][0] == [beckett]


def test_files_of_another_start_are_added_and_the_window_comes_to_the_front(
    faked: DesktopDriver, notula: FakeNotula, beckett: Path
) -> None:
    faked.window.show_page(ABOUT)
    faked.window.hide()
    faked.desktop.open([beckett])
    assert faked.window.isVisible()
    assert faked.window.open_page == QUEUE
    faked.wait(lambda: notula.asked("submit"))


def test_a_core_that_cant_start_says_why(faked: DesktopDriver, core: FakeCoreThread) -> None:
    core.failed.emit(StoreError())
    assert str(StoreError().message) in faked.message
    bar_of(faked).dismiss()
    core.failed.emit(ValueError("insides"))
    assert "insides" not in faked.message
    assert "the log has the details" in faked.message


def test_a_real_core_that_cant_start_says_why(
    make_driver: Callable[..., DesktopDriver], tmp_path: Path, folders: object
) -> None:
    (tmp_path / "notula").mkdir(exist_ok=True)
    (tmp_path / "notula" / "data").write_text("a file where the folder should be")
    driver = make_driver()
    driver.wait(lambda: "Notula can't work now" in driver.message)
    driver.window.show_page(HISTORY)
    driver.wait(lambda: not driver.desktop.operations._tasks)


# --- the tray


def test_the_tray_follows_the_queue(faked: DesktopDriver, core: FakeCoreThread) -> None:
    tray = faked.desktop.tray
    assert tray.tooltip == "Notula: Nothing to do"
    core.published.emit(Snapshot((view(1),), QueueStatistics(running=1, queued=2, retrying=1)))
    assert tray.state.text() == "1 running, 3 waiting"
    assert tray.tooltip == "Notula: 1 running, 3 waiting"
    core.published.emit(Snapshot((view(1, JobState.DONE),), QueueStatistics(done=1)))
    assert tray.state.text() == "Nothing to do"


def test_the_trays_menu_opens_adds_and_quits(faked: DesktopDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    actions = {action.text(): action for action in faked.desktop.tray.menu.actions() if action.text()}
    faked.window.hide()
    actions["Open Notula"].trigger()
    assert faked.window.isVisible()
    chosen = []
    monkeypatch.setattr(faked.queue, "choose_files", lambda: chosen.append(True))
    faked.window.hide()
    actions["Add recordings …"].trigger()
    assert chosen
    assert faked.window.isVisible()
    actions["Quit"].trigger()
    assert faked.stop.is_set()


def test_a_click_on_the_tray_opens_the_window(faked: DesktopDriver) -> None:
    faked.window.hide()
    faked.desktop.tray._icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    assert faked.window.isVisible()


def test_closing_hides_to_the_tray_where_there_is_one(with_tray: None, faked: DesktopDriver) -> None:
    faked.window.close()
    assert not faked.window.isVisible()
    assert not faked.stop.is_set()


def test_closing_ends_where_there_is_no_tray(faked: DesktopDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tray, "is_there", False)
    faked.window.close()
    assert faked.stop.is_set()


def test_closing_ends_where_the_settings_say_so(
    with_tray: None, make_driver: Callable[..., DesktopDriver], core: FakeCoreThread
) -> None:
    driver = make_driver(Settings(close_to_tray=False))
    QApplication.sendEvent(driver.window, QCloseEvent())
    assert driver.stop.is_set()


def test_the_quit_shortcut_ends(with_tray: None, faked: DesktopDriver) -> None:
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert faked.stop.is_set()


# --- notifications


@pytest.fixture
def announced(faked: DesktopDriver, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    shown: list[tuple[str, str]] = []
    monkeypatch.setattr(
        QSystemTrayIcon, "showMessage", lambda _self, title, text, *_: shown.append((title, text)), raising=True
    )
    return shown


def end_two_jobs(core: FakeCoreThread) -> None:
    core.published.emit(Snapshot((view(1, JobState.RUNNING), view(2, JobState.RUNNING))))
    failed = view(2, JobState.FAILED, error=TranslatableText("2.wav is empty."))
    core.published.emit(Snapshot((view(1, JobState.DONE, transcript_id=TranscriptId(5)), failed)))


def test_what_ends_behind_other_windows_is_announced_once(
    with_tray: None, faked: DesktopDriver, core: FakeCoreThread, announced: list
) -> None:
    faked.window.hide()
    faked.wait(lambda: not faked.window.isActiveWindow())
    end_two_jobs(core)
    end_two_jobs(core)
    assert announced == [("Transcribed", "1 recording is done. 1 recording failed.")] * 2


def test_a_batch_is_announced_once_at_its_end(
    with_tray: None, faked: DesktopDriver, core: FakeCoreThread, announced: list
) -> None:
    faked.window.hide()
    faked.wait(lambda: not faked.window.isActiveWindow())
    for done in range(6):
        states = [JobState.DONE if number < done else JobState.RUNNING for number in range(5)]
        core.published.emit(Snapshot(tuple(view(number, state) for number, state in enumerate(states))))
    core.published.emit(Snapshot(tuple(view(number, JobState.DONE) for number in range(5))))
    assert announced == [("Transcribed", "5 recordings are done.")]
    core.published.emit(Snapshot((view(7, JobState.RUNNING),)))
    core.published.emit(Snapshot((view(7, JobState.FAILED, error=TranslatableText("7.wav is empty.")),)))
    assert announced[1:] == [("Could not be transcribed", "7.wav is empty.")]


def test_the_first_closing_to_the_tray_is_told_and_no_other(
    with_tray: None,
    faked: DesktopDriver,
    announced: list,
    make_driver: Callable[..., DesktopDriver],
    finish: Callable[..., object],
) -> None:
    for _ in range(2):
        faked.window.show()
        faked.window.close()
        assert not faked.window.isVisible()
    assert [title for title, _ in announced] == ["Notula goes on here"]
    assert "Quit" in announced[0][1]
    faked.wait(lambda: not faked.desktop.operations._tasks)
    again = make_driver()
    again.window.close()
    assert len(announced) == 1


def test_nothing_is_announced_while_the_window_is_in_front(
    with_tray: None, faked: DesktopDriver, core: FakeCoreThread, announced: list
) -> None:
    assert faked.window.isActiveWindow()
    end_two_jobs(core)
    assert announced == []


def test_what_earlier_sessions_finished_is_not_announced(
    with_tray: None, faked: DesktopDriver, core: FakeCoreThread, announced: list
) -> None:
    faked.window.hide()
    core.published.emit(Snapshot((view(1, JobState.DONE),)))
    assert announced == []


def test_notifications_can_be_turned_off(
    with_tray: None, faked: DesktopDriver, core: FakeCoreThread, announced: list
) -> None:
    faked.settings_page._editors["notifications"]._box.click()
    faked.wait(lambda: not faked.desktop.settings.current.notifications)
    faked.window.hide()
    end_two_jobs(core)
    assert announced == []


def test_a_click_on_a_notification_opens_its_transcript(
    with_tray: None, faked: DesktopDriver, core: FakeCoreThread, announced: list
) -> None:
    faked.window.show_page(SETTINGS)
    faked.window.hide()
    core.published.emit(Snapshot((view(1, JobState.RUNNING),)))
    core.published.emit(Snapshot((view(1, JobState.DONE, transcript_id=TranscriptId(5)),)))
    faked.desktop.tray._icon.messageClicked.emit()
    assert faked.window.isVisible()
    assert faked.window.open_page == QUEUE
    assert [job.id for job in faked.queue.selected()] == ["job-1"]


# --- the check-up


def test_the_check_up_lists_what_it_found(faked: DesktopDriver, notula: FakeNotula) -> None:
    notula.checks = (
        Check(TranslatableText("Engine"), CheckResult.OK, TranslatableText("works")),
        Check(
            TranslatableText("Disk"),
            CheckResult.PROBLEM,
            TranslatableText("<b>full</b>"),
            TranslatableText("Make room."),
        ),
    )
    faked.window.show_page(ABOUT)
    page = faked.about_page
    page._button.click()
    assert not page._button.isEnabled()
    faked.wait(page._button.isEnabled)
    assert page._state.text() == "1 thing to look at."
    assert page._checks.itemAtPosition(1, 1).widget().text() == "Disk: <b>full</b>\nMake room."
    notula.failures["check_up"] = StoreError()
    page._button.click()
    faked.wait(page._button.isEnabled)
    assert page._state.text() == str(StoreError().message)
