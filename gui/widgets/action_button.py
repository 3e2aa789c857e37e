"""A button for something that also has a shortcut and a place in menus."""

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QPushButton


class ActionButton(QPushButton):
    """A button that does what an action does and is enabled when it is."""

    def __init__(self, action: QAction) -> None:
        super().__init__(action.icon(), action.text())
        self._action = action
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self.setToolTip(f"{action.text()} ({keys})")
        self.setAccessibleName(action.text())
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.setEnabled(self._action.isEnabled())
