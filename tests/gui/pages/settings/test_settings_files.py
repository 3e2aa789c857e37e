"""Settings are saved for another computer and taken over from it, after a look at what would change."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from core.config import Settings
from core.config.declarations import RESTRICTING
from core.config.settings_transfer import read_settings, write_settings
from gui.pages.settings.settings_page import SettingsPage
from gui.widgets.dialogs.question import Question
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver


def question(driver: DesktopDriver) -> Question:
    driver.wait(lambda: driver.window.findChild(Question))
    return driver.window.findChild(Question)


def test_they_are_saved_in_a_file(faked: DesktopDriver, notula: FakeNotula, page: SettingsPage, tmp_path: Path) -> None:
    notula._use(workers=9)
    page.show_part("advanced")
    page.files.save.click()
    dialog = faked.window.findChild(QFileDialog)
    assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    dialog.reject()
    page.files.export(str(tmp_path / "mine.toml"))
    faked.wait(lambda: "Saved as mine.toml" in faked.message)
    assert read_settings(tmp_path / "mine.toml", Settings()).values == {"workers": 9}


def test_what_would_change_is_shown_first_and_what_could_open_something_above_all(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage, tmp_path: Path
) -> None:
    file = tmp_path / "theirs.toml"
    write_settings(Settings(theme="dark", bot_server="http://192.0.2.7", vocabulary=("Manette",), hedge=True), file)
    page.files.read(str(file))
    asked = question(faked)
    assert asked.asked.sentence == "Change 4 settings?"
    lines = asked.asked.explained.splitlines()
    assert lines[:2] == ["Bot API server: http://192.0.2.7", "Ask a second provider for short notes: yes"]
    assert set(lines[2:]) == {"Appearance: Dark", "Names and terms: Manette"}
    assert asked.answers.usual.text() == "Cancel"
    faked.qtbot.keyClick(asked, Qt.Key.Key_Escape)
    faked.wait(lambda: faked.window.findChild(Question) is None)
    assert not notula.asked("change_settings")
    page.files.read(str(file))
    next(button for button in question(faked).answers.buttons() if button.text() == "Change").click()
    faked.wait(lambda: notula.settings.theme == "dark")
    assert notula.settings.bot_server == "http://192.0.2.7"
    faked.wait(lambda: faked.message == "4 settings were changed.")


def test_values_are_called_as_in_the_settings(faked: DesktopDriver, page: SettingsPage, tmp_path: Path) -> None:
    file = tmp_path / "theirs.toml"
    write_settings(Settings(interface_language="id", bot_audience="nobody", export_formats=("md", "srt")), file)
    page.files.read(str(file))
    text = question(faked).asked.explained
    assert "Language of the window: Bahasa Indonesia" in text
    assert "Who may use the bot: Nobody else" in text
    assert "Export as: SRT, MD" in text


def test_nothing_that_could_open_something_hides_behind_other_changes(
    faked: DesktopDriver, page: SettingsPage, tmp_path: Path
) -> None:
    file = tmp_path / "theirs.toml"
    numbers = {name: 6 for name in RESTRICTING if Settings.model_fields[name].annotation in (int, float)}
    usual = {"theme": "dark", "beam_size": 1, "workers": 9, "chunks_at_once": 9}
    write_settings(Settings(**numbers, **usual, bot_server="http://192.0.2.7", webhook_key="k", profile="p"), file)
    page.files.read(str(file))
    lines = question(faked).asked.explained.splitlines()
    restricting = [*numbers, "bot_server", "webhook_key", "profile"]
    assert len(restricting) > 12
    titles = [Settings.model_fields[name].title for name in restricting]
    assert {line.partition(":")[0] for line in lines[:-1]} == set(titles)
    assert lines[-1] == "… and 4 more"


def test_a_file_that_cant_be_taken_over_is_told(faked: DesktopDriver, page: SettingsPage, tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text("workers = 77")
    page.files.read(str(tmp_path / "wrong.toml"))
    faked.wait(lambda: "workers has a value that isn't allowed" in faked.message)
    assert faked.window.findChild(Question) is None


def test_the_same_settings_ask_nothing(faked: DesktopDriver, page: SettingsPage, tmp_path: Path) -> None:
    write_settings(Settings(), tmp_path / "same.toml")
    page.files.read(str(tmp_path / "same.toml"))
    faked.wait(lambda: "are those that you have" in faked.message)
