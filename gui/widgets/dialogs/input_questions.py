"""Questions that are answered with a text or a number."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QSpinBox, QWidget

from gui.scale import NUMBER_MARGIN
from gui.widgets.dialogs.question import Asked, Question
from gui.widgets.invalid_field import mark_invalid
from gui.widgets.text import paragraph


@dataclass(frozen=True, slots=True)
class Verdict:
    """What there is to be said of a text while it is typed: why it can't be taken, or what taking it does."""

    sentence: str = ""
    is_refused: bool = False
    yes: str = ""
    """What the button says for this text; empty as for all others."""


class TextQuestion(Question):
    """Answered with a text that is more than spaces; there is no yes before.

    `judge` tells of each text whether it can be taken. One that can't stays in its field, with the reason below.
    """

    answered = Signal(str)
    """The text, without spaces around it."""

    def __init__(
        self,
        asked: Asked,
        yes: str,
        no: str,
        parent: QWidget,
        judge: Callable[[str], Verdict] = lambda text: Verdict(),
    ) -> None:
        super().__init__(asked, yes, no, parent=parent)
        self._judge = judge
        self._yes = yes
        self.line = QLineEdit()
        self.line.setAccessibleName(asked.sentence)
        self.line.textChanged.connect(self._check)
        self.add(self.line)
        self.verdict = paragraph()
        self.add(self.verdict)
        self.line.setFocus()
        self.accepted.connect(lambda: self.answered.emit(self.line.text().strip()))
        self._check()

    def _check(self) -> None:
        text = self.line.text().strip()
        verdict = self._judge(text) if text else Verdict()
        self.verdict.setText(verdict.sentence)
        self.verdict.setVisible(bool(verdict.sentence))
        mark_invalid(self.line, verdict.sentence if verdict.is_refused else "")
        self.answers.yes.setText(verdict.yes or self._yes)
        self.answers.yes.setEnabled(bool(text) and not verdict.is_refused)


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
