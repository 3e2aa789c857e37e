"""Watched folders are added, changed and removed on the settings page, and the first page tells of them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QPushButton

from core.domain import Snapshot
from core.domain.watching import WatchCondition, WatchedFolder, WatchFolder
from gui.job_options import JobOptions
from gui.pages.settings.watched_folders_box import WatchedFoldersBox
from gui.pages.transcribe.transcribe_page import TranscribePage
from gui.widgets.text import harmless
from gui.window.main_window import MainWindow
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver, pages_made
from tests.gui.page_names import SETTINGS, TRANSCRIBE

CALLS = str(Path("/srv/calls").absolute())
TALKS = str(Path("/srv/talks").absolute())


@pytest.fixture
def made_first() -> Callable[[MainWindow], object]:
    return pages_made(SETTINGS, TRANSCRIBE)


@pytest.fixture
def box(faked: DesktopDriver) -> WatchedFoldersBox:
    faked.window.show_page("settings.watching")
    return faked.settings_page.watched


@pytest.fixture
def two(box: WatchedFoldersBox, faked: DesktopDriver, notula: FakeNotula) -> WatchedFoldersBox:
    notula._use(watch_folders={CALLS: {}, TALKS: {"existing": True, "save_beside": ["txt"]}})
    faked.wait(lambda: len(box.rows) == 2)
    return box


@pytest.fixture
def click(faked: DesktopDriver) -> Callable[[QPushButton], None]:
    return lambda button: faked.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def choose_folder(faked: DesktopDriver, folder: str) -> None:
    (dialog,) = [one for one in faked.window.findChildren(QFileDialog) if one.isVisible()]
    dialog.fileSelected.emit(folder)
    dialog.reject()


def said(box: WatchedFoldersBox, path: str) -> str:
    """All that is read in a folder's row."""
    row = box.rows[path]
    return "\n".join(label.text() for label in (row._state, row._chosen) if not label.isHidden())


def entry(box: WatchedFoldersBox, path: str, text: str) -> QAction:
    """What the menu of a folder's options has under this text, wherever in it."""
    menu = box.rows[path].options.menu()
    menu.aboutToShow.emit()
    menus = [menu, *(inner for action in menu.actions() if (inner := action.menu()) is not None)]
    (found,) = [action for one in menus for action in one.actions() if action.text() == text and not action.menu()]
    return found


def test_a_folder_is_added_and_what_is_there_is_left_alone(
    faked: DesktopDriver, notula: FakeNotula, box: WatchedFoldersBox, click: Callable[[QPushButton], None]
) -> None:
    click(box.add)
    choose_folder(faked, CALLS)
    faked.wait(lambda: CALLS in box.rows)
    assert notula.settings.watch_folders == {CALLS: WatchFolder()}
    assert faked.message == "calls is watched. What comes into it from now on is transcribed."
    (button,) = [one for one in faked.message_bar.findChildren(QPushButton) if one.text() == "Also what is there"]
    click(button)
    faked.wait(lambda: notula.settings.watch_folders == {CALLS: WatchFolder(existing=True)})
    faked.wait(lambda: "older recordings too" in said(box, CALLS))


def test_a_folder_that_is_watched_already_is_told(
    faked: DesktopDriver, notula: FakeNotula, two: WatchedFoldersBox, click: Callable[[QPushButton], None]
) -> None:
    click(two.add)
    choose_folder(faked, TALKS)
    faked.wait(lambda: faked.message == "talks is watched already.")
    assert notula.settings.watch_folders[TALKS].existing


def test_removing_a_folder_can_be_undone(
    faked: DesktopDriver, notula: FakeNotula, two: WatchedFoldersBox, click: Callable[[QPushButton], None]
) -> None:
    before = notula.settings.watch_folders
    click(two.rows[CALLS].remove)
    faked.wait(lambda: list(two.rows) == [TALKS])
    faked.wait(lambda: faked.message == "calls isn't watched any more.")
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    faked.wait(lambda: list(two.rows) == [CALLS, TALKS])
    assert notula.settings.watch_folders == before


def test_each_folder_has_options_of_its_own(faked: DesktopDriver, notula: FakeNotula, two: WatchedFoldersBox) -> None:
    entry(two, CALLS, "Include subfolders").trigger()
    faked.wait(lambda: notula.settings.watch_folders[CALLS] == WatchFolder(subfolders=False))
    faked.wait(lambda: "without subfolders" in said(two, CALLS))
    assert not entry(two, CALLS, "Include subfolders").isChecked()
    entry(two, TALKS, "SRT").trigger()
    faked.wait(lambda: notula.settings.watch_folders[TALKS].save_beside == ("txt", "srt"))
    faked.wait(lambda: "saved beside as TXT, SRT" in said(two, TALKS))
    entry(two, TALKS, "TXT").trigger()
    faked.wait(lambda: notula.settings.watch_folders[TALKS].save_beside == ("srt",))


def test_a_preset_of_the_first_page_is_copied_into_a_folder(
    faked: DesktopDriver, notula: FakeNotula, two: WatchedFoldersBox
) -> None:
    options = JobOptions(provider="groq", model="whisper-large-v3", language="id", is_beside=True, formats=("md",))
    faked.window.page(TranscribePage)._chosen.presets["Rapat & lain"] = options
    entry(two, CALLS, "Preset Rapat && lain").trigger()
    wanted = WatchFolder(provider="groq", model="whisper-large-v3", language="id", save_beside=("md",))
    faked.wait(lambda: notula.settings.watch_folders[CALLS] == wanted)
    faked.wait(lambda: "whisper-large-v3" in said(two, CALLS))
    assert entry(two, CALLS, "Preset Rapat && lain").isChecked()
    entry(two, CALLS, "As the settings say").trigger()
    faked.wait(lambda: notula.settings.watch_folders[CALLS] == WatchFolder(save_beside=("md",)))


@pytest.mark.parametrize(
    ("state", "sentence", "line"),
    [
        ({"condition": WatchCondition.WATCHING}, "Watching", "Watching 2 folders"),
        ({"condition": WatchCondition.WATCHING, "waiting": 3}, "Watching; 3 recordings found", "Watching 2 folders"),
        (
            {"condition": WatchCondition.WATCHING, "unreadable": 1, "unreadable_name": "a.wav"},
            "1 file can't be opened: allow your account to read it  ·  a.wav",
            "1 watched folder needs you",
        ),
        (
            {"condition": WatchCondition.MISSING},
            "It can't be found: connect its drive",
            "1 watched folder needs you",
        ),
    ],
)
def test_each_folder_says_how_it_does_and_the_first_page_tells_of_all(
    faked: DesktopDriver,
    core: FakeCoreThread,
    notula: FakeNotula,
    two: WatchedFoldersBox,
    state: dict[str, object],
    sentence: str,
    line: str,
) -> None:
    folders = (WatchedFolder(CALLS, **state), WatchedFolder(TALKS, WatchCondition.WATCHING))
    core.published.emit(Snapshot(settings=notula.settings, watched_folders=folders))
    assert said(two, CALLS).splitlines()[0] == sentence
    faked.window.show_page(TRANSCRIBE)
    watching = faked.window.page(TranscribePage).watching
    assert watching.isVisible()
    assert watching.text() == line
    faked.qtbot.mouseClick(watching, Qt.MouseButton.LeftButton)
    assert (faked.window.open_page, faked.settings_page.section) == ("settings", "watching")


def test_the_first_page_says_nothing_where_no_folder_is_watched(faked: DesktopDriver) -> None:
    faked.window.show_page(TRANSCRIBE)
    assert not faked.window.page(TranscribePage).watching.isVisible()


def test_watching_is_paused_with_the_other_settings(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, two: WatchedFoldersBox
) -> None:
    faked.settings_page._editors["watch_paused"]._box.click()
    faked.wait(lambda: notula.settings.watch_paused)
    paused = tuple(WatchedFolder(path, WatchCondition.PAUSED) for path in (CALLS, TALKS))
    core.published.emit(Snapshot(settings=notula.settings, watched_folders=paused))
    faked.window.show_page(TRANSCRIBE)
    assert faked.window.page(TranscribePage).watching.text() == "Watching of folders is paused"


def test_names_of_folders_are_shown_harmlessly(
    faked: DesktopDriver, notula: FakeNotula, box: WatchedFoldersBox
) -> None:
    path = str(Path("/srv/<b>&bold").absolute())
    notula._use(watch_folders={path: {}})
    faked.wait(lambda: path in box.rows)
    assert box.rows[path].remove.accessibleName() == f"Watch {harmless('<b>&bold')} no more"
