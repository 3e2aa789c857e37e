"""Actions of a page, with shortcuts that work wherever the focus is on it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from gui.theme import icon


def page_action(
    page: QWidget,
    icon_name: str,
    text: str,
    shortcut: QKeySequence | QKeySequence.StandardKey,
    slot: Callable[[], None],
) -> QAction:
    """An action of a page. Its shortcut works wherever the focus is while the page is shown: Qt ignores hidden ones."""
    action = QAction(icon(icon_name), text, page)
    action.setShortcut(QKeySequence(shortcut))
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    action.triggered.connect(slot)
    page.addAction(action)
    return action


def separator(parent: QWidget) -> QAction:
    """A line between the actions of a menu."""
    line = QAction(parent)
    line.setSeparator(True)
    return line
