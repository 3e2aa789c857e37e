"""Shows on every page that files which are dragged over the window can be dropped."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from core.i18n import Translator
from gui.scale import Gap
from gui.widgets.text import label


class DropHint(QFrame):
    """Covers its parent while it is shown, and is transparent for mouse events."""

    def __init__(self, tr: Translator, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("drophint")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        sentence = label(tr("Let go to transcribe"), "drophinttext")
        self._tr = tr
        self._count = label(name="muted")
        column = QVBoxLayout(self)
        column.setSpacing(Gap.SMALL)
        column.addStretch(1)
        for text in (sentence, self._count):
            column.addWidget(text, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(1)
        parent.installEventFilter(self)
        self.hide()

    def set_active(self, is_active: bool, recordings: Sequence[Path | str] = ()) -> None:
        """Show it while recordings are dragged over the window, and how many files, folders and addresses these are.

        Which are folders isn't known without asking the drive, which may be far away.
        """
        if is_active:
            links = sum(isinstance(one, str) for one in recordings)
            files, tr = len(recordings) - links, self._tr
            parts = [
                tr.plural("{count} file or folder", "{count} files or folders", files) if files else "",
                tr.plural("{count} link", "{count} links", links) if links else "",
            ]
            self._count.setText(", ".join(filter(None, parts)))
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
