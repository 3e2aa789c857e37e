"""A button for something that also has a shortcut and a place in menus."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton

from gui.actions.tooltips import tell_keys


class ActionButton(QPushButton):
    """A button that does what an action does and is enabled when it is."""

    def __init__(self, action: QAction) -> None:
        super().__init__(action.icon(), action.text())
        self._action = action
        self._explained = action.text()
        self._renew_tooltip = tell_keys(self, action, lambda: self._explained)
        self.setAccessibleName(action.text())
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def explain(self, explained: str) -> None:
        """What the tooltip says before the keys, in place of the action's text."""
        self._explained = explained
        self._renew_tooltip()

    def _follow(self) -> None:
        self.setEnabled(self._action.isEnabled())
