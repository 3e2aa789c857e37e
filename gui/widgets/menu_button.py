"""A button that says what is chosen, with a menu to choose something else."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QStyleOptionToolButton, QToolButton

from gui.theme import icon


class MenuButton(QToolButton):
    """Its text has an arrow behind it; a click opens the menu, which is empty at first."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("action")
        self.setIcon(icon("chevron-down"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMenu(QMenu(self))

    def initStyleOption(self, option: QStyleOptionToolButton) -> None:
        """Have the arrow behind the text. It is only drawn so, as the button's own direction places its menu, too."""
        super().initStyleOption(option)
        is_turned = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        option.direction = Qt.LayoutDirection.LeftToRight if is_turned else Qt.LayoutDirection.RightToLeft
