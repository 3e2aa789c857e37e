"""The settings page with three models."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QPushButton

from core.domain import ModelState, ModelStatus
from gui.pages.settings.settings_page import SettingsPage
from gui.window.main_window import MainWindow
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver, make_sections, pages_made
from tests.gui.page_names import MODELS, SETTINGS


@pytest.fixture
def page(faked: DesktopDriver, notula: FakeNotula) -> SettingsPage:
    """With all sections made; `test_unmade_sections.py` is about those that aren't."""
    notula.model_list = [
        ModelStatus("tiny.en", True, 75_000_000, ModelState.BUNDLED),
        ModelStatus("base", False, 145_000_000, ModelState.MISSING),
        ModelStatus("small", False, 480_000_000, ModelState.DOWNLOADED),
    ]
    faked.window.show_page(MODELS)
    faked.wait(lambda: faked.settings_page._models.findChildren(QPushButton))
    return faked.settings_page


@pytest.fixture
def made_first(request: pytest.FixtureRequest) -> Callable[[MainWindow], object]:
    """For the page above with its sections, which are then styled with the window."""
    if "page" in request.fixturenames:
        return lambda window: make_sections(window.pages.by_name[SETTINGS])
    return pages_made(SETTINGS)
