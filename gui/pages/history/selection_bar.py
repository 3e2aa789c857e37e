"""What can be done with several transcripts: export and delete, and how far an export is."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from core.i18n import Translator
from gui.theme import icon
from gui.widgets.export.export_bar import ExportBar
from gui.widgets.text import label, named


class SelectionBar(QWidget):
    """Shown while several are selected, and while an export goes on."""

    export_wanted = Signal()
    delete_wanted = Signal()

    def __init__(self, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._count = 0
        named(self, "card").setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.selected = label()
        self.export = QPushButton(icon("export"), tr("Export …"))
        self.export.clicked.connect(self.export_wanted)
        self.delete = QPushButton(icon("remove"), tr("Delete …"))
        self.delete.clicked.connect(self.delete_wanted)
        self.exporting = ExportBar(tr)
        self.exporting.changed.connect(self._update)
        row = QHBoxLayout(self)
        row.addWidget(self.selected)
        row.addWidget(self.exporting, 1)
        row.addStretch(0)
        for button in (self.export, self.delete):
            row.addWidget(button)
        self._update()

    def set_selected(self, count: int) -> None:
        """So many are selected now."""
        self._count = count
        self._update()

    def _update(self) -> None:
        is_exporting = self.exporting.is_active
        for widget in (self.selected, self.export, self.delete):
            widget.setVisible(not is_exporting)
        self.selected.setText(self._tr("{count} selected", count=self._count))
        self.setVisible(is_exporting or self._count > 1)
