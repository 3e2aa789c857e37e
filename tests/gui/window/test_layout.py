"""At the smallest window, in each language, nothing is cut off, elided, or out of sight."""

from collections.abc import Callable, Iterator
from itertools import chain

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollBar,
    QWidget,
)

from core.config.sections import SettingsSection
from core.domain import (
    JobId,
    JobState,
    ModelState,
    ModelStatus,
    Snapshot,
    TranscriptId,
    TranslatableText,
)
from core.domain.metrics import SeriesWindow
from core.i18n import INTERFACE_LANGUAGES
from gui.pages.settings.settings_page import SettingsPage
from gui.widgets.text import ElidedLabel
from gui.window.main_window import FIRST, SMALLEST
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.dashboard_samples import charts
from tests.gui.page_names import ALL, SETTINGS
from tests.gui.pages.history.test_history_page import select
from tests.gui.samples import entry, stored, view

LONG = "interview with the whole committee about next year's plans.wav"


@pytest.fixture(params=INTERFACE_LANGUAGES)
def driver(
    request: pytest.FixtureRequest,
    core: FakeCoreThread,
    notula: FakeNotula,
    make_driver: Callable[..., DesktopDriver],
) -> DesktopDriver:
    """A window with something on every page."""
    notula.entries = [entry(1, LONG), entry(2), entry(3)]
    notula.stored = {TranscriptId(n): stored("Ever tried.", "Ever failed.", number=n) for n in (1, 2, 3)}
    notula.model_list = [
        ModelStatus("tiny.en", True, 75_000_000, ModelState.BUNDLED),
        ModelStatus("base", False, 145_000_000, ModelState.MISSING),
        ModelStatus("small", False, 480_000_000, ModelState.DOWNLOADED),
    ]
    notula.dashboard = {span: charts(span) for span in SeriesWindow}
    made = make_driver(language=request.param)
    jobs = (
        view(1, JobState.DONE, transcript_id=TranscriptId(1)),
        view(2, JobState.FAILED, error=TranslatableText("2.wav is empty.")),
        view(3, JobState.RUNNING),
        view(4, JobState.QUEUED),
    )
    core.published.emit(Snapshot(jobs))
    return made


def shown(driver: DesktopDriver, page: str) -> Iterator[str]:
    """Show a page in all its parts; the name of each, while it is shown."""
    driver.window.show_page(page)
    driver.wait(lambda: not driver.desktop.operations._tasks)
    if page == "history":
        select(driver.history_page, 0)
        driver.wait(lambda: driver.history_page.reader.transcript_id == 1)
    if page == "queue":
        driver.queue.select(JobId("job-1"))
        driver.wait(lambda: driver.queue.reader.transcript_id == 1)
    QApplication.processEvents()
    if page != SETTINGS:
        yield page
        return
    settings = driver.window.page(SettingsPage)
    for section in SettingsSection:
        settings.show_section(section)
        driver.wait(lambda: not driver.desktop.operations._tasks)
        QApplication.processEvents()
        yield f"{page}.{section.value}"


def described(widget: QWidget) -> str:
    text = getattr(widget, "text", str)() or widget.accessibleName() or widget.objectName()
    return f"{type(widget).__name__} {text!r}"


def cut_off(window: QWidget) -> list[str]:
    """Texts that have less room than they need."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not widget.width():
            continue
        if isinstance(widget, QLabel):
            if isinstance(widget, ElidedLabel) or widget.wordWrap() or not widget.text():
                continue
        elif not (isinstance(widget, QPushButton | QCheckBox | QRadioButton) and widget.text()):
            continue
        if widget.width() < widget.sizeHint().width() - 1:
            found.append(f"{described(widget)}: {widget.width()} of {widget.sizeHint().width()}")
    return found


def sideways(window: QWidget) -> list[str]:
    """Horizontal scroll bars."""
    areas = [area for area in window.findChildren(QAbstractScrollArea) if area.isVisible()]
    bars: list[QScrollBar] = [area.horizontalScrollBar() for area in areas]
    return [described(bar.parentWidget().parentWidget()) for bar in bars if bar.isVisible()]


def out_of_sight(window: QWidget) -> list[str]:
    """Buttons that begin or end beside the window or beside what scrolls them up and down."""
    found = []
    for button in window.findChildren(QAbstractButton):
        if not button.isVisible() or not button.width():
            continue
        place = QRect(button.mapTo(window, QPoint(0, 0)), button.size())
        if place.left() < 0 or place.right() >= window.width():
            found.append(described(button))
    return found


@pytest.mark.parametrize("size", [SMALLEST, FIRST], ids=["smallest", "first"])
def test_nothing_is_cut_off_or_out_of_sight(driver: DesktopDriver, size: object) -> None:
    driver.window.resize(size)
    faults = {}
    for part in chain.from_iterable(shown(driver, page) for page in ALL):
        found = cut_off(driver.window) + sideways(driver.window) + out_of_sight(driver.window)
        if found:
            faults[part] = found
    assert not faults
