"""Snapshots and keys for tests of the queue."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from core.domain import JobView, QueueStatistics, Snapshot
from gui.window.main_window import MainWindow
from tests.fakes.core import FakeCoreThread
from tests.gui.conftest import DesktopDriver, pages_made

CTRL = Qt.KeyboardModifier.ControlModifier


NONE = Qt.KeyboardModifier.NoModifier


def publish(core: FakeCoreThread, *jobs: JobView, **statistics: int) -> None:
    core.published.emit(Snapshot(jobs, QueueStatistics(**statistics)))


def press(driver: DesktopDriver, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
    driver.queue._table.setFocus()
    driver.qtbot.keyClick(driver.queue._table, key, keys)


@pytest.fixture
def made_first() -> Callable[[MainWindow], object]:
    return pages_made()
