"""Everyone can use it: names for screen readers, the keyboard alone, contrast, any scale."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTextBrowser,
    QWidget,
)

from core.domain import JobId, JobState, ModelState, ModelStatus, Snapshot, TranscriptId
from core.domain.metrics import SeriesWindow
from gui.pages.registry import PAGES
from gui.theme import RESOURCES, icon
from resources.translations.refresh import KEYWORDS
from tests.conftest import REPOSITORY
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.dashboard_samples import charts
from tests.gui.page_names import ALL, DASHBOARD, DIGITS, HISTORY, MODELS, QUEUE, SETTINGS
from tests.gui.pages.history.test_history_page import select
from tests.gui.samples import entry, stored, view
from tests.patience import PATIENCE_S

INTERACTIVE = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QAbstractItemView, QTextBrowser)


def controls(within: QWidget) -> list[QWidget]:
    """What can be operated, without the parts that Qt's own controls are made of."""
    found = [widget for widget in within.findChildren(QWidget) if isinstance(widget, INTERACTIVE)]
    return [widget for widget in found if not isinstance(widget, QHeaderView) and not is_part(widget)]


def is_part(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, (QLineEdit, QComboBox, QAbstractSpinBox, QAbstractItemView)):
            return True
        parent = parent.parentWidget()
    return False


@pytest.fixture
def full(faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula) -> DesktopDriver:
    """A window with something on every page."""
    notula.entries = [entry(1), entry(2)]
    notula.stored = {TranscriptId(n): stored("Ever tried.", "Ever failed.", number=n) for n in (1, 2)}
    notula.model_list = [
        ModelStatus("tiny.en", True, 75_000_000, ModelState.BUNDLED),
        ModelStatus("base", False, 145_000_000, ModelState.MISSING),
        ModelStatus("small", False, 480_000_000, ModelState.DOWNLOADED),
    ]
    jobs = (view(1, JobState.DONE, transcript_id=TranscriptId(1)), view(2, JobState.FAILED))
    notula.dashboard = {span: charts(span) for span in SeriesWindow}
    for page in (MODELS, HISTORY, DASHBOARD, QUEUE):
        faked.window.show_page(page)
    core.published.emit(Snapshot(jobs))
    faked.queue.select(JobId("job-1"))
    faked.wait(lambda: faked.queue.reader.transcript_id == 1)
    history = faked.history_page
    faked.wait(lambda: history._model.rowCount() == 2)
    select(history, 0)
    faked.wait(lambda: history.reader.transcript_id == 1)
    faked.wait(lambda: faked.settings_page._models.findChildren(QPushButton))
    return faked


def test_every_control_has_a_name(full: DesktopDriver) -> None:
    full.make_all()
    assert len(controls(full.window)) > 200
    nameless = [
        f"{type(widget).__name__} {widget.objectName()} in {type(widget.parentWidget()).__name__}"
        for widget in controls(full.window)
        if not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
    ]
    assert nameless == ["QPushButton  in MessageBar"] or nameless == []  # the action's button, hidden until it has one


def test_tab_alone_reaches_every_control(full: DesktopDriver) -> None:
    for page in ALL:
        full.window.show_page(page)
        if page == "history":
            full.wait(lambda: not full.desktop.operations._tasks)
            select(full.history_page, 0)
            full.wait(lambda: full.history_page.reader.transcript_id == 1)
        full.wait(lambda: not full.desktop.operations._tasks)
        assert not missed_by_tab(full), page


def missed_by_tab(driver: DesktopDriver) -> list[str]:
    wanted = {widget for widget in controls(driver.window) if widget.isVisible() and widget.isEnabled()}
    reached: set[QWidget] = set()
    for _ in range(150):
        focused = QApplication.focusWidget() or driver.window
        if focused in reached and len(reached) >= len(wanted):
            break
        reached.add(focused)
        driver.qtbot.keyClick(focused, Qt.Key.Key_Tab)
    return [
        f"{type(widget).__name__} {widget.accessibleName()!r}"
        for widget in wanted - reached
        if not is_radio_like(widget, reached)
    ]


def is_radio_like(widget: QWidget, reached: set[QWidget]) -> bool:
    """Of an exclusive group Tab reaches the chosen button, and arrows the others."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and any(button in reached for button in group.buttons())


def test_the_pages_have_shortcuts(full: DesktopDriver) -> None:
    for name, digit in reversed(DIGITS.items()):
        page, _, section = name.partition(".")
        full.qtbot.keyClick(full.window, Qt.Key(Qt.Key.Key_0 + digit), Qt.KeyboardModifier.ControlModifier)
        full.wait(lambda page=page: full.window.open_page == page)
        full.wait(lambda: not full.desktop.operations._tasks)
        assert not section or full.settings_page.section == section
    full.qtbot.keyClick(full.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert full.window.open_page == SETTINGS


SOURCES = {file: file.read_text(encoding="utf-8") for file in sorted((REPOSITORY / "gui").rglob("*.py"))}


def test_every_icon_that_is_named_is_there_and_drawn(qapp: QApplication) -> None:
    names = set(re.findall(r'\bicon\("([a-z-]+)"\)', "".join(SOURCES.values())))
    names |= set(re.findall(r'_(?:action|button)\(\s*(?:self, )?"([a-z-]+)",', "".join(SOURCES.values())))
    assert "open" in names
    names |= {page.icon for page in PAGES}
    assert len(names) >= 12
    for name in names:
        assert (RESOURCES / "icons" / f"{name}.svg").is_file()
        image = icon(name).pixmap(QSize(24, 24)).toImage()
        assert any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24))
    for picture in re.findall(r"@icons/([\w-]+\.svg)", (RESOURCES / "style" / "notula.qss").read_text()):
        assert (RESOURCES / "icons" / picture).is_file()


def test_no_dialog_has_a_loop_of_its_own() -> None:
    """While one did, tasks of the window's loop would stand still."""
    for name, source in SOURCES.items():
        assert not re.search(r"\.exec_?\(|QEventLoop\(|processEvents\(", source.replace("qasync.QEventLoop", "")), name
        assert not re.search(r"QFileDialog\.get\w+\(", source), name


@pytest.mark.parametrize("name", SOURCES, ids=lambda file: str(file.relative_to(REPOSITORY)))
def test_no_dialog_is_a_stock_box_and_no_icon_a_stock_one(name: Path) -> None:
    """Those of Qt have icons from another world, and buttons that only say OK."""
    stock = re.compile(
        r"\b(QMessageBox|QInputDialog|QErrorMessage|QProgressDialog|QWizard|standardIcon|StandardPixmap"
        r"|StandardButton|fromTheme)\b"
    )
    assert not stock.search(SOURCES[name])


def test_no_sentence_hides_from_the_translators_in_an_f_string() -> None:
    """Only from Python 3.12 on are they found there."""
    for name, source in SOURCES.items():
        for formatted in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr)):
            for call in (node for node in ast.walk(formatted) if isinstance(node, ast.Call)):
                called = getattr(call.func, "attr", getattr(call.func, "id", ""))
                is_sentence = bool(call.args) and isinstance(call.args[0], ast.Constant)
                assert not (called in KEYWORDS and is_sentence), f"{name}, line {formatted.lineno}"


SCALED = """
import asyncio, os, sys, warnings
from pathlib import Path
from PySide6.QtCore import QTimer, qInstallMessageHandler
said = []
qInstallMessageHandler(lambda kind, where, text: said.append(text))
from PySide6.QtWidgets import QApplication
import gui.desktop
from core.config import Folders, LoadedSettings, Settings
from core.observability.redaction import Redactor
from core.i18n import Translator
from core.domain.metrics import SeriesWindow
from gui.pages.registry import PAGES
from gui.runtime.core_thread import CoreSetup
from gui.runtime.loop import GuiLoop
from tests.fakes.core import FakeCoreThread, FakeNotula
app = QApplication([])
gui.desktop.CoreThread = lambda setup: FakeCoreThread(FakeNotula())
async def main():
    loop = asyncio.get_running_loop()
    setup = CoreSetup(LoadedSettings(Settings()), Folders.of_this_user(), Redactor())
    driver = gui.desktop.Desktop(app, setup, Translator("en"), loop, asyncio.Event())
    driver.start([], None)
    for page in PAGES:
        driver.window.show_page(page.name)
        await asyncio.sleep(0)
        assert not driver.window.grab().isNull()
        assert driver.window.devicePixelRatio() == float(os.environ["QT_SCALE_FACTOR"])
    await driver.close()
with asyncio.Runner(loop_factory=lambda: GuiLoop(app)) as runner:
    runner.run(main())
said = [text for text in said if "propagateSizeHints" not in text]
assert not said, said
"""


@pytest.mark.parametrize("factor", ["1.25", "2"])
def test_nothing_warns_at_another_scale(factor: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QT_SCALE_FACTOR", factor)
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCALED],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        timeout=PATIENCE_S,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
