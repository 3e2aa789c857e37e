"""A reader in a window of its own."""

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from core.config import Settings
from core.i18n import Translator
from gui.actions.actions import Actions
from gui.changes import ChangeEvents
from gui.messages import Messages
from gui.shown_settings import ShownSettings
from gui.widgets.reader.reader import Reader
from gui.window.main_window import MainWindow
from tests.gui.conftest import pages_made


@pytest.fixture
def made_first() -> Callable[[MainWindow], object]:
    return pages_made()


@pytest.fixture
def messages() -> Messages:
    return Messages(Translator("en"))


@pytest.fixture
def reader(qtbot: QtBot, messages: Messages) -> Iterator[Reader]:
    tr = Translator("en")
    actions = Actions(ShownSettings(Settings()), ChangeEvents(), tr)
    made = Reader(actions, tr, messages)
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    with qtbot.waitActive(made):
        made.activateWindow()
    yield made
    made.hide()
