"""Asks for the passphrase of the encrypted file with the keys: a new one, or that of the file that is there."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from core.i18n import Translator
from gui.widgets.dialogs.answer_buttons import AnswerKind
from gui.widgets.dialogs.dialog_column import dialog_column
from gui.widgets.dialogs.question import Asked, Question
from gui.widgets.invalid_field import mark_invalid
from gui.widgets.text import named, paragraph


class PassphraseDialog(QDialog):
    """Stays open until the passphrase is right, or a person closes it."""

    given = Signal(str)
    """A passphrase to try, or to begin a file with."""

    forgotten = Signal()
    """Nobody knows it any more: the file with its keys is to be deleted. A person was asked whether they are sure."""

    def __init__(self, tr: Translator, parent: QWidget | None = None, *, is_new: bool) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._tr = tr
        self._is_new = is_new
        self.setWindowTitle(tr("Passphrase for your keys"))
        self.line = self._field(tr("Passphrase"))
        self.again = self._field(tr("The same once more"))
        self.again.setVisible(is_new)
        self._problem = paragraph(name="problem")
        self._problem.hide()
        self.use = named(QPushButton(tr("Keep keys with it") if is_new else tr("Open")), "primary")
        self.use.setDefault(True)
        self.use.clicked.connect(self._give)
        self._later = QPushButton(tr("Cancel") if is_new else tr("Later"))
        self._later.clicked.connect(self.reject)
        self.forget = QPushButton(tr("I have forgotten it …"))
        self.forget.setAutoDefault(False)
        self.forget.setVisible(not is_new)
        self.forget.clicked.connect(self._forget)
        self._lay_out()
        self._update()

    def show_problem(self, sentence: str) -> None:
        """Say why it isn't accepted; what was typed stays, to be corrected."""
        self._show(sentence, self.line)

    def _show(self, sentence: str, field: QLineEdit) -> None:
        """Say what is wrong with this field, and have it typed anew there."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        mark_invalid(field, sentence)
        self.use.setEnabled(True)
        field.setFocus()
        field.selectAll()

    def _give(self) -> None:
        if self._is_new and self.line.text() != self.again.text():
            self._show(self._tr("The two are not the same. Type it once more."), self.again)
            return
        self._problem.hide()
        self.use.setEnabled(False)
        self.given.emit(self.line.text())

    def _forget(self) -> None:
        """Ask first, in a dialog of its own: a second press of the same button must not delete anything."""
        tr = self._tr
        asked = Asked(
            tr("Delete all keys in the file"),
            tr("Delete all keys in the file? They can't be brought back."),
            tr(
                "A forgotten passphrase can't be found again, and no key in the file without it. Its keys can only be "
                "deleted; get new ones from your providers, and the bot's token from @BotFather."
            ),
        )
        question = Question(asked, tr("Delete"), tr("Keep"), AnswerKind.DESTRUCTIVE, self)
        question.accepted.connect(self.forgotten)
        question.open()

    def _update(self) -> None:
        for field in (self.line, self.again):
            mark_invalid(field, "")
        self.use.setEnabled(bool(self.line.text()) and (not self._is_new or bool(self.again.text())))

    def _field(self, title: str) -> QLineEdit:
        field = QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setPlaceholderText(title)
        field.setAccessibleName(title)
        field.textChanged.connect(self._update)
        return field

    def _lay_out(self) -> None:
        tr = self._tr
        about = (
            tr(
                "Keys are then kept in a file that only this passphrase opens. Notula asks for it at each start. It "
                "can't be found again if you forget it."
            )
            if self._is_new
            else tr("Your keys are in an encrypted file. Its passphrase is needed once, until Notula quits.")
        )
        buttons = QHBoxLayout()
        buttons.addWidget(self.forget)
        buttons.addStretch(1)
        answers = QDialogButtonBox()  # In the system's order, as in all dialogs.
        answers.addButton(self.use, QDialogButtonBox.ButtonRole.AcceptRole)
        answers.addButton(self._later, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.addWidget(answers)
        column = dialog_column(self)
        column.addWidget(paragraph(about))
        column.addWidget(self.line)
        column.addWidget(self.again)
        column.addWidget(self._problem)
        column.addLayout(buttons)
