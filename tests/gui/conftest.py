"""The window in tests: its loop runs while `qtbot` waits, so nothing here sleeps."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import asyncio
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial, partialmethod
from pathlib import Path
from typing import Any

import PySide6
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFontDatabase
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import gui.desktop
from core.config import Folders, LoadedSettings, Settings
from core.i18n import Translator
from core.observability.redaction import Redactor
from gui.desktop import Desktop
from gui.pages.bot.bot_page import BotPage
from gui.pages.help_page import HelpPage
from gui.pages.history.history_page import HistoryPage
from gui.pages.queue.queue_page import QueuePage
from gui.pages.settings.providers.providers_box import ProvidersBox
from gui.pages.settings.settings_page import SettingsPage
from gui.runtime.core_thread import CoreSetup
from gui.runtime.loop import GuiLoop
from gui.theme import garbage_kept
from gui.window.main_window import MainWindow
from gui.window.message_bar import MessageBar
from gui.window.window_state import WindowState
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.page_names import QUEUE
from tests.patience import PATIENCE_S

READY_MS = round(1000 * PATIENCE_S)
"""`PATIENCE_S` as pytest-qt takes it."""


class PatientQtBot(QtBot):
    """Waits as long as it takes: with other work beside, pytest-qt's 5 s may go by before a process has started."""

    waitActive = partialmethod(QtBot.waitActive, timeout=READY_MS)  # noqa: N815
    waitExposed = partialmethod(QtBot.waitExposed, timeout=READY_MS)  # noqa: N815
    waitSignal = partialmethod(QtBot.waitSignal, timeout=READY_MS)  # noqa: N815
    waitUntil = partialmethod(QtBot.waitUntil, timeout=READY_MS)  # noqa: N815


OFFSCREEN = (r"This plugin does not support (propagateSizeHints|raise)\(\)", "No such signal QPlatformNativeInterface")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What Qt's offscreen plugin says of what it can't do is no fault of ours."""
    for item in items:
        if item.nodeid.startswith("tests/gui/"):  # Of thousands, each in each worker; paths are slow to compare.
            item.add_marker(pytest.mark.qt_log_ignore(*OFFSCREEN, extend=True))


@pytest.fixture(autouse=True)
def _fonts(qapp: QApplication) -> None:
    """Without any font Qt warns at every widget, and a test that fails for that tells nothing."""
    if not QFontDatabase.families():
        pytest.skip("this computer has no fonts")


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """Pytest-qt's own, with more patience."""
    return PatientQtBot(request)


@pytest.fixture
def loop(qapp: QApplication, qtbot: QtBot) -> Iterator[GuiLoop]:
    """The window's loop. Qt turns it whenever `qtbot` waits, so to asyncio it is the running one all the while."""
    unhandled: list[dict[str, object]] = []
    window_loop = GuiLoop(qapp)
    window_loop.set_exception_handler(lambda _, context: unhandled.append(context))
    asyncio._set_running_loop(window_loop)
    try:
        yield window_loop
        left = asyncio.all_tasks(window_loop)
        for task in left:
            task.cancel()
        qtbot.waitUntil(lambda: all(task.done() for task in left))
    finally:
        asyncio._set_running_loop(None)
        window_loop.close()
    assert not unhandled
    assert not left, "tasks were left behind"


@pytest.fixture
def finish(qtbot: QtBot, loop: GuiLoop) -> Callable[..., object]:
    """Run a coroutine in the window's loop until it is done."""

    def run(work: object) -> object:
        task = loop.create_task(work)
        qtbot.waitUntil(task.done, timeout=READY_MS)
        return task.result()

    return run


class WholeDesktop(Desktop):
    """Makes all pages before the window is styled, which takes half as long as one by one in a styled window."""

    def _make_window(self, state: WindowState) -> MainWindow:
        window = super()._make_window(state)
        window.pages.make_all()
        return window


class DesktopOfPages(Desktop):
    """Opens at the page `first` at the first start, with what `make` makes, again before the window is styled.

    What is left are pages that a test isn't about. Each is made when it is asked for, as in the program before all are.
    """

    def __init__(self, make: Callable[[MainWindow], object], first: str, *others: Any) -> None:
        self._make, self._first = make, first
        super().__init__(*others)

    def _make_window(self, state: WindowState) -> MainWindow:
        window = super()._make_window(state if state.page else replace(state, page=self._first))
        self._make(window)
        return window

    def _go_on_starting(self) -> None:
        self.core.start()


def pages_made(*names: str) -> Callable[[MainWindow], object]:
    """For the fixture `made_first`."""
    return lambda window: [window.pages.by_name[name] for name in names]


def make_sections(page: SettingsPage) -> None:
    """Have all sections of the settings, with their advanced rows."""
    for section in page._sections.values():
        section.fold.setChecked(True)
        section.fold.setChecked(False)


class DesktopDriver:
    """Drives a desktop under test: short names for what tests use often."""

    def __init__(self, desktop: Desktop, stop: asyncio.Event, qtbot: QtBot) -> None:
        self.desktop = desktop
        self.stop = stop
        self.qtbot = qtbot

    @property
    def window(self) -> MainWindow:
        """The one that is there now: another language has another window."""
        return self.desktop.window

    @property
    def queue(self) -> QueuePage:
        return self.window.page(QueuePage)

    @property
    def history_page(self) -> HistoryPage:
        return self.window.page(HistoryPage)

    @property
    def settings_page(self) -> SettingsPage:
        return self.window.page(SettingsPage)

    @property
    def providers_box(self) -> ProvidersBox:
        return self.settings_page.providers

    @property
    def help_page(self) -> HelpPage:
        return self.window.page(HelpPage)

    @property
    def jobs(self) -> list:
        return list(self.queue._model._jobs)

    @property
    def read(self) -> str:
        """The text in the queue's reading view."""
        return self.queue.reader._text.toPlainText()

    @property
    def message(self) -> str:
        return self.desktop.messages.last.text if self.desktop.messages.last else ""

    @property
    def message_bar(self) -> MessageBar:
        return self.window.findChild(MessageBar)

    def make_all(self) -> None:
        """Have all that there may be in the window, with what is else made when it is first shown."""
        self.make_sections()
        bot = self.window.page(BotPage)
        for part in (bot.chats, bot.events, bot.connection):
            assert bot.isAncestorOf(part)

    def make_sections(self) -> None:
        """Have all sections of the settings, with their advanced rows."""
        make_sections(self.settings_page)

    def wait(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=READY_MS)


@pytest.fixture
def made_first() -> Callable[[MainWindow], object] | None:
    """What makes that which a window has from the beginning, besides the queue; None makes all pages.

    Tests about one page have a fixture of this name instead: the others are most of what a window costs.
    """
    return None


@pytest.fixture
def make_driver(
    qapp: QApplication,
    qtbot: QtBot,
    loop: GuiLoop,
    folders: Folders,
    finish: Callable[..., object],
    made_first: Callable[[MainWindow], object] | None,
) -> Iterator[Callable[..., DesktopDriver]]:
    """Makes a driver of a new desktop, which is closed at the end of the test."""
    drivers: list[DesktopDriver] = []
    interval = sys.getswitchinterval()
    handlers = list(logging.getLogger().handlers)
    level = logging.getLogger().level
    system_font = qapp.font()
    others = qapp.topLevelWidgets()

    def make(
        settings: Settings | None = None,
        loaded: LoadedSettings | None = None,
        crash_report: Path | None = None,
        files: tuple[Path, ...] = (),
        language: str = "en",
        page: str = QUEUE,
    ) -> DesktopDriver:
        """`page` is where a test begins at the first start; empty where the window opens by itself."""
        is_first_start = not (folders.config / "window.json").exists()
        stop = asyncio.Event()
        make_desktop = WholeDesktop if made_first is None else partial(DesktopOfPages, made_first, page)
        desktop = make_desktop(
            qapp,
            CoreSetup(loaded or LoadedSettings(settings or Settings()), folders, Redactor()),
            Translator(language),
            loop,
            stop,
        )
        driver = DesktopDriver(desktop, stop, qtbot)
        drivers.append(driver)
        desktop.start(files, crash_report)
        if page and is_first_start:
            desktop.window.show_page(page)
        with qtbot.waitActive(desktop.window):
            desktop.window.activateWindow()
        return driver

    yield make
    for driver in drivers:
        finish(driver.desktop.close())
        driver.window.deleteLater()
        driver.desktop.tray.menu.deleteLater()
        driver.desktop.deleteLater()
    qapp.processEvents()
    # What was made and never put into the window isn't deleted with it.
    for widget in set(qapp.topLevelWidgets()).difference(others):
        widget.deleteLater()
    # Deferred deletions wait for the loop that they were asked for in. Without this every window of every test would
    # live on, and be styled anew with each following one.
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not set(qapp.topLevelWidgets()).difference(others), "widgets were left behind"
    # The next window is made without a style sheet and with the system's own font too, as the first is.
    with garbage_kept():
        qapp.setStyleSheet("")
        qapp.setFont(system_font)
    sys.setswitchinterval(interval)
    for handler in set(logging.getLogger().handlers) - set(handlers):
        logging.getLogger().removeHandler(handler)
        handler.close()
    logging.getLogger().setLevel(level)


@pytest.fixture
def driver(make_driver: Callable[..., DesktopDriver]) -> DesktopDriver:
    """A desktop with the real core: real model, real decoder, real database."""
    return make_driver()


@pytest.fixture
def notula() -> FakeNotula:
    """What the fake core says."""
    return FakeNotula()


@pytest.fixture
def core(notula: FakeNotula, monkeypatch: pytest.MonkeyPatch) -> FakeCoreThread:
    """A core in the window's own loop; every desktop that is made in this test has it."""
    fake = FakeCoreThread(notula)
    monkeypatch.setattr(gui.desktop, "CoreThread", lambda setup: fake)
    return fake


@pytest.fixture
def faked(core: FakeCoreThread, make_driver: Callable[..., DesktopDriver]) -> DesktopDriver:
    """A desktop with the fake core."""
    return make_driver()


def files_as_mime(*paths: Path) -> QMimeData:
    """Files as a file manager hands them over."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def place_of_drag(place: QPoint) -> QPoint | QPointF:
    """As events take it: 6.12 deprecates whole numbers for places, and earlier versions take nothing else."""
    return place if PySide6.__version_info__ < (6, 12) else QPointF(place)


_PLACE = place_of_drag(QPoint(10, 10))
_LEFT, _PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def drag_over(data: QMimeData, target: QWidget) -> bool:
    """Drag this over a widget and hold it there; whether it could be let go."""
    enter = QDragEnterEvent(_PLACE, Qt.DropAction.CopyAction, data, _LEFT, _PLAIN)
    enter.ignore()
    QApplication.sendEvent(target, enter)
    return enter.isAccepted()


def drop(data: QMimeData, target: QWidget) -> bool:
    """Drag this over a widget and let it go there, as a person does; whether it was taken."""
    if not drag_over(data, target):
        return False
    event = QDropEvent(QPointF(_PLACE), Qt.DropAction.CopyAction, data, _LEFT, _PLAIN)
    event.ignore()
    QApplication.sendEvent(target, event)
    return event.isAccepted()
