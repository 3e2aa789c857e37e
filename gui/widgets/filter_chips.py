"""A row of chips of which one is chosen, each with a count, as "All 75" and "Running 2"."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from gui.scale import Gap
from gui.widgets.text import named


class FilterChips(QWidget):
    """`chips` are the labels by the name that `chosen` tells. The first one is chosen at the beginning."""

    chosen = Signal(str)
    """The name of the chip that was chosen now."""

    def __init__(self, chips: Mapping[str, str], accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(accessible_name)
        self._labels = dict(chips)
        self._buttons = {name: named(QToolButton(), "chip") for name in chips}
        self._current = next(iter(chips))
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Gap.TIGHT)
        for name, button in self._buttons.items():
            button.setText(self._labels[name])
            button.setCheckable(True)
            button.setProperty("chip", name)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._group.addButton(button)
            row.addWidget(button)
        self._buttons[self._current].setChecked(True)
        self._group.buttonClicked.connect(self._choose)

    @property
    def current(self) -> str:
        """The name of the chosen chip."""
        return self._current

    def choose(self, name: str) -> None:
        """Choose this chip, as a click on it does."""
        self._buttons[name].click()

    def take_focus(self) -> None:
        """Move the focus to the chosen chip."""
        self._buttons[self._current].setFocus(Qt.FocusReason.OtherFocusReason)

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Show these numbers beside the labels."""
        for name, button in self._buttons.items():
            text = f"{self._labels[name]} {counts[name]:n}" if name in counts else self._labels[name]
            if text != button.text():
                button.setText(text)
                button.setAccessibleName(text)

    def _choose(self, button: QToolButton) -> None:
        self._current = str(button.property("chip"))
        self.chosen.emit(self._current)
