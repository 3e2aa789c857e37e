"""Asks for a server that speaks OpenAI's protocol: its name, its address, its model."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from core.config import PROVIDER_NAME
from core.domain import mark
from core.domain.provider_settings import ProviderSettings, is_web_address
from core.translate import Translator
from gui.text import paragraph

NO_ADDRESS = mark("An address begins with http:// or https:// and holds no user name and no password.")


class ServerDialog(QDialog):
    """Says what is wrong while somebody types, and lets through what isn't."""

    chosen = Signal(str, object)
    """The server's name and its `ProviderSettings`."""

    def __init__(self, taken: Sequence[str], tr: Translator, parent: QWidget | None = None) -> None:
        """`taken` are names that providers have already."""
        super().__init__(parent)
        self._taken = frozenset(taken)
        self._tr = tr
        self.setWindowTitle(tr("Add a server"))
        self.setMinimumWidth(460)
        self.name = self._line(tr("Name"), "office")
        self.address = self._line(tr("Address"), "http://192.168.1.20:8000/v1")
        self.model = self._line(tr("Model"), "Systran/faster-whisper-large-v3")
        self.problem = paragraph(name="problem")
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("Add"))
        self._buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Cancel"))
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow(tr("Name"), self.name)
        form.addRow(tr("Address"), self.address)
        form.addRow(tr("Model"), self.model)
        column = QVBoxLayout(self)
        explanation = tr("Any server with OpenAI's interface: speaches, LocalAI, vLLM, whisper.cpp, OpenAI itself.")
        column.addWidget(paragraph(explanation, "muted"))
        column.addLayout(form)
        column.addWidget(self.problem)
        column.addWidget(self._buttons)
        self._check()

    def accept(self) -> None:
        self.chosen.emit(
            self.name.text().strip(),
            ProviderSettings(model=self.model.text().strip(), base_url=self.address.text().strip()),
        )
        super().accept()

    def _line(self, title: str, example: str) -> QLineEdit:
        line = QLineEdit()
        line.setAccessibleName(title)
        line.setPlaceholderText(example)
        line.textChanged.connect(self._check)
        return line

    def _check(self) -> None:
        """Nothing is complained of before it was typed."""
        name, address = self.name.text().strip(), self.address.text().strip()
        problem = self._problem(name, address)
        self.problem.setText(problem)
        is_complete = bool(name and address and self.model.text().strip())
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(is_complete and not problem)

    def _problem(self, name: str, address: str) -> str:
        if name in self._taken:
            return self._tr("There is a provider of this name already.")
        if name and not PROVIDER_NAME.fullmatch(name):
            return self._tr("A name has small letters, digits, dots and hyphens only.")
        if address and not is_web_address(address):
            return self._tr(NO_ADDRESS)
        return ""
