"""The keys that undo and redo what was edited, in a text field of the transcript, which would have its own for that."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QTextEdit

from gui.actions.actions import Actions
from gui.actions.declaration import ActionPlace
from gui.pages.transcript.editing_session import EditingSession

_UNDO, _REDO = "transcript_undo", "transcript_redo"


class UndoKeys(QObject):
    """In these fields the keys that a person has chosen undo and redo, and the system's own do nothing by themselves.

    They are taken here rather than left to the actions: a message may offer an undo with the same key meanwhile. What
    else a person has chosen for the page means the page, too, though the field may have a use for it.
    """

    def __init__(self, actions: Actions, session: EditingSession, fields: Iterable[QTextEdit], parent: QObject) -> None:
        super().__init__(parent)
        self._actions = actions
        self._does = {_UNDO: session.stack.undo, _REDO: session.stack.redo}
        for field in fields:
            field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_press = event.type() is QEvent.Type.KeyPress
        if not isinstance(event, QKeyEvent) or not (is_press or event.type() is QEvent.Type.ShortcutOverride):
            return False
        keys = QKeySequence(event.keyCombination())
        for name, does in self._does.items():
            if keys in self._actions.keys_of(name):
                event.accept()
                if is_press:
                    does()
                return True
        is_of_system = event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)
        if is_of_system or (not is_press and self._is_of_page(keys)):
            event.ignore()  # It is left to whichever action has it.
            return True
        return False

    def _is_of_page(self, keys: QKeySequence) -> bool:
        return any(
            keys in self._actions.keys_of(one.name)
            for one in self._actions.declarations
            if one.place is ActionPlace.TRANSCRIPT and not one.is_fixed
        )
