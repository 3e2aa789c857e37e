"""Every setting can be changed, applies at once, and is saved."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QPushButton

from core.config import Folders, Settings, load_settings
from core.config.declarations import extra_of
from core.config.sections import SettingsSection, section_of
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
from tests.gui.page_names import MODELS
from tests.gui.pages.settings.values import OTHER


def show(page: SettingsPage, name: str) -> Editor:
    """Turn to the section of a setting, advanced ones unfolded."""
    page.show_section(section_of(name))
    view = page._sections[page.section]
    view.fold.setChecked(name in view.folded_names)
    return page._editors[name]


def choose(driver: DesktopDriver, editor: Editor, value: object) -> None:
    """As a person does it, with mouse and keys."""
    show(driver.settings_page, editor.name)
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
    with_editors_of_their_own = {"services", "providers", "saved_profiles", "shortcuts", "watch_folders"}
    assert set(page._editors) == set(Settings.model_fields) - with_editors_of_their_own == set(OTHER)
    for name, editor in page._editors.items():
        assert editor.title == Settings.model_fields[name].title


def test_each_changed_setting_is_handed_to_the_core_by_itself(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage
) -> None:
    """In one window: to make one takes longer than all of these changes."""
    for name, value in OTHER.items():
        before = len(notula.asked("change_settings"))
        choose(faked, page._editors[name], value)
        faked.wait(lambda name=name, value=value: getattr(faked.desktop.settings.current, name) == value)
        handed_over = [set(values) for (values,) in notula.asked("change_settings")[before:]]
        assert handed_over, name
        assert all(names == {name} for names in handed_over), name
        assert faked.settings_page._rows[name].problem.isHidden(), name


@pytest.fixture
def _no_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a token none would run anyway; to import it takes seconds in which nothing can be closed."""
    monkeypatch.setattr("core.app.bot_service._load_bot", lambda: None)


@pytest.mark.usefixtures("_no_bot")
def test_all_settings_are_kept_in_the_file_and_read_again(driver: DesktopDriver, folders: Folders) -> None:
    driver.window.show_page(MODELS)
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
    faked.wait(page._rows["workers"].problem.isVisible)
    assert page._rows["workers"].problem.text() == str(
        SettingsNotSaved(path="/etc/notula/settings.toml", reason="why").message
    )
    choose(faked, page._editors["hedge"], True)
    faked.wait(page._rows["hedge"].problem.isVisible)
    assert not page._editors["hedge"]._box.isChecked()
    del notula.failures["change_settings"]
    choose(faked, page._editors["workers"], 4)
    faked.wait(lambda: len(notula.asked("change_settings")) == 3)
    assert page._rows["workers"].problem.isHidden()


def test_a_value_that_isnt_allowed_is_said_and_the_old_one_stays(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage
) -> None:
    choose(faked, page._editors["language"], "not a language")
    assert page._rows["language"].problem.isVisible()
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
    editor = show(page, name)
    line = editor._box.lineEdit() if isinstance(editor, NumberEditor) else editor._line
    line.setFocus()
    line.selectAll()
    faked.qtbot.keyClicks(line, typed)
    faked.qtbot.keyClick(line, Qt.Key.Key_Return)
    assert rule in page._rows[name].problem.text()
    assert page._rows[name].problem.isVisible()
    assert line.text().removesuffix(" h") == typed
    notula._use(**{name: OTHER[name]})
    assert line.text().removesuffix(" h") == typed
    assert not notula.asked("change_settings")
    choose(faked, editor, OTHER[name])
    faked.wait(lambda: page._rows[name].problem.isHidden())


@pytest.mark.parametrize(
    ("name", "value"), [("longest_hours", 0.25), ("cache_days", 0.0001), ("monthly_budget", 1.2345)]
)
def test_a_number_is_shown_as_it_is_and_passing_by_writes_nothing(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage, name: str, value: float
) -> None:
    notula._use(**{name: value})
    box = show(page, name)._box
    assert float(box.cleanText()) == value
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


def test_no_number_of_people_is_shown_as_automatic(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage
) -> None:
    box = page._editors["people"]._box
    assert (box.text(), box.number()) == ("Automatic", 0)
    choose(faked, page._editors["people"], 3)
    faked.wait(lambda: notula.settings.people == 3)
    assert box.text() == "3"
    choose(faked, page._editors["people"], 0)
    faked.wait(lambda: notula.settings.people == 0)
    assert box.text() == "Automatic"


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
        field = show(page, name)._box if isinstance(editor, NumberEditor) else editor._line
        field.setFocus()
        faked.qtbot.keyClick(field, Qt.Key.Key_Return)
        field.clearFocus()
    assert not notula.asked("change_settings")


def test_tab_goes_down_the_page_from_field_to_field(faked: DesktopDriver, page: SettingsPage) -> None:
    seen = 0
    for section, view in page._sections.items():
        if section is SettingsSection.PROVIDERS:
            continue  # There the details stand beside the list.
        page.show_section(section)
        view.fold.setChecked(True)
        faked.wait(lambda: not faked.desktop.operations._tasks)
        page._list.setFocus()
        faked.qtbot.keyClick(page._list, Qt.Key.Key_Tab)
        widget = faked.window.focusWidget()
        bottom = -1
        while view.isAncestorOf(widget):
            top = widget.mapTo(view.widget(), QPoint(0, widget.height())).y()
            if not isinstance(widget, (QCheckBox, QPushButton)):  # Several of them stand side by side.
                assert top >= bottom - 30, widget.accessibleName()
                bottom = max(bottom, top)
            seen += 1
            faked.qtbot.keyClick(widget, Qt.Key.Key_Tab)
            widget = faked.window.focusWidget()
    assert seen > 60


def test_a_setting_that_is_given_is_shown(make_driver: Callable[..., DesktopDriver], core: FakeCoreThread) -> None:
    page = make_driver(Settings(**OTHER)).settings_page
    assert page._editors["workers"]._box.value() == 7
    assert page._editors["engine_idle_minutes"]._box.value() == 12.5
    assert page._editors["theme"].box.currentData() == "dark"
    assert not page._editors["close_to_tray"].findChild(QCheckBox).isChecked()
    assert isinstance(page._models, ModelsBox)


def test_numbers_have_their_units(page: SettingsPage) -> None:
    for name, text in {
        "longest_hours": "12 h",
        "engine_idle_minutes": "5 min",
        "shutdown_grace_s": "0 s",
        "cache_days": "7 days",
        "cache_megabytes": "500 MB",
        "monthly_budget": "$ 0",
        "user_requests_per_minute": "10 a minute",
        "workers": "2",
    }.items():
        box = page._editors[name]._box
        assert box.text() == text
        box.selectAll()  # The unit stays when a person types over the number.
        assert box.lineEdit().selectedText() == box.cleanText()


def test_every_setting_is_in_a_section(page: SettingsPage) -> None:
    for name, field in Settings.model_fields.items():
        assert "section" in extra_of(field), f"{name} lands in {section_of(name)} by itself: is that meant?"
        if name in page._rows:
            view = page._sections[section_of(name)]
            view.fold.setChecked(True)
            assert view.isAncestorOf(page._rows[name])
            assert view._advanced.isAncestorOf(page._rows[name]) == bool(extra_of(field).get("advanced"))


def test_a_changed_setting_is_marked_and_can_be_reset(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage
) -> None:
    row, folded = page._rows["workers"], page._rows["beam_size"]
    show(page, "workers")
    assert not row.reset.isVisible()
    notula._use(workers=5, beam_size=2)
    assert row.reset.isVisible()
    assert row._dot.text() == "●"
    assert row.reset.accessibleName() == "Reset: Recordings at once"
    faked.qtbot.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    faked.wait(lambda: notula.settings.workers == 2)
    assert page._editors["workers"]._box.number() == 2
    assert not row.reset.isVisible()
    assert row._dot.text() == ""
    view = page._sections[SettingsSection.TRANSCRIPTION]
    assert view.fold.text() == "Advanced  ·  1 changed"
    show(page, "beam_size")
    assert folded.reset.isVisible()


def test_what_was_typed_and_isnt_allowed_is_reset_too(
    faked: DesktopDriver, notula: FakeNotula, page: SettingsPage
) -> None:
    line, row = show(page, "profile")._line, page._rows["profile"]
    line.setFocus()
    line.selectAll()
    faked.qtbot.keyClicks(line, "My")
    assert "small letters" in row.problem.text()  # While it is typed.
    assert row.problem.isVisible()
    faked.qtbot.keyClick(line, Qt.Key.Key_Home)
    faked.qtbot.keyClick(line, Qt.Key.Key_Delete)
    assert not row.problem.isVisible()
    faked.qtbot.keyClicks(line, "M")
    faked.qtbot.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    faked.wait(lambda: not faked.desktop.operations._tasks)
    assert line.text() == "default"
    assert not row.has_problem
    assert not row.reset.isVisible()


def test_the_open_section_comes_back(faked: DesktopDriver, page: SettingsPage) -> None:
    page.show_section(SettingsSection.LIMITS)
    saved = dict(page.saved_state())
    assert saved == {"section": "limits"}
    page.show_section(SettingsSection.BOT)
    for damaged in ({}, {"section": 3}, {"section": "gone"}, {"section": ["bot"]}):
        page.restore_state(damaged)
        assert page.section is SettingsSection.BOT
    page.restore_state(saved)
    assert page.section is SettingsSection.LIMITS
    faked.wait(lambda: not faked.desktop.operations._tasks)
