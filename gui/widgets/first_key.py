"""The first arrow key in a list where nothing is selected selects where one is."""

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView

_KEYS = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp, Qt.Key.Key_Home, Qt.Key.Key_End)
_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class FirstKey(QObject):
    """Watches a view from its making on.

    With the focus Qt gives a view a current row, but selects none and shows none. The first key then goes on from a row
    that nobody has seen: it skips the first one, and does nothing where there is only one.
    """

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._view or not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        key, rows = event.key(), self._view.model().rowCount()
        is_plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key not in _KEYS or not is_plain or not rows or self._view.selectionModel().hasSelection():
            return False
        current = max(0, self._view.currentIndex().row())
        row = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: rows - 1}.get(Qt.Key(key), current)
        self._view.selectionModel().setCurrentIndex(self._view.model().index(row, 0), _SELECT)
        self._view.scrollTo(self._view.currentIndex())
        return True
