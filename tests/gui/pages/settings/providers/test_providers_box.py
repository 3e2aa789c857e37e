"""Who is asked, in which order, with which model and keys: all of it from the window."""

import asyncio

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QAbstractButton

from core.domain import Snapshot
from core.domain.errors import SettingsNotSaved
from core.domain.provider_offer import ModelOffer, ProviderOffer
from core.domain.provider_settings import ProviderSettings
from core.domain.provider_state import CircuitState, ProviderState
from gui.pages.settings.providers.providers_box import ProvidersBox
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import PROVIDERS
from tests.gui.pages.settings.providers.conftest import choose, names, shown, tick


def orders(notula: FakeNotula) -> list[tuple[str, ...]]:
    return [values["providers"] for (values,) in notula.asked("change_settings") if "providers" in values]


def test_a_ticked_provider_is_asked_after_those_above_it(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox
) -> None:
    assert names(page) == ["on-device", "groq"]
    assert "not used" in page._items()[1].text()
    tick(page, "groq")
    faked.wait(lambda: orders(notula) == [("on-device", "groq")])
    faked.wait(lambda: faked.desktop.settings.current.providers == ("on-device", "groq"))


def test_the_order_is_changed_by_keys_and_undone(faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox) -> None:
    tick(page, "groq")
    faked.wait(lambda: len(notula.asked("ready")) >= 2)
    choose(page, "groq")
    page._up.trigger()
    faked.wait(lambda: orders(notula)[-1] == ("groq", "on-device"))
    faked.wait(lambda: names(page) == ["groq", "on-device"])
    assert page._chosen_name() == "groq"
    assert not page._up.isEnabled()
    faked.desktop.messages.last.action()
    faked.wait(lambda: orders(notula)[-1] == ("on-device", "groq"))
    faked.wait(lambda: names(page) == ["on-device", "groq"])


def test_the_order_is_changed_by_dragging(faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox) -> None:
    tick(page, "groq")
    faked.wait(lambda: len(notula.asked("ready")) >= 2)
    page._list.model().moveRow(QModelIndex(), 1, QModelIndex(), 0)
    faked.wait(lambda: orders(notula)[-1] == ("groq", "on-device"))


def test_the_last_provider_stays_in_use(faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox) -> None:
    tick(page, "on-device", ticked=False)
    faked.wait(lambda: page._items()[0].checkState() is Qt.CheckState.Checked)
    assert orders(notula) == []
    assert "one provider stays" in faked.desktop.messages.last.text


def test_the_order_can_be_automatic_again(faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox) -> None:
    assert not page._automatic.isEnabled()
    tick(page, "groq")
    faked.wait(page._automatic.isEnabled)
    page._automatic.click()
    faked.wait(lambda: orders(notula)[-1] == ())
    faked.wait(lambda: not page._automatic.isEnabled())


def test_the_state_of_a_provider_is_shown_in_words(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, page: ProvidersBox
) -> None:
    tick(page, "groq")
    faked.wait(lambda: len(notula.asked("ready")) >= 2)
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
        assert "cpu" not in page._items()[0].text()
    assert page._chosen_name() == "on-device"


def test_a_services_settings_are_kept(faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox) -> None:
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


def test_a_price_is_told_by_the_hour(page: ProvidersBox) -> None:
    choose(page, "groq")
    texts = [page._details.model.itemText(row) for row in range(2)]
    assert texts == ["whisper-large-v3-turbo (about $0.04 an hour)", "whisper-large-v3 (about $0.11 an hour)"]


def test_settings_that_can_not_be_saved_are_told(faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox) -> None:
    notula.failures["change_settings"] = SettingsNotSaved(path="settings.toml", reason="why")
    tick(page, "groq")
    faked.wait(lambda: notula.asked("change_settings"))
    faked.wait(lambda: "could not be saved" in faked.desktop.messages.last.text)


def test_what_changed_elsewhere_is_shown_and_not_undone_here(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox
) -> None:
    notula._use(workers=7, providers=("groq", "on-device"))
    faked.wait(lambda: names(page) == ["groq", "on-device"])
    tick(page, "on-device", ticked=False)
    faked.wait(lambda: orders(notula) == [("groq",)])
    assert notula.settings.workers == 7


def test_a_price_and_a_size_are_shown_as_they_are_and_passing_by_writes_nothing(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox
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
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox
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


def test_what_a_provider_costs_is_seen_before_it_is_used(faked: DesktopDriver, page: ProvidersBox) -> None:
    assert "about $0.04 an hour" in page._items()[names(page).index("groq")].text()
    choose(page, "groq")
    assert page._details.price.text() == "as usual ($ 0.0007)"


def test_a_provider_that_is_ticked_or_unticked_is_told_by_its_name(
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox
) -> None:
    tick(page, "groq")
    faked.wait(lambda: faked.message == "Groq is used from now on.")
    faked.wait(lambda: not faked.desktop.operations._tasks)
    tick(page, "groq", ticked=False)
    faked.wait(lambda: faked.message == "Groq isn't used any more.")
    faked.wait(lambda: not faked.desktop.operations._tasks)


def test_a_provider_without_language_models_offers_no_field_for_them(notula: FakeNotula, page: ProvidersBox) -> None:
    choose(page, "groq")
    assert page._details.llm_model.isVisibleTo(page._details)
    page._details.show_provider(ProviderOffer("deepgram", "Deepgram", (ModelOffer("nova-3", 0.0043),)), notula.settings)
    assert not page._details.llm_model.isVisibleTo(page._details)


def test_nothing_is_offered_before_the_providers_are_known(faked: DesktopDriver, notula: FakeNotula) -> None:
    notula.gates["ready"] = asyncio.Event()
    faked.window.show_page(PROVIDERS)
    details = faked.providers_box._details
    assert not [one for one in details.findChildren(QAbstractButton) if one.isVisibleTo(details)]
    notula.gates["ready"].set()
    faked.wait(lambda: faked.providers_box._list.count())
    assert [one for one in details.findChildren(QAbstractButton) if one.isVisibleTo(details)]
