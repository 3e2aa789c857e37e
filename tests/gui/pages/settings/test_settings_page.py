"""Every setting can be changed, applies at once, and is saved."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QPushButton, QScrollArea

from core.config import Folders, Settings, load_settings
from core.domain.errors import SettingsNotSaved
from gui.pages.settings.models_box import ModelsBox
from gui.pages.settings.setting_editors import (
    CheckEditor,
    ChoiceEditor,
    Editor,
    FolderEditor,
    LineEditor,
    NumberEditor,
    SeveralEditor,
)
from gui.pages.settings.settings_page import SettingsPage
from gui.theme import DARK, LIGHT
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import SETTINGS

OTHER = {
    "interface_language": "id",
    "theme": "dark",
    "model": "base",
    "language": "id",
    "workers": 7,
    "beam_size": 1,
    "word_timestamps": True,
    "chunks_at_once": 3,
    "longest_hours": 1.5,
    "shutdown_grace_s": 20.0,
    "cache_days": 30.0,
    "records_days": 10.0,
    "cache_megabytes": 100,
    "cache_shared": False,
    "user_minutes_per_day": 30,
    "user_requests_per_minute": 4,
    "all_requests_per_minute": 60,
    "user_running": 1,
    "user_waiting": 5,
    "engine_idle_minutes": 12.5,
    "export_folder": "/somewhere/else",
    "export_formats": ("txt", "md"),
    "notifications": False,
    "close_to_tray": False,
    "vocabulary": ("Manette", "Dr. Darnay"),
    "speakers": True,
    "to_english": True,
    "profile": "work",
    "monthly_budget": 12.5,
    "hedge": True,
    "unsafe_keyring": True,
    "bot_enabled": True,
    "bot_owner": 7_000_000_007,
    "bot_audience": "everybody",
    "bot_error_reports": False,
    "bot_transport": "webhook",
    "bot_server": "http://127.0.0.1:8081",
    "bot_server_files": True,
    "webhook_url": "https://bot.example.org",
    "webhook_listen": "0.0.0.0:8443",
    "webhook_proxies": ("10.0.0.0/8", "127.0.0.1"),
    "webhook_networks": ("192.0.2.7",),
    "webhook_certificate": "/etc/notula/bot.pem",
    "webhook_key": "/etc/notula/bot.key",
    "webhook_self_signed": True,
}


def choose(driver: DesktopDriver, editor: Editor, value: object) -> None:
    """As a person does it, with mouse and keys."""
    if isinstance(editor, CheckEditor):
        editor._box.click()
    elif isinstance(editor, ChoiceEditor):
        if editor.box.findData(value) < 0:
            editor.box.addItem(value, value)
        editor.box.setCurrentIndex(editor.box.findData(value))
        editor.box.activated.emit(editor.box.currentIndex())
    elif isinstance(editor, NumberEditor):
        editor._box.setFocus()
        editor._box.selectAll()
        driver.qtbot.keyClicks(editor._box, editor._box.locale().toString(value))
        driver.qtbot.keyClick(editor._box, Qt.Key.Key_Return)
    elif isinstance(editor, LineEditor):
        editor._line.clear()
        driver.qtbot.keyClicks(editor._line, ", ".join(value) if isinstance(value, tuple) else str(value))
        driver.qtbot.keyClick(editor._line, Qt.Key.Key_Return)
    elif isinstance(editor, FolderEditor):
        editor._line.clear()
        driver.qtbot.keyClicks(editor._line, value)
        driver.qtbot.keyClick(editor._line, Qt.Key.Key_Return)
    elif isinstance(editor, SeveralEditor):
        for name, box in editor._boxes.items():
            if box.isChecked() != (name in value):
                box.click()


def test_every_setting_has_an_editor(page: SettingsPage) -> None:
    on_the_page_of_providers = {"services", "providers"}
    assert set(page._editors) == set(Settings.model_fields) - on_the_page_of_providers == set(OTHER)
    for name, editor in page._editors.items():
        assert editor.title == Settings.model_fields[name].title


@pytest.mark.parametrize("name", OTHER)
def test_a_changed_setting_is_handed_to_the_core(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage, name: str
) -> None:
    choose(faked, page._editors[name], OTHER[name])
    faked.wait(lambda: getattr(faked.desktop.settings.current, name) == OTHER[name])
    assert all(values.keys() == {name} for (values,) in notula.asked("change_settings"))
    assert page._problems[name].isHidden()


@pytest.fixture
def _no_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a token none would run anyway; to import it takes seconds in which nothing can be closed."""
    monkeypatch.setattr("core.app.bot_service._load_bot", lambda: None)


@pytest.mark.usefixtures("_no_bot")
def test_all_settings_are_kept_in_the_file_and_read_again(driver: DesktopDriver, folders: Folders) -> None:
    driver.window.show_page(SETTINGS)
    page = driver.settings_page
    driver.wait(lambda: page._models.findChildren(QPushButton))
    for name, value in OTHER.items():
        choose(driver, page._editors[name], value)
        driver.wait(
            lambda name=name, value=value: getattr(load_settings(folders.settings_file).settings, name) == value
        )
    driver.wait(lambda: load_settings(folders.settings_file).settings == Settings(**OTHER))
    driver.wait(lambda: driver.desktop.settings.current == Settings(**OTHER))


def test_the_theme_changes_at_once(qapp: QApplication, faked: DesktopDriver, page: SettingsPage) -> None:
    for theme, colours in (("dark", DARK), ("light", LIGHT)):
        choose(faked, page._editors["theme"], theme)
        faked.wait(lambda name=colours.window: qapp.palette().color(QPalette.ColorRole.Window).name() == name)
        assert colours.accent in qapp.styleSheet()
        assert "@" not in qapp.styleSheet().partition("*/")[2]


def test_a_file_that_cant_be_written_is_said_at_the_setting(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage
) -> None:
    notula.failures["change_settings"] = SettingsNotSaved(path="/etc/notula/settings.toml", reason="why")
    choose(faked, page._editors["workers"], 3)
    faked.wait(page._problems["workers"].isVisible)
    assert page._problems["workers"].text() == str(
        SettingsNotSaved(path="/etc/notula/settings.toml", reason="why").message
    )
    choose(faked, page._editors["hedge"], True)
    faked.wait(page._problems["hedge"].isVisible)
    assert not page._editors["hedge"]._box.isChecked()
    del notula.failures["change_settings"]
    choose(faked, page._editors["workers"], 4)
    faked.wait(lambda: len(notula.asked("change_settings")) == 3)
    assert page._problems["workers"].isHidden()


def test_a_value_that_isnt_allowed_is_said_and_the_old_one_stays(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage
) -> None:
    choose(faked, page._editors["language"], "not a language")
    assert page._problems["language"].isVisible()
    assert page._editors["language"].box.currentData() == "auto"
    assert not notula.asked("change_settings")


@pytest.mark.parametrize(
    ("name", "typed", "rule"),
    [
        ("workers", "33", "a whole number from 1 to 32"),
        ("longest_hours", "0", "a number above 0, 100 at most"),
        ("profile", "My keys!", "small letters, digits, - and _"),
        ("webhook_networks", "10.0.0.0/40", "IP addresses or ranges"),
    ],
)
def test_what_is_typed_and_not_allowed_stays_with_the_rule(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage, name: str, typed: str, rule: str
) -> None:
    editor = page._editors[name]
    line = editor._box.lineEdit() if isinstance(editor, NumberEditor) else editor._line
    line.setFocus()
    line.selectAll()
    faked.qtbot.keyClicks(line, typed)
    faked.qtbot.keyClick(line, Qt.Key.Key_Return)
    assert rule in page._problems[name].text()
    assert page._problems[name].isVisible()
    assert line.text() == typed
    notula._use(**{name: OTHER[name]})
    assert line.text() == typed
    assert not notula.asked("change_settings")
    choose(faked, editor, OTHER[name])
    faked.wait(lambda: page._problems[name].isHidden())


@pytest.mark.parametrize(
    ("name", "value"), [("longest_hours", 0.25), ("cache_days", 0.0001), ("monthly_budget", 1.2345)]
)
def test_a_number_is_shown_as_it_is_and_passing_by_writes_nothing(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage, name: str, value: float
) -> None:
    notula._use(**{name: value})
    box = page._editors[name]._box
    assert float(box.text()) == value
    box.setFocus()
    faked.qtbot.keyClick(box, Qt.Key.Key_Tab)
    assert not notula.asked("change_settings")
    assert box.value() == value


def test_the_arrows_of_a_number_stay_within_its_bounds(page: SettingsPage) -> None:
    box = page._editors["workers"]._box
    for steps, value in ((40, 32), (-40, 1), (3, 4)):
        box.stepBy(steps)
        assert box.number() == value
    above = page._editors["engine_idle_minutes"]._box
    above.stepBy(-9)
    assert above.number() > 0
    above.stepBy(9999)
    assert above.number() == 1440


def test_a_change_from_elsewhere_is_shown(faked: DesktopDriver, notula: FakeNotula, page: SettingsPage) -> None:
    notula._use(bot_owner=4711, user_running=1, theme="dark")
    assert page._editors["bot_owner"]._line.text() == "4711"
    assert page._editors["user_running"]._box.number() == 1
    choose(faked, page._editors["workers"], 5)
    faked.wait(lambda: notula.settings.workers == 5)
    assert notula.settings.bot_owner == 4711


def test_leaving_a_field_unchanged_saves_nothing(faked: DesktopDriver, notula: FakeNotula, page: SettingsPage) -> None:
    for name in ("workers", "export_folder"):
        editor = page._editors[name]
        field = editor._box if isinstance(editor, NumberEditor) else editor._line
        field.setFocus()
        faked.qtbot.keyClick(field, Qt.Key.Key_Return)
        field.clearFocus()
    assert not notula.asked("change_settings")


def test_tab_goes_down_the_page_from_field_to_field(faked: DesktopDriver, page: SettingsPage) -> None:
    widget = page._editors["model"].box
    widget.setFocus()
    bottom, seen = -1, 0
    while page.isAncestorOf(widget):
        top = widget.mapTo(page.findChild(QScrollArea).widget(), QPoint(0, widget.height())).y()
        if not isinstance(widget, QCheckBox):  # Several of them stand side by side.
            assert top >= bottom - 30, widget.accessibleName()
            bottom = max(bottom, top)
        seen += 1
        faked.qtbot.keyClick(widget, Qt.Key.Key_Tab)
        widget = faked.window.focusWidget()
    assert seen > 40


def test_a_setting_that_is_given_is_shown(make_driver: Callable[..., DesktopDriver], core: FakeCoreThread) -> None:
    page = make_driver(Settings(**OTHER)).settings_page
    assert page._editors["workers"]._box.value() == 7
    assert page._editors["engine_idle_minutes"]._box.value() == 12.5
    assert page._editors["theme"].box.currentData() == "dark"
    assert not page._editors["close_to_tray"].findChild(QCheckBox).isChecked()
    assert isinstance(page._models, ModelsBox)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("longest_hours", "12 h"),
        ("engine_idle_minutes", "5 min"),
        ("shutdown_grace_s", "0 s"),
        ("cache_days", "7 days"),
        ("cache_megabytes", "500 MB"),
        ("monthly_budget", "$ 0"),
        ("user_requests_per_minute", "10 a minute"),
        ("workers", "2"),
    ],
)
def test_numbers_have_their_units(page: SettingsPage, name: str, text: str) -> None:
    row = page._editors[name].row
    widgets = [widget for number in range(row.count()) if (widget := row.itemAt(number).widget())]
    assert " ".join(widget.text() for widget in widgets) == text
