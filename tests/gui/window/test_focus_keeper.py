"""The keyboard's focus: on the open page, where the next key is wanted."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QToolButton, QWidget

from core.domain import JobId, JobState, Snapshot, TranscriptId, TranslatableText
from gui.window.focus_keeper import _in_order_of_tab, _is_usable
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver, drop, files_as_mime
from tests.gui.page_names import ALL, DIGITS, HELP, HISTORY, PROVIDERS, QUEUE, SETTINGS
from tests.gui.samples import view
from tests.gui.window.test_keyboard_access import controls, full  # noqa: F401  a fixture

CTRL = Qt.KeyboardModifier.ControlModifier


def focused(driver: DesktopDriver) -> QWidget:
    return QApplication.focusWidget() or driver.window


def is_on_the_page(driver: DesktopDriver) -> bool:
    page = driver.window.pages.currentWidget()
    return focused(driver) is page or page.isAncestorOf(focused(driver))


def settled(driver: DesktopDriver) -> None:
    driver.wait(lambda: not driver.window._focus._settling.isActive())


def test_the_first_keys_are_for_what_is_shown(faked: DesktopDriver, core: FakeCoreThread) -> None:
    assert is_on_the_page(faked)
    core.published.emit(Snapshot())
    settled(faked)
    assert focused(faked) is faked.queue._invitation.choose
    core.published.emit(Snapshot((view(1, JobState.FAILED),)))
    settled(faked)
    assert focused(faked) is faked.queue._table
    faked.queue.select(JobId("job-1"))


def test_what_is_typed_first_in_the_library_is_searched_for(faked: DesktopDriver) -> None:
    faked.window.show_page(HISTORY)
    assert focused(faked) is faked.history_page._search


def test_after_a_drop_the_keys_are_for_the_table(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, beckett: Path
) -> None:
    core.published.emit(Snapshot((view(1, JobState.FAILED),)))
    faked.window.show_page(HISTORY)
    assert drop(files_as_mime(beckett), faked.window)
    settled(faked)
    assert focused(faked) is faked.queue._table
    faked.wait(lambda: notula.asked("submit"))


@pytest.mark.parametrize("where", ["sidebar", "search", "text", "toolbar"])
def test_a_jobs_keys_work_from_anywhere(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, where: str
) -> None:
    core.published.emit(Snapshot((view(1, JobState.FAILED, error=TranslatableText("broken")), view(2))))
    faked.queue.select(JobId("job-1"))
    reader = faked.queue.reader
    widget = {
        "sidebar": faked.window.sidebar.button(QUEUE),
        "search": faked.queue.search,
        "text": reader._text,
        "toolbar": faked.queue.findChild(QPushButton),
    }[where]
    widget.setFocus()
    faked.qtbot.keyClick(widget, Qt.Key.Key_R, CTRL)
    faked.wait(lambda: notula.asked("retry"))
    faked.queue.select(JobId("job-2"))
    widget.setFocus()
    faked.qtbot.keyClick(widget, Qt.Key.Key_Period, CTRL)
    faked.wait(lambda: notula.asked("cancel"))
    if where != "search":  # There it deletes a letter.
        faked.queue.select(JobId("job-1"))
        widget.setFocus()
        faked.qtbot.keyClick(widget, Qt.Key.Key_Delete)
        faked.wait(lambda: notula.asked("remove"))


def test_a_pages_keys_do_nothing_on_other_pages(faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula) -> None:
    core.published.emit(Snapshot((view(1, JobState.FAILED),)))
    faked.queue.select(JobId("job-1"))
    faked.window.show_page(HELP)
    faked.qtbot.keyClick(focused(faked), Qt.Key.Key_Delete)
    faked.qtbot.keyClick(focused(faked), Qt.Key.Key_R, CTRL)
    assert not notula.asked("remove")
    assert not notula.asked("retry")


def test_the_focus_goes_with_the_page(faked: DesktopDriver, core: FakeCoreThread) -> None:
    core.published.emit(Snapshot((view(1),)))
    sidebar = faked.window.sidebar.button(QUEUE)
    for page in (SETTINGS, HELP, PROVIDERS, HISTORY, QUEUE):
        sidebar.setFocus()
        faked.qtbot.keyClick(sidebar, Qt.Key(Qt.Key.Key_0 + DIGITS[page]), CTRL)
        faked.wait(lambda page=page: faked.window.open_page == page.partition(".")[0])
        settled(faked)
        assert is_on_the_page(faked)
    faked.wait(lambda: not faked.desktop.operations._tasks)


def test_a_page_remembers_what_had_the_focus(faked: DesktopDriver, core: FakeCoreThread) -> None:
    core.published.emit(Snapshot((view(1, JobState.FAILED, error=TranslatableText("broken")),)))
    faked.queue.select(JobId("job-1"))
    faked.queue.search.setFocus()
    faked.window.show_page(HELP)
    assert is_on_the_page(faked)
    faked.window.show_page(QUEUE)
    assert focused(faked) is faked.queue.search


def test_no_control_loses_the_focus_to_the_sidebar(full: DesktopDriver) -> None:  # noqa: F811
    for page in ALL:
        full.window.show_page(page)
        full.wait(lambda: not full.desktop.operations._tasks)
        there = full.window.pages.currentWidget()
        usable = [one for one in controls(there) if one.isVisible() and one.isEnabled()]
        usable = [one for one in usable if one.focusPolicy().value & Qt.FocusPolicy.TabFocus.value]
        assert usable, page
        for widget in usable:
            for lose, regain in ((widget.setEnabled, True), (widget.setVisible, True)):
                widget.setFocus()
                if focused(full) is not widget:
                    continue  # It passes its focus on.
                lose(not regain)
                settled(full)
                assert is_on_the_page(full), f"{type(widget).__name__} {widget.accessibleName()!r}"
                assert focused(full) is not widget
                lose(regain)
                settled(full)
                assert focused(full) is widget, f"{type(widget).__name__} {widget.accessibleName()!r}"


def test_a_return_that_comes_twice_presses_no_other_button(full: DesktopDriver) -> None:  # noqa: F811
    """A button that has done its work is often disabled, and the next one may do the contrary: Allow and Block."""
    for page in ALL:
        full.window.show_page(page)
        full.wait(lambda: not full.desktop.operations._tasks)
        there = full.window.pages.currentWidget()
        has_field = False
        for widget in list(_in_order_of_tab(there)):
            if not there.isAncestorOf(widget) or not _is_usable(widget):
                continue
            widget.setFocus()
            if not isinstance(widget, QAbstractButton):
                has_field = True
            elif has_field and focused(full) is widget:
                widget.setEnabled(False)
                settled(full)
                assert not isinstance(focused(full), QAbstractButton), (page, widget.text() or widget.accessibleName())
                widget.setEnabled(True)
                settled(full)


def test_who_has_gone_on_is_not_brought_back(full: DesktopDriver) -> None:  # noqa: F811
    full.window.show_page(HELP)
    button = full.help_page._button
    button.setFocus()
    button.setEnabled(False)
    settled(full)
    sidebar = full.window.sidebar.button(HELP)
    sidebar.setFocus(Qt.FocusReason.TabFocusReason)
    button.setEnabled(True)
    settled(full)
    assert focused(full) is sidebar


def test_the_focus_of_a_message_goes_back_to_the_page(faked: DesktopDriver, core: FakeCoreThread) -> None:
    core.published.emit(Snapshot((view(1),)))
    faked.desktop.messages.error(TranslatableText("disk full"))
    bar = faked.window.findChild(QWidget, "messagebar")
    close = bar.findChild(QToolButton)
    close.setFocus()
    faked.qtbot.keyClick(close, Qt.Key.Key_Space)
    settled(faked)
    assert not bar.isVisible()
    assert focused(faked) is faked.queue._table


def test_return_presses_the_button_that_has_the_focus(faked: DesktopDriver, notula: FakeNotula) -> None:
    faked.window.show_page(HELP)
    button = faked.help_page._button
    button.setFocus()
    faked.qtbot.keyClick(button, Qt.Key.Key_Return)
    faked.wait(lambda: notula.asked("check_up"))
    faked.wait(button.isEnabled)
    settled(faked)
    assert focused(faked) is button


def test_a_message_does_not_move_the_page(faked: DesktopDriver, core: FakeCoreThread) -> None:
    core.published.emit(Snapshot((view(1, JobState.DONE, transcript_id=TranscriptId(1)),)))
    before = faked.window.pages.geometry()
    faked.desktop.messages.error(TranslatableText("disk full"))
    faked.qtbot.waitUntil(lambda: faked.window.findChild(QWidget, "messagebar").isVisible())
    assert faked.window.pages.geometry() == before
