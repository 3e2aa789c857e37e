"""A question with named answers, or something that is told until it is read."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from gui.widgets.dialogs.answer_buttons import AnswerButtons, AnswerKind
from gui.widgets.dialogs.dialog_column import dialog_column
from gui.widgets.text import paragraph

_MOST_LINES = 14
"""More lines than these are scrolled, so that the buttons stay on small screens."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a dialog says: its title, one sentence, and what else is to be known before one answers."""

    title: str
    sentence: str
    explained: str = ""


class Question(QDialog):
    """Accepted where the answer is yes, and only then. It deletes itself when it is closed; show it by `open`."""

    def __init__(
        self,
        asked: Asked,
        yes: str,
        no: str = "",
        kind: AnswerKind = AnswerKind.USUAL,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.asked = asked
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(asked.title)
        # A dialog is read out by its name and description, and then the button that has the focus.
        self.setAccessibleName(asked.title)
        self.setAccessibleDescription("\n".join(filter(None, (asked.sentence, asked.explained))))
        self.answers = AnswerButtons(self, yes, no, kind)
        self.column = dialog_column(self)
        self.column.addWidget(paragraph(asked.sentence, "subtitle"))
        if asked.explained.count("\n") >= _MOST_LINES:
            self.column.addWidget(_scrolled(asked.explained, asked.title), 1)
        elif asked.explained:
            self.column.addWidget(paragraph(asked.explained))
        self.column.addWidget(self.answers)
        self.answers.usual.setFocus()

    def add(self, widget: QWidget) -> None:
        """Put something above the buttons that belongs to the answer, such as a box to tick."""
        self.column.insertWidget(self.column.count() - 1, widget)
        QWidget.setTabOrder(widget, self.answers)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))


def _scrolled(text: str, name: str) -> QPlainTextEdit:
    shown = QPlainTextEdit(text)
    shown.setReadOnly(True)
    shown.setTabChangesFocus(True)
    shown.setAccessibleName(name)
    shown.setMinimumHeight(_MOST_LINES * shown.fontMetrics().lineSpacing())
    return shown
