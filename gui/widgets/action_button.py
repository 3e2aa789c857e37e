"""A button for something that also has a shortcut and a place in menus."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton

from gui.actions.tooltips import tell_keys


class ActionButton(QPushButton):
    """A button that does what an action does and is enabled when it is."""

    def __init__(self, action: QAction) -> None:
        super().__init__(action.icon(), action.text())
        self._action = action
        tell_keys(self, action, action.text())
        self.setAccessibleName(action.text())
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.setEnabled(self._action.isEnabled())
