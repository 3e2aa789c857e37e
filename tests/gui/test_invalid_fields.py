"""A field whose content isn't accepted has a red line around it, and says why to those who can't see that."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTime
from PySide6.QtWidgets import QAbstractSpinBox, QDialog, QLineEdit, QWidget

from core.domain import Segment
from core.domain.errors import BotTokenRefused, ExportNotFolder, KeyringMissing, KeyUnusable
from core.export import ExportPlace, ExportPlan
from core.i18n import Translator
from gui.pages.bot.bot_page import BotPage
from gui.pages.settings.providers.server_dialog import ServerDialog
from gui.pages.transcribe.transcribe_page import TranscribePage
from gui.pages.transcript.times_dialog import TimesDialog
from gui.theme import LIGHT
from gui.widgets.export.export_dialog import ExportDialog
from gui.widgets.passphrase_dialog import PassphraseDialog
from gui.widgets.recording_chooser import AddressDialog
from tests.fakes.bot_api import TOKEN
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import BOT, SETTINGS, TRANSCRIBE
from tests.gui.pages.settings.providers.conftest import choose, started
from tests.gui.pages.settings.test_settings_page import choose as choose_value
from tests.gui.picture_colours import colours_in

TR = Translator("en")


def is_red(field: QWidget) -> bool:
    """Whether a person sees the line, and whoever can't see it is told."""
    is_drawn = LIGHT.bad in colours_in(field.grab().toImage())
    assert is_drawn == bool(field.accessibleDescription())
    return is_drawn


def open_dialog(driver: DesktopDriver, dialog: QDialog) -> None:
    driver.qtbot.addWidget(dialog)
    with driver.qtbot.waitExposed(dialog):
        dialog.show()


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [("longest_hours", 400, 2), ("profile", "My keys!", "keys")],
    ids=["number", "word"],
)
def test_a_setting_that_is_not_allowed(faked: DesktopDriver, name: str, wrong: object, right: object) -> None:
    faked.window.show_page(SETTINGS)
    row = faked.settings_page._rows[name]
    field = row.editor.findChild(QAbstractSpinBox) or row.editor.findChild(QLineEdit)
    choose_value(faked, row.editor, wrong)
    assert row.problem.isVisible()
    assert is_red(field)
    field.clearFocus()
    assert is_red(field)
    choose_value(faked, row.editor, right)
    faked.wait(lambda: not row.problem.isVisible())
    assert not is_red(field)


def test_a_folder_that_can_t_be_written(faked: DesktopDriver, notula: FakeNotula) -> None:
    faked.window.show_page(SETTINGS)
    row = faked.settings_page._rows["export_folder"]
    field = row.editor.findChild(QLineEdit)
    notula.failures["change_settings"] = ExportNotFolder(name="test", folder="/texts")
    choose_value(faked, row.editor, "/texts")
    faked.wait(row.problem.isVisible)
    assert is_red(field)
    del notula.failures["change_settings"]
    choose_value(faked, row.editor, "/other")
    faked.wait(lambda: not row.problem.isVisible())
    assert not is_red(field)


def test_a_key_that_is_refused(faked: DesktopDriver, notula: FakeNotula) -> None:
    page = started(faked)
    choose(page, "groq")
    line = page._details.keys.line
    notula.failures["add_key"] = KeyUnusable(name="groq")
    faked.qtbot.keyClicks(line, "gsk planted")
    assert not is_red(line)
    faked.qtbot.keyClick(line, Qt.Key.Key_Return)
    faked.wait(lambda: page._details.keys._problem.isVisible())
    assert is_red(line)
    faked.qtbot.keyClicks(line, "x")
    assert not is_red(line)


def test_a_key_without_a_keyring_is_no_wrong_one(faked: DesktopDriver, notula: FakeNotula) -> None:
    page = started(faked)
    choose(page, "groq")
    keys = page._details.keys
    notula.failures["add_key"] = KeyringMissing(variable="NOTULA_GROQ_KEY")
    faked.qtbot.keyClicks(keys.line, "gsk_planted")
    faked.qtbot.keyClick(keys.line, Qt.Key.Key_Return)
    faked.wait(lambda: keys.ways.for_session.isVisible())
    assert not is_red(keys.line)


def test_a_token_that_is_refused(faked: DesktopDriver, notula: FakeNotula) -> None:
    faked.window.show_page(BOT)
    token = faked.window.page(BotPage).steps.token
    faked.wait(lambda: token.line.isVisible())
    notula.failures["use_token"] = BotTokenRefused(ending="3f2a")
    token.line.setFocus()  # Return also presses the button with the focus.
    faked.qtbot.keyClicks(token.line, TOKEN)
    faked.qtbot.keyClick(token.line, Qt.Key.Key_Return)
    faked.wait(token._problem.isVisible)
    assert is_red(token.line)


def test_a_part_that_ends_before_it_begins(faked: DesktopDriver) -> None:
    faked.window.show_page(TRANSCRIBE)
    options = faked.window.page(TranscribePage).options
    faked.qtbot.mouseClick(options.part, Qt.MouseButton.LeftButton)
    options.begin.setTime(QTime(0, 5, 0))
    options.end.setTime(QTime(0, 4, 0))
    assert is_red(options.begin)
    assert is_red(options.end)
    options.end.setTime(QTime(0, 6, 0))
    assert not is_red(options.begin)
    assert not is_red(options.end)


def test_times_of_a_passage_that_has_no_length(faked: DesktopDriver) -> None:
    dialog = TimesDialog(Segment(4.0, 9.0, "Ever tried."), (0.0, 20.0), TR, faked.window)
    open_dialog(faked, dialog)
    assert not is_red(dialog.end)
    dialog.end.setTime(QTime(0, 0, 3))
    assert dialog.problem.isVisible()
    assert is_red(dialog.end)
    dialog.end.setTime(QTime(0, 0, 8))
    assert not dialog.problem.isVisible()
    assert not is_red(dialog.end)


def test_a_pattern_of_names_with_an_unknown_part(faked: DesktopDriver, tmp_path: Path) -> None:
    dialog = ExportDialog(TR, 2, ExportPlan(("txt",), ExportPlace.FOLDER), tmp_path, faked.window)
    open_dialog(faked, dialog)
    assert not is_red(dialog.pattern)
    dialog.pattern.setText("{nme}")
    assert dialog.problem.isVisible()
    assert is_red(dialog.pattern)
    dialog.pattern.setText("{name}.{extension}")
    assert not is_red(dialog.pattern)


def test_only_the_part_of_a_server_that_is_wrong(faked: DesktopDriver) -> None:
    dialog = ServerDialog(["groq"], TR, faked.window)
    open_dialog(faked, dialog)
    dialog.name.setText("office")
    dialog.address.setText("ftp://office")
    assert is_red(dialog.address)
    assert not is_red(dialog.name)
    dialog.name.setText("groq")
    dialog.address.setText("http://office:8000/v1")
    assert is_red(dialog.name)
    assert not is_red(dialog.address)


def test_the_address_of_a_provider(faked: DesktopDriver) -> None:
    page = started(faked)
    choose(page, "groq")
    address = page._details.address
    address.setText("ftp://proxy")
    address.editingFinished.emit()
    assert is_red(address)
    address.setText("https://proxy.example.org")
    address.editingFinished.emit()
    assert not is_red(address)


def test_web_addresses_of_recordings(faked: DesktopDriver) -> None:
    dialog = AddressDialog(TR, faked.window)
    open_dialog(faked, dialog)
    dialog.lines.setPlainText("example.org/talk.mp3")
    assert is_red(dialog.lines)
    dialog.lines.setPlainText("https://example.org/talk.mp3")
    assert not is_red(dialog.lines)


def test_two_passphrases_that_differ(faked: DesktopDriver) -> None:
    dialog = PassphraseDialog(TR, faked.window, is_new=True)
    open_dialog(faked, dialog)
    dialog.line.setText("four words and more")
    dialog.again.setText("four words and less")
    dialog.use.click()
    assert is_red(dialog.again)
    dialog.again.setText("four words and more")
    assert not is_red(dialog.again)


def test_who_is_to_be_allowed_and_is_nobody(faked: DesktopDriver) -> None:
    faked.window.show_page(BOT)
    chats = faked.window.page(BotPage).chats
    chats.number.setText("bob")
    chats._allow_number()
    faked.wait(lambda: not chats.problem.isHidden())
    assert is_red(chats.number)
    chats.number.setText("4242")
    assert not is_red(chats.number)
