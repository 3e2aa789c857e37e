"""What stands in the reader's place while several jobs are selected: how many, and what can be done with them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.i18n import Translator
from gui.scale import Gap
from gui.widgets.action_button import ActionButton
from gui.widgets.text import label


class SelectionPanel(QWidget):
    """Its buttons do what the actions do, with all that is selected."""

    def __init__(
        self, tr: Translator, export: QAction, actions: Sequence[QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tr = tr
        self._count = label(name="subtitle")
        self.export = ActionButton(export)
        self.export.setAccessibleName(tr("Export the transcripts of the selected recordings"))
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

    def show_count(self, count: int) -> None:
        """So many are selected."""
        self._count.setText(self._tr.plural("{count} recording selected", "{count} recordings selected", count))
