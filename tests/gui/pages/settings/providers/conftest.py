"""The providers page, and what tests do on it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from gui.pages.settings.providers.providers_box import NAME, ProvidersBox
from gui.window.main_window import MainWindow
from tests.gui.conftest import DesktopDriver, pages_made
from tests.gui.page_names import PROVIDERS, SETTINGS


def started(driver: DesktopDriver) -> ProvidersBox:
    driver.window.show_page(PROVIDERS)
    driver.wait(lambda: driver.providers_box._list.count())
    return driver.providers_box


@pytest.fixture
def made_first() -> Callable[[MainWindow], object]:
    return pages_made(SETTINGS)


@pytest.fixture
def page(faked: DesktopDriver) -> ProvidersBox:
    return started(faked)


def names(page: ProvidersBox) -> list[str]:
    return [item.data(NAME) for item in page._items()]


def choose(page: ProvidersBox, name: str) -> None:
    page._list.setCurrentRow(names(page).index(name))


def tick(page: ProvidersBox, name: str, *, ticked: bool = True) -> None:
    item = page._items()[names(page).index(name)]
    item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)


def shown(page: ProvidersBox) -> str:
    return "\n".join(part.text() for part in page._details.findChildren(QLabel) if part.isVisibleTo(page._details))
