"""Keys that mean the window's action in a text field, too, where they would mean something of the field."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid

_TEXT_FIELDS = (QLineEdit, QTextEdit, QPlainTextEdit)


class KeysOverText(QObject):
    """Under X11, for one, Ctrl+K deletes to the end of the line, and the field would take it for itself.

    Only the field that has the focus is watched: a filter of the whole application would see each of its events.
    """

    def __init__(self, action: QAction, window: QWidget) -> None:
        super().__init__(window)
        self._action = action
        self._window = window
        self._watched: QWidget | None = None
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._watch)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if QKeySequence(event.keyCombination()) not in self._action.shortcuts():
            return False
        event.ignore()  # The field doesn't see it, so it stays a shortcut.
        return True

    def _watch(self, _old: QWidget | None, new: QWidget | None) -> None:
        before, self._watched = self._watched, None
        if before is not None and isValid(before):
            before.removeEventFilter(self)
        if isinstance(new, _TEXT_FIELDS) and isValid(self._window) and new.window() is self._window:
            self._watched = new
            new.installEventFilter(self)
