"""How far an export of several transcripts is, with a button that stops it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from core.i18n import Translator
from gui.widgets.text import label


class ExportBar(QWidget):
    """Hidden while no export goes on."""

    cancel_wanted = Signal()
    changed = Signal()
    """An export has begun, or ended."""

    def __init__(self, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self.is_active = False
        """Whether an export goes on."""
        self.text = label()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("How much is exported"))
        self.cancel = QPushButton(tr("Cancel"))
        self.cancel.clicked.connect(self.cancel_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.text)
        row.addWidget(self.progress, 1)
        row.addWidget(self.cancel)
        self.hide()

    def begin(self, total: int) -> None:
        """An export of so many begins."""
        self.progress.setRange(0, total)
        self._set_active(True)
        self.set_done(0)

    def set_done(self, done: int) -> None:
        """So many are exported."""
        self.progress.setValue(done)
        self.text.setText(self._tr("{done} of {total} exported", done=done, total=self.progress.maximum()))

    def end(self) -> None:
        """No export goes on any more."""
        self._set_active(False)

    def _set_active(self, is_active: bool) -> None:
        self.is_active = is_active
        self.setVisible(is_active)
        self.changed.emit()
