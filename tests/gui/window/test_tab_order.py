"""Tab goes through each page as it is read: from left to right and down, in every state of the page."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QToolButton, QWidget

from core.config.sections import SettingsSection
from core.domain import JobId, JobState, Snapshot, TranscriptId, TranslatableText
from core.domain.errors import KeyRefused
from tests.fakes.core import FakeCoreThread
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import ALL, QUEUE, TRANSCRIBE
from tests.gui.samples import view
from tests.gui.window.test_keyboard_access import full  # noqa: F401  a fixture

OVERLAP = 6
"""Pixels by which neighbours may overlap: boxes of unequal height in one line."""


def place(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint()), widget.size())


def goes_back(before: QRect, after: QRect) -> bool:
    """Whether a reader would go back: to the left in a line, or up in a column. Columns follow each other."""
    is_above = after.bottom() <= before.top() + OVERLAP
    is_left = after.right() <= before.left() + OVERLAP
    is_right = after.left() >= before.right() - OVERLAP
    is_below = after.top() >= before.bottom() - OVERLAP
    return (is_above and not is_right) or (is_left and not is_below)


def steps(driver: DesktopDriver) -> list[QWidget]:
    """What Tab reaches on the open page, from the last button of the sidebar on."""
    window = driver.window
    page = window.pages.currentWidget()
    window.sidebar.button("help").setFocus(Qt.FocusReason.TabFocusReason)
    reached: list[QWidget] = []
    for _ in range(200):
        driver.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if focused is None or not page.isAncestorOf(focused) or focused in reached:
            break
        reached.append(focused)
    return reached


def wrong_steps(driver: DesktopDriver) -> list[str]:
    driver.wait(lambda: not driver.desktop.operations._tasks)
    reached = steps(driver)
    assert reached
    return [
        f"{called(one)} {place(one, driver.window)} -> {called(other)} {place(other, driver.window)}"
        for one, other in pairwise(reached)
        if goes_back(place(one, driver.window), place(other, driver.window))
    ]


def called(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName() or getattr(widget, 'text', str)()!r}"


@pytest.mark.parametrize("size", [(760, 560), (1900, 1000)])
def test_tab_goes_as_one_reads(full: DesktopDriver, size: tuple[int, int]) -> None:  # noqa: F811
    full.window.resize(*size)
    for page in ALL:
        full.window.show_page(page)
        assert not wrong_steps(full), page
    for section in SettingsSection:
        full.window.show_page(f"settings.{section}")
        view = full.settings_page._sections[section]
        view.fold.setChecked(True)
        full.wait(lambda view=view: all(one.height() for one in view.findChildren(QCheckBox) if one.isVisible()))
        assert not wrong_steps(full), section


def test_tab_goes_as_one_reads_over_what_went_wrong(full: DesktopDriver, core: FakeCoreThread) -> None:  # noqa: F811
    failed = view(5, JobState.FAILED, error=KeyRefused(provider="Groq", ending="3f2a").message)
    core.published.emit(Snapshot((view(3, JobState.RUNNING), failed, view(4))))
    for page in (TRANSCRIBE, QUEUE):
        full.window.show_page(page)
        assert not wrong_steps(full), page
    full.queue.select(JobId("job-5"))
    assert not wrong_steps(full)
    full.queue._table.selectAll()
    assert not wrong_steps(full)


def test_tab_goes_as_one_reads_in_a_transcript(full: DesktopDriver) -> None:  # noqa: F811
    full.window.show_transcript(TranscriptId(1))
    page = full.window.pages.currentWidget()
    assert not wrong_steps(full)
    for key in (Qt.Key.Key_T, Qt.Key.Key_F):
        full.qtbot.keyClick(full.window, key, Qt.KeyboardModifier.ControlModifier)
        assert not wrong_steps(full), key
    full.qtbot.keyClick(full.window, Qt.Key.Key_F4)
    assert not wrong_steps(full)
    assert page.findChildren(QToolButton)


def test_a_message_comes_after_the_page(full: DesktopDriver) -> None:  # noqa: F811
    full.window.show_page("help")
    full.desktop.messages.error(TranslatableText("disk full"))
    page = full.window.pages.currentWidget()
    bar = full.message_bar
    last = steps(full)[-1]
    last.setFocus(Qt.FocusReason.TabFocusReason)
    full.qtbot.keyClick(last, Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert not page.isAncestorOf(focused)
    assert bar.isAncestorOf(focused)
