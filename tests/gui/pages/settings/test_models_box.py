"""Models are downloaded, cancelled and deleted on the settings page."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QProgressBar, QPushButton

from core.domain.errors import ModelDownloadFailed
from gui.pages.settings.settings_page import SettingsPage
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver


def test_only_models_that_are_here_can_be_chosen(page: SettingsPage) -> None:
    box = page._editors["model"].box
    assert [box.itemData(i) for i in range(box.count())] == ["auto", "tiny.en", "small"]


def find(page: SettingsPage, accessible_name: str) -> QPushButton | None:
    buttons = page._models.findChildren(QPushButton)
    return next((one for one in buttons if one.accessibleName() == accessible_name and not one.isHidden()), None)


def test_a_model_is_downloaded_with_progress_and_can_then_be_chosen(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage
) -> None:
    notula.gates["download_model"] = asyncio.Event()
    find(page, "Download: base").click()
    faked.wait(lambda: notula.progress and page._models.findChildren(QProgressBar))
    notula.progress(30_000_000, 120_000_000)
    bar = page._models.findChildren(QProgressBar)[-1]
    faked.wait(lambda: bar.value() == 25)
    assert bar.accessibleName() == "Download of base"
    notula.gates["download_model"].set()
    faked.wait(lambda: find(page, "Delete: base"))
    assert "base is ready" in faked.message
    assert page._editors["model"].box.findData("base") >= 0
    assert page._editors["model"].box.currentData() == "auto"


def test_a_download_is_cancelled(faked: DesktopDriver, notula: FakeNotula, page: SettingsPage) -> None:
    notula.gates["download_model"] = asyncio.Event()
    find(page, "Download: base").click()
    faked.wait(lambda: find(page, "Cancel: base"))
    find(page, "Cancel: base").click()
    faked.wait(lambda: find(page, "Download: base"))
    assert notula.cancelled == ["download_model"]
    assert faked.message == ""


def test_a_double_click_on_download_is_one_download(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage
) -> None:
    notula.gates["download_model"] = asyncio.Event()
    button = find(page, "Download: base")
    button.click()
    button.click()
    faked.wait(lambda: find(page, "Cancel: base"))
    # The second half of a double click comes when the button is for cancelling already.
    press = QMouseEvent(
        QEvent.Type.MouseButtonDblClick,
        QPointF(5, 5),
        button.mapToGlobal(QPointF(5, 5)),
        Qt.MouseButton.LeftButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(button, press)
    faked.qtbot.mouseRelease(button, Qt.MouseButton.LeftButton)
    notula.gates["download_model"].set()
    faked.wait(lambda: find(page, "Delete: base"))
    assert notula.asked("download_model") == [["base"]]
    assert not notula.cancelled
    assert faked.message.startswith("The model base is ready.")


def test_a_model_that_is_being_deleted_is_deleted_once(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage
) -> None:
    button = find(page, "Delete: small")
    button.click()
    button.click()
    faked.wait(lambda: find(page, "Download: small"))
    assert notula.asked("delete_model") == [["small"]]


def test_a_models_button_keeps_the_focus_and_its_place_in_the_order(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage
) -> None:
    notula.gates["download_model"] = asyncio.Event()
    button = find(page, "Download: base")
    button.setFocus()
    faked.qtbot.keyClick(button, Qt.Key.Key_Space)
    faked.wait(lambda: find(page, "Cancel: base"))
    assert button.hasFocus()
    faked.qtbot.keyClick(button, Qt.Key.Key_Space)
    faked.wait(lambda: find(page, "Download: base"))
    assert button.hasFocus()


def test_a_refused_download_is_said_and_can_be_tried_again(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage
) -> None:
    notula.failures["download_model"] = ModelDownloadFailed(model="base")
    find(page, "Download: base").click()
    faked.wait(lambda: "base could not be downloaded" in faked.message)
    faked.wait(lambda: find(page, "Download: base"))


def test_a_model_is_deleted(faked: DesktopDriver, notula: FakeNotula, page: SettingsPage) -> None:
    find(page, "Delete: small").click()
    faked.wait(lambda: find(page, "Download: small"))
    assert notula.asked("delete_model") == [["small"]]
    assert find(page, "Delete: tiny.en") is None


def test_the_window_closes_in_the_middle_of_a_download(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage, finish: Callable
) -> None:
    notula.gates["download_model"] = asyncio.Event()
    find(page, "Download: base").click()
    faked.wait(lambda: find(page, "Cancel: base"))
    finish(faked.desktop.operations.close())
    assert notula.cancelled[0] == "download_model"
    assert not faked.desktop.operations._tasks
