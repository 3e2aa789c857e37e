"""Keys are added, tried and deleted, and never shown."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from core.domain import TranslatableText
from core.domain.errors import KeyFileLocked, KeyringLocked, KeyringMissing
from core.domain.provider_offer import KeyHint, KeyTrial
from core.domain.provider_settings import ProviderSettings
from core.i18n import Translator
from gui.changes import Changes
from gui.pages.settings.providers.provider_texts import TOKEN, key_text
from gui.pages.settings.providers.providers_box import ProvidersBox
from gui.widgets.dialogs.question import Question
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import BOT
from tests.gui.pages.settings.providers.conftest import choose, names, shown

KEY = "gsk_planted_key_for_the_window_3f2a"


def test_a_key_is_added_tried_and_deleted(faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox) -> None:
    choose(page, "groq")
    keys = page._details.keys
    faked.wait(lambda: "There is no key yet." in shown(page))
    assert not keys.delete.isEnabled()
    faked.qtbot.keyClicks(keys.line, KEY)
    assert keys.line.displayText() != KEY
    faked.qtbot.keyClick(keys.line, Qt.Key.Key_Return)
    faked.wait(lambda: "key ending in …3f2a  ·  in the keyring" in shown(page))
    assert notula.asked("add_key") == [["groq", KEY]]
    assert keys.line.text() == ""
    faked.wait(lambda: names(page) == ["groq", "on-device"])
    assert faked.desktop.settings.current.providers == ("groq", "on-device")
    notula.trials = (KeyTrial("3f2a", None, 0.42), KeyTrial("9b1c", TranslatableText("Groq refused it.")))
    keys.try_out.click()
    faked.wait(lambda: "key ending in …3f2a: works, answered in 0.4 s" in shown(page))
    assert "key ending in …9b1c: Groq refused it." in shown(page)
    keys.delete.click()
    question = keys.findChild(Question)
    next(button for button in question.answers.buttons() if button.text() == "Delete").click()
    faked.wait(lambda: "There is no key yet." in shown(page))
    assert notula.asked("delete_keys") == [["groq"]]


REFUSED = KeyTrial("3f2a", TranslatableText("Groq refused it."))


def test_a_key_that_its_provider_refuses_is_kept_only_on_demand(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox
) -> None:
    notula.trials = (REFUSED,)
    choose(page, "groq")
    keys = page._details.keys
    faked.qtbot.keyClicks(keys.line, KEY)
    faked.qtbot.keyClick(keys.line, Qt.Key.Key_Return)
    faked.wait(keys.ways.anyway.isVisible)
    assert "key ending in …3f2a: Groq refused it." in shown(page)
    assert keys.line.text() == KEY  # To be corrected.
    assert not notula.asked("add_key")
    faked.wait(lambda: "There is no key yet." in shown(page))
    keys.ways.anyway.click()
    faked.wait(lambda: "key ending in …3f2a  ·  in the keyring" in shown(page))
    assert notula.asked("add_key") == [["groq", KEY]]
    assert not keys.ways.isVisible()
    assert "refused" not in shown(page)


def test_what_is_kept_on_demand_is_not_tried_again_where_there_is_no_keyring(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox
) -> None:
    notula.trials = (REFUSED,)
    notula.failures["add_key"] = KeyringMissing(variable="NOTULA_<NAME>_KEY")
    choose(page, "groq")
    keys = page._details.keys
    keys.line.setText(KEY)
    keys.add.click()
    faked.wait(keys.ways.anyway.isVisible)
    keys.ways.anyway.click()
    faked.wait(keys.ways.for_session.isVisible)
    keys.ways.for_session.click()
    faked.wait(lambda: "until Notula quits" in shown(page))
    assert len(notula.asked("keep_if_taken")) == 1


def test_another_text_is_tried_before_it_is_kept_elsewhere(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox
) -> None:
    notula.failures["add_key"] = KeyringMissing(variable="NOTULA_<NAME>_KEY")
    choose(page, "groq")
    keys = page._details.keys
    keys.line.setText(KEY)
    keys.add.click()
    faked.wait(keys.ways.for_session.isVisible)
    notula.trials = (REFUSED,)
    keys.line.setText(KEY + "x")
    keys.ways.for_session.click()
    faked.wait(keys.ways.anyway.isVisible)
    assert not notula.asked("add_key_for_session")


def test_after_the_file_is_opened_nothing_says_that_it_is_locked(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox
) -> None:
    notula.key_problem = KeyFileLocked().message
    notula.failures["add_key"] = KeyFileLocked()
    choose(page, "groq")
    keys = page._details.keys
    faked.wait(keys.unlock.isVisible)
    assert "There is no key yet." not in shown(page)  # Nobody knows.
    keys.line.setText(KEY)
    keys.add.click()
    faked.wait(keys._problem.isVisible)
    notula.key_problem = None
    faked.desktop.changes.publish(Changes(providers=True))
    faked.wait(lambda: not keys.unlock.isVisible())
    assert "encrypted file" not in shown(page)


def test_a_key_that_is_typed_stays_while_another_provider_is_looked_at(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox
) -> None:
    keys = page._details.keys
    choose(page, "groq")
    faked.qtbot.keyClicks(keys.line, KEY)
    choose(page, "on-device")
    choose(page, "groq")
    assert keys.line.text() == KEY
    keys.show_provider("deepgram")
    assert keys.line.text() == ""
    keys.show_provider("groq")
    faked.qtbot.keyClick(keys.line, Qt.Key.Key_Return)
    keys.show_provider("deepgram")  # While it is being added.
    faked.wait(lambda: notula.asked("add_key") == [["groq", KEY]] and not faked.desktop.operations._tasks)
    keys.show_provider("groq")
    assert keys.line.text() == ""


def test_keys_of_the_environment_are_shown_but_not_deleted(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox
) -> None:
    notula.key_hints = [KeyHint("groq", "3f2a", "NOTULA_GROQ_KEY"), KeyHint("groq", "")]
    choose(page, "groq")
    faked.wait(lambda: "key ending in …3f2a  ·  from NOTULA_GROQ_KEY" in shown(page))
    assert "a short key  ·  in the keyring" in shown(page)
    notula.key_hints.pop()
    page._details.keys.refresh()
    faked.wait(lambda: not page._details.keys.delete.isEnabled())


def test_a_locked_keyring_is_told_where_the_keys_are(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox
) -> None:
    notula.key_problem = KeyringLocked(variable="NOTULA_GROQ_KEY").message
    choose(page, "groq")
    faked.wait(lambda: "keyring is locked" in shown(page))
    notula.failures["add_key"] = KeyringLocked(variable="NOTULA_GROQ_KEY")
    page._details.keys.line.setText(KEY)
    page._details.keys.add.click()
    faked.wait(lambda: "keyring is locked" in shown(page))
    assert page._details.keys.line.text() == KEY  # To try again once it is open.


def test_a_slow_keyrings_answer_does_not_come_to_another_provider(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox
) -> None:
    notula.settings = notula.settings.changed(services={"office": ProviderSettings("large", "http://127.0.0.1/v1")})
    page.refresh()
    faked.wait(lambda: "office" in names(page))
    choose(page, "groq")
    faked.wait(lambda: "There is no key yet." in shown(page))
    notula.gates["try_provider"] = asyncio.Event()
    notula.trials = (KeyTrial("3f2a", None, 0.4),)
    page._details.keys.try_out.click()
    faked.wait(lambda: notula.asked("try_provider"))
    assert not page._details.keys.try_out.isEnabled()
    choose(page, "office")
    notula.gates["try_provider"].set()
    faked.wait(page._details.keys.try_out.isEnabled)
    assert "works" not in shown(page)


def test_a_missing_keyring_is_no_alarm_and_a_key_can_be_kept_in_memory(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox
) -> None:
    missing = KeyringMissing(variable="NOTULA_<NAME>_KEY")
    notula.key_problem = missing.message
    choose(page, "groq")
    faked.wait(lambda: "NOTULA_GROQ_KEY" in shown(page))
    keys = page._details.keys
    assert not keys._problem.isVisible()  # Nobody has done anything wrong.
    assert not keys.ways.for_session.isVisible()
    notula.failures["add_key"] = missing
    keys.line.setText("gsk_3f2a")
    keys.add.click()
    faked.wait(keys.ways.for_session.isVisible)
    assert "NOTULA_GROQ_KEY" in keys._problem.text()
    assert "<NAME>" not in shown(page)
    assert keys.line.text() == "gsk_3f2a"
    keys.ways.for_session.setFocus()
    keys.ways.for_session.click()
    faked.wait(lambda: "·  until Notula quits" in shown(page))  # Of the key, as the button and the reason say it, too.
    assert notula.asked("add_key_for_session") == [["groq", "gsk_3f2a"]]
    faked.wait(keys.line.hasFocus)  # The button is gone, but the next key is for the same card.
    assert keys.line.text() == ""
    assert not keys.ways.for_session.isVisible()
    assert not keys._problem.isVisible()


def test_the_settings_report_no_keyring_before_a_key_is_added(faked: DesktopDriver, notula: FakeNotula) -> None:
    notula.key_problem = KeyringMissing(variable="NOTULA_<NAME>_KEY").message
    faked.window.show_page(BOT)
    faked.wait(lambda: len(notula.asked("keys")) == 2)
    faked.wait(lambda: not faked.desktop.operations._tasks)
    texts = [one.text() for one in faked.settings_page.findChildren(QLabel) if one.isVisible()]
    assert not [text for text in texts if "no keyring" in text]


def test_the_bots_token_is_called_a_token_and_all_else_a_key() -> None:
    tr = Translator("en")
    assert key_text(tr, KeyHint(TOKEN, "3f2a")) == "token ending in …3f2a  ·  in the keyring"
    assert key_text(tr, KeyHint("groq", "3f2a")) == "key ending in …3f2a  ·  in the keyring"
