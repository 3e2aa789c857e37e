"""Shows on every page that files which are dragged over the window can be dropped."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from core.i18n import Translator
from gui.widgets.text import label


class DropHint(QFrame):
    """Covers its parent while it is shown, and is transparent for mouse events."""

    def __init__(self, tr: Translator, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("drophint")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        sentence = label(tr("Let go to transcribe"), "drophinttext")
        column = QVBoxLayout(self)
        column.addWidget(sentence, 0, Qt.AlignmentFlag.AlignCenter)
        parent.installEventFilter(self)
        self.hide()

    def set_active(self, is_active: bool) -> None:
        """Show it while recordings are dragged over the window."""
        if is_active:
            self._cover()
            self.raise_()
        self.setVisible(is_active)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._cover()
        return False

    def _cover(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
