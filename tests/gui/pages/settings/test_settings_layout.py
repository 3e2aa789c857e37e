"""How the parts of the settings' page stand to each other."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QLabel, QPushButton

from core.config.sections import SettingsSection
from gui.window.main_window import SMALLEST, MainWindow
from tests.gui.conftest import DesktopDriver, pages_made
from tests.gui.page_names import SETTINGS


@pytest.fixture
def made_first() -> Callable[[MainWindow], object]:
    """Sections are made in a styled window, as people see them."""
    return pages_made(SETTINGS)


def baseline(shown: QLabel) -> int:
    """Where the letters of a label of one line stand, from the window's top."""
    room, metrics = shown.contentsRect(), shown.fontMetrics()
    top = room.top() + (room.height() - metrics.height()) // 2
    return shown.mapTo(shown.window(), QPoint(0, top)).y() + metrics.ascent()


@pytest.mark.parametrize("section", SettingsSection)
def test_the_heading_of_a_section_stands_on_the_line_of_the_title(
    faked: DesktopDriver, section: SettingsSection
) -> None:
    faked.window.show_page(SETTINGS)
    page = faked.settings_page
    page.show_section(section)
    heading = page._sections[section]._heading
    faked.wait(heading.isVisible)
    assert abs(baseline(heading) - baseline(page._title)) <= 1


@pytest.mark.parametrize("size", [SMALLEST, QSize(1000, 620)], ids=["smallest", "wide"])
def test_nothing_moves_when_the_scroll_bar_comes(faked: DesktopDriver, size: QSize) -> None:
    faked.window.resize(size)
    faked.window.show_page(SETTINGS)
    widths, bars = set(), set()
    for section in SettingsSection:
        faked.settings_page.show_section(section)
        view = faked.settings_page._sections[section]
        faked.wait(lambda: not faked.desktop.operations._tasks)
        bar = view.verticalScrollBar()
        assert bar.isEnabled() == (bar.maximum() > 0)  # What isn't enabled has no handle to be seen.
        widths.add(view.viewport().width())
        bars.add(bar.isEnabled())
    assert len(widths) == 1
    assert True in bars


def test_one_button_goes_from_the_settings_to_the_bot(faked: DesktopDriver) -> None:
    faked.window.show_page(SETTINGS)
    faked.settings_page.show_section(SettingsSection.BOT)
    view = faked.settings_page._sections[SettingsSection.BOT]
    view.fold.setChecked(True)
    buttons = [one for one in view.findChildren(QPushButton) if one.isVisible() and one.text() == "Open Bot"]
    assert len(buttons) == 1
