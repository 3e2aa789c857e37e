"""Keys of a person's own: pressed, told where they are taken, taken back, kept, and used everywhere at once."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.config import Folders, LoadedSettings, Settings, load_settings
from gui.pages.settings.keyboard_box import KeyboardBox
from gui.window.key_list import KeyList
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import HELP, HISTORY, QUEUE, SETTINGS

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
PLAIN = Qt.KeyboardModifier.NoModifier


def show(driver: DesktopDriver, name: str) -> KeyboardBox:
    driver.window.show_page("settings.keyboard")
    box = driver.settings_page.keyboard
    box.tree.choose(name)
    return box


def press(driver: DesktopDriver, box: KeyboardBox, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    if not box.field.isVisible():
        driver.qtbot.mouseClick(box.change, Qt.MouseButton.LeftButton)
        driver.wait(lambda: QApplication.focusWidget() is box.field)
    driver.qtbot.keyClick(box.field, key, modifiers)


def test_new_keys_are_saved_and_count_at_once(faked: DesktopDriver, notula: FakeNotula) -> None:
    box = show(faked, "go_to_history")
    press(faked, box, Qt.Key.Key_F6)
    faked.wait(lambda: notula.settings.shortcuts == {"go_to_history": ("F6",)})
    faked.wait(lambda: not faked.desktop.operations._tasks)
    assert QApplication.focusWidget() is box.tree
    faked.wait(lambda: faked.window.sidebar.button(HISTORY).toolTip() == "Library (F6)")
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_3, CONTROL)
    assert faked.window.open_page == SETTINGS
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_F6)
    assert faked.window.open_page == HISTORY


def test_further_keys_come_beside_those_that_are_there(faked: DesktopDriver, notula: FakeNotula) -> None:
    box = show(faked, "go_to_history")
    faked.qtbot.mouseClick(box.add, Qt.MouseButton.LeftButton)
    press(faked, box, Qt.Key.Key_F9)
    faked.wait(lambda: notula.settings.shortcuts == {"go_to_history": ("Ctrl+3", "F9")})
    for key, modifiers in ((Qt.Key.Key_F9, PLAIN), (Qt.Key.Key_3, CONTROL)):
        faked.window.show_page(QUEUE)
        faked.qtbot.keyClick(faked.window, key, modifiers)
        assert faked.window.open_page == HISTORY


def test_keys_that_are_taken_say_by_what_and_can_be_taken_over(faked: DesktopDriver, notula: FakeNotula) -> None:
    box, was_folded = show(faked, "go_to_history"), faked.window.sidebar.is_folded
    press(faked, box, Qt.Key.Key_B, CONTROL)
    assert "Ctrl+B is taken: Fold or unfold the sidebar (Everywhere)." in box.problem.text()
    assert notula.settings.shortcuts == {}
    assert faked.window.sidebar.is_folded == was_folded
    faked.qtbot.mouseClick(box.take_over, Qt.MouseButton.LeftButton)
    faked.wait(lambda: notula.settings.shortcuts == {"go_to_history": ("Ctrl+B",), "window_sidebar": ()})
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_B, CONTROL)
    assert faked.window.open_page == HISTORY


def test_keys_of_another_page_are_free(faked: DesktopDriver, notula: FakeNotula) -> None:
    box = show(faked, "transcribe_folder")
    press(faked, box, Qt.Key.Key_Delete)  # Of the library and of the queue.
    faked.wait(lambda: notula.settings.shortcuts == {"transcribe_folder": ("Del",)})


@pytest.mark.parametrize("key", [Qt.Key.Key_Q, Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Down])
def test_keys_that_fields_need_are_refused(faked: DesktopDriver, notula: FakeNotula, key: Qt.Key) -> None:
    box = show(faked, "go_to_history")
    press(faked, box, key)
    assert "can't be used" in box.problem.text()
    assert box.field.isVisible()
    press(faked, box, Qt.Key.Key_Q, CONTROL | ALT)
    faked.wait(lambda: notula.settings.shortcuts == {"go_to_history": ("Ctrl+Alt+Q",)})


def test_escape_gives_up_and_the_list_has_the_focus_again(faked: DesktopDriver, notula: FakeNotula) -> None:
    box = show(faked, "go_to_history")
    press(faked, box, Qt.Key.Key_Escape)
    assert not box.field.isVisible()
    assert QApplication.focusWidget() is box.tree
    assert notula.settings.shortcuts == {}


def test_a_second_press_of_the_button_asks_anew(faked: DesktopDriver) -> None:
    box = show(faked, "go_to_history")
    for _ in range(2):
        faked.qtbot.mouseClick(box.change, Qt.MouseButton.LeftButton)
    assert not faked.window._focus._settling.isActive()
    faked.wait(lambda: QApplication.focusWidget() is box.field)
    assert box.field.isVisible()


def test_return_in_the_list_asks_for_keys(faked: DesktopDriver) -> None:
    box = show(faked, "go_to_history")
    box.tree.setFocus()
    faked.qtbot.keyClick(box.tree, Qt.Key.Key_Return)
    faked.wait(lambda: QApplication.focusWidget() is box.field)


def test_one_and_all_are_reset_with_an_undo(faked: DesktopDriver, notula: FakeNotula) -> None:
    own = {"go_to_history": ("F6",), "window_sidebar": ("F7",), "window_keys": ()}
    notula._use(shortcuts=own)
    box = show(faked, "go_to_history")
    faked.wait(box.reset.isEnabled)
    faked.qtbot.mouseClick(box.reset, Qt.MouseButton.LeftButton)
    faked.wait(lambda: notula.settings.shortcuts == {"window_sidebar": ("F7",), "window_keys": ()})
    faked.wait(lambda: not box.reset.isEnabled())
    faked.qtbot.mouseClick(box.reset_all, Qt.MouseButton.LeftButton)
    faked.wait(lambda: notula.settings.shortcuts == {})
    faked.wait(lambda: not box.reset_all.isEnabled())
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_Z, CONTROL)
    faked.wait(lambda: notula.settings.shortcuts == {"window_sidebar": ("F7",), "window_keys": ()})


def test_keys_as_they_are_at_first_are_not_kept(faked: DesktopDriver, notula: FakeNotula) -> None:
    notula._use(shortcuts={"window_sidebar": ("F7",)})
    box = show(faked, "window_sidebar")
    press(faked, box, Qt.Key.Key_B, CONTROL)
    faked.wait(lambda: notula.settings.shortcuts == {})


def test_keys_of_a_person_s_own_are_followed_by_an_action_that_had_another_name(
    make_driver: Callable[..., DesktopDriver], core: FakeCoreThread, notula: FakeNotula
) -> None:
    notula.settings = Settings.model_validate({"shortcuts": {"go_to_about": ["F6"]}})
    driver = make_driver(settings=notula.settings)
    driver.wait(driver.window.isActiveWindow)
    driver.qtbot.keyClick(driver.window, Qt.Key.Key_8, CONTROL)
    assert driver.window.open_page == QUEUE
    driver.qtbot.keyClick(driver.window, Qt.Key.Key_F6)
    assert driver.window.open_page == HELP
    assert show(driver, "go_to_help").tree.chosen == "go_to_help"


def test_keys_can_be_taken_away(faked: DesktopDriver, notula: FakeNotula) -> None:
    box, was_folded = show(faked, "window_sidebar"), faked.window.sidebar.is_folded
    faked.qtbot.mouseClick(box.clear, Qt.MouseButton.LeftButton)
    faked.wait(lambda: notula.settings.shortcuts == {"window_sidebar": ()})
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_B, CONTROL)
    assert faked.window.sidebar.is_folded == was_folded


def test_what_cannot_be_in_the_settings_costs_that_action_alone(
    make_driver: Callable[..., DesktopDriver], core: FakeCoreThread, notula: FakeNotula
) -> None:
    wrong = {
        "go_to_history": ("Ctrl+2",),
        "go_to_queue": ("Ctrl+",),
        "no_such_action": ("F8",),
        "window_sidebar": ("F9",),
        "window_keys": ("Return",),
        "window_press": ("F10",),
        "transcribe_add": ("Nonsense",),
    }
    notula.settings = Settings.model_construct(**{**Settings().__dict__, "shortcuts": wrong})
    driver = make_driver(settings=notula.settings)
    actions = driver.window.actions_
    assert [actions.shown_keys(name) for name in ("go_to_history", "go_to_queue", "window_keys", "window_sidebar")] == [
        "Ctrl+3",
        "Ctrl+2",
        "F1",
        "F9",
    ]
    box = show(driver, "window_sidebar")
    assert box._refused.isVisible()
    for name in set(wrong) - {"window_sidebar"}:
        assert name in box._refused.text()


def test_two_actions_can_exchange_their_keys(
    make_driver: Callable[..., DesktopDriver], core: FakeCoreThread, notula: FakeNotula
) -> None:
    notula.settings = Settings(shortcuts={"go_to_queue": ("Ctrl+3",), "go_to_history": ("Ctrl+2",)})
    driver = make_driver(settings=notula.settings)
    assert driver.window.actions_.refused() == []
    driver.wait(driver.window.isActiveWindow)
    driver.qtbot.keyClick(driver.window, Qt.Key.Key_2, CONTROL)
    driver.wait(lambda: driver.window.open_page == HISTORY)


def test_they_are_in_the_file_and_there_at_the_next_start(driver: DesktopDriver, folders: Folders) -> None:
    box = show(driver, "window_sidebar")
    press(driver, box, Qt.Key.Key_F9)
    driver.wait(lambda: driver.window.actions_.shown_keys("window_sidebar") == "F9")
    loaded: LoadedSettings = load_settings(folders.settings_file, {})
    assert loaded.settings.shortcuts == {"window_sidebar": ("F9",)}


def test_the_search_finds_by_action_and_by_keys(faked: DesktopDriver) -> None:
    box = show(faked, "window_sidebar")
    faked.qtbot.keyClicks(box.line, "ctrl+b")
    assert list(box.tree.listed()) == ["window_sidebar"]
    box.line.clear()
    faked.qtbot.keyClicks(box.line, "library delete")
    assert list(box.tree.listed()) == ["history_delete"]


def test_f1_lists_all_keys_by_page_and_goes_to_where_they_are_changed(faked: DesktopDriver, notula: FakeNotula) -> None:
    notula._use(shortcuts={"window_sidebar": ("F9",)})
    faked.wait(lambda: faked.window.actions_.shown_keys("window_sidebar") == "F9")
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_F1)
    faked.wait(lambda: faked.window.findChild(KeyList) is not None)
    keys = faked.window.findChild(KeyList)
    faked.wait(keys.isActiveWindow)
    assert set(keys.tree.listed()) == {one.name for one in faked.window.actions_.declarations}
    faked.qtbot.keyClicks(keys.line, "f9")
    assert list(keys.tree.listed()) == ["window_sidebar"]
    faked.qtbot.mouseClick(keys.change, Qt.MouseButton.LeftButton)
    faked.wait(lambda: faked.window.open_page == SETTINGS)
    assert faked.settings_page.section == "keyboard"
