"""What stands in the reader's place while several jobs are selected: how many, and what can be done with them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from core.i18n import Translator
from gui.scale import Gap
from gui.theme import icon
from gui.widgets.action_button import ActionButton
from gui.widgets.text import label


class SelectionPanel(QWidget):
    """Its buttons do what the actions do, with all that is selected."""

    def __init__(
        self, tr: Translator, export_menu: QMenu, actions: Sequence[QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tr = tr
        self._count = label(name="subtitle")
        self.export = QPushButton(icon("export"), tr("Export"))
        self.export.setAccessibleName(tr("Export the transcripts of the selected recordings"))
        self.export.setMenu(export_menu)
        export_menu.menuAction().changed.connect(lambda: self._follow(export_menu))
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.export)
        for action in actions:
            buttons.addWidget(ActionButton(action))
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addStretch(1)
        column.addWidget(self._count, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(Gap.SMALL)
        column.addLayout(buttons)
        column.addStretch(2)
        self._follow(export_menu)

    def show_count(self, count: int) -> None:
        """So many are selected."""
        self._count.setText(self._tr.plural("{count} recording selected", "{count} recordings selected", count))

    def _follow(self, menu: QMenu) -> None:
        self.export.setEnabled(menu.isEnabled())
