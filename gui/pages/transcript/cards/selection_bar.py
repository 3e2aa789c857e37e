"""What stands above the cards while several are selected: how many, and what can be done with them at once."""

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QPushButton, QWidget

from core.i18n import Translator
from gui.scale import Gap
from gui.theme import icon
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.text import label


class SelectionBar(QWidget):
    """In the place of `RuleBar`."""

    merge_wanted = Signal()
    speaker_wanted = Signal()
    shift_wanted = Signal()
    delete_wanted = Signal()

    left = Signal()
    """Only the current card is to be selected again."""

    def __init__(self, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self.count = label(name="rowname")
        self.count.setAccessibleName(tr("Cards that are selected"))
        self.merge = self._button("", tr("Join"), tr("Join the cards that are selected"), self.merge_wanted)
        self.speaker = self._button(
            "speakers", tr("Speaker …"), tr("Choose who speaks on all of them"), self.speaker_wanted
        )
        self.shift = self._button(
            "", tr("Move in time …"), tr("Have all of them begin and end later"), self.shift_wanted
        )
        self.delete = self._button("remove", tr("Delete"), tr("Delete the cards that are selected"), self.delete_wanted)
        self.leave = self._button("", tr("Only this card"), tr("Leave the selection"), self.left)
        row = FlowLayout(self, gap=Gap.SMALL, line_gap=Gap.TIGHT)
        for widget in (self.count, self.merge, self.speaker, self.shift, self.delete, self.leave):
            row.addWidget(widget)

    def show_count(self, count: int, *, is_read_only: bool) -> None:
        """So many are selected; what changes them can't be done where the text can't be changed."""
        self.count.setText(self._tr.plural("{count} card selected", "{count} cards selected", count))
        for button in (self.merge, self.speaker, self.shift, self.delete):
            button.setEnabled(not is_read_only)

    def _button(self, icon_name: str, text: str, explained: str, clicked: SignalInstance) -> QPushButton:
        button = QPushButton(icon(icon_name), text) if icon_name else QPushButton(text)
        button.setToolTip(explained)
        button.setAccessibleDescription(explained)
        button.clicked.connect(clicked)
        return button
