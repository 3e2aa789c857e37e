"""The passphrase in the window: asked for at the start, begun without a keyring, lost with all that it opens."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from core.domain.errors import KeyFileLocked, KeyringMissing
from gui.widgets.dialogs.question import Question
from gui.widgets.passphrase_dialog import PassphraseDialog
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.pages.settings.providers.conftest import choose, shown, started

PASSPHRASE = "four words of Sidney Carton"
KEY = "gsk_3f2a"


@pytest.fixture
def locked(make_driver: Callable[..., DesktopDriver], core: FakeCoreThread, notula: FakeNotula) -> DesktopDriver:
    notula.passphrase = PASSPHRASE
    notula.key_problem = KeyFileLocked().message
    driver = make_driver()
    driver.wait(lambda: dialog_of(driver))
    return driver


def dialog_of(driver: DesktopDriver) -> PassphraseDialog | None:
    return driver.window.findChild(PassphraseDialog)


def said(dialog: PassphraseDialog) -> str:
    return "\n".join(one.text() for one in dialog.findChildren(QLabel) if one.isVisible())


def test_without_a_file_nothing_is_asked_at_the_start(faked: DesktopDriver) -> None:
    faked.wait(lambda: not faked.desktop.operations._tasks)
    assert dialog_of(faked) is None


def test_it_is_asked_for_once_at_the_start(locked: DesktopDriver, notula: FakeNotula) -> None:
    dialog = dialog_of(locked)
    assert not dialog.use.isEnabled()
    assert not dialog.again.isVisible()
    locked.qtbot.keyClicks(dialog.line, "wrong")
    locked.qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    locked.wait(lambda: "isn't the passphrase" in said(dialog))
    assert dialog.line.text() == "wrong"
    dialog.line.selectAll()
    locked.qtbot.keyClicks(dialog.line, PASSPHRASE)
    locked.qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    locked.wait(lambda: dialog_of(locked) is None)
    assert notula.asked("unlock") == [["wrong"], [PASSPHRASE]]


def test_who_answers_later_finds_it_at_the_keys(locked: DesktopDriver, notula: FakeNotula) -> None:
    dialog_of(locked).reject()
    locked.wait(lambda: dialog_of(locked) is None)
    page = started(locked)
    choose(page, "groq")
    keys = page._details.keys
    locked.wait(lambda: "encrypted file" in shown(page))
    assert keys.unlock.isVisible()
    keys.unlock.click()
    dialog = dialog_of(locked)
    locked.qtbot.keyClicks(dialog.line, PASSPHRASE)
    dialog.use.click()
    locked.wait(lambda: not keys.unlock.isVisible())
    assert "encrypted file" not in shown(page)


def test_a_forgotten_one_costs_the_keys_after_a_question(locked: DesktopDriver, notula: FakeNotula) -> None:
    dialog = dialog_of(locked)
    dialog.forget.click()
    question = dialog.findChild(Question)
    assert "can't be found again" in question.asked.explained
    question.answers.yes.click()
    locked.wait(lambda: dialog_of(locked) is None)
    assert notula.asked("discard_file")


def test_no_press_is_enough_to_delete_the_keys(locked: DesktopDriver, notula: FakeNotula) -> None:
    """A double click, and Return as the answer, leave them where they are."""
    dialog = dialog_of(locked)
    locked.qtbot.mouseDClick(dialog.forget, Qt.MouseButton.LeftButton)
    dialog.forget.click()
    question = dialog.findChild(Question)
    locked.qtbot.keyClick(question, Qt.Key.Key_Return)
    locked.wait(lambda: not question.isVisible())
    assert not notula.asked("discard_file")


def test_where_the_two_differ_the_second_is_typed_again(faked: DesktopDriver) -> None:
    dialog = PassphraseDialog(faked.desktop._tr, faked.window, is_new=True)
    dialog.open()
    faked.qtbot.keyClicks(dialog.line, PASSPHRASE)
    faked.qtbot.keyClicks(dialog.again, "another")
    dialog.use.click()
    assert dialog.focusWidget() is dialog.again
    assert dialog.again.selectedText()
    dialog.reject()


def test_where_there_is_no_keyring_a_key_goes_into_a_new_file(faked: DesktopDriver, notula: FakeNotula) -> None:
    notula.failures["add_key"] = KeyringMissing(variable="NOTULA_<NAME>_KEY")
    page = started(faked)
    choose(page, "groq")
    keys = page._details.keys
    keys.line.setText(KEY)
    keys.add.click()
    faked.wait(keys.ways.in_file.isVisible)
    keys.ways.in_file.click()
    dialog = dialog_of(faked)
    assert not dialog.forget.isVisible()
    faked.qtbot.keyClicks(dialog.line, PASSPHRASE)
    assert not dialog.use.isEnabled()
    faked.qtbot.keyClicks(dialog.again, "another")
    dialog.use.click()
    assert "not the same" in said(dialog)
    dialog.again.clear()
    faked.qtbot.keyClicks(dialog.again, PASSPHRASE)
    dialog.use.click()
    faked.wait(lambda: keys.line.text() == "")
    assert notula.asked("begin_file") == [[PASSPHRASE]]
    assert notula.asked("add_key")[-1] == ["groq", KEY]
    assert not keys.ways.in_file.isVisible()
