"""A line between the actions of a menu."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget


def separator(parent: QWidget) -> QAction:
    """A line between the actions of a menu."""
    line = QAction(parent)
    line.setSeparator(True)
    return line
