"""The start of window and core together: files, and what goes wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.config import load_settings
from core.domain import TranslatableText
from core.domain.errors import SettingsUnusable, StoreError
from core.i18n import Translator
from gui.window.settings_problem import settings_problem_dialog
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import ALL, HELP, HISTORY, QUEUE


class ShownWindows(QObject):
    """Notes everything that is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.noted.append(repr(watched))
        return False


@pytest.mark.usefixtures("core")
def test_nothing_is_a_window_of_its_own_before_it_has_its_place(
    qapp: QApplication, make_driver: Callable[..., DesktopDriver]
) -> None:
    """What is shown before it has a parent is one, for a moment: slow, and seen."""
    shown = ShownWindows()
    qapp.installEventFilter(shown)
    try:
        driver = make_driver()
        for page in ALL:
            driver.window.show_page(page)
        driver.wait(lambda: not driver.desktop.operations._tasks)
    finally:
        qapp.removeEventFilter(shown)
    assert shown.noted == [repr(driver.window)]


def test_a_wrong_line_of_the_settings_is_told_in_the_words_of_the_command_line(
    make_driver: Callable[..., DesktopDriver], core: FakeCoreThread, tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('workers = 2\ntheme = "pink"\n')
    loaded = load_settings(file)
    driver = make_driver(loaded=loaded)
    assert driver.message == str(loaded.problems[0])
    assert driver.message.startswith(f"Line 2 of {file} is ignored")
    assert driver.message_bar.isVisible()


def test_settings_that_can_not_be_used_are_told_in_a_dialog(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    error = SettingsUnusable([TranslatableText("<b>providers</b> is wrong."), TranslatableText("theme is wrong.")])
    dialog = settings_problem_dialog([str(problem) for problem in error.problems], tmp_path / "none", Translator("en"))
    qtbot.addWidget(dialog)
    assert dialog.asked.explained == "<b>providers</b> is wrong.\n\ntheme is wrong."
    assert all(shown.textFormat() is Qt.TextFormat.PlainText for shown in dialog.findChildren(QLabel))
    assert [button.text() for button in dialog.answers.buttons()] == ["Quit"]
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    dialog.open()
    assert dialog.focusWidget() is dialog.answers.yes
    show = next(one for one in dialog.findChildren(QPushButton) if one.text() == "Show the folder")
    show.click()
    assert opened == [QUrl.fromLocalFile(str(tmp_path))]
    assert any("The folder is" in shown.text() for shown in dialog.findChildren(QLabel) if shown.isVisible())


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
    faked.window.show_page(HELP)
    faked.window.hide()
    faked.desktop.open([beckett])
    assert faked.window.isVisible()
    assert faked.window.open_page == QUEUE
    faked.wait(lambda: notula.asked("submit"))


def test_a_core_that_cant_start_says_why(faked: DesktopDriver, core: FakeCoreThread) -> None:
    core.failed.emit(StoreError())
    assert str(StoreError().message) in faked.message
    faked.message_bar.dismiss()
    core.failed.emit(ValueError("insides"))
    assert "insides" not in faked.message
    assert "the log has the details" in faked.message


def test_a_real_core_that_cant_start_says_why(
    make_driver: Callable[..., DesktopDriver], tmp_path: Path, folders: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: not opened.append(url))
    (tmp_path / "notula").mkdir(exist_ok=True)
    (tmp_path / "notula" / "data").write_text("a file where the folder should be")
    driver = make_driver()
    driver.wait(lambda: "Notula can't work now" in driver.message_bar._text.text())
    assert driver.message_bar._action.text() == "Show the folder"
    driver.message_bar._action.click()
    assert opened == [QUrl.fromLocalFile(str(tmp_path / "notula"))]  # What is above it, as it can't be opened itself.
    driver.window.show_page(HISTORY)
    driver.wait(lambda: not driver.desktop.operations._tasks)
