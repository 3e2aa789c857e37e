"""Asks before transcripts are deleted, which can't be undone."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from core.domain import HistoryEntry
from core.domain.capture import is_recorded_here
from core.i18n import Translator
from gui.widgets.dialogs.answer_buttons import AnswerButtons, AnswerKind
from gui.widgets.dialogs.dialog_column import dialog_column
from gui.widgets.dialogs.question import Asked, Question
from gui.widgets.text import harmless, paragraph

MOST_NAMES = 5
"""How many names the question shows in its text."""

MOST_BY_A_CLICK = 20
"""More than these are deleted only once their number was typed."""


def ask_to_delete(
    tr: Translator,
    entries: Sequence[HistoryEntry],
    delete: Callable[[], None],
    parent: QWidget,
    recordings: Path,
) -> None:
    """Ask, and call `delete` where the answer is yes. `recordings` is the folder with what was recorded here."""
    count = len(entries)
    asked = tr.plural("Delete {count} transcript for good?", "Delete {count} transcripts for good?", count)
    stays = tr.plural(
        "It can't be undone. The recording itself stays where it is.",
        "It can't be undone. The recordings themselves stay where they are.",
        count,
    )
    if any(is_recorded_here(entry.location, recordings) for entry in entries):
        stays = tr(
            "It can't be undone. The sound of what was recorded in Notula is deleted too, with its last transcript. "
            "Other recordings stay where they are."
        )
    names = [harmless(entry.name) for entry in entries]
    if count > MOST_BY_A_CLICK:
        TypedConfirmation(tr, asked, stays, names, delete, parent).open()
        return
    shown = names[:MOST_NAMES] + (["…"] if count > MOST_NAMES else [])
    told = Asked(tr("Delete for good"), asked, "\n".join((*shown, "", stays)))
    question = Question(told, tr("Delete"), tr("Keep"), AnswerKind.DESTRUCTIVE, parent)
    question.accepted.connect(delete)
    question.open()


class TypedConfirmation(QDialog):
    """All names, and a line in which their number has to be typed."""

    def __init__(
        self,
        tr: Translator,
        asked: str,
        stays: str,
        names: Sequence[str],
        delete: Callable[[], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._wanted = str(len(names))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Delete for good"))
        self.names = QPlainTextEdit("\n".join(names))
        self.names.setReadOnly(True)
        self.names.setTabChangesFocus(True)
        self.names.setAccessibleName(tr("What is deleted"))
        self.typed = QLineEdit()
        explained = tr("Type {count} to delete them.", count=self._wanted)
        self.typed.setAccessibleName(explained)
        self.typed.textChanged.connect(self._check)
        buttons = AnswerButtons(self, tr("Delete"), tr("Keep"), AnswerKind.DESTRUCTIVE)
        self.delete, self.keep = buttons.yes, buttons.no
        self.delete.setEnabled(False)
        self.accepted.connect(delete)
        column = dialog_column(self)
        for widget in (
            paragraph(asked, "subtitle"),
            self.names,
            paragraph(stays),
            paragraph(explained),
            self.typed,
            buttons,
        ):
            column.addWidget(widget)
        self.typed.setFocus()

    def _check(self, text: str) -> None:
        self.delete.setEnabled(text.strip() == self._wanted)
