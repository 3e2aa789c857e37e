"""The windows of these tests have their page and the queue."""

from collections.abc import Callable

import pytest

from gui.window.main_window import MainWindow
from tests.gui.conftest import pages_made
from tests.gui.page_names import HISTORY


@pytest.fixture
def made_first() -> Callable[[MainWindow], object]:
    return pages_made(HISTORY)
