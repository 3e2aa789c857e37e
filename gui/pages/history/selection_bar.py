"""What can be done with several transcripts: export and delete, and how far an export is."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from core.i18n import Translator
from gui.theme import icon
from gui.widgets.text import label, named


class SelectionBar(QWidget):
    """Shown while several are selected, and while an export goes on."""

    export_wanted = Signal()
    delete_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._count = 0
        self._total: int | None = None
        named(self, "card").setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.selected = label()
        self.export = QPushButton(icon("export"), tr("Export …"))
        self.export.clicked.connect(self.export_wanted)
        self.delete = QPushButton(icon("remove"), tr("Delete …"))
        self.delete.clicked.connect(self.delete_wanted)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("How much is exported"))
        self.cancel = QPushButton(tr("Cancel"))
        self.cancel.clicked.connect(self.cancel_wanted)
        row = QHBoxLayout(self)
        row.addWidget(self.selected)
        row.addWidget(self.progress, 1)
        row.addStretch(0)
        for button in (self.export, self.delete, self.cancel):
            row.addWidget(button)
        self._update()

    def set_selected(self, count: int) -> None:
        """So many are selected now."""
        self._count = count
        self._update()

    def begin(self, total: int) -> None:
        """An export of so many begins."""
        self._total = total
        self.progress.setRange(0, total)
        self.progress.setValue(0)
        self._update()

    def set_done(self, done: int) -> None:
        """So many are exported."""
        self.progress.setValue(done)
        self._update()

    def end(self) -> None:
        """No export goes on any more."""
        self._total = None
        self._update()

    def _update(self) -> None:
        is_exporting = self._total is not None
        for widget in (self.progress, self.cancel):
            widget.setVisible(is_exporting)
        for widget in (self.export, self.delete):
            widget.setVisible(not is_exporting)
        if self._total is not None:
            done, total = self.progress.value(), self._total
            self.selected.setText(self._tr("{done} of {total} exported", done=done, total=total))
        else:
            self.selected.setText(self._tr("{count} selected", count=self._count))
        self.setVisible(is_exporting or self._count > 1)
