"""A field for a place in a recording, as hours, minutes and seconds."""

from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QTimeEdit

from gui.scale import NUMBER_MARGIN


class PlaceField(QTimeEdit):
    """Where nothing is chosen it may say so in a word, which makes way for the first digit."""

    def __init__(self, name: str, nothing: str = "") -> None:
        """`nothing` is what it says at the beginning of the recording in place of that."""
        super().__init__()
        self._nothing = nothing
        self.setDisplayFormat("H:mm:ss")
        self.lineEdit().setTextMargins(NUMBER_MARGIN, 0, 0, 0)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setKeyboardTracking(False)
        self.setCurrentSection(QTimeEdit.Section.MinuteSection)
        self.setSpecialValueText(nothing)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt takes no digit beside a word."""
        if event.text().isdigit() and self.specialValueText() and self.time() == self.minimumTime():
            self.setSpecialValueText("")
            self.setSelectedSection(QTimeEdit.Section.HourSection)
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setSpecialValueText(self._nothing)
