"""The actions of one window: what pages bind to their declarations, with the keys that a person has chosen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from core.i18n import Translator
from gui.actions.declaration import ActionDeclaration, ActionPlace
from gui.actions.keys import conflicts, is_possible, portable, sequence, shown
from gui.actions.table import ACTIONS
from gui.changes import ChangeEvents, Changes
from gui.shown_settings import ShownSettings
from gui.theme import icon

_WITH_FOCUS = {ActionPlace.PROVIDERS}
"""Places whose keys work only while the focus is there; those of pages work as long as their page is shown."""


@dataclass(frozen=True, slots=True)
class BoundAction:
    """An action that can be done, and the widget that it belongs to."""

    declaration: ActionDeclaration
    action: QAction
    owner: QWidget


class Actions(QObject):
    """Follows the setting `shortcuts`. What is wrong in that costs only the keys of the action that it is about."""

    keys_changed = Signal()
    """Some action has other keys now."""

    def __init__(self, settings: ShownSettings, changes: ChangeEvents, tr: Translator) -> None:
        super().__init__()
        self._settings = settings
        self._tr = tr
        self._declarations: dict[str, ActionDeclaration] = {}
        self._bound: list[BoundAction] = []
        self._keys: dict[str, tuple[QKeySequence, ...]] = {}
        self.declare(ACTIONS)
        changes.happened.connect(self._follow)

    @property
    def declarations(self) -> tuple[ActionDeclaration, ...]:
        """All there are, bound or not."""
        return tuple(self._declarations.values())

    @property
    def bound(self) -> tuple[BoundAction, ...]:
        """Those whose widgets are there."""
        return tuple(one for one in self._bound if isValid(one.action) and isValid(one.owner))

    def declare(self, declarations: Iterable[ActionDeclaration]) -> None:
        """Add actions, which come last of their place."""
        self._declarations |= {one.name: one for one in declarations}
        self._keys = self._chosen_keys()

    def bind(self, name: str, owner: QWidget, does: Callable[[], object]) -> QAction:
        """The action of this name, which `owner` has from now on: its keys work while that can be seen.

        Several owners may have the same action as long as no two of them are in sight at once.
        """
        declaration = self._declarations[name]
        text = self._tr(declaration.text)
        action = QAction(icon(declaration.icon), text, owner) if declaration.icon else QAction(text, owner)
        action.setObjectName(name)
        needs_focus = declaration.place in _WITH_FOCUS
        action.setShortcutContext(
            Qt.ShortcutContext.WidgetWithChildrenShortcut if needs_focus else Qt.ShortcutContext.WindowShortcut
        )
        action.setShortcuts(self._keys[name])
        action.setAutoRepeat(declaration.repeats)
        action.triggered.connect(lambda: does())
        owner.addAction(action)
        self._bound.append(BoundAction(declaration, action, owner))
        return action

    def keys_of(self, name: str) -> tuple[QKeySequence, ...]:
        """The keys that an action has now."""
        return self._keys[name]

    def shown_keys(self, name: str) -> str:
        """The same, as people read them; empty where it has none."""
        return shown(self._keys[name])

    def conflicts(self, name: str, keys: QKeySequence) -> list[ActionDeclaration]:
        """The other actions that have these keys where the action of this name works."""
        return conflicts(self._declarations[name], keys, self.declarations, self._keys)

    def _chosen_keys(self) -> dict[str, tuple[QKeySequence, ...]]:
        """The declared keys, and in their place those of the settings that are possible and not taken."""
        declared = {name: tuple(map(sequence, one.keys)) for name, one in self._declarations.items()}
        wanted: Mapping[str, Sequence[str]] = self._settings.current.shortcuts
        known = [name for name in wanted if name in declared and not self._declarations[name].is_fixed]
        chosen = {name: tuple(map(sequence, wanted[name])) for name in known}
        allowed = {name: keys for name, keys in chosen.items() if all(map(is_possible, keys))}
        while True:
            keys = declared | allowed
            taken = next((name for name in reversed(allowed) if self._is_taken(name, keys)), None)
            if taken is None:
                return keys
            del allowed[taken]

    def _is_taken(self, name: str, keys: Mapping[str, Sequence[QKeySequence]]) -> bool:
        declarations = self.declarations
        return any(conflicts(self._declarations[name], one, declarations, keys) for one in keys[name])

    def refused(self) -> list[str]:
        """Names in the setting `shortcuts` that aren't followed: no such action, impossible or taken keys."""
        wanted = self._settings.current.shortcuts
        followed = {name: tuple(map(portable, self._keys.get(name, ()))) for name in wanted}
        return [
            name for name, keys in wanted.items() if followed[name] != tuple(portable(sequence(one)) for one in keys)
        ]

    def _follow(self, changes: Changes) -> None:
        if "shortcuts" not in changes.settings:
            return
        self._keys = self._chosen_keys()
        self._bound = list(self.bound)
        for one in self._bound:
            one.action.setShortcuts(self._keys[one.declaration.name])
        self.keys_changed.emit()
