"""One registry of all keys: nothing has keys beside it, all of it can be done, and no keys mean two things at once."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from core.config.shortcut_settings import RENAMED
from core.domain import TranscriptId
from gui.actions.declaration import PLACE_TITLES, ActionDeclaration, ActionPlace, can_meet
from gui.actions.keys import is_possible, portable, sequence
from gui.actions.table import ACTIONS
from gui.pages.page_actions import page_actions
from gui.pages.registry import PAGES
from gui.pages.transcript.transcript_page import TranscriptPage
from gui.theme import RESOURCES
from tests.conftest import REPOSITORY
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import ALL
from tests.gui.samples import stored

_EXAMPLE = "for each action a list of keys such as Ctrl+Shift+P or F5, four at most, and an empty list for none"

ALL_ACTIONS = (*ACTIONS, *page_actions(PAGES))
CHANGEABLE = tuple(one for one in ALL_ACTIONS if not one.is_fixed)

KEYS_OF_CONTROLS = {
    "gui/actions/actions.py": "the registry itself",
    "gui/window/message_bar.py": "Escape, a fixed key of the registry",
    "gui/widgets/recording_chooser.py": "inside of a dialog",
}
"""Files that give keys to something themselves, and why."""


def test_declarations_are_complete() -> None:
    names = [one.name for one in ALL_ACTIONS]
    assert len(set(names)) == len(names)
    assert set(PLACE_TITLES) == set(ActionPlace)
    for one in ALL_ACTIONS:
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,63}", one.name)
        assert not one.icon or (RESOURCES / "icons" / f"{one.icon}.svg").is_file()
        assert len(set(one.keys)) == len(one.keys)
        for keys in one.keys:
            assert portable(sequence(keys)) == keys, one.name


def test_earlier_names_lead_to_actions_that_are_there() -> None:
    names = {one.name for one in CHANGEABLE}
    assert set(RENAMED.values()) <= names
    assert not names & set(RENAMED)


@pytest.mark.parametrize("one", CHANGEABLE, ids=lambda one: one.name)
def test_declared_keys_could_be_given_by_a_person(one: ActionDeclaration) -> None:
    assert all(is_possible(sequence(keys)) for keys in one.keys)


def test_no_keys_mean_two_things_where_both_can_be_done() -> None:
    doubled = [
        (one.name, other.name, keys)
        for one, other in combinations(ALL_ACTIONS, 2)
        if can_meet(one.place, other.place) and not (one.is_fixed or other.is_fixed)
        for keys in set(one.keys) & set(other.keys)
    ]
    assert doubled == []


def test_every_action_can_be_done(faked: DesktopDriver) -> None:
    faked.make_all()
    bound = {one.declaration.name for one in faked.window.actions_.bound}
    assert bound == {one.name for one in CHANGEABLE}


def test_on_no_page_any_keys_are_ambiguous(faked: DesktopDriver) -> None:
    faked.make_all()
    for page in ALL:
        faked.window.show_page(page)
        faked.desktop.messages.information("Removed.", "Undo", lambda: None, is_undo=True)
        having = keys_of(faked.window)
        assert len(having) > 10
        assert {keys: names for keys, names in having.items() if len(names) > 1} == {}, page


def keys_of(window: QWidget) -> dict[str, list[str]]:
    """What has which keys now."""
    having: dict[str, list[str]] = defaultdict(list)
    for action in window.findChildren(QAction):
        widgets = [one for one in action.associatedObjects() if getattr(one, "isVisible", bool)()]
        if action.isEnabled() and (widgets or action.parent() is window):
            for keys in action.shortcuts():
                having[portable(keys)].append(action.objectName() or action.text())
    for shortcut in window.findChildren(QShortcut):
        parent = shortcut.parent()
        if shortcut.isEnabled() and getattr(parent, "isVisible", bool)():
            having[portable(shortcut.key())].append(type(parent).__name__)
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and button.isEnabled() and not button.shortcut().isEmpty():
            having[portable(button.shortcut())].append(button.accessibleName() or button.text())
    return having


def test_nothing_has_keys_beside_the_registry() -> None:
    having = set()
    for file in sorted((REPOSITORY / "gui").rglob("*.py")):
        source = file.read_text(encoding="utf-8")
        if re.search(r"\bQShortcut\(|\.setShortcuts?\(", source):
            having.add(file.relative_to(REPOSITORY).as_posix())
    assert having == set(KEYS_OF_CONTROLS)


def menus_of(driver: DesktopDriver) -> Iterator[QMenu]:
    """All menus of the window, with those that are made when they are wanted."""
    driver.window.show_transcript(1)
    driver.wait(lambda: not driver.desktop.operations._tasks)
    page = driver.window.page(TranscriptPage)
    page.text_modes.menu_wanted.emit(QPoint(0, 0))
    page.speakers.choose(page.text_modes.selected_segments())
    yield from driver.window.findChildren(QMenu)


def test_only_what_goes_step_by_step_is_repeated_while_its_keys_are_held(faked: DesktopDriver) -> None:
    bound = faked.window.actions_.bound
    repeated = {one.declaration.name for one in bound if one.action.autoRepeat()}
    assert repeated == {one.declaration.name for one in bound if one.declaration.repeats}
    assert {"reader_find_next", "transcript_undo", "transcript_skip_back", "queue_later"} <= repeated
    once = {"queue_again", "queue_track", "queue_remove", "queue_retry", "queue_export_again", "transcribe_record"}
    assert not repeated & (once | {"history_delete", "window_paste", "bot_switch", "queue_pause"})


@pytest.mark.qt_log_ignore(r"This plugin does not support", extend=True)
def test_what_menus_have_comes_from_the_registry_where_that_has_it(faked: DesktopDriver, notula: FakeNotula) -> None:
    """The tray's menu aside, which works without a window and shows no keys."""
    notula.stored = {TranscriptId(1): stored("Ever tried.")}
    names = defaultdict(set)
    for one in CHANGEABLE:
        names[one.text].add(one.name)
    listed = [action for menu in menus_of(faked) for action in menu.actions()]
    assert {"transcript_undo", "queue_folder", "queue_retry_failed"} <= {action.objectName() for action in listed}
    by_hand = [action.text() for action in listed if action.objectName() not in names.get(action.text(), {""})]
    assert [text for text in by_hand if text in names] == []


def test_no_sentence_of_the_window_names_keys_that_can_be_changed() -> None:
    catalogue = (REPOSITORY / "resources/translations/id/LC_MESSAGES/notula.po").read_text(encoding="utf-8")
    sentences = re.findall(r'^msgid "(.*)"$', catalogue, re.MULTILINE)
    keys = {keys for one in CHANGEABLE for keys in one.keys}
    named = [one for one in sentences if any(re.search(rf"(?<![\w+]){re.escape(key)}(?!\w)", one) for key in keys)]
    assert named == [_EXAMPLE]


@pytest.mark.parametrize("keys", ["Q", "Shift+Q", "Return", "Shift+Up", "Esc", "Tab", "Ctrl+C", "Ctrl+K, Ctrl+S", ""])
def test_keys_that_controls_need_cannot_be_given(keys: str) -> None:
    assert not is_possible(sequence(keys))


@pytest.mark.parametrize("keys", ["F5", "Shift+F12", "F24", "Ctrl+Q", "Alt+Left", "Media Play", "Del", "Ctrl+Shift+,"])
def test_keys_of_keyboards_and_foot_pedals_can_be_given(keys: str) -> None:
    assert is_possible(QKeySequence(keys))
