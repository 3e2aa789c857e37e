"""Ctrl+K: typed words find what can be done, pages, settings and recent transcripts."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from core.domain import TranscriptId
from gui.window.command_palette import CommandPalette
from gui.window.palette_entries import EntryKind, PaletteEntry, fitting
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import HISTORY, QUEUE, SETTINGS
from tests.gui.samples import entry, stored

CONTROL = Qt.KeyboardModifier.ControlModifier


def open_palette(driver: DesktopDriver, within: QWidget | None = None) -> CommandPalette:
    driver.wait(driver.window.isActiveWindow)
    driver.qtbot.keyClick(within or driver.window, Qt.Key.Key_K, CONTROL)
    driver.wait(lambda: driver.window.findChild(CommandPalette) is not None)
    palette = driver.window.findChild(CommandPalette)
    driver.wait(palette.isActiveWindow)
    return palette


def titles(palette: CommandPalette) -> list[str]:
    return [one.title for one in palette.shown]


def test_typed_words_find_an_action_and_return_does_it(faked: DesktopDriver) -> None:
    palette = open_palette(faked)
    faked.wait(lambda: QApplication.focusWidget() is palette.line)
    faked.qtbot.keyClicks(palette.line, "sidebar fold")
    assert titles(palette) == ["Fold or unfold the sidebar"]
    assert palette.shown[0].keys == "Ctrl+B"
    was_folded = faked.window.sidebar.is_folded
    faked.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    faked.wait(lambda: faked.window.findChild(CommandPalette) is None)
    assert faked.window.sidebar.is_folded != was_folded


def test_an_action_of_another_page_goes_there_first(faked: DesktopDriver) -> None:
    palette = open_palette(faked)
    faked.qtbot.keyClicks(palette.line, "search the library")
    assert titles(palette)[0] == "Search the library"
    faked.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    faked.wait(lambda: faked.window.open_page == HISTORY)
    faked.wait(lambda: QApplication.focusWidget() is faked.history_page._search)


def test_pages_and_their_parts_are_found(faked: DesktopDriver) -> None:
    palette = open_palette(faked)
    faked.qtbot.keyClicks(palette.line, "models")
    part = next(one for one in palette.shown if one.title == "Models")
    assert (part.kind, part.where) == (EntryKind.PAGE, "Settings")
    while palette.current is not part:
        faked.qtbot.keyClick(palette.line, Qt.Key.Key_Down)
    faked.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    faked.wait(lambda: faked.window.open_page == SETTINGS)
    assert faked.settings_page.section == "models"


def test_a_setting_is_found_and_gets_the_focus(faked: DesktopDriver) -> None:
    palette = open_palette(faked)
    faked.qtbot.keyClicks(palette.line, "notifications")
    assert titles(palette)[0] == "Notifications"
    faked.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    faked.wait(lambda: faked.window.open_page == SETTINGS)
    editor = faked.settings_page._editors["notifications"]
    faked.wait(lambda: editor.isAncestorOf(QApplication.focusWidget()))


def test_a_profile_is_switched_to(faked: DesktopDriver, notula: FakeNotula) -> None:
    notula._use(saved_profiles={"Interviews & talks": {"speakers": True}})
    faked.wait(lambda: faked.desktop.settings.current.saved_profiles)
    palette = open_palette(faked)
    faked.qtbot.keyClicks(palette.line, "interviews")
    assert titles(palette) == ["Use the profile Interviews & talks"]
    faked.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    faked.wait(lambda: notula.settings.speakers)
    faked.wait(lambda: faked.message == "The profile Interviews & talks is in use.")


def test_a_folded_setting_is_unfolded(faked: DesktopDriver) -> None:
    faked.window.show_page(SETTINGS)
    faked.settings_page.show_setting("beam_size")
    editor = faked.settings_page._editors["beam_size"]
    faked.wait(lambda: editor.isVisible() and editor.isAncestorOf(QApplication.focusWidget()))


def test_a_recent_transcript_is_found_and_opened(faked: DesktopDriver, notula: FakeNotula) -> None:
    notula.entries = [entry(1), entry(2)]
    notula.stored = {TranscriptId(number): stored("Ever tried.", number=number) for number in (1, 2)}
    palette = open_palette(faked)
    faked.wait(lambda: any(one.kind is EntryKind.TRANSCRIPT for one in palette.shown))
    faked.qtbot.keyClicks(palette.line, notula.entries[1].name)
    assert titles(palette) == [notula.entries[1].name]
    faked.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    faked.wait(lambda: faked.window.open_page == "transcript")


def test_arrows_go_round_and_escape_closes_without_doing_anything(faked: DesktopDriver) -> None:
    palette = open_palette(faked)
    first = palette.current
    faked.qtbot.keyClick(palette.line, Qt.Key.Key_Up)
    assert palette.current is palette.shown[-1]
    faked.qtbot.keyClick(palette.line, Qt.Key.Key_Down)
    assert palette.current is first
    faked.qtbot.keyClick(palette.line, Qt.Key.Key_PageDown)
    assert palette.current is not first
    faked.qtbot.keyClick(palette.line, Qt.Key.Key_Escape)
    faked.wait(lambda: faked.window.findChild(CommandPalette) is None)
    assert faked.window.open_page == QUEUE


def test_nothing_that_fits_is_told_and_return_does_nothing(faked: DesktopDriver) -> None:
    palette = open_palette(faked)
    faked.qtbot.keyClicks(palette.line, "xyzzy")
    assert palette.shown == []
    assert palette._nothing.isVisible()
    faked.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_it_opens_while_one_types_in_a_field(faked: DesktopDriver) -> None:
    """As Ctrl+K deletes to the end of the line under X11, Ctrl+Shift+Left selects a word everywhere."""
    faked.window.show_page(HISTORY)
    field = faked.history_page._search
    field.setText("despair")
    field.setFocus()
    faked.wait(lambda: QApplication.focusWidget() is field)
    palette_action = next(one.action for one in faked.window.actions_.bound if one.declaration.name == "window_palette")
    palette_action.setShortcuts([QKeySequence("Ctrl+Shift+Left")])
    faked.qtbot.keyClick(field, Qt.Key.Key_Left, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    faked.wait(lambda: faked.window.findChild(CommandPalette) is not None)
    assert (field.text(), field.selectedText()) == ("despair", "")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("pa", ["Pause", "Ask for parts", "Copy a path", "Queue"]),
        ("copy pa", ["Copy a path"]),
        ("", ["Pause", "Ask for parts", "Copy a path", "Queue"]),
        ("PAUSE", ["Pause"]),
    ],
)
def test_what_begins_as_typed_comes_first(typed: str, found: list[str]) -> None:
    listed = [
        PaletteEntry(EntryKind.ACTION, "Ask for parts", "", print),
        PaletteEntry(EntryKind.ACTION, "Copy a path", "", print),
        PaletteEntry(EntryKind.PAGE, "Queue", "Page", print),
        PaletteEntry(EntryKind.ACTION, "Pause", "Queue", print, is_near=True),
    ]
    assert [one.title for one in fitting(listed, typed)] == found
