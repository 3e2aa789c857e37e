"""A model of one's own is added, cancelled and forgotten on the settings page."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar

from core.domain import ModelState, ModelStatus, TranslatableText
from core.domain.errors import OwnModelUnusable
from gui.pages.settings.settings_page import SettingsPage
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.pages.settings.test_models_box import find


def test_a_folder_is_added_and_can_then_be_chosen(faked: DesktopDriver, notula: FakeNotula, page: SettingsPage) -> None:
    box = page._own_model
    assert not box._button.isEnabled()
    box._place.setText(" /home/me/whisper-id ")
    faked.qtbot.keyClick(box._place, Qt.Key.Key_Return)
    faked.wait(lambda: find(page, "Remove: whisper-id"))
    assert notula.asked("add_model") == [["/home/me/whisper-id", ""]]
    assert "whisper-id is ready" in faked.message
    assert box._place.text() == ""
    assert page._editors["model"].box.findData("whisper-id") >= 0
    find(page, "Remove: whisper-id").click()
    faked.wait(lambda: notula.asked("delete_model") == [["whisper-id"]])


def test_a_download_shows_how_far_it_is_and_can_be_cancelled(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage
) -> None:
    notula.gates["add_model"] = asyncio.Event()
    box = page._own_model
    box._place.setText("owner/name")
    box._button.click()
    faked.wait(lambda: notula.progress)
    bar = box.findChild(QProgressBar)
    assert bar.maximum() == 0
    notula.progress(30, 120)
    faked.wait(lambda: bar.value() == 25)
    assert not box._place.isEnabled()
    assert box._button.text() == "Cancel"
    box._button.click()
    faked.wait(lambda: notula.cancelled == ["add_model"] and box._place.isEnabled())
    assert box._place.text() == "owner/name"
    assert faked.message == ""


def test_what_is_no_model_is_told(faked: DesktopDriver, notula: FakeNotula, page: SettingsPage) -> None:
    notula.failures["add_model"] = OwnModelUnusable(place="/tmp", reason=TranslatableText("it lacks model.bin."))
    page._own_model._place.setText("/tmp")
    page._own_model._button.click()
    faked.wait(lambda: "lacks model.bin" in faked.message)
    assert page._own_model._place.text() == "/tmp"


def test_what_is_in_the_cache_is_added_with_one_press(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage
) -> None:
    notula.model_list = [*notula.model_list, ModelStatus("owner/whisper-id", False, 10**8, ModelState.FOUND)]
    page._models.refresh()
    faked.wait(lambda: find(page, "Add: owner/whisper-id"))
    assert page._editors["model"].box.findData("owner/whisper-id") < 0
    find(page, "Add: owner/whisper-id").click()
    faked.wait(lambda: find(page, "Remove: whisper-id"))
    faked.wait(lambda: find(page, "Add: owner/whisper-id") is None)
