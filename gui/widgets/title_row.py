"""A title with the buttons for what it names."""

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from gui.scale import Gap

_LEAST_LETTERS = 16
"""Where less of the title could be read beside its buttons, it stands above them."""


class TitleRow(QWidget):
    """The buttons stand beside the title, or under it where there is no room for both."""

    def __init__(self, title: QLabel, buttons: Sequence[QPushButton | QToolButton]) -> None:
        super().__init__()
        self.setObjectName("plain")
        self._title = title
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(Gap.SMALL)
        for button in buttons:
            self._buttons.addWidget(button)
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(Gap.SMALL)
        self._whole.addWidget(title, 1)
        self._whole.addLayout(self._buttons)
        self._buttons.addStretch()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self._buttons.sizeHint().width() + Gap.SMALL
        least = _LEAST_LETTERS * self._title.fontMetrics().averageCharWidth()
        is_narrow = self.width() < beside + least
        direction = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        if self._whole.direction() != direction:
            self._whole.setDirection(direction)
