"""The window is seen before most of its pages are made, and nobody can tell by what it does."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from core.domain import JobState, Snapshot, TranslatableText
from core.domain.errors import ModelDownloadFailed
from gui.desktop import Desktop
from gui.pages.queue.queue_page import QueuePage
from gui.pages.registry import PAGES
from gui.window.window_state import WindowState, save_state
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui import conftest
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import HISTORY, QUEUE, SETTINGS, TRANSCRIBE
from tests.gui.samples import view
from tests.gui.test_language_switch import switch

NAMES = {page.name for page in PAGES}


class LateDesktop(Desktop):
    """A desktop as the program makes it, which notes what pages there are at each step."""

    seen: list[str]
    at_core_start: set[str]

    def start(self, files: Sequence[Path], crash_report: Path | None, *, in_tray: bool = False) -> None:
        self.seen = list(self.window.pages.by_name.made)
        begin = self.core.start

        def noted() -> None:
            self.at_core_start = set(self.window.pages.by_name.made)
            begin()

        self.core.start = noted  # type: ignore[method-assign]
        super().start(files, crash_report, in_tray=in_tray)


@pytest.fixture
def make_late(
    monkeypatch: pytest.MonkeyPatch, core: FakeCoreThread, make_driver: Callable[..., DesktopDriver]
) -> Callable[..., DesktopDriver]:
    """Other tests have all pages from the beginning."""
    monkeypatch.setattr(conftest, "WholeDesktop", LateDesktop)
    return make_driver


def test_only_the_open_page_is_made_before_the_window_is_seen_and_all_before_the_core(
    make_late: Callable[..., DesktopDriver], core: FakeCoreThread
) -> None:
    driver = make_late(page="")
    driver.wait(lambda: core.started)
    assert driver.desktop.seen == [TRANSCRIBE]
    assert driver.desktop.at_core_start == NAMES


def test_the_page_of_the_last_time_is_the_one(make_late: Callable[..., DesktopDriver], folders, core) -> None:
    kept = {"lines": 3}
    save_state(WindowState(page=HISTORY, pages={"transcript": kept}), folders.config / "window.json")
    driver = make_late()
    assert driver.desktop.seen == [HISTORY]
    assert driver.window.open_page == HISTORY
    driver.wait(lambda: core.started)


def test_files_of_the_command_line_are_added_at_once(
    make_late: Callable[..., DesktopDriver], core: FakeCoreThread, notula: FakeNotula, tmp_path: Path
) -> None:
    recording = tmp_path / "a.wav"
    recording.write_bytes(b"RIFF")
    driver = make_late(files=(recording,), page="")
    driver.wait(lambda: [call for call in notula.calls if call[0] == "submit"])


def test_what_a_page_that_was_not_shown_has_kept_is_kept_again(
    make_late: Callable[..., DesktopDriver], core: FakeCoreThread
) -> None:
    driver = make_late(page="")
    window = driver.desktop._make_window(WindowState(pages={"queue": {"last_folder": "/recordings"}}))
    assert QUEUE not in window.pages.by_name.made
    assert window.state().pages["queue"] == {"last_folder": "/recordings"}
    window.deleteLater()
    driver.wait(lambda: core.started)


def test_a_page_that_is_asked_for_makes_none_of_those_below_it(
    make_late: Callable[..., DesktopDriver], core: FakeCoreThread
) -> None:
    driver = make_late(page="")
    window = driver.desktop._make_window(WindowState())
    assert isinstance(window.page(QueuePage), QueuePage)
    assert list(window.pages.by_name.made) == [TRANSCRIBE, QUEUE]
    window.deleteLater()
    driver.wait(lambda: core.started)


def test_a_window_in_another_language_has_all_pages_and_the_rows(
    make_late: Callable[..., DesktopDriver], core: FakeCoreThread, notula: FakeNotula
) -> None:
    driver = make_late()
    driver.wait(lambda: core.started)
    core.published.emit(Snapshot((view(1, JobState.DONE),), settings=notula.settings))
    driver.window.show_page(SETTINGS)
    switch(driver, "id")
    assert set(driver.window.pages.by_name.made) == NAMES
    assert [job.id for job in driver.jobs] == ["job-1"]


@pytest.mark.parametrize("page", sorted(NAMES))
def test_tab_leaves_each_page_for_the_messages_and_then_the_sidebar(
    make_late: Callable[..., DesktopDriver], core: FakeCoreThread, page: str
) -> None:
    driver = make_late()
    driver.wait(lambda: core.started)
    window = driver.window
    window.show_page(page)
    driver.desktop.messages.error(TranslatableText("disk full"))
    driver.wait(driver.message_bar.isVisible)
    reached: list[QWidget] = []
    for _ in range(100):
        focused = QApplication.focusWidget() or window
        if window.sidebar.isAncestorOf(focused):
            break
        reached.append(focused)
        driver.qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert window.sidebar.isAncestorOf(QApplication.focusWidget())
    assert len(set(reached)) == len(reached), "a control was reached twice"
    assert driver.message_bar.isAncestorOf(reached[-1])


@pytest.mark.parametrize("can_start", [True, False])
def test_it_is_told_once_that_all_is_there(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, can_start: bool
) -> None:
    told: list[None] = []
    faked.desktop.started.connect(lambda: told.append(None))
    for _ in range(2):
        if can_start:
            core.published.emit(Snapshot(settings=notula.settings))
        else:
            core.failed.emit(ModelDownloadFailed(model="base"))
    assert told == [None]
