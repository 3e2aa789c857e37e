"""A button that says what is chosen, with a menu to choose something else."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QToolButton

from gui.theme import icon


class MenuButton(QToolButton):
    """Its text has an arrow behind it; a click opens the menu, which is empty at first."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("action")
        self.setIcon(icon("chevron-down"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMenu(QMenu(self))
        self.menu().setLayoutDirection(QGuiApplication.layoutDirection())  # Only the arrow is on the other side.
