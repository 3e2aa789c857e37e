"""The sidebar: pages to work on above, settings and help apart; in a narrow window, or by a key, only icons."""

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolButton

from gui.pages.registry import PAGES
from gui.window.sidebar import NARROW_WINDOW, SidebarFolding
from gui.window.window_state import WindowState, load_state, save_state
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import HELP, LISTED, QUEUE, SETTINGS

CONTROL = Qt.KeyboardModifier.ControlModifier


def top(driver: DesktopDriver, name: str) -> int:
    button = driver.window.sidebar.button(name)
    return button.mapTo(driver.window, QPoint(0, 0)).y()


def test_settings_and_help_are_set_apart_at_the_lower_end(faked: DesktopDriver) -> None:
    apart = [page.name for page in PAGES if page.is_set_apart]
    assert apart == [SETTINGS, HELP]
    usual = [name for name in LISTED if name not in apart]
    tops = [top(faked, name) for name in (*usual, *apart)]
    assert tops == sorted(tops)
    gaps = [below - above for above, below in pairwise(tops)]
    assert max(gaps) == gaps[len(usual) - 1] > 2 * gaps[0]


def test_a_narrow_window_has_icons_with_names_and_tooltips(faked: DesktopDriver) -> None:
    sidebar = faked.window.sidebar
    faked.window.resize(NARROW_WINDOW, 700)
    faked.wait(lambda: not sidebar.is_folded)
    wide = sidebar.width()
    faked.window.resize(NARROW_WINDOW - 1, 700)
    faked.wait(lambda: sidebar.is_folded and sidebar.width() < wide)
    for name in LISTED:
        button = sidebar.button(name)
        assert button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
        assert button.accessibleName()
        assert button.toolTip().startswith(button.accessibleName())
        assert "Ctrl+" in button.toolTip()
    faked.qtbot.mouseClick(sidebar.button(SETTINGS), Qt.MouseButton.LeftButton)
    assert faked.window.open_page == SETTINGS
    faked.window.resize(NARROW_WINDOW + 100, 700)
    faked.wait(lambda: not sidebar.is_folded)
    assert sidebar.button(QUEUE).text().strip() == "Queue"


def test_a_key_folds_and_unfolds_each_width_by_itself(faked: DesktopDriver) -> None:
    window, sidebar = faked.window, faked.window.sidebar
    window.resize(1200, 700)
    faked.wait(lambda: not sidebar.is_folded)
    faked.qtbot.keyClick(window, Qt.Key.Key_B, CONTROL)
    assert sidebar.is_folded
    window.resize(800, 700)
    faked.wait(lambda: window.width() == 800)
    assert sidebar.is_folded
    faked.qtbot.keyClick(window, Qt.Key.Key_B, CONTROL)
    assert not sidebar.is_folded
    assert window.state().sidebar == SidebarFolding(wide=True, narrow=False)
    window.resize(1200, 700)
    faked.wait(lambda: sidebar.is_folded)


def test_its_button_says_what_it_does_and_its_key(faked: DesktopDriver) -> None:
    faked.window.resize(1200, 700)
    faked.wait(lambda: not faked.window.sidebar.is_folded)
    button = next(
        one for one in faked.window.sidebar.findChildren(QToolButton) if one.accessibleName() == "Show icons only"
    )
    assert button.toolTip() == "Show icons only (Ctrl+B)"
    faked.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.toolTip() == "Show the names of the pages (Ctrl+B)"
    assert button.accessibleName() == "Show the names of the pages"


@pytest.mark.parametrize("wrong", ['"folded"', '{"wide": 1, "narrow": "no"}', "[true]"])
def test_a_wrong_value_costs_itself_alone(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "window.json"
    file.write_text(f'{{"page": "history", "sidebar": {wrong}}}')
    assert load_state(file) == WindowState(page="history")


def test_it_is_kept(tmp_path: Path) -> None:
    kept = WindowState(sidebar=SidebarFolding(wide=True, narrow=False))
    save_state(kept, tmp_path / "window.json")
    assert load_state(tmp_path / "window.json") == kept
