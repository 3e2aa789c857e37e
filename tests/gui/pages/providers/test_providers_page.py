"""Who is asked, in which order, with which model and keys: all of it from the window."""

import asyncio

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QLabel, QMessageBox

from core.domain import Snapshot, TranslatableText
from core.domain.errors import KeyringLocked, KeyringMissing, SettingsNotSaved
from core.domain.provider_offer import KeyHint, KeyTrial
from core.domain.provider_settings import ProviderSettings
from core.domain.provider_state import CircuitState, ProviderState
from gui.pages.providers.providers_page import NAME, ProvidersPage
from gui.pages.providers.server_dialog import ServerDialog
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import PROVIDERS, SETTINGS

KEY = "gsk_planted_key_for_the_window_3f2a"


def started(driver: DesktopDriver) -> ProvidersPage:
    driver.window.show_page(PROVIDERS)
    driver.wait(lambda: driver.providers_page._list.count())
    return driver.providers_page


@pytest.fixture
def page(faked: DesktopDriver) -> ProvidersPage:
    return started(faked)


def names(page: ProvidersPage) -> list[str]:
    return [item.data(NAME) for item in page._items()]


def choose(page: ProvidersPage, name: str) -> None:
    page._list.setCurrentRow(names(page).index(name))


def tick(page: ProvidersPage, name: str, *, ticked: bool = True) -> None:
    item = page._items()[names(page).index(name)]
    item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)


def orders(notula: FakeNotula) -> list[tuple[str, ...]]:
    return [values["providers"] for (values,) in notula.asked("change_settings") if "providers" in values]


def shown(page: ProvidersPage) -> str:
    return "\n".join(part.text() for part in page._details.findChildren(QLabel) if part.isVisibleTo(page._details))


def test_a_ticked_provider_is_asked_after_those_above_it(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersPage
) -> None:
    assert names(page) == ["on-device", "groq"]
    assert "not used" in page._items()[1].text()
    tick(page, "groq")
    faked.wait(lambda: orders(notula) == [("on-device", "groq")])
    faked.wait(lambda: faked.desktop.settings.current.providers == ("on-device", "groq"))


def test_the_order_is_changed_by_keys_and_undone(faked: DesktopDriver, notula: FakeNotula, page: ProvidersPage) -> None:
    tick(page, "groq")
    faked.wait(lambda: len(notula.asked("ready")) == 2)
    choose(page, "groq")
    page._up.trigger()
    faked.wait(lambda: orders(notula)[-1] == ("groq", "on-device"))
    faked.wait(lambda: names(page) == ["groq", "on-device"])
    assert page._chosen_name() == "groq"
    assert not page._up.isEnabled()
    faked.desktop.messages.last.action()
    faked.wait(lambda: orders(notula)[-1] == ("on-device", "groq"))
    faked.wait(lambda: names(page) == ["on-device", "groq"])


def test_the_order_is_changed_by_dragging(faked: DesktopDriver, notula: FakeNotula, page: ProvidersPage) -> None:
    tick(page, "groq")
    faked.wait(lambda: len(notula.asked("ready")) == 2)
    page._list.model().moveRow(QModelIndex(), 1, QModelIndex(), 0)
    faked.wait(lambda: orders(notula)[-1] == ("groq", "on-device"))


def test_somebody_has_to_transcribe(faked: DesktopDriver, notula: FakeNotula, page: ProvidersPage) -> None:
    tick(page, "on-device", ticked=False)
    faked.wait(lambda: page._items()[0].checkState() is Qt.CheckState.Checked)
    assert orders(notula) == []
    assert "one provider stays" in faked.desktop.messages.last.text


def test_the_order_can_be_automatic_again(faked: DesktopDriver, notula: FakeNotula, page: ProvidersPage) -> None:
    assert not page._automatic.isEnabled()
    tick(page, "groq")
    faked.wait(page._automatic.isEnabled)
    page._automatic.click()
    faked.wait(lambda: orders(notula)[-1] == ())
    faked.wait(lambda: not page._automatic.isEnabled())


def test_how_a_provider_fares_is_told_in_words(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, page: ProvidersPage
) -> None:
    tick(page, "groq")
    faked.wait(lambda: len(notula.asked("ready")) == 2)
    faked.wait(lambda: not faked.desktop.operations._tasks)
    states = {
        "paused after failures, tried again in 28 s": ProviderState(
            "groq", "Groq", "turbo", CircuitState.OPEN, 27.6, keys=2, usable_keys=2
        ),
        "2 keys  ·  being tried again": ProviderState(
            "groq", "Groq", "turbo", CircuitState.HALF_OPEN, keys=2, usable_keys=2
        ),
        "no key is accepted": ProviderState("groq", "Groq", "turbo", keys=1),
        "asked too often, resting": ProviderState("groq", "Groq", "turbo", keys=2, usable_keys=1, rate_limited_keys=1),
        "the month's budget is spent": ProviderState("groq", "Groq", "turbo", is_skipped=True),
    }
    for words, state in states.items():
        core.published.emit(Snapshot(providers=(state, ProviderState("on-device", "on-device", "base", device="cpu"))))
        assert words in page._items()[1].text()
        assert words.rpartition("  ·  ")[2] in faked.queue._status.text()
        assert "computes on cpu" in page._items()[0].text()
    assert page._chosen_name() == "on-device"


def test_a_services_settings_are_kept(faked: DesktopDriver, notula: FakeNotula, page: ProvidersPage) -> None:
    choose(page, "groq")
    details = page._details
    assert "as usual: whisper-large-v3-turbo" in details.model._line.placeholderText()
    details.model.setCurrentIndex(1)
    details.model.activated.emit(1)
    details.llm_model._line.setFocus()
    faked.qtbot.keyClicks(details.llm_model._line, "another/model")
    faked.qtbot.keyClick(details.llm_model._line, Qt.Key.Key_Return)
    details.largest.setValue(100)
    details.price.setValue(0.0015)
    details.price.editingFinished.emit()
    faked.qtbot.keyClicks(details.address, "https://proxy.example.org/groq")
    faked.qtbot.keyClick(details.address, Qt.Key.Key_Return)
    expected = ProviderSettings("whisper-large-v3", "https://proxy.example.org/groq", 100, 0.0015, "another/model")
    faked.wait(lambda: notula.settings.services == {"groq": expected})
    choose(page, "on-device")
    choose(page, "groq")
    assert details.model.name() == "whisper-large-v3"
    assert details.price.value() == 0.0015


def test_a_price_is_told_by_the_hour(page: ProvidersPage) -> None:
    choose(page, "groq")
    texts = [page._details.model.itemText(row) for row in range(2)]
    assert texts == ["whisper-large-v3-turbo (about $0.04 an hour)", "whisper-large-v3 (about $0.11 an hour)"]


def test_a_server_is_added_and_removed(faked: DesktopDriver, notula: FakeNotula, page: ProvidersPage) -> None:
    page._add.click()
    dialog = page.findChild(ServerDialog)
    for line, text in ((dialog.name, "office"), (dialog.address, "http://127.0.0.1:8000/v1"), (dialog.model, "large")):
        assert not dialog._buttons.buttons()[0].isEnabled()
        faked.qtbot.keyClicks(line, text)
    dialog._buttons.buttons()[0].click()
    faked.wait(lambda: notula.settings.providers == ("office", "on-device"))
    assert notula.settings.services == {"office": ProviderSettings("large", "http://127.0.0.1:8000/v1")}
    faked.wait(lambda: names(page) == ["office", "on-device", "groq"])
    choose(page, "office")
    page._details.address.clear()
    page._details.address.editingFinished.emit()
    assert notula.settings.services["office"].base_url  # Without one it would be no server.
    page._details._remove.click()
    faked.wait(lambda: names(page) == ["on-device", "groq"])
    assert notula.settings.services == {}
    faked.desktop.messages.last.action()
    faked.wait(lambda: names(page) == ["office", "on-device", "groq"])


def test_a_server_that_doesnt_work_is_told_before_it_is_added(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersPage
) -> None:
    page._add.click()
    dialog = page.findChild(ServerDialog)
    add = dialog._buttons.buttons()[0]
    for line, text in ((dialog.name, "office"), (dialog.address, "http://127.0.0.1:9/v1"), (dialog.model, "large")):
        assert not dialog.test.isEnabled()
        line.setText(text)
    notula.trials = (KeyTrial("", TranslatableText("office can't be reached.")),)
    dialog.test.click()
    assert not add.isEnabled()
    faked.wait(lambda: "office can't be reached." in dialog.problem.text())
    assert add.text() == "Add anyway"
    dialog.model.setText("small")
    assert add.text() == "Add"
    add.click()
    faked.wait(lambda: "office can't be reached." in dialog.problem.text())
    assert notula.asked("try_server")[-1] == ["office", ProviderSettings("small", "http://127.0.0.1:9/v1")]
    assert notula.settings.services == {}
    add.click()
    faked.wait(lambda: notula.settings.services == {"office": ProviderSettings("small", "http://127.0.0.1:9/v1")})


def test_a_server_that_works_says_so(faked: DesktopDriver, notula: FakeNotula, page: ProvidersPage) -> None:
    page._add.click()
    dialog = page.findChild(ServerDialog)
    for line, text in ((dialog.name, "office"), (dialog.address, "http://127.0.0.1:9/v1"), (dialog.model, "large")):
        line.setText(text)
    dialog.test.click()
    faked.wait(lambda: "works" in dialog.problem.text())
    assert notula.settings.services == {}
    dialog.reject()


@pytest.mark.parametrize(
    ("name", "address", "problem"),
    [
        ("groq", "", "already"),
        ("Office", "", "small letters"),
        ("office", "ftp://127.0.0.1", "begins with http"),
        ("office", "http://me:secret@127.0.0.1/", "no password"),
        ("office", "http://[::1", "begins with http"),
    ],
)
def test_a_server_that_can_not_be_is_not_added(page: ProvidersPage, name: str, address: str, problem: str) -> None:
    page._add.click()
    dialog = page.findChild(ServerDialog)
    dialog.model.setText("large")
    dialog.name.setText(name)
    dialog.address.setText(address)
    assert problem in dialog.problem.text()
    assert not dialog._buttons.buttons()[0].isEnabled()
    dialog.reject()


def test_a_key_is_added_tried_and_deleted(faked: DesktopDriver, notula: FakeNotula, page: ProvidersPage) -> None:
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
    question = keys.findChild(QMessageBox)
    next(button for button in question.buttons() if button.text() == "Delete").click()
    faked.wait(lambda: "There is no key yet." in shown(page))
    assert notula.asked("delete_keys") == [["groq"]]


def test_keys_of_the_environment_are_shown_but_not_deleted(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersPage
) -> None:
    notula.key_hints = [KeyHint("groq", "3f2a", "NOTULA_GROQ_KEY"), KeyHint("groq", "")]
    choose(page, "groq")
    faked.wait(lambda: "key ending in …3f2a  ·  from NOTULA_GROQ_KEY" in shown(page))
    assert "a short key  ·  in the keyring" in shown(page)
    notula.key_hints.pop()
    page._details.keys._list()
    faked.wait(lambda: not page._details.keys.delete.isEnabled())


def test_a_locked_keyring_is_told_where_the_keys_are(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersPage
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
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersPage
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


def test_settings_that_can_not_be_saved_are_told(faked: DesktopDriver, notula: FakeNotula, page: ProvidersPage) -> None:
    notula.failures["change_settings"] = SettingsNotSaved(path="settings.toml", reason="why")
    tick(page, "groq")
    faked.wait(lambda: notula.asked("change_settings"))
    faked.wait(lambda: "could not be saved" in faked.desktop.messages.last.text)


def test_what_changed_elsewhere_is_shown_and_not_undone_here(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersPage
) -> None:
    notula._use(workers=7, providers=("groq", "on-device"))
    faked.wait(lambda: names(page) == ["groq", "on-device"])
    tick(page, "on-device", ticked=False)
    faked.wait(lambda: orders(notula) == [("groq",)])
    assert notula.settings.workers == 7


def test_a_price_and_a_size_are_shown_as_they_are_and_passing_by_writes_nothing(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersPage
) -> None:
    service = ProviderSettings(price_per_minute=0.0000123, largest_megabytes=400)
    notula._use(services={"groq": service})
    page.refresh()
    faked.wait(lambda: page._settings.current.services == {"groq": service})
    choose(page, "groq")
    details = page._details
    faked.wait(lambda: details.price.text() == "$ 0.0000123")
    assert details.largest.text() == "400 MB"
    for box in (details.price, details.largest):
        box.editingFinished.emit()
    assert not notula.asked("change_service")


def test_an_address_that_is_none_stays_with_the_rule(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersPage
) -> None:
    choose(page, "groq")
    details = page._details
    details.address.setText("ftp://me:secret@proxy")
    details.address.editingFinished.emit()
    assert "begins with http" in shown(page)
    assert details.address.text() == "ftp://me:secret@proxy"
    assert not notula.asked("change_service")
    details.address.setText("https://proxy.example.org")
    details.address.editingFinished.emit()
    faked.wait(lambda: notula.settings.services == {"groq": ProviderSettings(base_url="https://proxy.example.org")})
    assert "begins with http" not in shown(page)


def test_a_missing_keyring_is_no_alarm_and_a_key_can_be_kept_in_memory(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersPage
) -> None:
    missing = KeyringMissing(variable="NOTULA_<NAME>_KEY")
    notula.key_problem = missing.message
    choose(page, "groq")
    faked.wait(lambda: "NOTULA_GROQ_KEY" in shown(page))
    keys = page._details.keys
    assert not keys._problem.isVisible()  # Nobody has done anything wrong.
    assert not keys.for_session.isVisible()
    notula.failures["add_key"] = missing
    keys.line.setText("gsk_3f2a")
    keys.add.click()
    faked.wait(keys.for_session.isVisible)
    assert "NOTULA_GROQ_KEY" in keys._problem.text()
    assert "<NAME>" not in shown(page)
    assert keys.line.text() == "gsk_3f2a"
    keys.for_session.click()
    faked.wait(lambda: "until Notula quits" in shown(page))
    assert notula.asked("add_key_for_session") == [["groq", "gsk_3f2a"]]
    assert keys.line.text() == ""
    assert not keys.for_session.isVisible()
    assert not keys._problem.isVisible()


def test_the_settings_say_nothing_of_a_keyring_before_somebody_adds_a_key(
    faked: DesktopDriver, notula: FakeNotula
) -> None:
    notula.key_problem = KeyringMissing(variable="NOTULA_<NAME>_KEY").message
    faked.window.show_page(SETTINGS)
    faked.wait(lambda: len(notula.asked("keys")) == 2)
    faked.wait(lambda: not faked.desktop.operations._tasks)
    texts = [one.text() for one in faked.settings_page.findChildren(QLabel) if one.isVisible()]
    assert not [text for text in texts if "no keyring" in text]
