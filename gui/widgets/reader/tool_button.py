"""The small buttons of the reader."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from gui.theme import icon
from gui.widgets.text import named


def tool_button(icon_name: str, explained: str, clicked: object = None, text: str = "") -> QToolButton:
    """A button with an icon, and with a text where there is one; `explained` is its tooltip and accessible name."""
    button = named(QToolButton(), "action")
    button.setIcon(icon(icon_name))
    button.setToolTip(explained)
    button.setAccessibleName(explained)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if text:
        button.setText(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    if clicked is not None:
        button.clicked.connect(clicked)
    return button
