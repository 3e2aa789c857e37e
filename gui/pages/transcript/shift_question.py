"""Asks by how many seconds passages are moved."""

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from core.i18n import Translator
from gui.scale import NUMBER_MARGIN
from gui.widgets.dialogs.question import Asked, Question

_DECIMALS = 3
_MOST_S = 24 * 3600.0
"""As far as anybody moves them; where nothing is in the way, any number could be written."""


class ShiftQuestion(Question):
    """Answered with a number of seconds, below zero for earlier."""

    answered = Signal(float)

    def __init__(self, count: int, free: tuple[float, float], tr: Translator, parent: QWidget) -> None:
        """`free` is the least and the most by which the passages, `count` of them, can be moved."""
        sentence = tr.plural(
            "How many seconds later does {count} passage begin?",
            "How many seconds later do {count} passages begin?",
            count,
        )
        least_s, most_s = free
        explained = tr("Less than 0 moves them earlier.")
        if most_s < _MOST_S:
            explained += " " + tr(
                "There is room for {least} to {most} s.", least=tr.decimal(least_s, 1), most=tr.decimal(most_s, 1)
            )
        asked = Asked(tr("Move in time"), sentence, explained)
        super().__init__(asked, tr("Move"), tr("Cancel"), parent=parent)
        self.number = QDoubleSpinBox()
        self.number.setDecimals(_DECIMALS)
        self.number.setSingleStep(0.1)
        self.number.setSuffix(" " + tr("s"))
        scale = 10**_DECIMALS
        self.number.setRange(math.ceil(least_s * scale) / scale, math.floor(min(most_s, _MOST_S) * scale) / scale)
        self.number.lineEdit().setTextMargins(NUMBER_MARGIN, 0, 0, 0)
        self.number.setAccessibleName(sentence)
        self.add(self.number)
        self.number.setFocus()
        self.number.selectAll()
        self.accepted.connect(lambda: self.answered.emit(self.number.value()))
