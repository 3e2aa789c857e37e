"""A field that takes the next keys that are pressed as its value."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from core.i18n import Translator
from gui.actions.keys import ALONE


class KeyField(QLineEdit):
    """Escape without other keys gives up."""

    pressed = Signal(QKeySequence)
    """The keys that were pressed, of any kind."""

    given_up = Signal()
    left = Signal()
    """Something else in the window has the focus now."""

    def __init__(self, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setObjectName("keyfield")
        self.setPlaceholderText(tr("Press the new keys; Escape gives up"))
        self.setAccessibleName(tr("Press the new keys; Escape gives up"))

    def event(self, event: QEvent) -> bool:
        """Shortcuts of the window, and Tab, mean the field while it has the focus."""
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self._press(event)
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
            self.left.emit()

    def _press(self, event: QKeyEvent) -> None:
        event.accept()
        if Qt.Key(event.key()) in ALONE or event.isAutoRepeat():
            return
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() == Qt.Key.Key_Escape and modifiers == Qt.KeyboardModifier.NoModifier:
            self.given_up.emit()
        else:
            self.pressed.emit(QKeySequence(event.keyCombination().toCombined() & ~_KEYPAD))


_KEYPAD = Qt.KeyboardModifier.KeypadModifier.value
