"""A field for a number. It accepts what isn't allowed, too, so that an error can be shown for it."""

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox

from gui.scale import NUMBER_MARGIN

_MOST = 1e12
_DECIMALS = 12


class NumberBox(QDoubleSpinBox):
    """Its arrows stay within the bounds `low` and `high`; a typed number may be outside of them.

    A number that was not edited is returned exactly, however many decimals it has.
    """

    def __init__(self, low: float, high: float, *, whole: bool = False, above_low: bool = False) -> None:
        """`above_low`: the lower bound itself isn't allowed."""
        super().__init__()
        self._low, self._high, self._above_low = low, high, above_low
        self._whole = whole
        self._shown: float = 0.0
        self._shown_text = ""
        self.setDecimals(0 if whole else _DECIMALS)
        self.setRange(-_MOST if low < 0 else 0.0, _MOST)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().setTextMargins(NUMBER_MARGIN, 0, 0, 0)

    @property
    def is_whole(self) -> bool:
        """Whether its numbers are whole ones."""
        return self._whole

    def show_number(self, number: float) -> None:
        """Show this number."""
        self._shown = number
        self.setValue(number)
        self._shown_text = self.text()

    def set_high(self, high: float) -> None:
        """Set the upper bound of the arrows."""
        self._high = high

    def number(self) -> float:
        """The number in the field."""
        self.interpretText()
        if self.text() == self._shown_text:
            return self._shown
        return round(self.value()) if self._whole else self.value()

    def textFromValue(self, value: float) -> str:
        """The shortest text that stands for exactly this number."""
        if self._whole:
            return self.locale().toString(round(value))
        return self.locale().toString(value, "f", QLocale.FloatingPointPrecisionOption.FloatingPointShortest.value)

    def stepBy(self, steps: int) -> None:
        """Qt's name for what the arrows do."""
        value = min(max(self.value() + steps * self.singleStep(), self._low), self._high)
        if not (self._above_low and value <= self._low):
            self.setValue(value)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Which arrows do something."""
        enabled = QAbstractSpinBox.StepEnabledFlag.StepNone
        if self.value() > self._low:
            enabled |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        if self.value() < self._high:
            enabled |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        return enabled

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling the page must not change the value that happens to pass under the pointer."""
        event.ignore()
