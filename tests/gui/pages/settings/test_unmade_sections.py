"""What a section shows is made when it is first shown; all else works as if it were there."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from core.config import Settings
from core.config.sections import SettingsSection, section_of
from core.domain import Snapshot, TranslatableText
from core.domain.watching import WatchCondition, WatchedFolder
from core.i18n import Translator
from gui.pages.settings.settings_page import SettingsPage
from gui.widgets.watch_texts import state_of
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import QUEUE, SETTINGS


@pytest.fixture
def made_first() -> None:
    """All pages, and of the settings no section."""


@pytest.fixture
def page(faked: DesktopDriver) -> SettingsPage:
    """Of a window that has never shown it."""
    return faked.settings_page


def made(page: SettingsPage) -> set[str]:
    return set(page._rows.made)


def settle(driver: DesktopDriver) -> None:
    driver.wait(lambda: not driver.desktop.operations._tasks)


def test_a_visit_makes_one_section_and_its_advanced_settings_only_when_they_are_wanted(
    faked: DesktopDriver, page: SettingsPage
) -> None:
    assert made(page) == set()
    faked.window.show_page(SETTINGS)
    view = page._sections[page.section]
    assert made(page) == set(view.names) - set(view.folded_names)
    page.show_section(SettingsSection.TRANSCRIPTION)
    view = page._sections[SettingsSection.TRANSCRIPTION]
    assert set(view.names) - made(page) == set(view.folded_names)
    faked.qtbot.mouseClick(view.fold, Qt.MouseButton.LeftButton)
    assert set(view.names) <= made(page)
    assert all(page._rows[name].isVisible() for name in view.names)
    settle(faked)


def test_what_is_declared_can_be_listed_without_being_made(page: SettingsPage) -> None:
    listed = {name: (title, section) for name, title, section in page.listed_settings()}
    assert listed["workers"] == ("Recordings at once", "Limits & cache")
    assert set(listed) == set(page._rows)
    assert made(page) == set()


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("readings", SettingsSection.TRANSCRIPTION),
        ("botfather", SettingsSection.BOT),
        ("paste a key", SettingsSection.PROVIDERS),
        ("hugging face", SettingsSection.MODELS),
        ("take keys away", SettingsSection.KEYBOARD),
        ("another computer", SettingsSection.ADVANCED),
    ],
)
def test_a_search_finds_what_isnt_made_yet(
    faked: DesktopDriver, page: SettingsPage, text: str, section: SettingsSection
) -> None:
    faked.window.show_page(SETTINGS)
    faked.qtbot.keyClicks(page._search.line, text)
    assert page.section is section
    settle(faked)


def test_what_a_search_has_found_is_marked_once_it_is_made(faked: DesktopDriver, page: SettingsPage) -> None:
    faked.window.show_page(SETTINGS)
    page._search.line.setText("each person")
    found = {place.setting for _, place in page._search._places}
    assert len(found) >= 4
    for section in {section_of(name) for name in found}:
        page.show_section(section)
        page._sections[section].fold.setChecked(True)
    assert {name for name, row in page._rows.made.items() if row.property("found")} == found
    page._search.line.clear()
    assert not any(row.property("found") for row in page._rows.made.values())
    settle(faked)


def test_values_of_before_are_shown_and_counted(faked: DesktopDriver, notula: FakeNotula, page: SettingsPage) -> None:
    notula._use(workers=5, beam_size=2)
    assert page._sections[SettingsSection.TRANSCRIPTION].fold.text() == "Advanced  ·  1 changed"
    assert made(page) == set()
    faked.window.show_page("settings.workers")
    assert page._editors["workers"]._box.number() == 5
    assert page._rows["workers"].reset.isVisible()
    settle(faked)


def test_a_setting_is_gone_to_in_a_section_that_was_never_shown(faked: DesktopDriver, page: SettingsPage) -> None:
    for name in ("beam_size", "webhook_url", "workers"):
        faked.window.show_page(QUEUE)
        faked.window.show_page(f"settings.{name}")
        assert page._rows[name].isAncestorOf(QApplication.focusWidget()), name
        settle(faked)


def test_a_recording_that_is_dropped_over_a_late_field_goes_to_the_queue(
    faked: DesktopDriver, page: SettingsPage
) -> None:
    for section in SettingsSection:
        faked.window.show_page(f"settings.{section}")
        page._sections[section].fold.setChecked(True)
    assert len(page.findChildren(QLineEdit)) > 20
    assert not any(field.acceptDrops() for field in page.findChildren(QLineEdit))
    settle(faked)


def test_a_folder_that_is_watched_tells_how_it_is_at_once(
    make_driver: Callable[..., DesktopDriver], core: FakeCoreThread, tmp_path: object
) -> None:
    path = str(tmp_path)
    driver = make_driver(Settings(watch_folders={path: {}}))
    state = WatchedFolder(path, WatchCondition.MISSING)
    core.published.emit(Snapshot(watched_folders=(state,)))
    driver.window.show_page("settings.watching")
    assert driver.settings_page.watched.rows[path]._state.text() == state_of(state, Translator("en"))


def test_what_comes_late_is_before_a_message_in_the_order_of_tab(faked: DesktopDriver, page: SettingsPage) -> None:
    faked.desktop.messages.error(TranslatableText("disk full"))
    faked.window.show_page("settings.transcription")
    view = page._sections[SettingsSection.TRANSCRIPTION]
    view.fold.setChecked(True)
    page._list.setFocus()
    reached = []
    while page.isAncestorOf(QApplication.focusWidget()):
        reached.append(QApplication.focusWidget())
        faked.qtbot.keyClick(reached[-1], Qt.Key.Key_Tab)
    assert faked.message_bar.isAncestorOf(QApplication.focusWidget())
    first, folded = page._rows[view.names[0]], page._rows[view.folded_names[-1]]
    assert any(first.isAncestorOf(one) for one in reached)
    assert any(folded.isAncestorOf(one) for one in reached)
    settle(faked)
