"""Servers are tried and added in a dialog, and removed on the page."""

import pytest

from core.domain import TranslatableText
from core.domain.provider_offer import KeyTrial
from core.domain.provider_settings import ProviderSettings
from gui.pages.settings.providers.providers_box import ProvidersBox
from gui.pages.settings.providers.server_dialog import ServerDialog
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.pages.settings.providers.conftest import choose, names


def test_a_server_is_added_and_removed(faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox) -> None:
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
    faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox
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


def test_a_server_that_works_says_so(faked: DesktopDriver, notula: FakeNotula, page: ProvidersBox) -> None:
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
def test_a_server_that_can_not_be_is_not_added(page: ProvidersBox, name: str, address: str, problem: str) -> None:
    page._add.click()
    dialog = page.findChild(ServerDialog)
    dialog.model.setText("large")
    dialog.name.setText(name)
    dialog.address.setText(address)
    assert problem in dialog.problem.text()
    assert not dialog._buttons.buttons()[0].isEnabled()
    dialog.reject()
