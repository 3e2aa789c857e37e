"""The search jumps to settings and to what stands beside them, and marks them."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from core.config.sections import SettingsSection
from gui.pages.settings.settings_page import SettingsPage
from tests.gui.conftest import DesktopDriver


def search(driver: DesktopDriver, page: SettingsPage, text: str) -> None:
    page._search.line.clear()
    page._search.line.setFocus()
    driver.qtbot.keyClicks(page._search.line, text)
    driver.wait(lambda: not driver.desktop.operations._tasks)


def found(page: SettingsPage) -> set[str]:
    return {name for name, row in page._rows.items() if row.property("found")}


def is_in_sight(page: SettingsPage, name: str) -> bool:
    row, view = page._rows[name], page._sections[page.section]
    top = row.mapTo(view.viewport(), QPoint(0, 0)).y()
    return row.isVisible() and top >= 0 and top + row.height() <= view.viewport().height()


def test_a_setting_is_found_by_its_words_shown_and_marked(faked: DesktopDriver, page: SettingsPage) -> None:
    for text, name, section in (
        ("budget", "monthly_budget", SettingsSection.PROVIDERS),
        ("characters a line", "subtitle_line_columns", SettingsSection.EXPORT),
        ("certificate self", "webhook_self_signed", SettingsSection.BOT),
        ("engine_idle", "engine_idle_minutes", SettingsSection.MODELS),
        ("readings", "beam_size", SettingsSection.TRANSCRIPTION),
    ):
        search(faked, page, text)
        assert name in found(page)
        assert page.section is section
        faked.wait(lambda name=name: is_in_sight(page, name))
        assert page._search.line.hasFocus()
        faked.qtbot.keyClick(page._search.line, Qt.Key.Key_Return)
        assert page._rows[name].isAncestorOf(QApplication.focusWidget())
        page._search.line.clear()
        assert not found(page)


def test_keys_go_from_one_find_to_the_next(faked: DesktopDriver, page: SettingsPage) -> None:
    search(faked, page, "each person")
    count = len(found(page))
    assert count >= 4
    assert page._search._count.text() == f"1 of {count}"
    first = page._search.current
    faked.qtbot.keyClick(page._search.line, Qt.Key.Key_Down)
    assert page._search._count.text() == f"2 of {count}"
    faked.qtbot.keyClick(page._search.line, Qt.Key.Key_Up)
    faked.qtbot.keyClick(page._search.line, Qt.Key.Key_Up)
    assert page._search._count.text() == f"{count} of {count}"
    faked.qtbot.keyClick(page._search.line, Qt.Key.Key_F3)
    assert page._search.current == first
    faked.qtbot.keyClick(page._search.line, Qt.Key.Key_Escape)
    assert page._search.line.text() == ""


def test_keys_tokens_and_models_are_found_too(faked: DesktopDriver, page: SettingsPage) -> None:
    for text, section in (
        ("botfather", SettingsSection.BOT),
        ("paste a key", SettingsSection.PROVIDERS),
        ("hugging face", SettingsSection.MODELS),
        ("add a server", SettingsSection.PROVIDERS),
    ):
        page.show_section(SettingsSection.GENERAL)
        search(faked, page, text)
        assert page.section is section, text


def test_what_isnt_there_is_said_and_nothing_moves(faked: DesktopDriver, page: SettingsPage) -> None:
    before = page.section
    page._search.line.setFocus()
    page._search.line.setText("xylophone")
    assert page._search._count.text() == "Not found"
    assert page.section is before
    assert not found(page)
    faked.qtbot.keyClick(page._search.line, Qt.Key.Key_Return)
    assert page._search.line.hasFocus()


def test_ctrl_f_goes_to_the_search(faked: DesktopDriver, page: SettingsPage) -> None:
    page._list.setFocus()
    faked.qtbot.keyClick(page._list, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page._search.line.hasFocus()
