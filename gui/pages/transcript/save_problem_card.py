"""Says why what was edited can't be saved, and offers what can be done about it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from core.domain import mark
from core.i18n import Translator
from gui.pages.transcript.autosave import SaveProblem
from gui.widgets.text import paragraph

_SENTENCES = {
    SaveProblem.CHANGED_ELSEWHERE: mark("This text was also changed elsewhere, so nothing is saved now."),
    SaveProblem.DELETED: mark(
        "This transcript was deleted meanwhile, so what you write isn't kept. Copy what you need of it."
    ),
    SaveProblem.NOT_WRITTEN: mark("What you have changed could not be saved. It is tried again when you write on."),
}


class SaveProblemCard(QWidget):
    """Hidden where there is no problem."""

    overwrite_wanted = Signal()
    """What is shown is to be kept, whatever was edited elsewhere."""

    discard_wanted = Signal()
    """What is kept is to be shown, and what was edited here is given up."""

    retry_wanted = Signal()
    """It is to be saved now."""

    copy_wanted = Signal()
    """The text is to be put on the clipboard."""

    def __init__(self, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._sentence = paragraph()
        row = QHBoxLayout(self)
        row.addWidget(self._sentence, 1)
        self._buttons: dict[QPushButton, tuple[SaveProblem, ...]] = {}
        for text, wanted, problems in (
            (tr("Keep what is here"), self.overwrite_wanted, (SaveProblem.CHANGED_ELSEWHERE,)),
            (tr("Show the other one"), self.discard_wanted, (SaveProblem.CHANGED_ELSEWHERE,)),
            (tr("Try again"), self.retry_wanted, (SaveProblem.NOT_WRITTEN,)),
            (tr("Copy the whole text"), self.copy_wanted, (SaveProblem.DELETED,)),
            (tr("Give up what I have changed"), self.discard_wanted, (SaveProblem.NOT_WRITTEN, SaveProblem.DELETED)),
        ):
            button = QPushButton(text)
            button.clicked.connect(wanted)
            self._buttons[button] = problems
            row.addWidget(button)
        self.hide()

    def show_problem(self, problem: SaveProblem | None) -> None:
        """Show this one, or hide where there is none."""
        if problem is not None:
            self._sentence.setText(self._tr(_SENTENCES[problem]))
            for button, problems in self._buttons.items():
                button.setVisible(problem in problems)
        self.setVisible(problem is not None)
