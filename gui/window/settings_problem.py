"""The message box that is shown instead of the window where the settings can't be used."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from core.i18n import Translator
from gui.widgets.text import harmless


def settings_problem_box(sentences: Sequence[str], tr: Translator) -> QMessageBox:
    """A box with a paragraph for each problem."""
    box = QMessageBox()
    box.setIcon(QMessageBox.Icon.Critical)
    box.setWindowTitle("Notula")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText("\n\n".join(map(harmless, sentences)))
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.addButton(tr("Quit"), QMessageBox.ButtonRole.AcceptRole)
    return box
