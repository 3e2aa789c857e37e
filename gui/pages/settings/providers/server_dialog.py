"""Asks for a server that speaks OpenAI's protocol: its name, its address, its model."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from core.config import PROVIDER_NAME
from core.domain import mark
from core.domain.provider_offer import KeyTrial
from core.domain.provider_settings import ProviderSettings, is_web_address
from core.i18n import Translator
from gui.pages.settings.providers.provider_texts import trial_text
from gui.widgets.dialogs.answer_buttons import AnswerButtons
from gui.widgets.dialogs.dialog_column import dialog_column
from gui.widgets.invalid_field import mark_invalid
from gui.widgets.text import paragraph

NO_ADDRESS = mark("An address begins with http:// or https:// and holds no user name and no password.")


class ServerDialog(QDialog):
    """Shows what is wrong while a person types, and accepts only valid values.

    A server is tried before it is added. One that doesn't work may be added all the same, but not before that is said.
    """

    chosen = Signal(str, object)
    """The server's name and its `ProviderSettings`."""

    trial_wanted = Signal(str, object)
    """The same, of a server that is to be tried; `show_trial` or `show_problem` is called in answer."""

    def __init__(self, taken: Sequence[str], tr: Translator, parent: QWidget | None = None) -> None:
        """`taken` are names that providers have already."""
        super().__init__(parent)
        self._taken = frozenset(taken)
        self._tr = tr
        self._is_adding = False
        self._failed: tuple[str, ProviderSettings] | None = None
        """The server whose trial has failed, as the dialog has shown."""
        self.setWindowTitle(tr("Add a server"))
        self.name = self._line(tr("Name"), "office")
        self.address = self._line(tr("Address"), "http://192.168.1.20:8000/v1")
        self.model = self._line(tr("Model"), "Systran/faster-whisper-large-v3")
        self.problem = paragraph(name="problem")
        self._buttons = AnswerButtons(self, tr("Add"), tr("Cancel"))
        self.test = QPushButton(tr("Test"))
        self.test.setToolTip(tr("Has a second of silence transcribed by this server"))
        self.test.setAutoDefault(False)
        self.test.clicked.connect(self._try)
        form = QFormLayout()
        form.addRow(tr("Name"), self.name)
        form.addRow(tr("Address"), self.address)
        form.addRow(tr("Model"), self.model)
        form.addRow("", self.test)
        column = dialog_column(self)
        explanation = tr("Any server with OpenAI's interface: speaches, LocalAI, vLLM, whisper.cpp, OpenAI itself.")
        column.addWidget(paragraph(explanation, "muted"))
        column.addLayout(form)
        column.addWidget(self.problem)
        column.addWidget(self._buttons)
        self._check()

    def accept(self) -> None:
        if self._failed == self._server():
            self._add()
        else:
            self._is_adding = True
            self._ask_for_trial()

    def show_trial(self, trials: Sequence[KeyTrial]) -> None:
        """Show the result of the last trial."""
        if any(trial.problem is None for trial in trials):
            works = [trial_text(self._tr, trial) for trial in trials]
            self._end_trial("\n".join(works), works=True)
        else:
            self.show_problem("\n".join(trial_text(self._tr, trial) for trial in trials))

    def show_problem(self, sentence: str) -> None:
        """The server doesn't work, for this reason; it may be added all the same."""
        self._end_trial(sentence, works=False)

    def _end_trial(self, sentence: str, *, works: bool) -> None:
        is_adding, self._is_adding = self._is_adding, False
        self._check()
        self.problem.setText(sentence)
        if works and is_adding:
            self._add()
        elif not works:
            self._failed = self._server()
            self._buttons.yes.setText(self._tr("Add anyway"))

    def _try(self) -> None:
        self._is_adding = False
        self._ask_for_trial()

    def _ask_for_trial(self) -> None:
        self.problem.setText(self._tr("The server is being asked …"))
        self.test.setEnabled(False)
        self._buttons.yes.setEnabled(False)
        self.trial_wanted.emit(*self._server())

    def _server(self) -> tuple[str, ProviderSettings]:
        service = ProviderSettings(model=self.model.text().strip(), base_url=self.address.text().strip())
        return self.name.text().strip(), service

    def _add(self) -> None:
        self.chosen.emit(*self._server())
        super().accept()

    def _line(self, title: str, example: str) -> QLineEdit:
        line = QLineEdit()
        line.setAccessibleName(title)
        line.setPlaceholderText(example)
        line.textChanged.connect(self._check)
        return line

    def _check(self) -> None:
        """Enable the buttons and show what is wrong with what was typed; empty fields are no error yet."""
        name, address = self.name.text().strip(), self.address.text().strip()
        about_name = self._name_problem(name)
        about_address = self._tr(NO_ADDRESS) if address and not is_web_address(address) else ""
        mark_invalid(self.name, about_name)
        mark_invalid(self.address, about_address)
        problem = about_name or about_address
        self.problem.setText(problem)
        may_be = bool(name and address and self.model.text().strip()) and not problem
        self.test.setEnabled(may_be)
        add = self._buttons.yes
        add.setEnabled(may_be)
        add.setText(self._tr("Add anyway") if self._failed == self._server() else self._tr("Add"))

    def _name_problem(self, name: str) -> str:
        if name in self._taken:
            return self._tr("There is a provider of this name already.")
        if name and not PROVIDER_NAME.fullmatch(name):
            return self._tr("A name has small letters, digits, dots and hyphens only.")
        return ""
