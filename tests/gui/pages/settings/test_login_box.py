"""Starting at login is switched on the settings page, and shown as the system has it."""

import errno

from gui.pages.settings.settings_page import SettingsPage
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver


class FakeStart:
    def __init__(self) -> None:
        self.on = False
        self.failure: OSError | None = None

    def is_on(self) -> bool:
        return self.on

    def turn_on(self) -> None:
        self._set(True)

    def turn_off(self) -> None:
        self._set(False)

    def _set(self, on: bool) -> None:
        if self.failure is not None:
            raise self.failure
        self.on = on


def test_it_is_switched_and_follows_the_system(faked: DesktopDriver, notula: FakeNotula, page: SettingsPage) -> None:
    start = page.login._start = FakeStart()
    page.show_part("general")
    faked.wait(lambda: not faked.desktop.operations._tasks)
    assert not page.login.box.isChecked()
    page.login.box.click()
    faked.wait(lambda: start.on)
    start.on = False  # In the desktop's own settings.
    page.show_part("bot")
    page.show_part("general")
    faked.wait(lambda: not page.login.box.isChecked())
    start.failure = PermissionError(errno.EACCES, "denied")
    page.login.box.click()
    faked.wait(lambda: "you may not write there" in faked.message)
    faked.wait(lambda: not page.login.box.isChecked())


def test_the_window_stays_hidden_at_login_where_there_is_a_tray(faked: DesktopDriver, monkeypatch) -> None:
    faked.window.hide()
    monkeypatch.setattr(type(faked.desktop.tray), "is_there", property(lambda self: True))
    monkeypatch.setattr(faked.desktop.core, "start", lambda: None)
    faked.desktop.start([], None, in_tray=True)
    assert not faked.window.isVisible()
    monkeypatch.setattr(type(faked.desktop.tray), "is_there", property(lambda self: False))
    faked.desktop.start([], None, in_tray=True)
    assert faked.window.isVisible()
