"""The row of buttons with which one of several parts of a page is chosen."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from gui.scale import Gap
from gui.widgets.text import named


class PartButtons(QWidget):
    """`texts` are what the buttons say, by the name that `chosen` tells. The first one is pressed at the beginning."""

    chosen = Signal(str)

    def __init__(self, texts: Mapping[str, str], accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(accessible_name)
        self._names = tuple(texts)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Gap.TIGHT)
        for number, text in enumerate(texts.values()):
            button = named(QPushButton(text), "segment")
            button.setCheckable(True)
            self._group.addButton(button, number)
            row.addWidget(button)
        row.addStretch(1)
        self._group.button(0).setChecked(True)
        self._group.idClicked.connect(lambda number: self.chosen.emit(self._names[number]))

    @property
    def current(self) -> str:
        """The name of the part that is chosen."""
        return self._names[self._group.checkedId()]

    @property
    def current_button(self) -> QWidget:
        """The pressed button."""
        return self._group.button(self._group.checkedId())

    def choose(self, name: str) -> None:
        """Press the button of this part, as a click does. Another name is ignored."""
        if name in self._names:
            self._group.button(self._names.index(name)).click()
