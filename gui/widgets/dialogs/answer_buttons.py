"""The buttons at the end of a dialog, with what they do in words, in the order that the system is used to."""

from enum import Enum, auto

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton

from gui.widgets.text import named


class AnswerKind(Enum):
    """What Return answers, and how the first answer looks."""

    USUAL = auto()
    """Return answers yes: it is what nearly everybody wants, and nothing is lost by it."""

    CAREFUL = auto()
    """Return answers no."""

    DESTRUCTIVE = auto()
    """Return answers no, and yes is red: it can't be undone."""


_NAMES = {AnswerKind.USUAL: "primary", AnswerKind.CAREFUL: "", AnswerKind.DESTRUCTIVE: "destructive"}
"""By which the style sheet knows the button that says yes."""


class AnswerButtons(QDialogButtonBox):
    """One that accepts its dialog and one that rejects it, as Escape does. Without `no` there is only the first."""

    def __init__(self, dialog: QDialog, yes: str, no: str = "", kind: AnswerKind = AnswerKind.USUAL) -> None:
        super().__init__()  # Its place in the order of the focus is where it is laid out, after the fields.
        # Named before the box gets them: it polishes them at once.
        self.yes = named(QPushButton(yes), _NAMES[kind])
        self.no = QPushButton(no) if no else None
        self.addButton(
            self.yes, QDialogButtonBox.ButtonRole.AcceptRole if no else QDialogButtonBox.ButtonRole.RejectRole
        )
        if self.no is not None:
            self.addButton(self.no, QDialogButtonBox.ButtonRole.RejectRole)
        self.usual = self.yes if kind is AnswerKind.USUAL or self.no is None else self.no
        """The one that Return presses where no other has the focus."""
        self.yes.setAutoDefault(True)
        if self.no is not None:
            self.no.setAutoDefault(True)
        self.usual.setDefault(True)
        self.accepted.connect(dialog.accept)
        self.rejected.connect(dialog.reject)
