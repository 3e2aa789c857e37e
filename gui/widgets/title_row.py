"""A title with the buttons for what it names."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from gui.scale import Gap

_LEAST_LETTERS = 16
"""Where less of the title could be read beside its buttons, it stands above them."""


class TitleRow(QWidget):
    """The buttons stand beside the title, or under it where there is no room for both.

    Where they have too little room even there they give up their texts: half a word tells less than icon and tooltip.
    """

    def __init__(self, title: QLabel, buttons: Sequence[QPushButton | QToolButton]) -> None:
        super().__init__()
        self.setObjectName("plain")
        self._title = title
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(Gap.SMALL)
        for button in buttons:
            self._buttons.addWidget(button)
        beside = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        self._with_text = [one for one in buttons if isinstance(one, QToolButton) and one.toolButtonStyle() == beside]
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(Gap.SMALL)
        self._whole.addWidget(title, 1)
        self._whole.addLayout(self._buttons)
        self._buttons.addStretch()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        whole = self._width_with_texts()
        style = Qt.ToolButtonStyle
        for button in self._with_text:
            button.setToolButtonStyle(
                style.ToolButtonIconOnly if whole > self.width() else style.ToolButtonTextBesideIcon
            )
        beside = whole + Gap.SMALL
        least = _LEAST_LETTERS * self._title.fontMetrics().averageCharWidth()
        is_narrow = self.width() < beside + least
        direction = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        if self._whole.direction() != direction:
            self._whole.setDirection(direction)

    def _width_with_texts(self) -> int:
        """Of the buttons that are shown, as if none had given up its text."""
        folded = [one for one in self._with_text if one.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly]
        texts = (one.fontMetrics().horizontalAdvance(one.text()) + Gap.SMALL for one in folded if not one.isHidden())
        return self._buttons.sizeHint().width() + sum(texts)
