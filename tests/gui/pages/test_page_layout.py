"""Pages are as long as what is on them, and lists show all that they offer."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QComboBox, QLabel, QScrollArea, QToolButton, QWidget

from core.config.sections import SettingsSection
from core.domain import ModelState, ModelStatus
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import DIGITS, HELP


def bottom_of(content: QWidget) -> int:
    """Where the lowest thing on it ends."""
    shown = [one for one in content.findChildren(QWidget) if one.isVisible()]
    return max(one.mapTo(content, QPoint(0, one.height())).y() for one in shown)


@pytest.mark.parametrize("width", [760, 1080, 1600])
def test_a_page_ends_where_its_last_card_does(faked: DesktopDriver, notula: FakeNotula, width: int) -> None:
    notula.model_list = [ModelStatus("tiny.en", True, 75_000_000, ModelState.BUNDLED)]
    faked.window.setMinimumSize(1, 1)
    faked.window.resize(width, 700)
    for page in (*(f"settings.{section}" for section in SettingsSection), HELP):
        assert_it_ends_where_its_last_card_does(faked, page)


def assert_it_ends_where_its_last_card_does(driver: DesktopDriver, page: str) -> None:
    driver.window.show_page(page)
    driver.wait(lambda: not driver.desktop.operations._tasks)
    there = driver.window.pages.currentWidget()
    scroll = next(one for one in there.findChildren(QScrollArea) if one.isVisible())
    for fold in scroll.findChildren(QToolButton, "fold"):
        fold.setChecked(True)
    content, bar = scroll.widget(), scroll.verticalScrollBar()

    def is_full() -> bool:
        return content.height() <= max(bottom_of(content) + 20, scroll.viewport().height())

    driver.wait(is_full)
    driver.wait(lambda: (bar.maximum() > 0) or page not in ("settings.bot", "settings.limits", "settings.export"))
    driver.wait(is_full)
    assert scroll.horizontalScrollBar().maximum() == 0, page
    assert content.minimumSizeHint().width() <= scroll.viewport().width(), page
    for text in content.findChildren(QLabel):
        if text.isVisible() and text.wordWrap():
            assert text.height() >= text.heightForWidth(text.width()), text.text()


@pytest.mark.qt_log_ignore(
    r"This plugin does not support (grabbing the keyboard|propagateSizeHints\(\)|raise\(\))", extend=True
)
def test_a_list_of_choices_shows_them_all(faked: DesktopDriver) -> None:
    for page in DIGITS | dict.fromkeys(f"settings.{section}" for section in SettingsSection):
        faked.window.show_page(page)
        faked.wait(lambda: not faked.desktop.operations._tasks)
        for box in faked.window.pages.currentWidget().findChildren(QComboBox):
            if box.isVisible() and 0 < box.count() <= box.maxVisibleItems():
                box.showPopup()
                view = box.view()
                faked.wait(view.isVisible)
                last = view.visualRect(box.model().index(box.count() - 1, 0))
                assert view.viewport().rect().contains(last), box.accessibleName()
                assert view.verticalScrollBar().maximum() == 0
                box.hidePopup()
