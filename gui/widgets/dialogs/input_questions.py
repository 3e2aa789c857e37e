"""Questions that are answered with a text or a number."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QSpinBox, QWidget

from gui.scale import NUMBER_MARGIN
from gui.widgets.dialogs.question import Asked, Question


class TextQuestion(Question):
    """Answered with a text that is more than spaces; there is no yes before."""

    answered = Signal(str)
    """The text, without spaces around it."""

    def __init__(self, asked: Asked, yes: str, no: str, parent: QWidget) -> None:
        super().__init__(asked, yes, no, parent=parent)
        self.line = QLineEdit()
        self.line.setAccessibleName(asked.sentence)
        self.line.textChanged.connect(self._check)
        self.add(self.line)
        self.line.setFocus()
        self.accepted.connect(lambda: self.answered.emit(self.line.text().strip()))
        self._check()

    def _check(self) -> None:
        self.answers.yes.setEnabled(bool(self.line.text().strip()))


class NumberQuestion(Question):
    """Answered with a whole number."""

    answered = Signal(int)

    def __init__(self, asked: Asked, yes: str, no: str, parent: QWidget) -> None:
        super().__init__(asked, yes, no, parent=parent)
        self.number = QSpinBox()
        self.number.lineEdit().setTextMargins(NUMBER_MARGIN, 0, 0, 0)
        self.number.setAccessibleName(asked.sentence)
        self.add(self.number)
        self.number.setFocus()
        self.accepted.connect(lambda: self.answered.emit(self.number.value()))
