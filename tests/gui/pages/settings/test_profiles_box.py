"""Profiles are made, switched, renamed, copied and deleted on the settings page, and each of that can be undone."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStyleOptionToolButton

from core.config.profile_settings import MOST_PROFILES, held_values
from gui.pages.settings.settings_page import SettingsPage
from gui.widgets.dialogs.input_questions import TextQuestion
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver


def entries(page: SettingsPage) -> list[QAction]:
    return page.profiles.menu_button.menu().actions()


def choose(page: SettingsPage, *path: str) -> None:
    """Choose an entry of the menu, through its submenus."""
    actions = entries(page)
    for text in path:
        (action,) = [each for each in actions if each.text() == text]
        actions = action.menu().actions() if action.menu() is not None else []
    action.trigger()


def name_it(driver: DesktopDriver, name: str) -> None:
    driver.wait(lambda: [each for each in driver.window.findChildren(TextQuestion) if each.isVisible()])
    dialog = next(each for each in driver.window.findChildren(TextQuestion) if each.isVisible())
    dialog.line.selectAll()
    driver.qtbot.keyClicks(dialog.line, name)
    driver.qtbot.mouseClick(dialog.answers.yes, Qt.MouseButton.LeftButton)


def test_the_present_settings_are_saved_switched_to_and_back(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage
) -> None:
    button = page.profiles.menu_button
    assert button.text() == "No profile"
    choose(page, "Save the present settings …")
    name_it(faked, "  Plain & simple ")
    faked.wait(lambda: "Plain & simple" in notula.settings.saved_profiles)
    faked.wait(lambda: button.text() == "Plain && simple")
    notula._use(language="id", speakers=True, monthly_budget=5.0)
    faked.wait(lambda: button.text() == "No profile")
    choose(page, "Plain && simple")
    faked.wait(lambda: notula.settings.language == "auto")
    faked.wait(lambda: faked.message == "The profile Plain & simple is in use.")
    assert notula.settings.monthly_budget == 5.0
    faked.desktop.messages.last.action()
    faked.wait(lambda: notula.settings.language == "id")
    assert notula.settings.speakers
    faked.wait(lambda: faked.message == "The settings are as they were.")


def test_a_profile_is_renamed_copied_and_deleted_with_undo(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage
) -> None:
    plain = held_values(notula.settings)
    notula._use(saved_profiles={"A": plain, "B": {"language": "id"}})
    faked.wait(lambda: len(entries(page)) > 4)
    choose(page, "Rename", "A")
    name_it(faked, "B")
    dialog = next(each for each in faked.window.findChildren(TextQuestion) if each.isVisible())
    assert (dialog.line.text(), dialog.answers.yes.isEnabled()) == ("B", False)
    assert dialog.line.accessibleDescription() == dialog.verdict.text() == "There is a profile B already."
    name_it(faked, "language")
    faked.wait(lambda: list(notula.settings.saved_profiles) == ["Language", "B"])
    faked.wait(lambda: [each.text() for each in entries(page)][:2] == ["Language", "B"])
    choose(page, "Duplicate", "B")
    faked.wait(lambda: list(notula.settings.saved_profiles) == ["Language", "B", "B (2)"])
    faked.wait(lambda: entries(page)[2].text() == "B (2)")
    choose(page, "Delete", "B")
    faked.wait(lambda: list(notula.settings.saved_profiles) == ["Language", "B (2)"])
    faked.wait(lambda: faked.message == "The profile B was deleted.")
    faked.desktop.messages.last.action()
    faked.wait(lambda: list(notula.settings.saved_profiles) == ["Language", "B", "B (2)"])


def test_a_profile_is_replaced_by_that_word_alone_and_one_too_many_is_refused_where_it_is_named(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage
) -> None:
    many = {str(number): {"language": "id"} for number in range(MOST_PROFILES)}
    notula._use(saved_profiles=many)
    faked.wait(lambda: len(entries(page)) > MOST_PROFILES)
    choose(page, "Save the present settings …")
    dialog = next(each for each in faked.window.findChildren(TextQuestion) if each.isVisible())
    faked.qtbot.keyClicks(dialog.line, "one too many")
    assert not dialog.answers.yes.isEnabled()
    assert "the most that can be" in dialog.verdict.text()
    dialog.line.setText("7")
    assert dialog.answers.yes.text() == "Replace"
    faked.qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    faked.wait(lambda: notula.settings.saved_profiles["7"] == held_values(notula.settings))


def test_a_menu_of_what_is_chosen_opens_below_its_button_and_not_beside_it(page: SettingsPage) -> None:
    button = page.profiles.menu_button
    assert button.layoutDirection() is button.menu().layoutDirection() is Qt.LayoutDirection.LeftToRight
    option = QStyleOptionToolButton()
    button.initStyleOption(option)
    assert option.direction is Qt.LayoutDirection.RightToLeft  # The arrow is behind the text all the same.
